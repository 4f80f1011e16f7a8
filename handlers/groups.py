"""Membership: added, removed, blocked, moved.

Comes in: what Telegram says of the bot's own place in a chat. Goes out: a chat that is open,
closed, left alone for a while or has another id. It refuses to know what chats follow. Everything
here may arrive twice and late. https://core.telegram.org/bots/api#chatmemberupdated
"""

from __future__ import annotations

import contextlib

from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Update,
)
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers.cards import plain_card
from handlers.context import Context, chat_of, house_of, send
from handlers.rights import ANONYMOUS, forget_rights

MOST_KEPT = 20  # groups and channels that one person may have us in; operators as many as they like

_HOUR, _WEEK = 3600.0, 7 * 86_400.0
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
    """Telegram says that we may write: nothing that was refused before counts any more."""
    services = house_of(context).services
    async with services.store.transaction() as tx:
        await tx.chats.reopen(change.chat.id, int(services.now()))
        await tx.chats.accept(change.chat.id)


async def _enter(update: Update, change: ChatMemberUpdated, context: Context) -> None:
    """Added to a group or channel: one line in it, unless somebody adds us to everything."""
    house = house_of(context)
    welcome = await _welcome(change, context)
    chat = await chat_of(house.services, update)
    texts = house.services.texts_for(chat.language)
    may_write = _may_write(change)
    await _keep(change, context, welcome=welcome, may_write=may_write)
    if may_write and change.chat.type != ChatType.CHANNEL:
        card = plain_card(texts, "group.hello" if welcome else "group.many")
        with contextlib.suppress(TelegramError):  # alerts will find out what is the matter there
            await send(context.bot, chat, card)
    if not welcome:
        await _leave(change.chat.id, context)


async def _welcome(change: ChatMemberUpdated, context: Context) -> bool:
    """Whether this person may add us to one more: few at a time, and not too many in all.

    Those who hide behind a group share one account, for nobody can tell them apart.
    """
    house, adder = house_of(context), change.from_user.id
    if adder in house.services.admins:
        return True
    kept = await house.services.store.chats.kept_by(adder, but=change.chat.id)
    return kept < MOST_KEPT and house.joins.take(adder)


async def _keep(
    change: ChatMemberUpdated, context: Context, *, welcome: bool, may_write: bool
) -> None:
    """Who added us is the one to tell when we can't write there, as perhaps from the beginning."""
    services, adder = house_of(context).services, change.from_user
    telegram = change.chat.id
    async with services.store.transaction() as tx:
        chat = await tx.chats.find(telegram)
        if chat is not None and welcome and adder.id != ANONYMOUS:
            await tx.chats.keep(chat.id, adder.id)
        if may_write:
            await tx.chats.accept(telegram)
        else:
            await tx.chats.refuse_everywhere(telegram, "rights", services.now(), _HOUR)


async def _leave(telegram: int, context: Context) -> None:
    services = house_of(context).services
    with contextlib.suppress(TelegramError):  # then we are out already
        await context.bot.leave_chat(telegram)
    async with services.store.transaction() as tx:
        await tx.chats.close(telegram, "too many groups at once", int(services.now()))


async def _rights_changed(change: ChatMemberUpdated, context: Context) -> None:
    """Still inside: allowed to write, or not any more. What is owed there waits."""
    if _may_write(change):
        await _reopen(change, context)
        return
    services = house_of(context).services
    now = services.now()
    async with services.store.transaction() as tx:
        pause = _pause(change.new_chat_member, now)
        await tx.chats.refuse_everywhere(change.chat.id, "rights", now, pause)


def _pause(member: ChatMember, now: float) -> float:
    """Seconds until a next try: no update tells that a restriction has run out."""
    if not isinstance(member, ChatMemberRestricted):
        return _HOUR
    left = member.until_date.timestamp() - now
    return left if 0 < left <= _WEEK else _HOUR


def _may_write(change: ChatMemberUpdated) -> bool:
    member = change.new_chat_member
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    if isinstance(member, ChatMemberAdministrator) and change.chat.type == ChatType.CHANNEL:
        return bool(member.can_post_messages)
    return True


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
