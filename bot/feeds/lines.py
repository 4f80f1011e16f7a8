"""Lines in front of hosts: who may set out now, and when the others should come back (pure).

In: feeds that are due, and the present. Out: those to visit, and a later time for each of the rest.
A host with hundreds of feeds takes one request a second (`gate`); whoever waits for it waits in the
database, not in a place that feeds of other hosts could use. It visits nobody.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable

from bot.feeds.gate import SPACING, WIDTH
from bot.model import Feed, FeedId, Instant

_MANY = 1000


class Lines:
    """`host_of`: the host in whose line a feed stands; "" for the operator's own, without lines."""

    def __init__(
        self, host_of: Callable[[Feed], str], *, width: int = WIDTH, spacing: float = SPACING
    ) -> None:
        self._host_of = host_of
        self._width = width
        self._spacing = spacing
        self._under_way: Counter[str] = Counter()
        self._end: dict[str, float] = {}  # of each line: when its last feed should come back

    def admit(self, feeds: Iterable[Feed], now: float) -> tuple[list[Feed], dict[FeedId, Instant]]:
        """Those that may go, to be told of with `left`; and when to ask again for the others."""
        going: list[Feed] = []
        later: dict[FeedId, Instant] = {}
        for feed in feeds:
            host = self._host_of(feed)
            if host and self._under_way[host] >= self._width:
                later[feed.id] = self._at_the_end(host, now)
                continue
            self._under_way[host] += 1
            going.append(feed)
        return going, later

    def left(self, feed: Feed) -> None:
        """The visit is over, or was never begun."""
        host = self._host_of(feed)
        self._under_way[host] -= 1
        if self._under_way[host] <= 0:
            del self._under_way[host]

    def _at_the_end(self, host: str, now: float) -> Instant:
        if len(self._end) > _MANY:
            self._end = {name: end for name, end in self._end.items() if end > now}
        self._end[host] = max(now, self._end.get(host, 0.0)) + self._spacing
        return math.ceil(self._end[host])
