"""The store: six aggregates to read from, and transactions to write in.

In: an engine. Out: `Store` and `Transaction`. Reads of `store.feeds` and the others go to read-only
connections; whatever writes is called on the aggregates of a transaction. It refuses to know SQL of
its own, but for the small facts.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from bot.errors import StoreError
from bot.model import ChatId, Clock, Totals
from bot.model.tell import Figures, Standing
from bot.store.articles import Articles
from bot.store.chats import Chats
from bot.store.engine import Engine, Query, Session
from bot.store.feeds import Feeds
from bot.store.figures import Counting
from bot.store.housekeeping import Housekeeping
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.pushes import Pushes
from bot.store.restored import Restoring
from bot.store.retold import Retold
from bot.store.stories import Stories
from bot.store.tolls import Tolls
from bot.store.topics import Topics

_PROBE = 256 << 10  # bytes; more than a free page or two


class Aggregates:
    """What both sides have: the aggregates on one session, and the small facts."""

    def __init__(self, session: Session, epoch: str, now: Clock) -> None:
        self._session = session
        self.feeds = Feeds(session)
        self.articles = Articles(session)
        self.stories = Stories(session)
        self.topics = Topics(session)
        self.chats = Chats(session, now)
        self.outbox = Outbox(session, epoch, now)
        self.inbox = Inbox(session)
        self.retold = Retold(session)
        self.pushes = Pushes(session)
        self.tolls = Tolls(session)

    _VALUE = Query("SELECT value FROM value WHERE key = :key")

    async def get_value(self, key: str) -> str | None:
        """A small fact; None where nobody wrote it."""
        value: str | None = await self._session.value(self._VALUE, key=key)
        return value


class Transaction(Aggregates):
    """All of it or nothing. Make no network call while it is open: every writer waits."""

    def __init__(self, session: Session, epoch: str, now: Clock) -> None:
        super().__init__(session, epoch, now)
        self.restoring = Restoring(session)

    _SET = Query("""
        INSERT INTO value (key, value) VALUES (:key, :value)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
    """)
    _UNSET = Query("DELETE FROM value WHERE key = :key")

    async def set_value(self, key: str, value: str | None) -> None:
        """Write a small fact; None deletes it. Of a chat: key "chat:<telegram id>:…" only."""
        if value is None:
            await self._session.rows(self._UNSET, key=key)
        else:
            await self._session.rows(self._SET, key=key, value=value)


class Store(Aggregates):
    """An open database; `transaction` to write.

    Always `close` it, or use it in `async with`: its threads keep the process alive.
    """

    def __init__(self, engine: Engine, *, epoch: str, now: Clock = time.time) -> None:
        super().__init__(engine.reader, epoch, now)
        self._engine = engine
        self._epoch = epoch
        self._now = now
        self._housekeeping = Housekeeping(engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any exception, cancellation too. One at a time."""
        async with self._engine.transaction() as session:
            yield Transaction(session, self._epoch, self._now)

    async def backup(self, path: Path) -> None:
        """A verified copy at `path`, while all goes on. Raises StoreError when `path` exists."""
        await self._engine.backup(path)

    async def check(self) -> list[str]:
        """What is wrong with the database, in sentences; empty when it is healthy."""
        problems = await self._engine.check()
        try:
            await self._housekeeping.words_fit()
        except StoreError as error:
            problems.append(f"The full text index does not fit the articles: {error}")
        return problems

    @property
    def trouble(self) -> StoreError | None:
        """Why nothing new should be taken in, since the disk was full or failed; None: all well."""
        return self._engine.trouble

    async def mend(self) -> None:
        """After trouble, see whether all can be stored again. Raises the StoreError if not."""
        if self._engine.trouble is None:
            return
        self._engine.make_room()
        for probe in ("?" * _PROBE, None):
            async with self.transaction() as tx:
                await tx.set_value("probe", probe)
        self._engine.trouble = None

    async def tend(self) -> int:
        """Keep the database's own log short; its bytes."""
        return await self._engine.tend()

    async def figures(self, now: float) -> Figures:
        """What became of the alerts of 24 hours."""
        return await Counting(self._session).figures(now)

    async def standing(self, chat: ChatId, now: float) -> Standing:
        """How one chat stands: its alerts of 24 hours, and what keeps them."""
        return await Counting(self._session).standing(chat, now)

    async def totals(self, now: float) -> Totals:
        """The numbers of /admin."""
        return await self._housekeeping.totals(self._session, await self.outbox.stats(now))

    async def prune(self, now: float, *, articles_days: int = 30, alerts_days: int = 90) -> int:
        """Delete old articles and alerts in small steps; the rows that went."""
        return await self._housekeeping.prune(
            int(now), articles_days=articles_days, alerts_days=alerts_days
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let running reads and the transaction end, then close the file. Twice is harmless."""
        await self._engine.close()


def queries() -> Iterator[Query]:
    """Every query of the store, for the engine to compile at the start."""
    owners = (
        Feeds, Articles, Stories, Topics, Chats, Outbox, Inbox, Retold, Housekeeping, Restoring,
        Counting,
        Pushes,
        Tolls,
        Store,
        Transaction,
    )  # fmt: skip
    for owner in owners:
        for part in owner.__mro__:
            yield from (thing for thing in vars(part).values() if isinstance(thing, Query))


async def begin(engine: Engine, now: Clock) -> Store:
    """Compile the queries and begin an epoch: claims of earlier ones have no owner any more."""
    engine.compile(set(queries()))
    async with Store(engine, epoch="", now=now).transaction() as tx:
        known = int(await tx.get_value("epoch") or 0)
        if await tx.restoring.is_older(known, engine.former, now()):
            await tx.restoring.settle(now())
            await tx.set_value("restored", str(int(now())))
        epoch = max(known, engine.former or 0) + 1
        await tx.set_value("epoch", str(epoch))
    engine.sign(epoch)
    return Store(engine, epoch=str(epoch), now=now)
