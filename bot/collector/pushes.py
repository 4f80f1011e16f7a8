"""What hubs ask and send (WebSub): verified, checked, remembered, and handed to the line.

In: calls of hubs, at addresses that only they know. Out: answers at once, and what is signed as it
should be, one after the other, for the pipeline. Nothing is read here, and nobody waits for a
reader: before a hub is told that its content was received, a visit to the feed is due, so a crash
loses nothing; where there is too much to hold, that visit is all that is kept.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot import metrics
from bot.buckets import Buckets
from bot.collector.hubs import Hubs
from bot.collector.visits import Pushed
from bot.errors import StoreError
from bot.feeds import websub
from bot.model import Clock, Feed, FeedId, Instant
from bot.model.collect import Subscription
from bot.store import Store, Transaction

log = logging.getLogger(__name__)

WAITING, WAITING_BYTES = 64, 16_000_000  # that are held at a time
SAFETY = 60  # seconds until a visit brings what a crash has taken from us
BURST, PER_SECOND = 120, 4.0  # calls of one hub
GOODBYE = 3600  # seconds for which a hub may ask again whether we meant to leave
_PATH = re.compile(r"[A-Za-z0-9_-]{20,64}")
_GONE, _UNKNOWN = 410, 404


@dataclass(frozen=True, slots=True)
class Reply:
    """What a hub is told; `wait` in seconds."""

    status: int
    body: str = ""
    wait: int = 0


RECEIVED = Reply(202)
NOT_OURS = Reply(_UNKNOWN)
LATER = Reply(503, wait=60)


class Pushes:
    """`floor`: seconds between two visits to a feed; `take` is the pipeline's; `hubs` asks them."""

    def __init__(
        self,
        store: Store,
        hubs: Hubs,
        take: Callable[[Pushed], Awaitable[None]],
        *,
        floor: int,
        now: Clock,
        rng: random.Random,
    ) -> None:
        self._store = store
        self._hubs = hubs
        self._take = take
        self._floor = floor
        self._now = now
        self._rng = rng
        self._rates = Buckets(burst=BURST, per_second=PER_SECOND, now=now)
        self._waiting: asyncio.Queue[Pushed] = asyncio.Queue(WAITING)
        self._bytes = 0
        self._latest: dict[FeedId, Pushed] = {}  # while some wait

    async def run(self, stop: asyncio.Event) -> None:
        """Ask hubs and hand on what they send until `stop`; what is left then is for visits.

        Nothing is waited for: a hub may hang, and what was asked is written down.
        """
        async with asyncio.TaskGroup() as group:
            both = [
                group.create_task(self._hubs.run(), name="hubs"),
                group.create_task(self._hand_on(), name="reading pushes"),
            ]
            await stop.wait()
            for task in both:
                task.cancel()

    async def _hand_on(self) -> None:
        while True:
            await self.hand_on()

    async def hand_on(self) -> None:
        """The next one that has come, as soon as there is one."""
        pushed = await self._waiting.get()
        try:
            await self._take(pushed)
        finally:
            self._bytes -= len(pushed.body)
            if self._latest.get(pushed.feed) is pushed:
                del self._latest[pushed.feed]
            if self._waiting.empty():
                self._latest.clear()

    @property
    def waiting(self) -> int:
        """How many have come and were not handed on."""
        return self._waiting.qsize()

    # ── verification of intent (5.3) ─────────────────────────────────────────────────────────────

    async def verify(self, path: str, query: Mapping[str, str]) -> Reply:
        """Answer "was that you?" with the challenge if it was, else with 404 (5.3.1)."""
        mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
        challenge = query.get("hub.challenge", "")
        try:
            one = await self._known(path)
            if one is None or not websub.same_topic(one.topic, topic):
                return NOT_OURS
            if mode == "denied":
                return await self._denied(one)
            if not websub.is_challenge(challenge):
                return NOT_OURS
            agreed = await self._agreed(one, mode, query.get("hub.lease_seconds"))
        except StoreError as error:
            log.warning("a hub is asked to come back: %s", error)
            return LATER
        return Reply(200, challenge) if agreed else NOT_OURS

    async def _known(self, path: str) -> Subscription | None:
        return await self._store.pushes.at(path) if _PATH.fullmatch(path) else None

    async def _agreed(self, one: Subscription, mode: str, lease: str | None) -> bool:
        if mode == "subscribe":
            return await self._subscribed(one, lease)
        if mode != "unsubscribe" or one.asked != "unsubscribe":
            return False
        async with self._store.transaction() as tx:  # an answer that is lost is asked for again
            await tx.pushes.ends(one.id, None, int(self._now()) + GOODBYE)
        return True

    async def _subscribed(self, one: Subscription, lease: str | None) -> bool:
        """Only what is asked or holds already: a hub may make sure of that now and then (5)."""
        now, seconds = int(self._now()), websub.lease(lease)
        if one.feed is None or not (one.asked == "subscribe" or one.lease_until > now):
            return False
        if seconds is None:
            return False
        async with self._store.transaction() as tx:
            await tx.pushes.holds(one, now + seconds, websub.renewal(now, seconds, self._rng))
        metrics.PUSHED.set(await self._store.pushes.holding(now))
        if one.lease_until <= now:
            log.info("feed %s is pushed to us now", one.feed)
        return True

    async def _denied(self, one: Subscription) -> Reply:
        """The hub's reason is its own business: it may hold anything."""
        now = int(self._now())
        async with self._store.transaction() as tx:
            if one.feed is None:
                await tx.pushes.forget(one.id)
            else:
                due = now + websub.DENIED_PAUSE
                await tx.pushes.ends(one.id, "The hub denied the subscription.", due)
            await tx.pushes.sweep(now, self._floor)
        log.info("the hub of feed %s denied the subscription", one.feed or "?")
        return Reply(200)

    # ── content distribution (7) ─────────────────────────────────────────────────────────────────

    async def expects(self, path: str) -> Reply | None:
        """Before anything of a body is read: why it is not wanted; None where it is."""
        try:
            one = await self._known(path)
        except StoreError:
            return LATER
        if one is None:
            return _counted("unknown", NOT_OURS)
        if one.feed is None:
            return _counted("unknown", Reply(_GONE))
        if not self._rates.take(urlsplit(one.hub).hostname or ""):
            return _counted("limited", Reply(429, wait=30))
        return None

    async def receive(
        self, path: str, body: bytes, signature: str, content_type: str | None
    ) -> Reply:
        """Take a body. A signature that is wrong or missing is told to nobody (7.1.2)."""
        try:
            one = await self._known(path)
            if one is None or one.feed is None:
                return Reply(_GONE)
            if one.secret and not websub.signed(body, signature, one.secret):
                return _counted("forged", RECEIVED)
            async with self._store.transaction() as tx:
                pushed = await self._remembered(tx, one, body, content_type)
        except StoreError as error:
            log.warning("what a hub sent could not be taken: %s", error)
            return LATER
        if pushed is not None:
            self._hold(pushed)
        return RECEIVED

    def _hold(self, pushed: Pushed) -> None:
        """Keep it for its turn, if there is room; else the visit that is due brings it."""
        if self._waiting.full() or self._bytes + len(pushed.body) > WAITING_BYTES:
            metrics.PUSHES.labels("crowded").inc()
            visit = pushed.hastened  # no other one may take it back
            self._latest[pushed.feed] = replace(pushed, body=b"", before=visit)
            return
        self._bytes += len(pushed.body)
        self._waiting.put_nowait(pushed)

    async def _remembered(
        self, tx: Transaction, one: Subscription, body: bytes, content_type: str | None
    ) -> Pushed | None:
        """Have the feed visited if all else fails; the content, if it is to be read."""
        assert one.feed is not None  # noqa: S101  (its caller has looked)
        feed, digest, now = await tx.feeds.get(one.feed), websub.digest_of(body), int(self._now())
        if feed is None:
            return None
        if not one.secret or not body.strip():
            metrics.PUSHES.labels("ping").inc()
            await tx.pushes.pinged(feed.id, now, self._visit(feed, now))
            return None
        known = await tx.pushes.at(one.path)  # again, for the same may be on its way twice
        if known is None or websub.repeated(digest, known.bodies):
            metrics.PUSHES.labels("repeated").inc()
            return None
        await tx.pushes.remember(one.id, websub.remembering(digest, known.bodies))
        pushed = self._secured(feed, now, body, content_type)
        last = self._latest.get(feed.id)
        instead = last.hastened if last else pushed.hastened - 1
        await tx.pushes.hasten(feed.id, pushed.hastened, instead)
        self._latest[feed.id] = pushed
        return pushed

    def _secured(self, feed: Feed, now: Instant, body: bytes, content_type: str | None) -> Pushed:
        """With a visit of its own, that no push before it takes back."""
        hastened, last = self._visit(feed, now + SAFETY), self._latest.get(feed.id)
        if last is None:
            hastened += hastened == feed.next_visit
            return Pushed(feed.id, body, content_type, hastened, feed.next_visit)
        return Pushed(feed.id, body, content_type, max(hastened, last.hastened + 1), last.before)

    def _visit(self, feed: Feed, at: Instant) -> Instant:
        """When a feed may be visited, at `at` or later."""
        return max(at, (feed.last_visit or 0) + self._floor)


def _counted(result: str, reply: Reply) -> Reply:
    metrics.PUSHES.labels(result).inc()
    return reply
