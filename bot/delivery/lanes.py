"""Two lanes to Telegram: answers to people pass at once, alerts keep an even pace.

In: requests of the bots, and when each chat was last written to. Out: the same requests, later.
It never repeats an alert and knows nothing of the outbox: what must wait long goes back there.

Limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this): about 30
alerts a second, one a second in a private chat, 20 a minute in a group; answers have no overall
limit. Telegram's real policy is not published, so a 429 is believed: it pauses that chat, and two
of them in different chats within five seconds pause all alerts and slow them down (AIMD): by a
tenth at least, and by a half where a twentieth of a second's worth was refused.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter

from bot import metrics
from bot.delivery.outcome import flooded
from bot.model import Clock

Lane = Literal["bulk", "paced"]
"""`rate_limit_args`: "bulk" waits for its turn here, "paced" has waited in `turn` already; without
it a request is an answer to a person."""

PRIVATE_INTERVAL = 1.0  # seconds between alerts in a private chat
GROUP_INTERVAL = 60 / 18
RECENT_CHATS = 10_000
STORM_SECONDS = 5.0
RECOVERY_SECONDS = 60.0  # from a standstill to the full pace
SLOWEST = 0.5  # alerts a second, however often Telegram says no
LEAST_CUT, HALF_FROM = 0.1, 0.05  # of the pace; a share of a second's worth that was refused
HIGH_PACE = 100.0  # alerts a second; above it a second's worth is more than connections are open,
START_SHARE, START_SECONDS = 0.5, 2.0  # so the pace begins at a half after a rest, and grows
MOST_IN_FLIGHT = 160
_SLACK = 0.02  # seconds that a late alert may be late without those behind it being late, too
PATIENCE = 5.0  # seconds that an answer to a person waits for a second try
_SPENDING = ("send", "edit", "copy", "forward", "delete", "pin")

Sleep = Callable[[float], Awaitable[None]]
ChatKey = int | str
Answer = bool | dict[str, Any] | list[dict[str, Any]]


def crew(rate: float) -> int:
    """How many alerts must be in flight for `rate` a second, at 0.16 s from mark to answer.

    Each of them is at risk in a crash, so no more than that.
    """
    return max(8, min(MOST_IN_FLIGHT, math.ceil(rate * 0.16)))


def _most_in_a_second(rate: float) -> int:
    """At a high pace a twenty-fifth stays free: 40 ms of jitter on the way are 40 alerts then."""
    return math.ceil(rate if rate <= HIGH_PACE else rate * 0.96)


def _cut(share: float) -> float:
    """What is taken off the pace when that share of a second's worth of alerts was refused.

    A few in a thousand say that the pace is a little too high; most of them, that it is many times
    too high, and what passed is a better guess than a half.
    """
    return max(LEAST_CUT, min(0.5, share * 0.5 / HALF_FROM), min(share, 0.95))


class Lanes(BaseRateLimiter[Lane]):
    """One for all bots of a token. `rate` is alerts a second; `now` must never run backwards."""

    def __init__(
        self, rate: float, *, now: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.full = rate
        self._now = now
        self._sleep = sleep
        self._chats: OrderedDict[ChatKey, float] = OrderedDict()  # when each may be written to
        self._next = 0.0  # the first place in the schedule that nobody has yet
        self._left: deque[float] = deque(maxlen=_most_in_a_second(rate))  # when the last ones left
        self._schedule = 0  # the number of storms that have made places void
        self._resume = 0.0  # the end of the last storm
        self._base = rate  # the pace that the last storm left
        self._began = float("-inf")  # the end of the last rest
        self._before, self._refused = rate, 0  # the pace that met the last storm, and how many
        self._storm = float("-inf")
        self._last_flood: tuple[ChatKey, float] | None = None

    @property
    def rate(self) -> float:
        """Alerts a second at present."""
        grown = (self._now() - self._storm) * self.full / RECOVERY_SECONDS
        return min(self.full, self._base + max(grown, 0.0))

    def wait(self, chat: ChatKey) -> float:
        """Seconds until the chat may be written to; 0 for at once."""
        return max(0.0, self._chats.get(chat, 0.0) - self._now())

    @property
    def pause(self) -> float:
        """Seconds for which no alert may go at all; 0 but in a storm."""
        return max(0.0, self._resume - self._now())

    async def turn(self, chat: ChatKey, patience: float = math.inf) -> bool:
        """True when an alert may go to the chat, and then it counts as gone.

        False, and nobody may go, where a storm makes it wait for more than `patience` seconds.
        """
        while (wait := self.wait(chat)) > 0:
            await self._sleep(wait)
        self._spend(chat)
        schedule = None
        while schedule != self._schedule:  # a storm makes all places void
            if self.pause > patience:
                return False
            schedule, place = self._schedule, self._place()
            if (wait := place - self._now()) > 0:
                await self._sleep(wait)
        return True

    def _place(self) -> float:
        """The next place in the schedule: first come, first served, evenly spaced.

        Whoever wakes up late does not make the others late; nobody bursts after a rest.
        """
        now = self._now()
        place = self._next if self._next > now - _SLACK else now
        if place - self._next > STORM_SECONDS:
            self._began = place
        self._next = place + 1 / (self.rate * self._warmth(place))
        return place

    def _warmth(self, at: float) -> float:
        """The share of the pace at which alerts leave; 1 but after a rest at a high pace.

        While connections are being opened, the first alerts are late and arrive with the next ones.
        """
        if self.full <= HIGH_PACE:
            return 1.0
        return min(1.0, START_SHARE + (1 - START_SHARE) * (at - self._began) / START_SECONDS)

    async def _leave(self) -> None:
        """Never more than a second's worth within a second, though a slow disk held many back, and
        no two closer than at twice the pace: a burst now would meet its own echo a second later.
        """
        now = at = self._now()
        if self._left:
            at = max(at, self._left[-1] + 0.5 / self.full)
        if len(self._left) == self._left.maxlen:
            at = max(at, self._left[0] + 1.0)
        self._left.append(at)
        if at > now:
            await self._sleep(at - now)

    # ── what the library calls ──

    async def initialize(self) -> None:
        """Nothing to prepare; several bots share the lanes."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Answer:
        """Makes the request in its lane; a 429 of an answer is tried once more, if it is short."""
        chat = data.get("chat_id")
        if chat is None or not endpoint.startswith(_SPENDING):
            return await callback(*args, **kwargs)
        if rate_limit_args == "bulk":
            await self.turn(chat)
        elif rate_limit_args == "paced":
            await self._leave()
        else:
            self._spend(chat)
        try:
            return await callback(*args, **kwargs)
        except TelegramError as error:
            wait = self._heed(chat, error)
            if wait is None or rate_limit_args or wait > PATIENCE:
                raise
            await self._sleep(wait)
        return await callback(*args, **kwargs)

    # ── bookkeeping ──

    def _spend(self, chat: ChatKey) -> None:
        private = isinstance(chat, int) and chat > 0
        interval = PRIVATE_INTERVAL if private else GROUP_INTERVAL
        self._not_before(chat, max(self._chats.get(chat, 0.0), self._now()) + interval)

    def _not_before(self, chat: ChatKey, at: float) -> None:
        self._chats[chat] = at
        self._chats.move_to_end(chat)
        while len(self._chats) > RECENT_CHATS:
            self._chats.popitem(last=False)

    def _heed(self, chat: ChatKey, error: BaseException) -> float | None:
        """Learns from a 429; the seconds it asks for."""
        wait = flooded(error)
        if wait is None:
            return None
        metrics.FLOODED.inc()
        now, last = self._now(), self._last_flood
        self._not_before(chat, max(self._chats.get(chat, 0.0), now + wait))
        self._last_flood = (chat, now)
        if now < self._resume:  # it was on its way when the storm began
            self._slow_down(now, wait)
        elif last and last[0] != chat and now - last[1] <= STORM_SECONDS:
            self._before, self._refused = self.rate, 1
            self._slow_down(now, wait)
        return wait

    def _slow_down(self, now: float, wait: float) -> None:
        self._refused += 1
        cut = _cut(self._refused / self._before)
        self._base = max(SLOWEST, self._before * (1 - cut))
        self._storm = now + wait
        self._resume = max(self._resume, now + wait)
        self._next, self._schedule = self._resume, self._schedule + 1
        self._last_flood = None
