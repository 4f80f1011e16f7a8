"""What the tests of the services share: a real store, a web that is a table, no process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.model import Article, Chat, Draft, Feed, FeedSource, Fetched, Refused, StoryId
from bot.store import Store

NOW = 1_770_000_000
DAY = 86400


class TableWeb:
    """A fetcher whose web is a table of pages; it counts what it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Fetched | Refused] = {}
        self.asked: list[str] = []

    def put(self, url: str, body: str, content_type: str = "text/html", **more: Any) -> None:
        self.pages[url] = Fetched(more.pop("at", url), body.encode(), content_type, **more)

    async def page(self, url: str, limit: int = 2_000_000) -> Fetched | Refused:
        self.asked.append(url)
        return self.pages.get(url, Refused("network", "The server cannot be reached."))


class InlineWorker:
    """Runs what it is given here and now."""

    async def run(self, func: Callable[..., Any], *args: Any, **_: Any) -> Any:
        return func(*args)


def rss(title: str = "The Daily", *titles: str, site: str = "https://daily.example/") -> str:
    items = "".join(
        f"<item><title>{t}</title><link>{site}{n}</link><guid>{n}</guid></item>"
        for n, t in enumerate(titles)
    )
    return (
        f'<rss version="2.0"><channel><title>{title}</title><link>{site}</link>'
        f"<language>en-GB</language>{items}</channel></rss>"
    )


async def chat(store: Store, telegram: int = 1) -> Chat:
    async with store.transaction() as tx:
        return await tx.chats.ensure(telegram, 0, "private", "en", now=NOW)


async def feed(store: Store, name: str, owner: Chat | None = None) -> Feed:
    source = FeedSource(f"https://{name}.example/rss", name.title(), name.title(), "", "", "en")
    async with store.transaction() as tx:
        made, _ = await tx.feeds.add(
            source, now=NOW, public=owner is None, chat=owner.id if owner else None
        )
    return made


async def article(
    store: Store,
    of: Feed,
    title: str,
    *,
    story: StoryId | None = None,
    summary: str = "",
    text: str = "",
    age: int = 3600,
    language: str = "en",
) -> Article:
    """One article stored and filed, in a story of its own unless one is named."""
    key = title.lower().replace(" ", "-")
    link = f"https://{of.publisher.lower()}.example/{key}"
    draft = Draft(key, None, title, link, summary, text, NOW - age, None, language)
    async with store.transaction() as tx:
        (saved,) = (await tx.articles.add(of, [draft], NOW)).new
        filed = story or await tx.stories.create(saved, NOW)
        await tx.stories.file(saved, filed, NOW)
    stored = await store.articles.get(saved.id)
    assert stored is not None
    return stored
