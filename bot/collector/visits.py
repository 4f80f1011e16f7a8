"""A visit to a feed, from its being due to what is new in it.

In: feeds that are due. Out: documents with something to read in them. What a visit settles alone is
written down here: a refusal, and the many visits that brought nothing new, whose records wait for
each other for a moment, since nothing is lost with them but the knowledge that there was nothing.
It refuses to know what becomes of what is new.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from functools import partial

from bot import metrics
from bot.collector.blame import Blame
from bot.errors import FeedError, WorkerError
from bot.feeds import delta
from bot.feeds.fetch import Fetcher
from bot.feeds.health import news_of
from bot.feeds.outage import Outage
from bot.feeds.schedule import body_hash, record
from bot.model import (
    Clock,
    Feed,
    FeedId,
    FeedRecord,
    Fetched,
    Instant,
    NotModified,
    ParsedFeed,
    Refused,
    Visit,
)
from bot.store import Store
from bot.worker import Worker

log = logging.getLogger(__name__)

PARSE_SECONDS = 7.5  # and a moment for its end: eight in all
_DAY = 86400
_TOGETHER = 50  # records of visits that brought nothing, at most, before they are written


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed may be visited, in seconds."""

    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a hub sent of a feed. Until it is stored a visit is due at `hastened`, in case it never
    is; without it, at `before`."""

    feed: FeedId
    body: bytes
    content_type: str | None
    hastened: Instant
    before: Instant


@dataclass(frozen=True, slots=True)
class Brought:
    """A document that says something new; `pieces` is what `delta` wants to remember of it.

    `pushed`: it came by itself. It may be a part: then nothing is remembered, so that the next
    visit need not read the whole.
    """

    feed: Feed
    visit: Fetched
    parsed: ParsedFeed
    pieces: bytes
    pushed: Pushed | None = None


class Visits:
    """Makes visits; `settle` writes down what waits."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        worker: Worker,
        *,
        pace: Pace,
        now: Clock,
        rng: random.Random,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._worker = worker
        self._pace = pace
        self._now = now
        self._rng = rng
        self.outage = Outage(fetcher.line_of)
        self._blame = Blame(store, self.outage, now=now, rng=rng)
        self._unchanged: list[FeedRecord] = []

    async def make(self, feed: Feed) -> Brought | None:
        """Visit a feed; None where all is said and done with that. Raises StoreError."""
        visit: Visit | Brought = await self._fetcher.visit(feed)
        if isinstance(visit, Fetched) and not same_body(feed, visit):
            visit = await self._read(feed, visit)
        if isinstance(visit, Brought):
            self._note(feed, visit.visit, "new")
            return visit
        result = visit.kind if isinstance(visit, Refused) else "unmodified"
        self._note(feed, visit, result)
        if await self._blame.spares(feed, visit):
            return None
        await self._write(feed, visit)
        return None

    async def read(self, pushed: Pushed) -> Brought | None:
        """What is new in what a hub sent; None where that is nothing. Raises StoreError.

        What cannot be read is as good as a word that there is news: the feed is visited.
        """
        feed = await self._store.feeds.get(pushed.feed)
        if feed is None:
            return None
        visit = Fetched(feed.validators_url or feed.url, pushed.body, pushed.content_type)
        found = visit if same_body(feed, visit) else await self._read(feed, visit)
        if isinstance(found, Brought):
            metrics.PUSHES.labels("new").inc()
            known = await self._store.feeds.pieces(feed.id)
            whole = 2 * len(found.pieces) >= len(known)
            return replace(found, pushed=pushed, pieces=found.pieces if whole else b"")
        metrics.PUSHES.labels("unreadable" if isinstance(found, Refused) else "unmodified").inc()
        now = int(self._now())
        async with self._store.transaction() as tx:
            if isinstance(found, Refused):
                await tx.pushes.pinged(feed.id, now, pushed.hastened)
            else:
                await tx.pushes.kept(feed.id, now, pushed.hastened, pushed.before)
        return None

    async def settle(self) -> None:
        """Write down the visits that brought nothing. Raises StoreError; they wait on then."""
        if not self._unchanged:
            return
        records = self._unchanged
        self._unchanged = []
        try:
            async with self._store.transaction() as tx:
                await tx.feeds.record_unchanged(records)
        except BaseException:
            self._unchanged = records + self._unchanged
            raise

    def _note(self, feed: Feed, visit: Visit, result: str) -> None:
        metrics.VISITS.labels(result).inc()
        if result == "new":
            self.outage.note(feed, visit, self._now())

    async def _read(self, feed: Feed, visit: Fetched) -> Visit | Brought:
        """What is new in a body; one that cannot be read is a refusal like any other."""
        known = await self._store.feeds.pieces(feed.id)
        today = int(self._now()) // _DAY
        # A partial, for the worker must not import this module to find a function of it.
        reader = partial(
            delta.read, content_type=visit.content_type, url=visit.url, known=known, day=today
        )
        try:
            found = await self._worker.run(reader, visit.body, timeout=PARSE_SECONDS)
        except (FeedError, WorkerError) as error:
            return Refused("feed", str(error), status=visit.status, url=visit.url)
        return visit if found.feed is None else Brought(feed, visit, found.feed, found.pieces)

    async def _write(self, feed: Feed, visit: NotModified | Fetched | Refused) -> None:
        done = record(
            feed,
            visit,
            now=int(self._now()),
            floor=self._pace.floor,
            ceiling=self._pace.ceiling,
            rng=self._rng,
        )
        if done.success:
            self._unchanged.append(done)
            if len(self._unchanged) >= _TOGETHER:
                await self.settle()
        else:
            async with self._store.transaction() as tx:
                await tx.feeds.record(done)
        if news := news_of(feed, done):
            log.info("%s", news)


def same_body(feed: Feed, visit: Fetched) -> bool:
    """A 200 that repeats the last body is as good as a 304."""
    return feed.body_hash is not None and feed.body_hash == body_hash(visit.body)
