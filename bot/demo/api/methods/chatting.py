"""Chats and who is in them: getChat and its like, leaveChat.

In: parameters. Out: Telegram's objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.api.chats import Chat, Member
from bot.demo.api.errors import bad_request
from bot.demo.api.log import Call
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Json = dict[str, Any]


async def get_chat(api: BotApi, params: Params, call: Call) -> Json:
    chat = _known(api, params)
    full = chat.full()
    if chat.pinned:
        pinned = api.shelf.find(chat.id, chat.pinned[-1])
        full |= {"pinned_message": pinned.as_json()} if pinned else {}
    return full


async def get_chat_member(api: BotApi, params: Params, call: Call) -> Json:
    """Somebody who is known but not in the chat has left; nobody knows a stranger."""
    chat, number = _known(api, params), params.number("user_id")
    if number <= 0:
        raise bad_request("invalid user_id specified")
    if number == api.me.id:
        return chat.bot.as_json()
    if chat.user is not None and chat.user.id == number:
        return Member(chat.user).as_json()
    if number in chat.members:
        return chat.members[number].as_json()
    if number not in api.chats.users:
        raise bad_request("user not found")
    if chat.kind == "channel" and not chat.bot.admin:
        raise bad_request("member list is inaccessible")
    return Member(api.chats.users[number], "left").as_json()


async def get_chat_administrators(api: BotApi, params: Params, call: Call) -> list[Json]:
    chat = _known(api, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    everyone = [*chat.members.values(), chat.bot]
    return [m.as_json() for m in everyone if m.admin and (m is chat.bot or not m.user.is_bot)]


async def get_chat_member_count(api: BotApi, params: Params, call: Call) -> int:
    chat = _known(api, params)
    if chat.kind == "private":
        return 2
    return sum(member.present for member in [*chat.members.values(), chat.bot])


async def leave_chat(api: BotApi, params: Params, call: Call) -> bool:
    chat = _known(api, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    api.change_member(chat, chat.bot, "left", by=api.me)
    return True


def _known(api: BotApi, params: Params) -> Chat:
    chat = api.chats.find(params.values.get("chat_id"))
    chat.check_read()
    return chat


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
}
