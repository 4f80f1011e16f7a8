"""The menu of commands, in every language and for everyone who may use it, and /help.

Comes in: the table of commands. Goes out: what Telegram shows beside the input field. A menu is
display only; no handler takes it for a right. https://core.telegram.org/bots/api#setmycommands
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.delivery.render import Text
from bot.i18n import FALLBACK, Texts, languages
from handlers.cards import Card
from handlers.context import Call, Services

log = logging.getLogger(__name__)

PRIVATE, GROUP, GROUP_ADMIN, OPERATOR = "private", "group", "group_admin", "operator"
_VALUE = "telegram.menu"


@dataclass(frozen=True)
class Command:
    """One row of the table: `/name`, what it does, and who finds it in the menu."""

    name: str
    handler: Callable[[Call], Awaitable[None]]
    scopes: frozenset[str]

    def described(self, texts: Texts) -> str:
        return texts(f"command.{self.name}")


def help_card(call: Call, commands: Iterable[Command]) -> Card:
    """What this person can do in this chat."""
    texts = call.texts
    scopes = {PRIVATE} if call.private else {GROUP, GROUP_ADMIN}
    if call.private and call.user in call.services.admins:
        scopes.add(OPERATOR)
    text = Text().bold(texts("help.title"))
    for command in commands:
        if command.scopes & scopes:
            text.line().text(f"/{command.name} – {command.described(texts)}")
    text.line(2).text(texts("help.private" if call.private else "help.group"))
    return Card(text)


Entry = tuple[BotCommandScope, str, list[BotCommand]]


def menus(commands: Sequence[Command], services: Services) -> list[Entry]:
    """Every menu: scope, language ("" for all others) and its commands."""
    scopes: list[tuple[BotCommandScope, set[str]]] = [
        (BotCommandScopeAllPrivateChats(), {PRIVATE}),
        (BotCommandScopeAllGroupChats(), {GROUP}),
        (BotCommandScopeAllChatAdministrators(), {GROUP, GROUP_ADMIN}),
        *((BotCommandScopeChat(a), {PRIVATE, OPERATOR}) for a in sorted(services.admins)),
    ]
    return [
        (
            scope,
            "" if code == FALLBACK else code,
            _listed(commands, names, services.texts_for(code)),
        )
        for scope, names in scopes
        for code in languages()
    ]


def _listed(commands: Sequence[Command], scopes: set[str], texts: Texts) -> list[BotCommand]:
    return [BotCommand(c.name, c.described(texts)) for c in commands if c.scopes & scopes]


async def announce(bot: Bot, services: Services, commands: Sequence[Command]) -> bool:
    """Tell Telegram the menus and what the bot is, when they are not what they were; True if
    told.
    """
    entries = menus(commands, services)
    mark = _mark(entries, services)
    if await services.store.get_value(_VALUE) == mark:
        return False
    try:
        await _tell(bot, entries, services)
    except (NetworkError, RetryAfter, Forbidden) as error:
        log.warning("The menus of commands could not be set: %s", type(error).__name__)
        return False  # the next start tries again
    async with services.store.transaction() as tx:
        await tx.set_value(_VALUE, mark)
    return True


async def _tell(bot: Bot, entries: list[Entry], services: Services) -> None:
    for scope, language, listed in entries:
        try:
            await bot.set_my_commands(listed, scope=scope, language_code=language or None)
        except BadRequest:
            if not isinstance(scope, BotCommandScopeChat):  # an operator who never wrote to the bot
                raise
    for code in languages():
        texts, language = services.texts_for(code), "" if code == FALLBACK else code
        await bot.set_my_description(texts("about.long"), language_code=language or None)
        await bot.set_my_short_description(texts("about.short"), language_code=language or None)


def _mark(entries: list[Entry], services: Services) -> str:
    shown = [
        [scope.to_dict(), language, [c.to_dict() for c in listed]]
        for scope, language, listed in entries
    ]
    about = [
        [services.texts_for(c)("about.long"), services.texts_for(c)("about.short")]
        for c in languages()
    ]
    return hashlib.sha256(json.dumps([shown, about]).encode()).hexdigest()
