"""Whose fault a failed visit is: what is not the feed's is not counted against it.

In: a feed and how its visit ended. Out: whether there is anything to write down. When the bot's own
network is down, nobody is blamed, those blamed already are forgiven, and few are asked until one
answers. A feed that was not asked, since its host wants rest, comes back later. It refuses to know
what a feed says.
"""

from __future__ import annotations

import logging
import random

from bot.feeds.outage import Outage
from bot.model import Clock, Feed, Refused, Visit
from bot.store import Store

log = logging.getLogger(__name__)

AGAIN = 60  # seconds until a feed that our own outage hid is tried again …
_SPREAD = 60  # … and so many more, each by chance


class Blame:
    """`outage` is told of every visit."""

    def __init__(self, store: Store, outage: Outage, *, now: Clock, rng: random.Random) -> None:
        self._store = store
        self._outage = outage
        self._now = now
        self._rng = rng

    async def spares(self, feed: Feed, visit: Visit) -> bool:
        """True: there is nothing to record, and the feed has its next time already."""
        if isinstance(visit, Refused) and visit.kind == "wait" and visit.status is None:
            await self._later(feed, visit.retry_after or AGAIN)
            return True
        before = self._outage.on
        self._outage.note(feed, visit, self._now())
        if before != self._outage.on:
            await self._turned()
        if not (self._outage.on and isinstance(visit, Refused)):
            return False
        await self._later(feed, AGAIN)
        return True

    async def _turned(self) -> None:
        """An outage has begun, and whoever was blamed for its beginning is forgiven; or it ends."""
        if not self._outage.on:
            log.info("the network is back: feeds are visited as before")
            return
        log.warning("nearly all feeds fail at once: it seems to be our own network; none is blamed")
        spared = self._outage.spared()
        async with self._store.transaction() as tx:
            await tx.feeds.forgive(list(spared.values()), self._soon())

    async def _later(self, feed: Feed, seconds: int) -> None:
        at = int(self._now()) + seconds + self._rng.randint(0, _SPREAD)
        async with self._store.transaction() as tx:
            await tx.feeds.postpone({feed.id: at})

    def _soon(self) -> int:
        return int(self._now()) + AGAIN
