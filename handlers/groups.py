"""Membership: added, removed, blocked, moved.

Comes in: what Telegram says of the bot's own place in a chat. Goes out: a chat that is open,
closed or has another id. It refuses to know what chats follow. Everything here may arrive twice
and late. https://core.telegram.org/bots/api#chatmemberupdated
"""

from __future__ import annotations

import contextlib

from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers.cards import plain_card
from handlers.context import Context, chat_of, house_of, send
from handlers.rights import forget_rights

_OUT = {ChatMember.LEFT, ChatMember.BANNED}
_PROBLEMS = {
    ChatType.PRIVATE: "blocked by the reader",
    ChatType.CHANNEL: "removed from the channel",
}


async def membership(update: Update, context: Context) -> None:
    """Our own place in a chat has changed."""
    change = update.my_chat_member
    if change is None:
        return
    was_in, is_in = _inside(change.old_chat_member), _inside(change.new_chat_member)
    if not is_in:
        await _close(change, context)
    elif change.chat.type == ChatType.PRIVATE:
        await _reopen(change, context)
    elif not was_in:
        await _enter(update, change, context)
    else:
        await _rights_changed(change, context)


def _inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in _OUT


async def _close(change: ChatMemberUpdated, context: Context) -> None:
    services = house_of(context).services
    problem = _PROBLEMS.get(ChatType(change.chat.type), "removed from the group")
    async with services.store.transaction() as tx:
        await tx.chats.close(change.chat.id, problem, int(services.now()))


async def _reopen(change: ChatMemberUpdated, context: Context) -> None:
    services = house_of(context).services
    async with services.store.transaction() as tx:
        await tx.chats.reopen(change.chat.id, int(services.now()))


async def _enter(update: Update, change: ChatMemberUpdated, context: Context) -> None:
    """Added to a group or channel: one line in it, unless somebody adds us to everything."""
    house = house_of(context)
    adder = change.from_user.id
    welcome = adder in house.services.admins or house.joins.take(adder)
    chat = await chat_of(house.services, update)
    texts = house.services.texts_for(chat.language)
    may_write = _may_write(change.new_chat_member)
    if may_write and change.chat.type != ChatType.CHANNEL:
        card = plain_card(texts, "group.hello" if welcome else "group.many")
        await send(context.bot, chat, card)
    if not welcome:
        await _leave(change.chat.id, context)
    elif not may_write:
        await _close_mute(change.chat.id, context)


async def _leave(telegram: int, context: Context) -> None:
    services = house_of(context).services
    with contextlib.suppress(TelegramError):  # then we are out already
        await context.bot.leave_chat(telegram)
    async with services.store.transaction() as tx:
        await tx.chats.close(telegram, "too many groups at once", int(services.now()))


async def _rights_changed(change: ChatMemberUpdated, context: Context) -> None:
    """Still inside: allowed to write, or not any more."""
    if _may_write(change.new_chat_member):
        await _reopen(change, context)
    else:
        await _close_mute(change.chat.id, context)


async def _close_mute(telegram: int, context: Context) -> None:
    services = house_of(context).services
    async with services.store.transaction() as tx:
        await tx.chats.close(telegram, "not allowed to write here", int(services.now()))


def _may_write(member: ChatMember) -> bool:
    return not isinstance(member, ChatMemberRestricted) or member.can_send_messages


async def member_changed(update: Update, context: Context) -> None:
    """Somebody's place in a chat has changed: what was believed of their rights is void."""
    if (change := update.chat_member) is not None:
        forget_rights(house_of(context), change.chat.id, change.new_chat_member.user.id)


async def migration(update: Update, context: Context) -> None:
    """A group became a supergroup: both chats say so, in either order."""
    message = update.message
    if message is None:
        return
    old, new = message.chat.id, message.migrate_to_chat_id
    if message.migrate_from_chat_id:
        old, new = message.migrate_from_chat_id, message.chat.id
    if new:
        async with house_of(context).services.store.transaction() as tx:
            await tx.chats.migrate(old, new)
