"""Follow, unfollow, preview, add a feed: what people ask for, whichever way they ask.

In: a chat and what it wrote. Out: what is now so, or a `QueryError`, `FeedError` or `LimitReached`
whose sentence can be shown. Chat and command line share it, so it knows neither Telegram nor
terminals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from bot.errors import FeedError, LimitReached
from bot.feeds.discover import discover
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import parse
from bot.model import (
    Article,
    ArticleId,
    Chat,
    ChatId,
    Clock,
    Feed,
    FeedId,
    FeedSource,
    Fetched,
    Follow,
    Instant,
    ParsedFeed,
    Refused,
    Story,
    StoryId,
    TopicId,
)
from bot.sources import source_of
from bot.store import Store
from bot.topics.match import Percolator
from bot.topics.query import Query, parse_query
from bot.visible import told_by
from bot.worker import Worker

DAY = 86400
PREVIEW_DAYS = 7
EXAMPLES = 3
MAX_TOPICS = 30
MAX_FEEDS = 50
_FEED_BYTES = 10_000_000
_BREATH = 50  # articles looked at before others get their turn


@dataclass(frozen=True, slots=True)
class Preview:
    """What following would have brought lately; `days` is how far back the articles go, 1 to 7."""

    query: Query
    label: str
    stories: int
    per_day: float
    examples: tuple[Story, ...] = ()  # the latest, newest first
    days: int = PREVIEW_DAYS


@dataclass(frozen=True, slots=True)
class Followed:
    follow: Follow
    created: bool
    preview: Preview


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """`entries` is what the feed offers now; None where it was known and not asked again."""

    feed: Feed
    created: bool
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """A page that offers several feeds; adding one of the addresses settles it."""

    sources: tuple[FeedSource, ...]


class Subscriptions:
    """What chats follow and read; `percolator` is the one that the pipeline matches with."""

    def __init__(
        self, store: Store, percolator: Percolator, fetcher: Fetcher, worker: Worker, now: Clock
    ) -> None:
        self._store = store
        self._percolator = percolator
        self._fetcher = fetcher
        self._worker = worker
        self._now = now

    # ── topics ───────────────────────────────────────────────────────────────────────────────────

    async def preview(self, text: str, chat: ChatId | None) -> Preview:
        """The stories of the last seven days that a query is about, as this chat would see them.

        Raises QueryError.
        """
        query = parse_query(text)
        now = int(self._now())
        recent = await self._store.articles.recent(since=now - PREVIEW_DAYS * DAY, viewer=chat)
        newest: dict[StoryId, Article] = {}
        for count, article in enumerate(recent, 1):
            if count % _BREATH == 0:
                await asyncio.sleep(0)
            if article.story is None or article.story in newest:
                continue
            if self._percolator.explain(query, article):
                newest[article.story] = article
        days = _days(recent, now)
        examples = await self._examples(newest, {article.id for article in recent})
        return Preview(query, query.label, len(newest), len(newest) / days, examples, days)

    async def _examples(
        self, newest: dict[StoryId, Article], visible: set[ArticleId]
    ) -> tuple[Story, ...]:
        """The latest stories, told by an article that this chat may see."""
        latest = sorted(newest, key=lambda story: newest[story].published, reverse=True)[:EXAMPLES]
        stories = {story.id: story for story in await self._store.stories.many(latest)}
        return tuple(
            stories[story]
            if stories[story].lead in visible
            else told_by(stories[story], newest[story])
            for story in latest
            if story in stories
        )

    async def follow(self, chat: Chat, text: str) -> Followed:
        """Follow what the text asks for; raises QueryError or LimitReached (30 topics a chat)."""
        preview = await self.preview(text, chat.id)
        return await self._follow(chat, preview)

    async def follow_topic(self, chat: Chat, topic: TopicId) -> Followed | None:
        """Follow a topic that others follow already; None when there is no such topic."""
        known = await self._store.topics.get(topic)
        return await self.follow(chat, known.query) if known else None

    async def _follow(self, chat: Chat, preview: Preview) -> Followed:
        now = int(self._now())
        async with self._store.transaction() as tx:
            topic = await tx.topics.ensure(preview.query.canonical, now)
            known = await tx.topics.find(chat.id, topic)
            if known is None and len(await tx.topics.of_chat(chat.id)) >= MAX_TOPICS:
                raise LimitReached(
                    f"You follow {MAX_TOPICS} topics, which is the most. Unfollow one first.",
                    MAX_TOPICS,
                )
            follow, created = await tx.topics.follow(chat.id, topic, preview.label, now)
        self._percolator.add(topic, preview.query)
        return Followed(follow, created, preview)

    async def unfollow(self, chat: Chat, topic: TopicId) -> Follow | None:
        """What was followed, for an Undo; None when it was not. Nothing more is owed for it."""
        async with self._store.transaction() as tx:
            follow = await tx.topics.find(chat.id, topic)
            if follow is None or not await tx.topics.unfollow(chat.id, topic):
                return None
            await tx.outbox.close_for(chat.id, topic=topic)
            lonely = all(other.id != topic for other in await tx.topics.all())
        if lonely:
            self._percolator.remove(topic)
        return follow

    async def mute(self, chat: Chat, topic: TopicId, until: Instant | None) -> bool:
        """Nothing of a topic until then; None ends it. False when the chat does not follow it."""
        async with self._store.transaction() as tx:
            known = await tx.topics.mute(chat.id, topic, until)
            if known and until is not None:
                await tx.outbox.close_for(chat.id, topic=topic)
        return known

    async def mute_story(self, chat: Chat, story: StoryId, until: Instant) -> None:
        """Nothing more of one story until then."""
        async with self._store.transaction() as tx:
            await tx.stories.mute(chat.id, story, until)
            await tx.outbox.close_for(chat.id, story=story)

    async def topics(self, chat: Chat) -> list[Follow]:
        return await self._store.topics.of_chat(chat.id)

    # ── feeds ────────────────────────────────────────────────────────────────────────────────────

    async def add_feed(self, chat: Chat | None, address: str) -> AddedFeed | Choices:
        """Add the feed at an address, or behind a page; for everyone when `chat` is None.

        The feed is due at once, and its first visit rings nobody. Raises FeedError or LimitReached
        (50 feeds a chat).
        """
        await self._check_room(chat)
        url = _address(address)
        known = await self._store.feeds.by_url(url)
        if known is not None:
            return await self._keep(chat, source_of(known), None)
        answer = await self._fetcher.page(url, limit=_FEED_BYTES)
        if isinstance(answer, Refused):
            raise FeedError(answer.problem)
        try:
            parsed = await self._parse(answer)
        except FeedError:
            return await self._discover(chat, url)
        return await self._keep(chat, _source(url, answer, parsed), len(parsed.entries))

    async def _discover(self, chat: Chat | None, url: str) -> AddedFeed | Choices:
        """The address is a page: look for the feeds it offers."""
        sources = await discover(self._fetcher, url, self._worker)
        if len(sources) > 1:
            return Choices(sources)
        if not sources:
            raise FeedError("There is no feed at this address.")
        answer = await self._fetcher.page(sources[0].url, limit=_FEED_BYTES)
        if isinstance(answer, Refused):
            raise FeedError(answer.problem)
        parsed = await self._parse(answer)
        return await self._keep(chat, _source(sources[0].url, answer, parsed), len(parsed.entries))

    async def _parse(self, answer: Fetched) -> ParsedFeed:
        return await self._worker.run(
            partial(parse, content_type=answer.content_type, url=answer.url), answer.body
        )

    async def _keep(self, chat: Chat | None, source: FeedSource, entries: int | None) -> AddedFeed:
        async with self._store.transaction() as tx:
            feed, created = await tx.feeds.add(
                source,
                now=int(self._now()),
                public=chat is None,
                chat=chat.id if chat else None,
            )
        return AddedFeed(feed, created, entries)

    async def _check_room(self, chat: Chat | None) -> None:
        if chat is not None and len(await self._store.feeds.own(chat.id)) >= MAX_FEEDS:
            raise LimitReached(
                f"You have {MAX_FEEDS} feeds of your own, which is the most. Remove one first.",
                MAX_FEEDS,
            )

    async def remove_feed(self, chat: Chat, feed: FeedId) -> bool:
        """Drop one of the chat's own feeds; False when it has no such feed."""
        async with self._store.transaction() as tx:
            return await tx.feeds.drop(feed, chat.id)


def _days(recent: Sequence[Article], now: Instant) -> int:
    """How many days the articles span, 1 to 7: a young archive must not look like a quiet topic."""
    oldest = min((article.published for article in recent), default=now)
    return min(PREVIEW_DAYS, max(1, -(-(now - oldest) // DAY)))


def _address(text: str) -> str:
    """What a person pastes: a scheme may be missing, or be `feed:`."""
    address = text.strip().strip("<>").removeprefix("feed:").removeprefix("//")
    if not address or any(c.isspace() for c in address):
        raise FeedError("Send the address of one feed or page, such as https://example.org/news")
    return address if "://" in address else f"https://{address}"


def _source(url: str, answer: Fetched, parsed: ParsedFeed) -> FeedSource:
    title = parsed.title or urlsplit(url).hostname or url
    language = (parsed.language or "").partition("-")[0].lower()
    return FeedSource(
        answer.moved_to or url,
        title=title,
        publisher=title,
        site=parsed.link or "",
        language=language if len(language) == 2 else "",
    )
