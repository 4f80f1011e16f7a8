"""Whether Telegram answers: after a failure, a harmless question comes before the next alert.

In: failures. Out: how long to wait. An outage of an hour would otherwise leave every alert in
doubt, one attempt after the other; `getMe` leaves none. It knows nothing of alerts.
"""

from __future__ import annotations

import random

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.model import Clock

LONGEST = 60.0  # seconds between two questions


class Reachable:
    """`now` must never run backwards."""

    def __init__(self, bot: Bot, rng: random.Random, now: Clock) -> None:
        self._bot = bot
        self._now = now
        self._rng = rng
        self._failures = 0  # 0: all is well
        self._ask_at = 0.0

    @property
    def up(self) -> bool:
        return self._failures == 0

    def lost(self) -> None:
        """A request failed without an answer that means anything."""
        if self.up:
            self._failures = 1
            self._ask_at = self._now()

    async def wait(self) -> float:
        """Seconds until sending makes sense; asks Telegram when it is time to. 0: now.

        Raises InvalidToken.
        """
        if self.up:
            return 0.0
        if self._now() >= self._ask_at:
            if await self._answers():
                self._failures = 0
                return 0.0
            pause = min(LONGEST, 2.0 ** (self._failures - 1)) * self._rng.uniform(0.75, 1.0)
            self._failures += 1
            self._ask_at = self._now() + pause
        return self._ask_at - self._now()

    async def _answers(self) -> bool:
        try:
            await self._bot.get_me()
        except InvalidToken:
            raise
        except (TelegramError, KeyError, TypeError, AttributeError, ValueError):
            return False
        return True
