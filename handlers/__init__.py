"""The chat: one table of commands, from which come handlers, menu and help.

Comes in: updates from Telegram. Goes out: answers in the same chat. It refuses to know SQL, feeds
and how alerts are sent. To add a command, write its handler and one row here; the menu, /help and
the tests follow.
"""

from __future__ import annotations

from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.metrics import COMMANDS as HANDLED
from handlers import (
    admin,
    feeds,
    groups,
    menu,
    privacy,
    settings,
    start,
    status,
    stories,
    topic_list,
    topics,
)
from handlers.asking import replied
from handlers.callbacks import tapped
from handlers.context import App, Call, Context, Services, furnish, open_call
from handlers.errors import failed
from handlers.gate import gate, is_command, is_service
from handlers.menu import GROUP, GROUP_ADMIN, OPERATOR, PRIVATE, Command
from handlers.order import InOrder
from handlers.words import unknown_command, words

__all__ = ["ALLOWED_UPDATES", "COMMANDS", "InOrder", "Services", "announce", "register"]

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member", "chat_member")
"""What to ask Telegram for; edits are no commands."""

_EVERYONE = frozenset({PRIVATE, GROUP})
_RULERS = frozenset({PRIVATE, GROUP_ADMIN})


async def help_(call: Call) -> None:
    """/help"""
    await call.reply(menu.help_card(call, COMMANDS))


COMMANDS: tuple[Command, ...] = (
    Command("start", start.start, frozenset({PRIVATE})),
    Command("follow", topics.follow, _RULERS),
    Command("topics", topic_list.topics, _EVERYONE),
    Command("unfollow", topics.unfollow, _RULERS),
    Command("headlines", stories.headlines, _EVERYONE),
    Command("search", stories.search, _EVERYONE),
    Command("summary", stories.summary, _EVERYONE),
    Command("sources", feeds.sources, _EVERYONE),
    Command("settings", settings.settings, _RULERS),
    Command("status", status.status, _EVERYONE),
    Command("help", help_, _EVERYONE),
    Command("privacy", privacy.privacy, _EVERYONE),
    Command("export", privacy.export, _RULERS),
    Command("delete_me", privacy.delete_me, _RULERS),
    Command("admin", admin.admin, frozenset({OPERATOR})),
)

_BY_NAME = {command.name: command for command in COMMANDS}


async def said(update: Update, context: Context) -> None:
    """A message that passed the gate: a membership note, a command, or words."""
    message = update.effective_message
    if message is None:
        return
    if is_service(message):
        await groups.migration(update, context)
    elif is_command(message):
        await _command(update, context)
    else:
        call = await open_call(update, context)
        if not await replied(call) and update.channel_post is None:
            HANDLED.labels("words").inc()
            await words(call)


async def _command(update: Update, context: Context) -> None:
    message = update.effective_message
    word, *rest = ((message.text if message else "") or "/").split(maxsplit=1)
    name = word[1:].partition("@")[0].lower()
    call = await open_call(update, context, args=" ".join(rest).strip())
    command = _BY_NAME.get(name)
    if command is not None:
        HANDLED.labels(command.name).inc()
        await command.handler(call)
    elif call.private or "@" in word:
        HANDLED.labels("unknown").inc()
        await unknown_command(call, name, (c.name for c in COMMANDS if OPERATOR not in c.scopes))


def register(application: App, services: Services) -> None:
    """Hang every handler into the application. Build it with
    `concurrent_updates(InOrder(store))`.
    """
    furnish(application, services)
    application.add_handler(TypeHandler(Update, gate), group=-1)
    application.add_handler(CallbackQueryHandler(tapped))
    application.add_handler(ChatMemberHandler(groups.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(ChatMemberHandler(groups.member_changed, ChatMemberHandler.CHAT_MEMBER))
    new = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    application.add_handler(MessageHandler(new, said))
    application.add_error_handler(failed)


async def announce(application: App, services: Services) -> bool:
    """Set the menus of commands in every language; nothing is asked when they have not changed."""
    return await menu.announce(application.bot, services, COMMANDS)
