"""Whether Telegram is there, asked now and then, for the health page and the log.

In: a bot that has been initialised, a clock. Out: since when nobody answers, and one log line when
that begins or ends. It asks although nothing is being sent, and stops nobody from sending: how the
courier waits is decided in `reachable`.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.model import Clock, Instant

log = logging.getLogger(__name__)

PERIOD = 30.0  # seconds between two questions
PATIENCE = 10.0  # seconds for an answer


class Pulse:
    """Silent until it has asked for the first time."""

    def __init__(self, bot: Bot, *, now: Clock, period: float = PERIOD) -> None:
        self._bot = bot
        self._now = now
        self._period = period
        self._told = False
        self.silent_since: Instant | None = int(now())

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until `stop` is set."""
        while not stop.is_set():
            self._note(await self._trouble())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._period):
                    await stop.wait()

    async def _trouble(self) -> str:
        """Why there was no answer, in a few words; "" when there was one."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._bot.get_me()
        except RetryAfter:
            return ""  # an answer, too
        except TimeoutError:
            return "no answer in time"
        except (TelegramError, KeyError, TypeError, AttributeError, ValueError) as error:
            return str(error) or type(error).__name__
        return ""

    def _note(self, trouble: str) -> None:
        if trouble:
            if self.silent_since is None:
                self.silent_since = int(self._now())
            if not self._told:
                log.warning("Telegram does not answer (%s); alerts wait until it does", trouble)
            self._told = True
            return
        if self._told and self.silent_since is not None:
            log.info("Telegram answers again, after %d s", self._now() - self.silent_since)
        self._told, self.silent_since = False, None
