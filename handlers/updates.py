"""Where updates come from: long polling, or the webhook.

Comes in: an application with its handlers. Goes out: every update to them, until told to stop. What
the webhook brings is on disk before Telegram hears that it arrived. It refuses to know what is in
an update.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, TelegramError

from bot.delivery.telegram import Revoked, read
from bot.errors import SettingsError
from handlers import ALLOWED_UPDATES, announce
from handlers.context import App, Services, house_of
from handlers.first import meet
from handlers.rivals import Rivals

log = logging.getLogger(__name__)

POLL_SECONDS = 25  # of one getUpdates
RETRY_SECONDS = 5.0  # between attempts to reach Telegram at the start
LOOK_SECONDS = 300.0  # between looks whether the webhook is still ours
_NO_NUMBER = 2**53  # beyond what an update_id can be


@dataclass(frozen=True, slots=True)
class Address:
    """The webhook: where Telegram is to deliver, and what it has to show."""

    url: str
    secret: str


class Conversation:
    """Takes updates to the handlers; with an `address` Telegram delivers them, else we ask."""

    def __init__(
        self,
        application: App,
        services: Services,
        address: Address | None = None,
        *,
        anew: bool = False,
    ) -> None:
        self._application = application
        self._services = services
        self._address = address
        self._anew = anew
        self._look = LOOK_SECONDS
        self._stop = asyncio.Event()
        self._fatal: TelegramError | None = None
        self._rivals = Rivals(services.now())

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Until `stop`: then finish the handlers under way.

        Raises InvalidToken, Conflict, SettingsError for a webhook that Telegram does not take, and
        StoreMissing for a bot whose database is not the one it lived with.
        """
        self._stop = stop
        app = self._application
        try:
            if not await reached(app.initialize, stop) or not await reached(self._meet, stop):
                return
            await app.start()
            await self._take_up()
            await announce(app, self._services)
            self._rivals = Rivals(self._services.now())
            if await reached(self._listen, stop):
                log.info("running as @%s", app.bot.username)
                ready()
            await self._stay(stop)
        finally:
            await self._leave()
        if self._fatal is not None:
            raise self._fatal

    async def _meet(self) -> None:
        await meet(self._application.bot, self._services.store, anew=self._anew)

    async def _listen(self) -> None:
        app = self._application
        if self._address is not None:
            await self._hang_webhook(self._address)
        elif app.updater is not None:
            await app.updater.start_polling(
                timeout=POLL_SECONDS,
                allowed_updates=ALLOWED_UPDATES,
                error_callback=self._trouble,
            )

    async def _hang_webhook(self, address: Address) -> None:
        try:
            await self._application.bot.set_webhook(
                address.url, allowed_updates=ALLOWED_UPDATES, secret_token=address.secret
            )
        except BadRequest as error:  # Telegram says what it minds: no certificate, a wrong port
            raise SettingsError(f"TELEGRAM_WEBHOOK_URL: {error.message}") from None

    async def _stay(self, stop: asyncio.Event) -> None:
        """Until `stop`; now and then a look whether Telegram still delivers to us."""
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look if self._address else None):
                    await stop.wait()
            if self._address is not None and not stop.is_set():
                await self._look_after(self._address)

    async def _look_after(self, address: Address) -> None:
        """Somebody who polls with our token, or tries another bot, takes the webhook away.

        Raises InvalidToken.
        """
        try:
            info = await self._application.bot.get_webhook_info()
        except InvalidToken:
            raise
        except TelegramError:
            return  # `Pulse` tells of silence
        if info.url != address.url:
            log.warning("somebody took the webhook of this bot away; it is set again")
            with suppress(TelegramError):  # the next look tries again
                await self._hang_webhook(address)
        elif info.last_error_message and info.pending_update_count:
            log.warning("Telegram cannot deliver updates: %s", info.last_error_message)

    async def _unhang_webhook(self) -> None:
        """We ask for updates, and somebody set a webhook: only one of the two can be."""
        with suppress(TelegramError):  # the next 409 tries again
            await self._application.bot.delete_webhook()
            log.warning("a webhook that somebody set for this bot was removed, for it asks itself")

    def _trouble(self, error: TelegramError) -> None:
        """The library asks again; a dead token does not pass by that, a second poller may."""
        if isinstance(error, Conflict):
            self._quarrel(error)
            if "webhook" in error.message.lower() and not self._stop.is_set():
                self._application.create_task(self._unhang_webhook())
        elif isinstance(error, Revoked):
            self._end(InvalidToken(error.message))
        else:
            log.debug("no updates: %s", type(error).__name__)  # `Pulse` tells of silence, once

    def _quarrel(self, error: Conflict) -> None:
        if self._rivals.met(self._services.now()):
            log.warning("another bot with this token is taking the updates, too; stop one of them")
        if self._rivals.too_long():
            self._end(error)

    def _end(self, error: TelegramError) -> None:
        self._fatal = error
        self._stop.set()

    async def _leave(self) -> None:
        app = self._application
        if app.updater is not None and app.updater.running:
            await app.updater.stop()
        if app.running:
            house_of(app).later.stop()
            await app.stop()
        with suppress(NetworkError):
            await app.shutdown()
            await app.bot.shutdown()  # connections of a start that never reached Telegram

    async def take(self, update: dict[str, Any]) -> None:
        """An update that the webhook brought; on disk when this returns. Raises StoreError.

        One that is on disk already is on its way; one that was handled is known by its number.
        """
        number = update.get("update_id")
        if not isinstance(number, int) or not 0 <= number < _NO_NUMBER:
            return
        async with self._services.store.transaction() as tx:
            new = await tx.inbox.keep(number, update)
        if new:
            await self._application.update_queue.put(read(update, self._application.bot))

    async def _take_up(self) -> None:
        """What an earlier process took from the webhook and did not end."""
        async with self._services.store.transaction() as tx:
            left = await tx.inbox.take_up()
        for update in left:
            await self._application.update_queue.put(read(update, self._application.bot))


async def reached(
    attempt: Callable[[], Awaitable[object]], stop: asyncio.Event, *, quiet: bool = False
) -> bool:
    """Try until Telegram answers; False when told to stop first.

    Raises InvalidToken, and whatever is no trouble of Telegram's. `quiet` where somebody else who
    tries tells the log.
    """
    told = quiet
    while not stop.is_set():
        try:
            await attempt()
        except InvalidToken:
            raise
        except TelegramError as error:
            if not told:
                log.warning("Telegram cannot be reached (%s); trying on", error)
            told = True
        else:
            if told and not quiet:
                log.info("Telegram answers")
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_SECONDS):
                await stop.wait()
    return False
