"""The collector with everything real but the network: what sites say is a table.

`Sites.say` sets what an address answers; `Line.visit` takes a feed through the line once;
`Line.run` lets the collector run until a condition holds. The clock stands until it is moved.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from bot.feeds.fetch import Fetcher
from bot.model import Article, Feed, FeedSource, Fetched, NotModified, Refused, Visit
from bot.pipeline import Pace, Pipeline
from bot.store import Store, open_store
from bot.stories.cluster import Grouper
from bot.topics.match import Percolator
from bot.topics.query import parse_query
from bot.worker import Worker
from tests.desk import NOW, InlineWorker

HOUR, DAY = 3600, 86400
Answer = Visit | Callable[[Feed], Awaitable[Visit]]


class Sites:
    """A fetcher whose web is a table."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.default: Answer = Refused("network", "The server could not be reached.")
        self.asked: list[str] = []

    def say(self, url: str, answer: Answer | bytes, **more: object) -> None:
        made = Fetched(url, answer, "text/xml") if isinstance(answer, bytes) else answer
        if more and isinstance(made, Fetched):
            made = Fetched(url, made.body, "text/xml", **more)  # type: ignore[arg-type]
        self.answers[url] = made

    async def visit(self, feed: Feed) -> Visit:
        self.asked.append(feed.url)
        answer = self.answers.get(feed.url, self.default)
        return await answer(feed) if callable(answer) else answer

    async def page(self, url: str, limit: int = 0) -> Fetched | Refused:
        self.asked.append(url)
        answer = self.answers.get(url, self.default)
        return answer if isinstance(answer, (Fetched, Refused)) else Refused("status", "No.", 404)

    def line_of(self, feed: Feed) -> str:
        return urlsplit(feed.url).hostname or ""


class Line:
    def __init__(self, store: Store, floor: int = 900) -> None:
        self.store = store
        self.sites = Sites()
        self.now = float(NOW)
        self.percolator = Percolator()
        self.pipeline = Pipeline(
            store,
            cast(Fetcher, self.sites),
            cast(Worker, InlineWorker()),
            Grouper(),
            self.percolator,
            pace=Pace(floor, DAY),
            wake=asyncio.Event(),
            now=lambda: self.now,
            rng=random.Random(1),
        )

    async def feed(self, name: str = "daily", host: str = "", owner: int | None = None) -> Feed:
        source = FeedSource(
            f"https://{host or name + '.example'}/{name}", name.title(), name.title()
        )
        async with self.store.transaction() as tx:
            chat = None
            if owner is not None:
                chat = (await tx.chats.ensure(owner, 0, "private", "en", self.now)).id
            feed, _ = await tx.feeds.add(source, now=self.now, public=owner is None, chat=chat)
        return feed

    async def follow(self, query: str) -> None:
        """A reader who is rung for the topic."""
        async with self.store.transaction() as tx:
            reader = await tx.chats.ensure(7, 0, "private", "en", self.now)
            topic = await tx.topics.ensure(query, self.now)
            await tx.topics.follow(reader.id, topic, query, self.now)
        self.percolator.add(topic, parse_query(query))

    async def visit(self, feed: Feed, answer: Answer | bytes | None = None, **more: object) -> Feed:
        """One visit, written down; the feed as it is stored then."""
        if answer is not None:
            self.sites.say((await self.known(feed)).url, answer, **more)
        await self.pipeline.visit(await self.known(feed))
        await self.pipeline._visits.settle()
        return await self.known(feed)

    async def known(self, feed: Feed) -> Feed:
        found = await self.store.feeds.get(feed.id)
        assert found is not None
        return found

    async def articles(self) -> list[Article]:
        return await self.store.articles.recent(since=0)

    async def owed(self) -> int:
        return (await self.store.outbox.stats(self.now)).waiting

    async def run(self, until: Callable[[], Awaitable[bool]], step: float = 0.0) -> None:
        """Let the collector run; the clock goes on by `step` at every look."""
        stop = asyncio.Event()
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(self.pipeline.run(stop))
            while not await until():
                self.now += step
                await asyncio.sleep(0.01)
            stop.set()


@asynccontextmanager
async def a_line(folder: Path, floor: int = 900) -> AsyncIterator[Line]:
    async with await open_store(f"sqlite:///{folder}/news.db", now=lambda: NOW) as store:
        yield Line(store, floor)


def rss(*titles: str, head: str = "", first: int = 0, dated: bool = True) -> bytes:
    """Entries with guids by number, the newest first."""
    items = "".join(
        f"<item><guid>g{n}</guid><title>{title}</title><link>https://daily.example/{n}</link>"
        + (f"<pubDate>{_date(NOW - 600 * place)}</pubDate>" if dated else "")
        + "</item>"
        for place, (n, title) in enumerate(
            zip(range(first + len(titles), first, -1), titles, strict=True)
        )
    )
    return (
        f'<rss version="2.0"><channel><title>The Daily</title><link>https://daily.example/</link>'
        f"{head}{items}</channel></rss>"
    ).encode()


def _date(at: float) -> str:
    from email.utils import formatdate

    return formatdate(at, usegmt=True)


OK = NotModified()
