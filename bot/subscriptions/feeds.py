"""What chats follow and read: topics are in `following`, the feeds of a chat are here.

In: a chat and what it wrote. Out: what is now so, or a `QueryError`, `FeedError` or `LimitReached`
whose sentence can be shown. Chat and command line share it, so it knows neither Telegram nor
terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from bot.collector.sources import source_of
from bot.errors import FeedError, LimitReached
from bot.feeds.discover import discover
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import parse
from bot.model import Chat, Clock, Feed, FeedId, FeedSource, Fetched, ParsedFeed, Refused
from bot.store import Store
from bot.subscriptions.following import Change, Followed, Following, Sample
from bot.subscriptions.one_story import MAX_TOPICS
from bot.subscriptions.preview import PREVIEW_DAYS, Preview
from bot.topics.match import Percolator
from bot.worker import Worker

__all__ = [
    "MAX_TOPICS", "PREVIEW_DAYS", "AddedFeed", "Change", "Choices", "Followed", "Preview", "Sample",
    "Subscriptions",
]  # fmt: skip

MAX_FEEDS = 50
_FEED_BYTES = 10_000_000


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


class Subscriptions(Following):
    """What chats follow and read; `percolator` is the one that the pipeline matches with."""

    def __init__(
        self, store: Store, percolator: Percolator, fetcher: Fetcher, worker: Worker, now: Clock
    ) -> None:
        super().__init__(store, percolator, now)
        self._fetcher = fetcher
        self._worker = worker

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
