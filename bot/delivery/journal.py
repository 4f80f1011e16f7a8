"""The group commit: what is about to be sent and what became of it, in one transaction.

In: marks, outcomes, claims that are held or handed back. Out: rows of the outbox, every 15-20 ms
while there is something to write. A mark is committed before its request is written; an outcome is
kept here until it is committed. Decides nothing about a message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.delivery.standing import note
from bot.errors import StoreError
from bot.model import Alert, AlertId, Clock, Later, Outcome, Settlement
from bot.store import Store

log = logging.getLogger(__name__)

TICK = 0.018
_RETRY = 1.0  # seconds after a commit that failed

Claim = tuple[AlertId, str]


@dataclass(frozen=True, slots=True)
class _Settled:
    alert: Alert
    settlement: Settlement
    thread: int | None  # of the chat, where only the forum thread is gone


@dataclass(slots=True)
class _Page:
    """What the next transaction writes."""

    marks: list[tuple[Claim, asyncio.Future[bool]]] = field(default_factory=list)
    settled: list[_Settled] = field(default_factory=list)
    holds: list[tuple[Claim, float]] = field(default_factory=list)
    returned: list[Claim] = field(default_factory=list)


class Journal:
    """`committed` is called after every transaction: chats may be free for their next alert."""

    def __init__(
        self,
        store: Store,
        now: Clock,
        committed: Callable[[], None],
        *,
        tick: float = TICK,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._now = now
        self._committed = committed
        self._tick = tick
        self._sleep = sleep
        self._page = _Page()
        self._work = asyncio.Event()
        self._writing = asyncio.Lock()
        self._failing = False

    async def mark(self, alert: Alert) -> bool:
        """Claimed → sending, on disk. False where the claim is no longer ours: send nothing."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._page.marks.append(((alert.id, alert.token), future))
        self._work.set()
        return await future

    def settle(self, alert: Alert, outcome: Outcome, *, thread: int | None = None) -> None:
        """Note an outcome. `thread`: a `Never` that closes only this forum thread of the chat."""
        settlement = Settlement(alert.id, alert.token, outcome, self._now())
        self._page.settled.append(_Settled(alert, settlement, thread))
        self._work.set()

    def hold(self, alert: Alert, until: float) -> None:
        """The chat is in its quiet hours."""
        self._page.holds.append(((alert.id, alert.token), until))
        self._work.set()

    def hand_back(self, alert: Alert) -> None:
        """A claim that was not marked: somebody else may have it at once, without doubt."""
        self._page.returned.append((alert.id, alert.token))
        self._work.set()

    async def run(self) -> None:
        """Commits until it is cancelled."""
        while True:
            await self._work.wait()
            await self._sleep(self._tick)
            if not await self.commit():
                await self._sleep(_RETRY)

    async def commit(self) -> bool:
        """One transaction; False where the store refused it, and then nothing is forgotten."""
        async with self._writing:
            self._work.clear()
            page, self._page = self._page, _Page()
            try:
                ours = await self._write(page)
            except StoreError as error:
                if not self._failing:  # told once: the log may lie on the disk that is full
                    log.warning("The journal could not be written: %s", error)
                self._failing = True
                self._take_back(page)
                return False
            except BaseException:
                self._take_back(page)
                raise
        if self._failing:
            log.info("The journal is written again")
        self._failing = False
        for (alert, _), future in page.marks:
            if not future.done():
                future.set_result(alert in ours)
        self._committed()
        return True

    async def _write(self, page: _Page) -> set[AlertId]:
        if not (page.marks or page.settled or page.holds or page.returned):
            return set()
        now = self._now()
        async with self._store.transaction() as tx:
            done = await tx.outbox.settle([s.settlement for s in page.settled], now)
            ours = await tx.outbox.mark([claim for claim, _ in page.marks], now)
            for claim, until in page.holds:
                await tx.outbox.hold([claim], until)
            await tx.outbox.give_back(page.returned)
            for settled in page.settled:
                outcome, chat = settled.settlement.outcome, settled.alert.chat
                if settled.alert.id in done or not isinstance(outcome, Later):  # counted once
                    await note(tx, chat, outcome, now, thread=settled.thread)
        return ours

    def _take_back(self, page: _Page) -> None:
        """Marks fail and their claims go back; everything else is written next time."""
        self._page.settled[:0] = page.settled
        self._page.holds[:0] = page.holds
        self._page.returned[:0] = page.returned + [claim for claim, _ in page.marks]
        for _, future in page.marks:
            if not future.done():
                future.set_result(False)
        self._work.set()
