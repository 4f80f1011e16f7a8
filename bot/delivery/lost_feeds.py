"""What those who use a feed hear of it once it is lost.

In: notices that the collector left. Out: one message for each, to the chats that added the feed, or
to those who run the bot where everyone reads it. At most once: a notice goes before its message
does. It refuses to know how a feed is looked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress

from telegram.error import TelegramError

from bot.delivery.lanes import Lanes
from bot.delivery.outcome import refuses_token
from bot.delivery.render import Button, Message, Text
from bot.delivery.sender import Sender
from bot.errors import StoreError, TokenRefused
from bot.i18n import Texts
from bot.markup import clean
from bot.model import Chat, Clock, Feed, Notice
from bot.store import Store

log = logging.getLogger(__name__)

PERIOD = 20.0  # seconds between two looks
_PATIENCE = 2.0  # seconds that a chat may have to rest
_NO_ANSWER = (TelegramError, TimeoutError, KeyError, AttributeError, TypeError, ValueError)


class LostFeeds:
    """`admins` are Telegram's ids of those who run the bot."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        texts_for: Callable[[str], Texts],
        *,
        lanes: Lanes,
        admins: Collection[int],
        now: Clock,
        period: float = PERIOD,
    ) -> None:
        self._store = store
        self._sender = sender
        self._texts_for = texts_for
        self._lanes = lanes
        self._admins = admins
        self._now = now
        self._period = period

    async def run(self, stop: asyncio.Event) -> None:
        """Tells what is to be told until `stop`. Raises TokenRefused."""
        while not stop.is_set():
            try:
                await self.tell_due()
            except StoreError as error:
                log.warning("Word of lost feeds must wait for the store: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._period):
                    await stop.wait()

    async def tell_due(self) -> None:
        """One look. Raises TokenRefused and StoreError."""
        for notice in await self._store.feeds.notices():
            feed = await self._store.feeds.get(notice.feed)
            chats = [chat for chat in await self._chats(notice) if chat.state == "open"]
            if any(self._lanes.wait(chat.telegram) > _PATIENCE for chat in chats):
                continue
            async with self._store.transaction() as tx:
                known = await tx.feeds.drop_notice(notice.id)
            if known and feed is not None and (feed.failures or feed.state == "dead"):
                for chat in chats:
                    await self._tell(chat, feed, notice)

    async def _chats(self, notice: Notice) -> list[Chat]:
        if notice.chat is not None:
            chat = await self._store.chats.get(notice.chat)
            return [chat] if chat else []
        found = [await self._store.chats.find(admin) for admin in sorted(self._admins)]
        return [chat for chat in found if chat]

    async def _tell(self, chat: Chat, feed: Feed, notice: Notice) -> None:
        await self._lanes.turn(chat.telegram)
        message = lost_message(feed, notice, self._texts_for(chat.language))
        try:
            await self._sender.send(chat, message)
        except _NO_ANSWER as error:
            if refuses_token(error):
                raise TokenRefused("Telegram refused the token. Check TELEGRAM_TOKEN.") from None
            log.info("chat %s could not be told of feed %s", chat.id, feed.id)


def lost_message(feed: Feed, notice: Notice, texts: Texts) -> Message:
    """What is wrong with the feed, where it may be now, and buttons to act on it."""
    name = Text().text(clean(feed.title or feed.publisher)).cut(100).plain() or "?"
    key = "lost.gone" if feed.state == "dead" else "lost.ill"
    text = Text().pieces(texts.pieces(key, feed=name)).line()
    text.text(texts("lost.found" if notice.address else "lost.nothing"))
    if notice.address:
        text.line().text(notice.address)
    if notice.chat is None:
        return Message(text)
    remove = Button(texts("sources.remove", feed=name[:40]), f"rm:{feed.id}:0")
    add = Button(texts("sources.add_button"), "ad:0")
    return Message(text, ((add,), (remove,)) if notice.address else ((remove,),))
