"""When which feed is visited: a bounded number at a time, few of them at one host.

In: the store's due times, and what makes a visit. Out: visits. It knows neither what a feed says
nor how it is asked; a visit is expected to see to its own errors.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from bot.errors import StoreError
from bot.feeds.lines import Lines
from bot.feeds.outage import Outage
from bot.model import Clock, Feed, FeedId
from bot.store import Store

log = logging.getLogger(__name__)

IN_FLIGHT = 20  # more only lengthens the loop's lag; throughput does not rise
STORE_TROUBLE = 5.0  # seconds until a full disk is tried again
PROBES, PROBE_SECONDS = 2, 10.0  # while our own network is down: so many feeds, so often …
PUT_OFF = 60.0  # … and the others so much later: they are not overdue, they cannot be asked
LEAVE_SECONDS = 5.0  # for visits under way; a slow site takes 30, as long as systemd waits for us


class Rounds:
    """`settle` writes down visits; `hold`: seconds until one that never ended is tried again."""

    def __init__(
        self,
        store: Store,
        visit: Callable[[Feed], Coroutine[Any, Any, None]],
        lines: Lines,
        outage: Outage,
        *,
        settle: Callable[[], Coroutine[Any, Any, None]],
        hold: float,
        now: Clock,
    ) -> None:
        self._store = store
        self._visit = visit
        self._lines = lines
        self._outage = outage
        self._settle = settle
        self._hold = hold
        self._now = now
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._visiting: dict[FeedId, asyncio.Task[None]] = {}
        self._blocked = False

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
        with suppress(StoreError):
            await self._settle()

    async def _round(self, visits: asyncio.TaskGroup) -> float:
        """Set out for what is due; seconds until the next look.

        Never more than one: a feed that was just added is due at once, and looking costs nothing.
        """
        await self._room.acquire()
        self._room.release()
        try:
            await self._store.mend()  # what could not be stored should not be fetched
            await self._settle()  # before a claim: what is not written down is due still
            for feed in await self._claim():
                await self._room.acquire()
                self._visiting[feed.id] = visits.create_task(self._go(feed))
            due = await self._store.feeds.next_due()
        except StoreError as error:
            if not self._blocked:
                log.warning("no feed is visited until the database can be written: %s", error)
            self._blocked = True
            return STORE_TROUBLE
        if self._blocked:
            log.info("feeds are visited again")
        self._blocked = False
        if self._outage.on:
            return PROBE_SECONDS
        return 1.0 if due is None else min(1.0, max(0.05, due - self._now()))

    async def _claim(self) -> list[Feed]:
        now = self._now()
        due = await self._store.feeds.next_due()
        if due is None or due > now:
            return []
        going: list[Feed] = []
        try:
            async with self._store.transaction() as tx:
                # A visit that never ends (kill -9) is tried again no sooner than the floor allows.
                most = PROBES if self._outage.on else IN_FLIGHT
                feeds = await tx.feeds.due(now, most, self._hold)
                if self._outage.on:
                    await tx.feeds.put_off(now, now + PUT_OFF)
                idle = [feed for feed in feeds if feed.id not in self._visiting]
                going, later = self._lines.admit(idle, now)
                await tx.feeds.postpone(later)
        except BaseException:
            for feed in going:
                self._lines.left(feed)
            raise
        return going

    async def _go(self, feed: Feed) -> None:
        try:
            await self._visit(feed)
        finally:
            del self._visiting[feed.id]
            self._lines.left(feed)
            self._room.release()
