"""Hub and bot on 127.0.0.1, with everything real but the press: what sites say is a table.

The clock stands until it is moved; hubs are asked when a test looks.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from bot.callbacks import Callbacks
from bot.collector.hubs import Hubs, settle
from bot.collector.pushes import Pushes
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Feed
from bot.model.collect import Subscription
from bot.web import Health, Web
from tests.feeds.line import Line, a_line, rss
from tests.hub import Hub, a_hub

FLOOR = 900


class Desk:
    """`feed` is what is read of `The Daily`, whose hub is `hub`."""

    def __init__(self, line: Line, hub: Hub, fetcher: Fetcher) -> None:
        self.line = line
        self.store = line.store
        self.hub = hub
        self.fetcher = fetcher
        self.address = ""
        numbers = count(1)
        self.token = lambda: f"token-of-the-test-{next(numbers):04}"

    def clock(self) -> float:
        return self.line.now

    def begin(self) -> None:
        """A life of the bot: what it had in memory is gone."""
        self.hubs = Hubs(
            self.store, self.fetcher, address=self.address + "/push/", floor=FLOOR,
            now=self.clock, rng=random.Random(1), token=self.token,
        )  # fmt: skip
        self.pushes = Pushes(
            self.store, self.hubs, self.line.pipeline.take, floor=FLOOR,
            now=self.clock, rng=random.Random(1),
        )  # fmt: skip

    async def read(self) -> int:
        """Hand on what has come; how much that was."""
        number = 0
        while self.pushes.waiting:
            await self.pushes.hand_on()
            number += 1
        return number

    async def look(self, later: float = 0) -> None:
        """The clock goes on, and hubs are asked for what is due."""
        self.line.now += later
        self.hubs._swept = 0.0
        await self.hubs.look()

    async def daily(self, *titles: str) -> Feed:
        """A feed that has been visited, and named its hub."""
        feed = await self.line.feed("daily")
        return await self.line.visit(feed, self.document(feed, *titles or ("One",)), etag='"1"')

    def document(self, feed: Feed, *titles: str, first: int = 0) -> bytes:
        return rss(*titles, head=self.hub.links(feed.url), first=first)

    async def subscribed(self, *titles: str) -> Feed:
        """The same, and the hub has verified that we mean it."""
        feed = await self.daily(*titles)
        before = len(self.hub.verified)
        await self.look()
        await self.hub.until(lambda: len(self.hub.verified) > before)
        return await self.line.known(feed)

    async def one(self) -> Subscription:
        """The only subscription there is."""
        (one,) = await self.store.pushes.due(2**40, 9)
        return one

    async def titles(self) -> set[str]:
        return {article.title for article in await self.line.articles()}

    async def remove(self, feed: Feed) -> None:
        async with self.store.transaction() as tx:
            await tx.feeds.remove(feed.id)


@asynccontextmanager
async def a_desk(folder: Path, seconds: float = 10.0) -> AsyncIterator[Desk]:
    async with a_line(folder, FLOOR) as line, a_hub() as hub:
        fetcher = Fetcher(Guard((hub.door,)), contact="", now=lambda: line.now)
        async with fetcher:
            desk = Desk(line, hub, fetcher)
            desk.begin()
            web = Web(
                "127.0.0.1", 0, probe=_well, now=desk.clock,
                more=[Callbacks("", _Now(desk), seconds=seconds).add_to],
            )  # fmt: skip
            desk.address = await web.start()
            desk.begin()
            await settle(line.store, desk.address, FLOOR, int(line.now))
            try:
                yield desk
            finally:
                await web.stop()


class _Now:
    """Whoever hears hubs in this life."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> object:
        return getattr(self._desk.pushes, name)


async def _well() -> Health:
    return Health(store_writable=True, courier_alive=True)
