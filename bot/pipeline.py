"""due → fetch → parse → save → group → match → queue: the product on one page.

In: feeds that are due. Out: rows in the outbox, and `wake` is set. The network and the parser come
first; then save…queue is ONE transaction, so an article is never stored without its alerts and an
alert never exists without its article (docs/decisions/0001-delivery.md). Only the order of steps
is decided here; each step is decided in its own room. Knows nothing of Telegram.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from bot import metrics
from bot.errors import FeedError, StoreError, WorkerError
from bot.feeds.entries import drafts as drafts_of
from bot.feeds.fetch import Fetcher
from bot.feeds.flood import ringing
from bot.feeds.health import news_of
from bot.feeds.naming import named
from bot.feeds.parse import parse
from bot.feeds.schedule import body_hash, record
from bot.model import (
    Article,
    ArticleId,
    Clock,
    Draft,
    Feed,
    FeedId,
    FeedRecord,
    Fetched,
    Instant,
    Match,
    NewAlert,
    ParsedFeed,
    Reason,
    Refused,
    Saved,
    StoryId,
    TopicId,
    Visit,
)
from bot.store import Store, Transaction
from bot.stories.cluster import Grouper
from bot.topics.match import Percolator
from bot.worker import Worker

log = logging.getLogger(__name__)

IN_FLIGHT = 20  # more only lengthens the loop's lag; throughput does not rise
PARSE_SECONDS = 8.0
STORE_TROUBLE = 5.0  # seconds until a full disk is tried again
LEAVE_SECONDS = 5.0  # for visits under way; a slow site takes 30, as long as systemd waits for us


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed may be visited, in seconds."""

    floor: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Filed:
    """An article in its story, with the topics it is about."""

    article: Article
    story: StoryId
    development: int
    matches: Sequence[Match]


class Pipeline:
    """Takes every due feed through the whole line; one feed fails alone."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        worker: Worker,
        grouper: Grouper,
        percolator: Percolator,
        *,
        pace: Pace,
        wake: asyncio.Event,
        now: Clock,
        rng: random.Random,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._worker = worker
        self._grouper = grouper
        self._percolator = percolator
        self._pace = pace
        self._wake = wake
        self._now = now
        self._rng = rng
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._visiting: dict[FeedId, asyncio.Task[None]] = {}
        self._blocked = False
        self.last_visit: Instant | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Visit feeds as they fall due until `stop` is set; then let those visits end that can."""
        async with asyncio.TaskGroup() as visits:
            while not stop.is_set():
                pause = await self._round(visits)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await stop.wait()
            if self._visiting:
                await asyncio.wait(self._visiting.values(), timeout=LEAVE_SECONDS)
            for late in self._visiting.values():
                late.cancel()

    async def _round(self, visits: asyncio.TaskGroup) -> float:
        """Set out for what is due; seconds until the next look.

        Never more than one: a feed that was just added is due at once, and looking costs nothing.
        """
        await self._room.acquire()
        self._room.release()
        try:
            for feed in await self._claim():
                await self._room.acquire()
                self._visiting[feed.id] = visits.create_task(self._visit(feed))
            due = await self._store.feeds.next_due()
        except StoreError as error:
            if not self._blocked:
                log.warning("no feed is visited until the database can be written: %s", error)
            self._blocked = True
            return STORE_TROUBLE
        if self._blocked:
            log.info("feeds are visited again")
        self._blocked = False
        return 1.0 if due is None else min(1.0, max(0.05, due - self._now()))

    async def _claim(self) -> list[Feed]:
        now = int(self._now())
        due = await self._store.feeds.next_due()
        if due is None or due > now:
            return []
        async with self._store.transaction() as tx:
            # A visit that never ends (kill -9) is tried again no sooner than the floor allows.
            feeds = await tx.feeds.due(now, IN_FLIGHT, self._pace.floor)
        return [feed for feed in feeds if feed.id not in self._visiting]

    async def _visit(self, feed: Feed) -> None:
        try:
            with metrics.VISIT_SECONDS.time():
                await self.visit(feed)
        except StoreError as error:  # nothing of the visit is kept; it is made again
            log.warning("what feed %s says could not be stored: %s", feed.id, error)
        except Exception:
            # One feed fails alone: its next visit is set already, the others go on.
            metrics.ERRORS.labels("pipeline").inc()
            log.exception("visit to feed %s failed", feed.id)
        finally:
            del self._visiting[feed.id]
            self._room.release()

    async def visit(self, feed: Feed) -> None:
        """Take one feed through the line; nothing is stored unless all of it is."""
        visit = await self._fetcher.visit(feed)
        visit, parsed = await self._read(feed, visit)
        await self._keep(named(feed, parsed), visit, parsed)
        self.last_visit = int(self._now())
        metrics.VISITS.labels(_result(visit, parsed)).inc()

    async def _read(self, feed: Feed, visit: Visit) -> tuple[Visit, ParsedFeed | None]:
        """Parse a body that is new; a body that cannot be read is a refusal like any other."""
        if not isinstance(visit, Fetched) or same_body(feed, visit):
            return visit, None
        try:
            # A partial, for the worker must not import this module to find a function of it.
            reader = partial(parse, content_type=visit.content_type, url=visit.url)
            parsed = await self._worker.run(reader, visit.body, timeout=PARSE_SECONDS)
        except (FeedError, WorkerError) as error:
            return Refused("feed", str(error), status=visit.status, url=visit.url), None
        return visit, parsed

    async def _keep(self, feed: Feed, visit: Visit, parsed: ParsedFeed | None) -> None:
        now = int(self._now())
        drafts = self._drafts(feed, visit, parsed, now)
        new: list[ArticleId] = []
        try:
            async with self._store.transaction() as tx:
                known = await tx.articles.published_gaps(feed.id)
                saved = await tx.articles.add(feed, drafts, now)
                new += [article.id for article in saved.new]
                queued = await self._tell(tx, feed, saved, known, now)
                visited = self._record(feed, visit, parsed, saved, known, now)
                await tx.feeds.record(visited)
        except BaseException:  # a COMMIT can fail, too: nothing joins what was not kept
            self._grouper.discard(new)
            raise
        if news := news_of(feed, visited):
            log.info("%s", news)
        metrics.ARTICLES.inc(len(saved.new))
        metrics.QUEUED.inc(queued)
        if queued or saved.new or saved.edited:
            self._wake.set()

    def _drafts(
        self, feed: Feed, visit: Visit, parsed: ParsedFeed | None, now: Instant
    ) -> tuple[Draft, ...]:
        if parsed is None or not isinstance(visit, Fetched):
            return ()
        return drafts_of(
            parsed, url=visit.url, language=feed.language or parsed.language or "", now=now
        )

    def _record(
        self,
        feed: Feed,
        visit: Visit,
        parsed: ParsedFeed | None,
        saved: Saved,
        known: Sequence[Instant],
        now: Instant,
    ) -> FeedRecord:
        published = sorted((*known, *(article.published for article in saved.new)), reverse=True)
        visited = record(
            feed,
            visit,
            parsed=parsed,
            published=published[:20],
            now=now,
            floor=self._pace.floor,
            ceiling=self._pace.ceiling,
            rng=self._rng,
        )
        return replace(visited, publisher=feed.publisher)

    async def _tell(
        self, tx: Transaction, feed: Feed, saved: Saved, known: Sequence[Instant], now: Instant
    ) -> int:
        """group → match → queue, inside the transaction; the number of alerts that are new."""
        filed = [await self._file(tx, article, now) for article in saved.new]
        await tx.stories.note(
            [(f.story, f.article.id, m.topic, m.reason) for f in filed for m in f.matches]
        )
        loud = ringing(feed, saved.new, known, now)
        alerts: list[NewAlert] = []
        for f in filed:
            if f.article.id in loud:
                alerts += await self._owed(tx, f, feed, now)
        queued = await tx.outbox.queue(alerts, now) if alerts else 0
        changed = {f.story for f in filed} | {a.story for a in saved.edited if a.story is not None}
        if changed:
            await tx.outbox.refresh(sorted(changed), now)
        return queued

    async def _file(self, tx: Transaction, article: Article, now: Instant) -> Filed:
        placement = self._grouper.find(article, now)
        if placement is None:
            story = await tx.stories.create(article, now)
            metrics.STORIES.inc()
        else:
            story = placement.story
        filed = await tx.stories.file(article, story, now)
        self._grouper.add(article, story)
        matches = self._percolator.match(article)
        metrics.MATCHES.inc(len(matches))
        return Filed(article, story, filed.development, matches)

    async def _owed(
        self, tx: Transaction, filed: Filed, feed: Feed, now: Instant
    ) -> list[NewAlert]:
        """One alert a chat, however many of its topics match."""
        if not filed.matches:
            return []
        reasons: dict[TopicId, Reason] = {match.topic: match.reason for match in filed.matches}
        followers = await tx.topics.followers(list(reasons), feed.id, filed.story, now)
        owed: dict[int, NewAlert] = {}
        for topic, chat in followers:
            owed.setdefault(
                chat,
                NewAlert(
                    chat, filed.story, filed.development, topic, filed.article.id, reasons[topic]
                ),
            )
        return list(owed.values())


def same_body(feed: Feed, visit: Fetched) -> bool:
    """A 200 that repeats the last body is as good as a 304."""
    return feed.body_hash is not None and feed.body_hash == body_hash(visit.body)


def _result(visit: Visit, parsed: ParsedFeed | None) -> str:
    if isinstance(visit, Refused):
        return visit.kind
    return "new" if parsed is not None else "unmodified"
