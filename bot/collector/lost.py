"""Feeds that are lost: where they may be now, and word left for those who use them.

In: feeds that are dead, or have had the same trouble for a week. Out: a notice for each, once, with
the address of the feed that their site offers instead, if it offers one. It changes no feed and
sends nothing itself.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from urllib.parse import urljoin

from bot.errors import FeedError, StoreError, WorkerError
from bot.feeds.discover import discover
from bot.feeds.fetch import FEED_LIMIT, Fetcher
from bot.feeds.parse import parse
from bot.model import Clock, Feed, Fetched
from bot.store import Store
from bot.worker import Worker

log = logging.getLogger(__name__)

PERIOD = 300.0  # seconds between two looks
LONG = 7 * 86400  # of the same trouble
_AT_A_LOOK = 3
_TRIED = 3  # feeds of a site


class Lost:
    """Finds lost feeds, one look at a time."""

    def __init__(self, store: Store, fetcher: Fetcher, worker: Worker, now: Clock) -> None:
        self._store = store
        self._fetcher = fetcher
        self._worker = worker
        self._now = now

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and then until `stop`."""
        while not stop.is_set():
            try:
                await self.look()
            except StoreError as error:
                log.warning("lost feeds are looked for later: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD):
                    await stop.wait()

    async def look(self) -> None:
        """Leave word of the few that are lost for longest. Raises StoreError."""
        for feed in await self._store.feeds.ailing(self._now() - LONG, _AT_A_LOOK):
            address = await self._elsewhere(feed)
            async with self._store.transaction() as tx:
                await tx.feeds.leave_word(feed.id, address, self._now())

    async def _elsewhere(self, feed: Feed) -> str:
        """The address of another feed of its site that can be read; "" for none."""
        for place in dict.fromkeys((feed.site, urljoin(feed.url, "/"))):
            if not place:
                continue
            try:
                offered = await discover(self._fetcher, place, self._worker)
            except FeedError:
                continue
            for source in offered[:_TRIED]:
                if _bare(source.url) != _bare(feed.url) and await self._is_feed(source.url):
                    return source.url
        return ""

    async def _is_feed(self, url: str) -> bool:
        answer = await self._fetcher.page(url, FEED_LIMIT)
        if not isinstance(answer, Fetched):
            return False
        reader = partial(parse, content_type=answer.content_type, url=answer.url)
        try:
            await self._worker.run(reader, answer.body)
        except (FeedError, WorkerError):
            return False
        return True


def _bare(url: str) -> str:
    return url.partition("://")[2].rstrip("/")
