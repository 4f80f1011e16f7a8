"""The gate before every handler: what is not for us, comes too late or too often goes no further.

Comes in: an update. Goes out: nothing, or the stop of its handling, sometimes with one sentence. It
refuses to know what a command means. Membership and service messages always pass.
"""

from __future__ import annotations

from telegram import Message, Update
from telegram.constants import ChatType, MessageEntityType
from telegram.ext import ApplicationHandlerStop

from handlers.asking import asked_by
from handlers.context import Context, House, house_of, open_call, open_tap
from handlers.rights import ANONYMOUS

LATE = 600  # seconds after which a command is no longer what its sender waits for
_ASKING = 24  # characters of the words that are done to an alert they answer
_CHANNEL_BOT = 136817688  # speaks for people who post as a channel


async def gate(update: Update, context: Context) -> None:
    """Let an update pass or stop it."""
    if update.callback_query is not None:
        await _tap_passes(update, context)
        return
    message = update.message or update.channel_post
    if message is None:
        if update.my_chat_member is None and update.chat_member is None:
            raise ApplicationHandlerStop  # edits, and kinds of updates that we don't know
        return
    if is_service(message):
        return
    if not is_for_us(message, context.bot.username, context.bot.id) and not (
        await asked_by(house_of(context).services.store, message)
    ):
        raise ApplicationHandlerStop
    await _words_pass(update, context, message)


def is_service(message: Message) -> bool:
    """Migration and the like: no words of anyone."""
    return bool(
        message.migrate_to_chat_id
        or message.migrate_from_chat_id
        or message.new_chat_members
        or message.left_chat_member
        or message.group_chat_created
        or message.supergroup_chat_created
    )


def is_for_us(message: Message, username: str, bot_id: int) -> bool:
    """Whether a message speaks to the bot: not another bot's, not forwarded, not for another
    bot.
    """
    sender = message.from_user
    if sender is not None and sender.is_bot and sender.id not in {ANONYMOUS, _CHANNEL_BOT}:
        return False
    if message.is_automatic_forward:
        return False
    if is_command(message):
        return message.forward_origin is None and _addressed(message, username)
    if message.chat.type == ChatType.PRIVATE:
        return not _silent_kind(message)
    return mentioned(message, username) is not None or _may_ask(message, bot_id)


def _may_ask(message: Message, bot_id: int) -> bool:
    """A reply to us among people, short enough to be "mute"; longer ones are talk."""
    return replies_to(message, bot_id) and 0 < len(message.text or "") <= _ASKING


def replies_to(message: Message, bot_id: int) -> bool:
    """Whether a message answers one of the bot's own."""
    replied = message.reply_to_message
    sender = replied.from_user if replied is not None else None
    return sender is not None and sender.id == bot_id


def among_people(message: Message) -> bool:
    """Whether others read along."""
    return message.chat.type != ChatType.PRIVATE


def is_command(message: Message) -> bool:
    """Whether the text begins with a command; captions and quotes don't count."""
    return any(e.type == MessageEntityType.BOT_COMMAND and e.offset == 0 for e in message.entities)


def _addressed(message: Message, username: str) -> bool:
    word = (message.text or "").split(maxsplit=1)[0]
    _, _, whom = word.partition("@")
    return not whom or whom.casefold() == username.casefold()


def mentioned(message: Message, username: str) -> str | None:
    """The words behind a leading `@bot`; None where the message doesn't begin so."""
    first, _, rest = (message.text or "").strip().partition(" ")
    return rest.strip() if first.casefold() == f"@{username}".casefold() else None


def _silent_kind(message: Message) -> bool:
    """Things that Telegram itself writes into a private chat."""
    return bool(
        message.pinned_message
        or message.message_auto_delete_timer_changed
        or message.chat_background_set
        or message.write_access_allowed
    )


async def _words_pass(update: Update, context: Context, message: Message) -> None:
    house, user = house_of(context), update.effective_user
    who = user.id if user else message.chat.id
    if house.services.now() - message.date.timestamp() > LATE:
        key = "odd.away"
    elif house.talk.take(who):
        return
    else:
        key = "odd.flood"
    if not _is_talk(message, context.bot.username):
        await _notice(update, context, house, key)
    raise ApplicationHandlerStop


def _is_talk(message: Message, username: str) -> bool:
    return (
        among_people(message) and not is_command(message) and mentioned(message, username) is None
    )


async def _notice(update: Update, context: Context, house: House, key: str) -> None:
    """One notice of a kind for each chat in ten minutes, and few at a time in all: after a day of
    downtime everybody has waited. The rest is silence on purpose.
    """
    chat = update.effective_chat
    if chat is not None and house.told.take((chat.id, key)) and house.crowd.take(key):
        await (await open_call(update, context)).say(key)


async def _tap_passes(update: Update, context: Context) -> None:
    house, user = house_of(context), update.effective_user
    if user is not None and not user.is_bot and house.talk.take(user.id):
        return
    if update.effective_chat is not None:
        tap = await open_tap(update, context)
        await tap.toast(tap.texts("odd.flood"))
    raise ApplicationHandlerStop
