"""Where updates come from: long polling, or the webhook.

Comes in: an application with its handlers. Goes out: every update to them, until told to stop. It
refuses to know what is in an update.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.delivery.telegram import read
from handlers import ALLOWED_UPDATES, announce
from handlers.context import App, Services

log = logging.getLogger(__name__)

POLL_SECONDS = 25  # of one getUpdates
RETRY_SECONDS = 5.0  # between attempts to reach Telegram at the start


@dataclass(frozen=True, slots=True)
class Address:
    """The webhook: where Telegram is to deliver, and what it has to show."""

    url: str
    secret: str


class Conversation:
    """Takes updates to the handlers; with an `address` Telegram delivers them, else we ask."""

    def __init__(
        self, application: App, services: Services, address: Address | None = None
    ) -> None:
        self._application = application
        self._services = services
        self._address = address
        self._stop = asyncio.Event()
        self._fatal: TelegramError | None = None

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Until `stop`: then finish the handlers under way. Raises InvalidToken and Conflict."""
        self._stop = stop
        app = self._application
        if not await reached(app.initialize, stop):
            return
        try:
            await app.start()
            await announce(app, self._services)
            await self._listen()
            ready()
            await stop.wait()
        finally:
            await self._leave()
        if self._fatal is not None:
            raise self._fatal

    async def _listen(self) -> None:
        app = self._application
        if self._address is not None:
            await app.bot.set_webhook(
                self._address.url,
                allowed_updates=ALLOWED_UPDATES,
                secret_token=self._address.secret,
            )
        elif app.updater is not None:
            await app.updater.start_polling(
                timeout=POLL_SECONDS,
                allowed_updates=ALLOWED_UPDATES,
                error_callback=self._trouble,
            )

    def _trouble(self, error: TelegramError) -> None:
        """The library asks again; a second poller and a dead token do not pass by that."""
        if isinstance(error, Conflict | InvalidToken):
            self._fatal = error
            self._stop.set()
        else:
            log.info("Telegram does not answer: %s", type(error).__name__)

    async def _leave(self) -> None:
        app = self._application
        if app.updater is not None and app.updater.running:
            await app.updater.stop()
        if app.running:
            await app.stop()
        with suppress(NetworkError):
            await app.shutdown()

    async def take(self, update: dict[str, Any]) -> None:
        """An update that the webhook brought."""
        await self._application.update_queue.put(read(update, self._application.bot))


async def reached(initialize: Callable[[], Any], stop: asyncio.Event) -> bool:
    """Try until Telegram answers; False when told to stop first. Raises InvalidToken."""
    told = False
    while not stop.is_set():
        try:
            await initialize()
        except NetworkError as error:
            if not told:
                log.warning("Telegram cannot be reached (%s); trying on", type(error).__name__)
            told = True
        else:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_SECONDS):
                await stop.wait()
    return False
