"""Another bot with our token: when to put up with it, and when to leave (pure).

Comes in: the moments at which Telegram said 409. Goes out: whether to stop. Telegram ends the older
of two polls, so two bots take the updates from each other by turns. During an update of the bot the
old process may live on for some seconds: that is no reason to stop. If it goes on, the newcomer
leaves, for a test on somebody's laptop must not end the bot that people rely on; and of two that
were both there before, one does not stay for ever. https://core.telegram.org/bots/api#getupdates
"""

from __future__ import annotations

PEACE = 90.0  # seconds without a 409 that end a quarrel; the library polls at least every 55
NEWCOMER = 30.0  # seconds of quarrel after which one leaves that has known no peace
RESIDENT = 600.0  # the same for one that has


class Rivals:
    """Times are Unix seconds; `now` is the start of the polling."""

    def __init__(self, now: float) -> None:
        self._since: float | None = None  # the first 409 of the quarrel
        self._last = now
        self._resident = False

    def met(self, now: float) -> bool:
        """Count a 409; True when it is the first of a quarrel."""
        peaceful = now - self._last >= PEACE
        self._resident |= peaceful
        first = self._since is None or peaceful
        if first:
            self._since = now
        self._last = now
        return first

    def too_long(self) -> bool:
        """Whether this one is to leave."""
        patience = RESIDENT if self._resident else NEWCOMER
        return self._since is not None and self._last - self._since >= patience
