"""Who may change what a chat follows.

Comes in: a call. Goes out: yes or no, asked of Telegram live and believed for at most a minute. A
scope of the command menu is display only, it never counts as a right.
https://core.telegram.org/bots/api#getchatmember
"""

from __future__ import annotations

from telegram import ChatMember, Message
from telegram.error import TelegramError

from handlers.context import Call, House, Tap

BELIEVED = 60.0  # seconds
_REMEMBERED = 5000
_RULERS = {ChatMember.OWNER, ChatMember.ADMINISTRATOR}
ANONYMOUS = 1087968824  # @GroupAnonymousBot speaks for admins who hide behind the group


async def may_change(call: Call) -> bool:
    """Whether the one who acts may change this chat; no sender at all is never enough."""
    if call.private:
        return True
    message = call.message
    if not isinstance(call, Tap) and message is not None and message.sender_chat is not None:
        return _speaks_for_chat(call, message)
    if call.user is None or call.user == ANONYMOUS:
        return False
    return await is_admin(call, call.user)


def _speaks_for_chat(call: Call, message: Message) -> bool:
    """An anonymous admin speaks as the group, an admin of a channel as the channel itself."""
    return message.sender_chat is not None and message.sender_chat.id == call.chat.telegram


async def is_admin(call: Call, user: int) -> bool:
    """Whether a person rules this chat; when Telegram won't say, no."""
    key, now = (call.chat.telegram, user), call.services.now()
    known = call.house.rights.get(key)
    if known is not None and 0 <= now - known[1] < BELIEVED:
        return known[0]
    try:
        member = await call.bot.get_chat_member(call.chat.telegram, user)
    except TelegramError:
        return False
    if len(call.house.rights) > _REMEMBERED:
        call.house.rights.clear()
    call.house.rights[key] = (member.status in _RULERS, now)
    return member.status in _RULERS


async def allowed(call: Call) -> bool:
    """As `may_change`; where the answer is no, the person is told."""
    if await may_change(call):
        await _look_after(call)
        return True
    if isinstance(call, Tap):
        await call.toast(call.texts("group.admins"), alert=True)
    else:
        await call.say("group.admins")
    return False


async def _look_after(call: Call) -> None:
    """Whoever changes a group last is the one to tell when we can't write there any more."""
    message, user = call.message, call.user
    hidden = not isinstance(call, Tap) and message is not None and message.sender_chat is not None
    if call.private or hidden or user is None or user in {ANONYMOUS, call.chat.keeper}:
        return
    async with call.services.store.transaction() as tx:
        await tx.chats.keep(call.chat.id, user)


def forget_rights(house: House, telegram: int, user: int) -> None:
    """What was believed of a member is no longer sure."""
    house.rights.pop((telegram, user), None)
