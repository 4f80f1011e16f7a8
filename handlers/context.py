"""What a handler may touch, typed.

Comes in: an update and the application it came through. Goes out: a `Call` (words or a command) or
a `Tap` (a button), which know the chat, its language and how to answer there. They refuse to know
what any command means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest
from telegram.ext import Application, CallbackContext, ExtBot

from bot.buckets import Buckets
from bot.delivery.render import Button
from bot.delivery.telegram import keyboard, preview
from bot.i18n import Texts, choose
from bot.i18n import texts_for as default_texts
from bot.model import Chat, ChatKind, Clock
from bot.reading.stories import Reading
from bot.store import Store
from bot.subscriptions.feeds import Subscriptions
from handlers.cards import Card, Rows, plain_card
from handlers.later import Later

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_KEY = "newsbell"
_UNSEEN = re.compile("to edit not found|can't be edited|message_id_invalid", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)  # far beyond any id, far below what a store holds
_LATE = re.compile("too old|query id is invalid|query_id_invalid", re.IGNORECASE)


@dataclass(frozen=True)
class Services:
    """Everything outside the chat that handlers act through."""

    store: Store
    subscriptions: Subscriptions
    reading: Reading
    now: Clock
    admins: frozenset[int] = frozenset()
    texts_for: Callable[[str | None], Texts] = default_texts


@dataclass
class House:
    """The services, and what handlers remember between updates, but not through a restart."""

    services: Services
    talk: Buckets  # commands and taps, by user
    costly: Buckets  # actions that ask the network, by user
    joins: Buckets  # groups that one person adds us to
    told: Buckets  # one notice of a kind for each chat
    crowd: Buckets  # notices of a kind to all chats
    later: Later
    rights: dict[tuple[int, int], tuple[bool, float]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)  # taps under way whose spinner has stopped


def furnish(application: App, services: Services) -> House:
    """Put the services where handlers find them."""
    now = services.now
    house = House(
        services,
        talk=Buckets(burst=30, per_second=0.5, now=now),
        costly=Buckets(burst=6, per_second=1 / 10, now=now),
        joins=Buckets(burst=20, per_second=1 / 3600, now=now),
        told=Buckets(burst=1, per_second=1 / 600, now=now),
        crowd=Buckets(burst=20, per_second=5, now=now),
        later=Later(application.create_task, now),
    )
    application.bot_data[_KEY] = house
    return house


def house_of(context: Context | App) -> House:
    """The house of the application that an update came through."""
    return cast(House, context.bot_data[_KEY])


@dataclass
class Call:
    """A command or words, in the chat where they were said."""

    house: House
    bot: Bot
    update: Update
    chat: Chat
    texts: Texts
    message: Message | None
    args: str = ""

    @property
    def services(self) -> Services:
        return self.house.services

    @property
    def now(self) -> int:
        return int(self.services.now())

    @property
    def user(self) -> int | None:
        """Who acts; None for a channel's own post."""
        user = self.update.effective_user
        return user.id if user else None

    @property
    def private(self) -> bool:
        return self.chat.kind == "private"

    async def reply(self, card: Card) -> Message:
        """Answer in the same chat and forum thread; in groups as a reply to the person."""
        quote = None
        if not self.private and self.message is not None:
            quote = ReplyParameters(self.message.message_id, allow_sending_without_reply=True)
        return await send(self.bot, self.chat, card, quote)

    async def say(self, key: str, **values: str | int) -> None:
        """Answer with one phrase."""
        await self.reply(plain_card(self.texts, key, **values))


@dataclass
class Tap(Call):
    """A button that was pressed; `args` is what its data carried."""

    @property
    def card_message(self) -> Message:
        """The message the button hangs on; `Gone` where Telegram no longer shows it to us."""
        if self.message is None:
            raise Gone
        return self.message

    def numbers(self, count: int) -> list[int]:
        """What the data carries, when it is `count` numbers; ValueError for what we never sent."""
        parts = self.args.split(":")
        if len(parts) != count or not all(_NUMBER.fullmatch(part) for part in parts):
            raise ValueError("no data of ours")
        return [int(part) for part in parts]

    @property
    def answered(self) -> bool:
        query = self.update.callback_query
        return query is None or query.id in self.house.answered

    async def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Stop the button's spinner, perhaps with a word; only the first answer counts."""
        query = self.update.callback_query
        if query is None or self.answered:
            return
        self.house.answered.add(query.id)
        try:
            await query.answer(text[:200] or None, show_alert=alert)
        except BadRequest as error:  # "query is too old": the action still counts
            if not _late(error):
                raise

    async def edit(self, card: Card, page: str | None = None) -> None:
        """Turn the message into another card; one that says the same is left as it is.
        `page` is the address to preview below it.

        The spinner stops first: the edit may have to wait for its turn in this chat.
        """
        message = self.card_message
        self.house.later.end((message.chat_id, message.message_id))
        await self.toast()
        await _leniently(
            self.bot.edit_message_text,
            text=card.text.html(),
            parse_mode=ParseMode.HTML,
            chat_id=message.chat_id,
            message_id=message.message_id,
            reply_markup=keyboard(card.rows),
            link_preview_options=preview(page),
        )

    async def edit_rows(self, rows: Rows) -> None:
        """Change the buttons only."""
        message = self.card_message
        self.house.later.relabel((message.chat_id, message.message_id), rows)
        await self.toast()
        await _leniently(
            self.bot.edit_message_reply_markup,
            chat_id=message.chat_id,
            message_id=message.message_id,
            reply_markup=keyboard(rows),
        )

    def rows(self) -> list[list[Button]]:
        """The buttons as the message shows them now; links are kept as links."""
        markup: InlineKeyboardMarkup | None = self.card_message.reply_markup
        if markup is None:
            return []
        return [
            [Button(b.text, data=str(b.callback_data or ""), url=b.url or "") for b in row]
            for row in markup.inline_keyboard
        ]


class Gone(Exception):  # noqa: N818  a state of a message, not a fault
    """The message is too old to be seen or changed."""


async def send(bot: Bot, chat: Chat, card: Card, quote: ReplyParameters | None = None) -> Message:
    """Send a card to a chat as an answer, never as an alert."""
    return await bot.send_message(
        chat_id=chat.telegram,
        text=card.text.html(),
        parse_mode=ParseMode.HTML,
        message_thread_id=chat.thread or None,
        reply_markup=keyboard(card.rows),
        link_preview_options=_NO_PREVIEW,
        reply_parameters=quote,
    )


async def _leniently(method: Callable[..., Any], **arguments: Any) -> None:
    try:
        await method(**arguments)
    except BadRequest as error:
        if re.search("not modified", error.message, re.IGNORECASE):
            return
        if _UNSEEN.search(error.message):
            raise Gone from error
        raise


def _late(error: BadRequest) -> bool:
    return bool(_LATE.search(error.message))


def thread_of(message: Message | None) -> int:
    """The forum thread a message stands in; 0 for none and for the General topic."""
    if message is None or not message.is_topic_message:
        return 0
    return message.message_thread_id or 0


def message_of(update: Update) -> Message | None:
    """The message of an update, unless Telegram only says that there was one.

    Such a one has the date 0; PTB 22.8 makes an ordinary `Message` of it.
    https://core.telegram.org/bots/api#inaccessiblemessage
    """
    query = update.callback_query
    message = update.effective_message if query is None else query.message
    seen = isinstance(message, Message) and message.date.timestamp() > 0
    return cast(Message, message) if seen else None


async def chat_of(services: Services, update: Update) -> Chat:
    """The chat of an update, entered or opened again when need be."""
    telegram = update.effective_chat
    if telegram is None:
        raise Gone
    thread = thread_of(message_of(update))
    chat = await services.store.chats.find(telegram.id, thread)
    if chat is not None and chat.state == "open" and not chat.refusals:
        return chat
    user = update.effective_user
    language = choose(user.language_code if user else None)
    async with services.store.transaction() as tx:
        if chat is not None:
            await tx.chats.reopen(telegram.id, int(services.now()))
        kind = cast(ChatKind, ChatType(telegram.type).value)
        return await tx.chats.ensure(telegram.id, thread, kind, language, now=int(services.now()))


async def open_call(update: Update, context: Context, args: str = "") -> Call:
    """The call that an update is."""
    house = house_of(context)
    chat = await chat_of(house.services, update)
    texts = house.services.texts_for(chat.language)
    return Call(house, context.bot, update, chat, texts, message_of(update), args)


async def open_tap(update: Update, context: Context) -> Tap:
    """The tap that an update is; `args` is filled by whoever reads the data."""
    call = await open_call(update, context)
    return Tap(call.house, call.bot, update, call.chat, call.texts, call.message)
