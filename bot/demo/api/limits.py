"""How often a bot may write. In: a chat, a moment. Out: nothing, or 429 with the seconds to wait.

The figures are those of core.telegram.org/bots/faq: about one message per second in a chat with
short bursts, 20 per minute in a group, about 30 per second over all for what nobody asked for.
Knows ids and moments only, neither messages nor people.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.demo.api.errors import flooded

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Limits:
    """None switches a limit off. Times are in seconds."""

    chat_burst: int | None = 5  # messages and edits in one chat within `chat_seconds`
    chat_seconds: float = 5.0
    group_burst: int | None = 20  # in one group or channel within a minute
    overall_burst: int | None = 30  # in all chats within one second
    reply_seconds: float = 10.0  # this long after a person wrote, answers do not count overall
    callback_seconds: float = 30.0  # this long a tap may be answered
    conflict_seconds: float = 3.0  # a second 409 within this time is held back this long
    uploads: int = 50 * 1024 * 1024  # bytes

    @classmethod
    def off(cls) -> Limits:
        """No rates at all; sizes and formats stay as they are."""
        return cls(chat_burst=None, group_burst=None, overall_burst=None, conflict_seconds=0.0)


@dataclass(slots=True)
class Window:
    """At most `burst` events within any `seconds`; sliding, so no edge lets more through."""

    burst: int
    seconds: float
    _events: deque[float] = field(default_factory=deque)

    def wait(self, at: float) -> float:
        """Seconds until one more is allowed; 0 when it is now."""
        while self._events and self._events[0] <= at - self.seconds:
            self._events.popleft()
        if len(self._events) < self.burst:
            return 0.0
        return self._events[0] + self.seconds - at

    def note(self, at: float) -> None:
        self._events.append(at)


class Flood:
    """The windows of all chats."""

    def __init__(self, limits: Limits, now: Clock) -> None:
        self.limits = limits
        self._now = now
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}
        self._overall = Window(limits.overall_burst or 0, 1.0)
        self._heard: dict[int, float] = {}

    def heard(self, chat: int) -> None:
        """A person wrote or tapped there: what the bot answers is no bulk."""
        self._heard[chat] = self._now()

    def spend(self, chat: int) -> None:
        """One message or edit. Raises 429; what is refused is not counted."""
        at = self._now()
        windows = self._windows(chat, at)
        seconds = max((window.wait(at) for window in windows), default=0.0)
        if seconds > 0:
            raise flooded(max(1, math.ceil(seconds)))
        for window in windows:
            window.note(at)

    def _windows(self, chat: int, at: float) -> list[Window]:
        limits, windows = self.limits, []
        if limits.chat_burst is not None:
            new = Window(limits.chat_burst, limits.chat_seconds)
            windows.append(self._chats.setdefault(chat, new))
        if limits.group_burst is not None and chat < 0:
            windows.append(self._groups.setdefault(chat, Window(limits.group_burst, 60.0)))
        asked = at - self._heard.get(chat, -math.inf) <= limits.reply_seconds
        if limits.overall_burst is not None and not asked:
            windows.append(self._overall)
        return windows
