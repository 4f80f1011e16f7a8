"""A word in private to whoever looks after a chat that takes nothing from us any more.

In: refusals that nobody was told of. Out: one message for each, to a person who has a chat with the
bot; a bot cannot write to anybody else, so they hear of it once they do. Nothing but the group's
title is asked of Telegram, and it is not kept. It refuses to know what was owed there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from telegram.error import TelegramError

from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify, refuses_token
from bot.delivery.render import Message, Text
from bot.delivery.sender import Sender
from bot.delivery.standing import note
from bot.delivery.telegram import NewsBot
from bot.errors import StoreError, TokenRefused
from bot.i18n import Texts
from bot.markup import clean
from bot.model import Chat, Clock, Later, Moved
from bot.store import Store, Untold

log = logging.getLogger(__name__)

PERIOD = 20.0  # seconds between two looks
_PATIENCE = 2.0  # seconds that a keeper's chat may have to rest
_TITLE_UNITS = 100
_NO_ANSWER = (TelegramError, TimeoutError, KeyError, AttributeError, TypeError, ValueError)


class Notices:
    """`seconds`: for one message with all its tries."""

    def __init__(
        self,
        store: Store,
        bot: NewsBot,
        texts_for: Callable[[str], Texts],
        *,
        lanes: Lanes,
        now: Clock,
        seconds: float = 25.0,
        period: float = PERIOD,
    ) -> None:
        self._store = store
        self._bot = bot
        self._sender = Sender(bot, seconds=seconds)
        self._texts_for = texts_for
        self._lanes = lanes
        self._now = now
        self._period = period
        self._not_before = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Tells what is to be told until `stop`. Raises TokenRefused."""
        while not stop.is_set():
            try:
                await self.tell_due()
            except StoreError as error:
                log.warning("Notices must wait for the store: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._period):
                    await stop.wait()

    async def tell_due(self) -> None:
        """One look. Raises TokenRefused."""
        for untold in await self._store.chats.untold():
            keeper = await self._store.chats.get(untold.private)
            if keeper is None or self._now() < self._not_before:
                continue
            if self._lanes.wait(keeper.telegram) <= _PATIENCE:
                await self._tell(untold, keeper)

    async def _tell(self, untold: Untold, keeper: Chat) -> None:
        title = await self._title(untold.telegram)
        await self._lanes.turn(keeper.telegram)
        message = notice(untold, title, self._texts_for(keeper.language))
        try:
            await self._sender.send(keeper, message)
        except _NO_ANSWER as error:
            if await self._later(keeper, error):
                return
        async with self._store.transaction() as tx:
            await tx.chats.told(untold, self._now())

    async def _later(self, keeper: Chat, error: Exception) -> bool:
        """Whether to try again; a message that may have arrived is not repeated."""
        if refuses_token(error):
            raise TokenRefused("Telegram refused the token. Check TELEGRAM_TOKEN with @BotFather.")
        outcome = classify(error, chat=keeper, now=self._now())
        log.info("A notice to chat %s: %s", keeper.id, outcome)
        async with self._store.transaction() as tx:
            await note(tx, keeper, outcome, self._now())
        if not isinstance(outcome, Later):
            return isinstance(outcome, Moved)
        self._not_before = self._now() + outcome.seconds
        return outcome.refusal != "odd"

    async def _title(self, telegram: int) -> str:
        """What the group calls itself; its number where Telegram won't say."""
        try:
            title = (await self._bot.get_chat(telegram)).title or ""
        except _NO_ANSWER:
            title = ""
        return Text().text(clean(title)).cut(_TITLE_UNITS).plain() or str(telegram)


_KEYS = {"rights": "group.rights", "closed": "group.closed", "thread": "group.thread"}


def notice(untold: Untold, title: str, texts: Texts) -> Message:
    """What is wrong in the chat of that title, and what would mend it."""
    return Message(Text().pieces(texts.pieces(_KEYS[untold.refusal], chat=title)))
