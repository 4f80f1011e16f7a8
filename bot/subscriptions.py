"""Follow, unfollow, preview, add a feed: what people ask for, whichever way they ask.

In: a chat and what it wrote. Out: what is now so, or a `QueryError`, `FeedError` or `LimitReached`
whose sentence can be shown. Chat and command line share it, so it knows neither Telegram nor
terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from bot.asked import read_query
from bot.errors import FeedError, LimitReached
from bot.feeds.discover import discover
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import parse
from bot.kept import Kept
from bot.model import (
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
    StoryId,
    TopicId,
)
from bot.preview import PREVIEW_DAYS, Found, Preview, look_back
from bot.sources import source_of
from bot.store import Store
from bot.topics.match import Percolator
from bot.worker import Worker

__all__ = ["PREVIEW_DAYS", "AddedFeed", "Choices", "Followed", "Preview", "Subscriptions"]

MAX_TOPICS = 30
MAX_FEEDS = 50
_FRESH = 60  # seconds a preview is good for
_FEED_BYTES = 10_000_000


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
        self._seen: Kept[tuple[str, ChatId | None], tuple[Instant, Found]] = Kept(50)

    # ── topics ───────────────────────────────────────────────────────────────────────────────────

    async def preview(self, text: str, chat: ChatId | None) -> Preview:
        """The stories of the last seven days that a query is about, as this chat would see them.

        Raises QueryError.
        """
        query, now = read_query(text), int(self._now())
        found = await look_back(self._store, self._percolator, query, chat, now)
        self._seen.put((query.canonical, chat), (now, found))
        return found.preview

    async def _found(self, text: str, chat: ChatId) -> Found:
        """A tap on Follow mostly comes right after the preview, which is not made again then."""
        query, now = read_query(text), int(self._now())
        seen, found = self._seen.get((query.canonical, chat)) or (0, None)
        if found is not None and 0 <= now - seen < _FRESH:
            preview = replace(found.preview, query=query, label=query.label)
            return replace(found, preview=preview)
        return await look_back(self._store, self._percolator, query, chat, now)

    async def follow(self, chat: Chat, text: str) -> Followed:
        """Follow what the text asks for; raises QueryError or LimitReached (30 topics a chat)."""
        found = await self._found(text, chat.id)
        query, now = found.preview.query, int(self._now())
        async with self._store.transaction() as tx:
            topic = await tx.topics.ensure(query.canonical, now)
            known = await tx.topics.find(chat.id, topic)
            if known is None and len(await tx.topics.of_chat(chat.id)) >= MAX_TOPICS:
                raise LimitReached(
                    f"You follow {MAX_TOPICS} topics, which is the most. Unfollow one first.",
                    MAX_TOPICS,
                    "topics",
                )
            follow, created = await tx.topics.follow(chat.id, topic, query.label, now)
            await tx.stories.note([(story, a.id, topic, why) for story, (a, why) in found.matches])
        self._percolator.add(topic, query)
        return Followed(follow, created, found.preview)

    async def look_into(self, chat: Chat, text: str) -> tuple[TopicId, Preview]:
        """A topic to read about that nobody need follow; its stories are known by its number then.

        Raises QueryError.
        """
        found = await self._found(text, chat.id)
        query, now = found.preview.query, int(self._now())
        async with self._store.transaction() as tx:
            topic = await tx.topics.ensure(query.canonical, now)
            await tx.stories.note([(story, a.id, topic, why) for story, (a, why) in found.matches])
        return topic, found.preview

    async def follow_of(self, chat: Chat, text: str) -> Follow | None:
        """The chat's follow of what the text asks for, in whichever words; raises QueryError."""
        wanted = read_query(text).canonical
        follows = await self._store.topics.of_chat(chat.id)
        return next((follow for follow in follows if follow.query == wanted), None)

    async def follow_topic(self, chat: Chat, topic: TopicId) -> Followed | None:
        """Follow a topic that others follow already; None when there is no such topic."""
        known = await self._store.topics.get(topic)
        return await self.follow(chat, known.query) if known else None

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
        if chat is not None and len(await self._store.feeds.own(chat.id)) >= MAX_FEEDS:
            raise _too_many_feeds()
        urls = _addresses(address)
        for url in urls:
            known = await self._store.feeds.by_url(url)
            if known is not None:
                return await self._keep(chat, source_of(known), None)
        answer = await self._ask(urls)
        try:
            parsed = await self._parse(answer)
        except FeedError:
            return await self._discover(chat, answer.url)
        asked = urls[-1] if answer.url.startswith("http:") else urls[0]
        return await self._keep_new(chat, asked, answer, parsed)

    async def _discover(self, chat: Chat | None, url: str) -> AddedFeed | Choices:
        """The address is a page: look for the feeds it offers."""
        sources = await discover(self._fetcher, url, self._worker)
        if len(sources) > 1:
            return Choices(sources)
        if not sources:
            raise FeedError("There is no feed at this address.", "feed")
        answer = await self._ask([sources[0].url])
        parsed = await self._parse(answer)
        return await self._keep_new(chat, sources[0].url, answer, parsed)

    async def _ask(self, urls: Sequence[str]) -> Fetched:
        """The first that answers; raises FeedError with what the last one said."""
        answer: Fetched | Refused = Refused("url", "That is no address.")
        for url in urls:
            answer = await self._fetcher.page(url, limit=_FEED_BYTES)
            if isinstance(answer, Fetched) or answer.kind not in ("network", "timeout"):
                break
        if isinstance(answer, Refused):
            raise FeedError(answer.problem, answer.kind, answer.status)
        return answer

    async def _parse(self, answer: Fetched) -> ParsedFeed:
        return await self._worker.run(
            partial(parse, content_type=answer.content_type, url=answer.url), answer.body
        )

    async def _keep_new(
        self, chat: Chat | None, url: str, answer: Fetched, parsed: ParsedFeed
    ) -> AddedFeed:
        source = _source(url, answer, parsed)
        host = source.publisher
        named = [
            f.publisher for f in await self._store.feeds.visible(None) if _host(f.site) == host
        ]
        if named:  # the catalogue knows the publisher by name: it must not count as two
            source = replace(source, publisher=named[0])
        return await self._keep(chat, source, len(parsed.entries))

    async def _keep(self, chat: Chat | None, source: FeedSource, entries: int | None) -> AddedFeed:
        async with self._store.transaction() as tx:
            known = await tx.feeds.by_url(source.url)
            if chat is not None and known is not None and known.public:
                return AddedFeed(known, False)  # everyone's already: nothing to own or to remove
            feed, created = await tx.feeds.add(
                source,
                now=int(self._now()),
                public=chat is None,
                chat=chat.id if chat else None,
            )
            # Again, for several may be on their way at once.
            if chat is not None and len(await tx.feeds.own(chat.id)) > MAX_FEEDS:
                raise _too_many_feeds()
        return AddedFeed(feed, created, entries)

    async def remove_feed(self, chat: Chat, feed: FeedId) -> bool:
        """Drop one of the chat's own feeds; False when it has no such feed."""
        async with self._store.transaction() as tx:
            return await tx.feeds.drop(feed, chat.id)


def _too_many_feeds() -> LimitReached:
    return LimitReached(
        f"You have {MAX_FEEDS} feeds of your own, which is the most. Remove one first.",
        MAX_FEEDS,
        "feeds",
    )


def _addresses(text: str) -> list[str]:
    """What a person pastes may lack a scheme, or have `feed:`; the addresses to try, in order."""
    address = text.strip().strip("<>").removeprefix("feed:").removeprefix("//")
    if not address or any(c.isspace() for c in address):
        raise FeedError(
            "Send the address of one feed or page, such as https://example.org/news", "words"
        )
    return [address] if "://" in address else [f"https://{address}", f"http://{address}"]


def _source(url: str, answer: Fetched, parsed: ParsedFeed) -> FeedSource:
    site = parsed.link or answer.url
    language = (parsed.language or "").partition("-")[0].lower()
    return FeedSource(
        answer.moved_to or url,
        title=parsed.title or _host(url),
        publisher=_host(site) or _host(url),
        site=site,
        language=language if len(language) == 2 else "",
    )


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
