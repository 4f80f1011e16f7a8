"""Turns at a host: few requests at a time, seconds apart, none while it asks us to wait.

In: host names and the clock. Out: when a request may go. It sends nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.model import Clock

WIDTH = 2  # requests under way at one host
SPACING = 1.0  # seconds between the starts of two requests to one host
_MANY = 4096


@dataclass(slots=True)
class _Host:
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WIDTH))
    next_start: float = 0.0
    waiting: int = 0


class HostGate:
    """One for all requests of a fetcher."""

    def __init__(self, now: Clock, *, spacing: float = SPACING) -> None:
        self._now = now
        self._spacing = spacing
        self._hosts: dict[str, _Host] = {}
        self._closed: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, spaced: bool = True) -> AsyncIterator[None]:
        """Wait for a place at the host, and hold it. Not `spaced`: the operator's own hosts."""
        if not spaced:
            yield
            return
        place = self._place(host)
        place.waiting += 1
        try:
            async with place.room:
                await asyncio.sleep(self._book(place))
                yield
        finally:
            place.waiting -= 1

    def _book(self, place: _Host) -> float:
        """Take the next free start; seconds until then."""
        now = asyncio.get_running_loop().time()
        start = max(now, place.next_start)
        place.next_start = start + self._spacing
        return start - now

    def _place(self, host: str) -> _Host:
        if len(self._hosts) > _MANY:
            now = asyncio.get_running_loop().time()
            self._hosts = {
                name: place
                for name, place in self._hosts.items()
                if place.waiting or place.next_start > now
            }
        return self._hosts.setdefault(host, _Host())

    def close(self, host: str, seconds: float) -> None:
        """The host asked for rest (429, 503 with Retry-After)."""
        self._closed[host] = max(self._closed.get(host, 0.0), self._now() + seconds)

    def closed_for(self, host: str) -> int:
        """Seconds that the host still wants to be left alone; 0: it is open."""
        left = self._closed.get(host, 0.0) - self._now()
        if left <= 0:
            self._closed.pop(host, None)
            return 0
        return int(left) + 1
