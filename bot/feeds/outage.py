"""Is it them or us: failures of many feeds at once are nobody's but our own network's (pure).

In: visits as they end. Out: whether the bot believes itself cut off, and the feeds that were
blamed for it. One feed that fails says nothing; most of those that were well a moment ago do. It
refuses to know what to do about it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from bot.model import Feed, FeedId, Refused, Visit

_WINDOW = 12  # visits …
_MINUTES = 15 * 60  # … of the last so many seconds count
_MOST = 0.8  # of the visits that count: more than that failing is an outage
_HOSTS = 5  # on fewer hosts than that, it may well be them
_NO_ANSWER = frozenset({"network", "timeout"})
_NOT_ASKED = frozenset({"address", "url", "words"})  # refused by ourselves


@dataclass(frozen=True, slots=True)
class _Seen:
    at: float
    host: str
    failed: bool
    feed: Feed  # as it was before the visit


class Outage:
    """`host_of`: the host of a feed. Begins in the belief that all is well."""

    def __init__(self, host_of: Callable[[Feed], str]) -> None:
        self._host_of = host_of
        self._seen: deque[_Seen] = deque(maxlen=_WINDOW)
        self.on = False

    def note(self, feed: Feed, visit: Visit, now: float) -> None:
        """A visit has ended; one that was answered ends an outage."""
        failed = isinstance(visit, Refused)
        if not failed and self.on:
            self._seen.clear()
            self.on = False
        if _says_something(feed, visit):
            self._seen.append(_Seen(now, self._host_of(feed), failed, feed))
        if failed and not self.on:
            self.on = self._cut_off(now)

    def spared(self) -> dict[FeedId, Feed]:
        """The feeds that failed lately, as they were before; each is named once."""
        found = {seen.feed.id: seen.feed for seen in reversed(self._seen) if seen.failed}
        self._seen.clear()
        return found

    def _cut_off(self, now: float) -> bool:
        recent = [seen for seen in self._seen if now - seen.at <= _MINUTES]
        failed = [seen for seen in recent if seen.failed]
        if len({seen.host for seen in failed}) < _HOSTS:
            return False
        latest = [*takewhile(lambda seen: seen.failed, reversed(recent))]
        unbroken = len({seen.host for seen in latest}) >= _HOSTS
        return unbroken or len(failed) > _MOST * len(recent)


def _says_something(feed: Feed, visit: Visit) -> bool:
    """A feed that failed before says nothing by failing again; a new one may never have worked."""
    if not isinstance(visit, Refused):
        return True
    if visit.kind in _NOT_ASKED or feed.failures:
        return False
    return feed.visits > 0 or visit.kind in _NO_ANSWER
