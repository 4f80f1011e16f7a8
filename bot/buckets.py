"""Token buckets: how much one person, or one hub, may ask for.

Comes in: a key and the present time. Goes out: whether it may go on. It refuses to know what the
key stands for.
"""

from __future__ import annotations

from collections.abc import Hashable

from bot.model import Clock

_MOST = 10_000  # keys remembered; beyond it the full buckets are forgotten


class Buckets:
    """One bucket for each key: `burst` tokens at once, then `per_second`."""

    def __init__(self, *, burst: int, per_second: float, now: Clock) -> None:
        self._burst = float(burst)
        self._rate = per_second
        self._now = now
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable) -> bool:
        """Take a token; False when there is none."""
        level, now = self._level(key), self._now()
        if level < 1:
            self._levels[key] = (level, now)
            return False
        self._levels[key] = (level - 1, now)
        if len(self._levels) > _MOST:
            self._forget()
        return True

    def _level(self, key: Hashable) -> float:
        level, at = self._levels.get(key, (self._burst, self._now()))
        return min(self._burst, level + max(0.0, self._now() - at) * self._rate)

    def _forget(self) -> None:
        full = [key for key in self._levels if self._level(key) >= self._burst]
        for key in full or list(self._levels)[: _MOST // 2]:
            del self._levels[key]
