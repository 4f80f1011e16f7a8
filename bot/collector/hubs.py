"""Asking hubs: feeds are subscribed to, subscriptions renewed, and ended when nobody reads them.

In: what is due in the store. Out: forms to hubs, through the one guarded fetcher. What is asked is
written down before it is asked, for a hub may verify before it answers. It refuses to know what a
hub sends; that is in `pushes`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot import metrics
from bot.errors import StoreError
from bot.feeds import websub
from bot.feeds.fetch import Fetcher
from bot.model import Clock, Refused
from bot.model.collect import Subscription
from bot.store import Store

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
SWEEP_SECONDS = 60.0
AT_A_LOOK = 20
AT_ONCE = 4
MOST_GOODBYES = 3  # then the hub finds out by itself, when its calls are answered with "gone"
_ADDRESS = "push address"  # a small fact of the store: the address that hubs know


def _random() -> str:
    """43 characters that nobody guesses; a secret must be below 200 bytes (5.1)."""
    return secrets.token_urlsafe(32)


class Hubs:
    """`address` is where hubs reach us, without the last part; `floor` as in `Pace`."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        *,
        address: str,
        floor: int,
        now: Clock,
        rng: random.Random,
        token: Callable[[], str] = _random,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._address = address
        self._floor = floor
        self._now = now
        self._rng = rng
        self._token = token
        self._swept = 0.0
        self._down: set[str] = set()  # hubs that did not answer in this look

    async def run(self) -> None:
        """Look now and then, for ever. Raises StoreError only at the start."""
        await settle(self._store, self._address, self._floor, int(self._now()))
        while True:
            full = False
            try:
                full = await self.look()
            except StoreError as error:
                log.warning("hubs are asked later: %s", error)
            await asyncio.sleep(0 if full else LOOK_SECONDS)

    async def look(self) -> bool:
        """Do what is due; whether there is more of it. Raises StoreError."""
        await self._sweep()
        due = await self._store.pushes.due(int(self._now()), AT_A_LOOK)
        room = asyncio.Semaphore(AT_ONCE)
        self._down = set()

        async def see_to(one: Subscription) -> None:
            async with room:
                await (self._subscribe(one) if one.feed is not None else self._leave(one))

        done = await asyncio.gather(*(see_to(one) for one in due), return_exceptions=True)
        for error in done:
            if error is not None:
                raise error
        return len(due) == AT_A_LOOK

    async def _sweep(self) -> None:
        now = self._now()
        if abs(now - self._swept) < SWEEP_SECONDS:
            return
        async with self._store.transaction() as tx:
            await tx.pushes.sweep(int(now), self._floor)
        metrics.PUSHED.set(await self._store.pushes.holding(now))
        self._swept = now

    async def _subscribe(self, one: Subscription) -> None:
        await self._ask(replace(one, asked="subscribe"))

    async def _leave(self, one: Subscription) -> None:
        if one.path and one.lease_until > self._now() and one.tries < MOST_GOODBYES:
            await self._ask(replace(one, asked="unsubscribe"))
            return
        async with self._store.transaction() as tx:
            await tx.pushes.forget(one.id)

    async def _ask(self, one: Subscription) -> None:
        """One request, or a second one where a hub has no https. Raises StoreError."""
        asked = replace(one, path=one.path or self._token(), tries=one.tries + 1)
        now, refused = int(self._now()), None
        for hub, secret in self._ways(asked):
            asked = replace(asked, secret=secret)
            due = websub.next_try(now, asked.tries, None, self._rng)
            async with self._store.transaction() as tx:
                await tx.pushes.asking(asked, due)
            refused = await self._post(hub, asked)
            if refused is None or refused.kind not in ("network", "timeout"):
                break
        if refused is not None:
            await self._note(asked, refused)

    def _ways(self, one: Subscription) -> Iterator[tuple[str, str]]:
        """Addresses of the hub and the secret for each: none where everybody could read it (5.1).

        A hub is asked over https first, whatever the feed says (8.2), and over nothing else once it
        did so. The operator's own network needs no https.
        """
        secret = one.secret or self._token()
        if one.hub.startswith("https://") or self._fetcher.is_own(one.hub):
            yield one.hub, secret
            return
        if secure := websub.secured(one.hub):
            yield secure, secret
        if not (one.secret and one.lease_until):
            yield one.hub, ""

    async def _post(self, hub: str, asked: Subscription) -> Refused | None:
        if hub in self._down:
            return Refused("network", "The hub did not answer a moment ago.", url=hub)
        assert asked.asked  # noqa: S101  (set by both who ask)
        form = websub.form(asked.asked, asked.topic, self._address + asked.path, asked.secret)
        refused = await self._fetcher.post(hub, form)
        metrics.HUB_REQUESTS.labels("accepted" if refused is None else refused.kind).inc()
        if refused is not None and refused.kind in ("network", "timeout"):
            self._down.add(hub)
        return refused

    async def _note(self, asked: Subscription, refused: Refused) -> None:
        wait = refused.retry_after
        due = websub.next_try(int(self._now()), asked.tries, wait, self._rng)
        async with self._store.transaction() as tx:
            await tx.pushes.refused(asked.id, refused.problem, due)
        if asked.problem is None:
            log.info("the hub of feed %s does not take us: %s", asked.feed or "?", refused.problem)


async def settle(store: Store, address: str, floor: int, now: int) -> None:
    """At the start. Where hubs know another address of us, or we have none ("") now: begin anew."""
    known = await store.get_value(_ADDRESS)
    async with store.transaction() as tx:
        if known != (address or None):
            await tx.pushes.begin_anew(now)
            await tx.set_value(_ADDRESS, address or None)
        await tx.pushes.sweep(now, floor)
