"""Two lanes to Telegram: answers to people pass at once, alerts keep an even pace.

In: requests of the bots, and when each chat was last written to. Out: the same requests, later.
It never repeats an alert and knows nothing of the outbox: what must wait long goes back there.

Limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this): about 30
alerts a second, one a second in a private chat, 20 a minute in a group; answers have no overall
limit. Telegram's real policy is not published, so a 429 is believed: it pauses that chat, and two
of them in different chats within five seconds pause all alerts and halve their pace (AIMD).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
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
PATIENCE = 5.0  # seconds that an answer to a person waits for a second try
_SPENDING = ("send", "edit", "copy", "forward", "delete", "pin")

Sleep = Callable[[float], Awaitable[None]]
ChatKey = int | str
Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Lanes(BaseRateLimiter[Lane]):
    """One for all bots of a token. `rate` is alerts a second; `now` must never run backwards."""

    def __init__(
        self, rate: float, *, now: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._full = rate
        self._now = now
        self._sleep = sleep
        self._chats: OrderedDict[ChatKey, float] = OrderedDict()  # when each may be written to
        self._queue = asyncio.Lock()  # first come, first served; nobody bursts after a pause
        self._next = float("-inf")  # when the next alert may go
        self._base = rate  # the pace that the last storm left
        self._storm = float("-inf")
        self._last_flood: tuple[ChatKey, float] | None = None

    @property
    def rate(self) -> float:
        """Alerts a second at present."""
        grown = (self._now() - self._storm) * self._full / RECOVERY_SECONDS
        return min(self._full, self._base + max(grown, 0.0))

    def wait(self, chat: ChatKey) -> float:
        """Seconds until the chat may be written to; 0 for at once."""
        return max(0.0, self._chats.get(chat, 0.0) - self._now())

    async def turn(self, chat: ChatKey) -> None:
        """Returns when an alert may go to the chat, and counts it as gone."""
        while (wait := self.wait(chat)) > 0:
            await self._sleep(wait)
        self._spend(chat)
        async with self._queue:
            while (wait := self._next - self._now()) > 0:
                await self._sleep(wait)
            self._next = self._now() + 1 / self.rate

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
        elif rate_limit_args is None:
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
        if last and last[0] != chat and now - last[1] <= STORM_SECONDS:
            self._slow_down(now, wait)
        return wait

    def _slow_down(self, now: float, wait: float) -> None:
        self._base = max(SLOWEST, self.rate / 2)
        self._storm = now + wait
        self._next = max(self._next, now + wait)
        self._last_flood = None  # the others in flight belong to the same storm
