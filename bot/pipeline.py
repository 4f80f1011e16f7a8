"""due → fetch → parse → save → group → match → queue: the product on one page.

In: feeds that are due. Out: rows in the outbox, and `wake` is set. The network and the parser come
first; then save…queue is ONE transaction, so an article is never stored without its alerts and an
alert never exists without its article (docs/decisions/0001-delivery.md). A document with much news
takes several such transactions; the feed's validators come with the last, so what a crash left out
is asked for again. Only the order of steps is decided here; each step is decided in its own room,
when to visit in `rounds`. Knows nothing of Telegram.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace

from bot import metrics
from bot.collector.lost import Lost
from bot.collector.mending import mend
from bot.collector.owed import Filed, queue
from bot.collector.rounds import Rounds
from bot.collector.visits import Brought, Pace, Pushed, Visits
from bot.errors import StoreError
from bot.feeds.entries import drafts as drafts_of
from bot.feeds.fetch import Fetcher
from bot.feeds.flood import as_if_visited, ringing
from bot.feeds.health import news_of
from bot.feeds.heard import heard
from bot.feeds.helpings import helpings
from bot.feeds.lines import Lines
from bot.feeds.naming import named
from bot.feeds.schedule import record
from bot.feeds.websub import came_by_ping, offered
from bot.model import (
    Article,
    ArticleId,
    Clock,
    Draft,
    Feed,
    FeedId,
    FeedRecord,
    Instant,
    Saved,
    StoryId,
)
from bot.store import Store, Transaction
from bot.stories.cluster import Beginning, Grouper
from bot.topics.match import Percolator
from bot.worker import Worker

__all__ = ["Pace", "Pipeline"]

log = logging.getLogger(__name__)

HELPING = 10  # new articles in one transaction: answers to people wait for no more than that


@dataclass(slots=True)
class Harvest:
    """What a visit brought."""

    feed: Feed
    met: Feed  # the same, as it is judged by how much it brings
    brought: Brought
    now: Instant
    drafts: Sequence[Draft]
    known: Sequence[Instant]  # when the feed's latest articles were published, before this visit
    new: int  # entries that the feed has never shown
    published: list[Instant] = field(default_factory=list)  # of what is stored so far


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
        restored: Instant = 0,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._grouper = grouper
        self._percolator = percolator
        self._pace = pace
        self._wake = wake
        self._now = now
        self._rng = rng
        self._restored = restored
        self._turn = asyncio.Lock()
        self._lost = Lost(store, fetcher, worker, now)
        self._visits = Visits(store, fetcher, worker, pace=pace, now=now, rng=rng)
        self.last_visit: Instant | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Visit feeds as they fall due until `stop` is set; then let those visits end that can."""
        rounds = Rounds(
            self._store,
            self._visit,
            Lines(self._fetcher.line_of),
            self._visits.outage,
            settle=self._visits.settle,
            hold=self._pace.floor,
            now=self._now,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(rounds.run(stop), name="rounds")
            tasks.create_task(self._lost.run(stop), name="lost feeds")

    async def _visit(self, feed: Feed) -> None:
        with metrics.VISIT_SECONDS.time():
            await self._alone(feed.id, self.visit(feed))

    async def take(self, pushed: Pushed) -> None:
        """What a hub sent goes the same way as what a visit brings."""
        await self._alone(pushed.feed, self._read(pushed))

    async def _alone(self, feed: FeedId, work: Awaitable[None]) -> None:
        try:
            await work
        except StoreError as error:  # nothing of the visit is kept; it is made again
            log.warning("what feed %s says could not be stored: %s", feed, error)
        except Exception:
            # One feed fails alone: its next visit is set already, the others go on.
            metrics.ERRORS.labels("pipeline").inc()
            log.exception("visit to feed %s failed", feed)

    async def visit(self, feed: Feed) -> None:
        """Take one feed through the line."""
        brought = await self._visits.make(feed)
        if brought is not None:
            await self._keep(brought)
        self.last_visit = int(self._now())

    async def _read(self, pushed: Pushed) -> None:
        brought = await self._visits.read(pushed)
        if brought is not None:
            await self._keep(brought)

    async def _keep(self, brought: Brought) -> None:
        """Store the visit, a helping at a time; the feed is told that we know it with the last."""
        now, parsed = int(self._now()), brought.parsed
        feed = named(brought.feed, parsed)
        drafts = drafts_of(
            parsed, url=brought.visit.url, language=feed.language or parsed.language or "", now=now
        )
        new = await self._store.articles.unseen(feed.id, drafts)
        harvest = await self._harvest(Harvest(feed, feed, brought, now, drafts, (), len(new)))
        *most, last = helpings(drafts, new, HELPING)
        for helping in most:
            await self._serve(harvest, helping)
        await self._serve(harvest, last, last=True)

    async def _harvest(self, harvest: Harvest) -> Harvest:
        """With what its feed brought before; for what is pushed, before the last possible visit."""
        feed = harvest.feed
        if harvest.brought.pushed is None:
            known = await self._store.articles.published_gaps(feed.id)
            return replace(harvest, known=known)
        met = as_if_visited(feed, harvest.now, self._pace.floor)
        fresh, known = await self._store.pushes.window(feed.id, met.last_success or 0)
        return replace(harvest, met=met, known=known, new=harvest.new + fresh)

    async def _serve(
        self, harvest: Harvest, helping: Sequence[Draft], *, last: bool = False
    ) -> None:
        """save → group → match → queue in one transaction, and the visit itself with the last."""
        feed, now = harvest.feed, harvest.now
        new: list[ArticleId] = []
        visited: FeedRecord | None = None
        mended: Sequence[tuple[StoryId, StoryId]] = ()
        try:
            # One of us at a time: whoever else writes waits for one helping, not for all visits.
            async with self._turn, self._store.transaction() as tx:
                saved = await tx.articles.add(feed, helping, now, among=harvest.drafts)
                new += [article.id for article in saved.new]
                queued = await self._tell(tx, harvest, saved)
                mended = await mend(tx, self._grouper, now)
                harvest.published += [article.published for article in saved.new]
                if last:
                    visited = await self._close(tx, harvest)
        except BaseException:  # a COMMIT can fail, too: nothing joins what was not kept
            self._grouper.discard(new)
            raise
        for keep, gone in mended:
            self._grouper.merge(keep, gone)
        if visited and (news := news_of(feed, visited)):
            log.info("%s", news)
        metrics.ARTICLES.inc(len(saved.new))
        if queued:
            metrics.QUEUED.inc(queued)
        if queued or saved.new or saved.edited:
            self._wake.set()

    async def _close(self, tx: Transaction, harvest: Harvest) -> FeedRecord | None:
        """The visit itself; what was pushed tells nothing of the next one's validators."""
        feed, brought = harvest.feed.id, harvest.brought
        if pushed := brought.pushed:
            await tx.pushes.kept(feed, harvest.now, pushed.hastened, pushed.before)
            if brought.pieces:
                await tx.feeds.keep_pieces(feed, brought.pieces)
            return None
        visited = self._record(harvest)
        await tx.feeds.record(visited)
        return visited

    def _record(self, harvest: Harvest) -> FeedRecord:
        feed, brought = harvest.feed, harvest.brought
        published = sorted((*harvest.known, *harvest.published), reverse=True)
        visited = record(
            feed,
            brought.visit,
            parsed=brought.parsed,
            published=published[:20],
            missed=harvest.new > 0 and not came_by_ping(feed),
            now=harvest.now,
            floor=self._pace.floor,
            ceiling=self._pace.ceiling,
            rng=self._rng,
        )
        offer = offered(brought.visit, brought.parsed, public=feed.public)
        return replace(
            visited,
            publisher=feed.publisher,
            pieces=brought.pieces,
            hub=offer.hub if offer else "",
            topic=offer.topic if offer else "",
        )

    async def _tell(self, tx: Transaction, harvest: Harvest, saved: Saved) -> int:
        """group → match → queue, inside the transaction; the number of alerts that are new."""
        feed, now = harvest.feed, harvest.now
        filed = [await self._file(tx, article, now) for article in saved.new]
        await tx.stories.note(
            [(f.story.id, f.article.id, m.topic, m.reason) for f in filed for m in f.matches]
        )
        loud = ringing(harvest.met, saved.new, harvest.known, now, among=harvest.new)
        loud -= heard(feed, saved.new, self._restored, now)
        news = [f for f in filed if f.article.id in loud and not f.comment]
        queued = await queue(tx, news, saved.edited, now)
        changed = {f.story.id for f in filed} | {
            a.story for a in saved.edited if a.story is not None
        }
        if changed:
            await tx.outbox.refresh(sorted(changed), now)
        await tx.stories.retitled([a.id for a in saved.edited], now)
        return queued

    async def _file(self, tx: Transaction, article: Article, now: Instant) -> Filed:
        placement = self._grouper.find(article, now)
        if isinstance(placement, Beginning):
            story = await tx.stories.create(article, now)
            if placement.follows is not None:
                await tx.stories.follows(story, placement.follows, placement.fresh, now)
            metrics.STORIES.inc()
        else:
            story = placement.story
        filed = await tx.stories.file(article, story, now, carries=placement.carries)
        self._grouper.add(article, story)
        matches = self._percolator.match(article)
        metrics.MATCHES.inc(len(matches))
        begun = placement if isinstance(placement, Beginning) else None
        comment = begun is not None and begun.comment and begun.follows is not None
        return Filed(article, filed, matches, comment)
