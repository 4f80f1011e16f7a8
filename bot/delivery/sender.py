"""One message to Telegram, and what to leave out when Telegram objects to a part of it.

In: a chat and a `Message`. Out: Telegram's id of it, or the error to classify. It waits for no turn
and repeats nothing that may have arrived: every second try follows a refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.delivery.outcome import Remedy, lost_thread, remedy
from bot.delivery.render import Message, Text
from bot.delivery.telegram import NewsBot, keyboard_data, preview_data
from bot.model import Chat

_SHORT_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Delivered:
    """Telegram's id of a message; `astray`: in the group, for the forum thread is gone."""

    message: int
    astray: bool = False


class Sender:
    """`seconds`: for one message with all its tries; below half the lease of a claim."""

    def __init__(self, bot: NewsBot, *, seconds: float) -> None:
        self._bot = bot
        self._seconds = seconds
        # A text that goes to thousands of chats is written out once.
        self._written: WeakKeyDictionary[Text, str] = WeakKeyDictionary()

    async def send(self, chat: Chat, message: Message) -> Delivered:
        """Raises whatever the last try raised, or TimeoutError.

        The first message for a forum thread that is gone goes to the group; later ones raise.
        """
        tried: set[Remedy] = set()
        thread = chat.thread
        async with asyncio.timeout(self._seconds):
            while True:
                try:
                    sent = await self._bot.tell(
                        {
                            "chat_id": chat.telegram,
                            "message_thread_id": thread or None,
                            "disable_notification": message.silent,
                            **_reply(message),
                            **self._content(message, tried),
                        }
                    )
                    return Delivered(sent, astray=thread != chat.thread)
                except BadRequest as error:
                    if thread and lost_thread(error) and chat.refusal != "thread":
                        thread = 0
                    else:
                        _learn(error, tried)

    async def edit(self, chat: Chat, sent: int, message: Message) -> None:
        """Make the message that was sent say this instead. Raises as `send` does."""
        tried: set[Remedy] = set()
        async with asyncio.timeout(self._seconds):
            while True:
                try:
                    where = {"chat_id": chat.telegram, "message_id": sent}
                    await self._bot.tell(where | self._content(message, tried), edit=True)
                except BadRequest as error:
                    _learn(error, tried)
                else:
                    return

    def _content(self, message: Message, without: AbstractSet[Remedy]) -> dict[str, Any]:
        bare = "bare" in without
        text = message.text.cut(_SHORT_UNITS) if "short" in without else message.text
        words: dict[str, Any] = {"text": self._html(text), "parse_mode": ParseMode.HTML}
        if "plain" in without:
            words = {"text": Text().text(text.plain(links=True)).cut().plain()}
        return words | {
            "reply_markup": None if bare else keyboard_data(message.keyboard),
            "link_preview_options": preview_data(None if bare else message.preview),
        }

    def _html(self, text: Text) -> str:
        written = self._written.get(text)
        if written is None:
            written = self._written[text] = text.html()
        return written


def _reply(message: Message) -> dict[str, Any]:
    if message.reply_to is None:
        return {}
    wanted = {"message_id": message.reply_to, "allow_sending_without_reply": True}
    return {"reply_parameters": wanted}


def _learn(error: BadRequest, tried: set[Remedy]) -> None:
    """Note what to change for one more try; raises the error where nothing is left to change."""
    cure = remedy(error)
    if cure is None or cure in tried:
        raise error
    tried.add(cure)
