"""Changes of what stands: edits, deletions, pins.

In: parameters. Out: the Message or True. Only the bot's own messages are edited; edits count
against the same rate as new messages in a chat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.api import content, keyboards
from bot.demo.api.chats import Chat
from bot.demo.api.errors import bad_request
from bot.demo.api.log import Call
from bot.demo.api.messages import Message
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Json = dict[str, Any]

DELETABLE = 48 * 3600  # seconds
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(api: BotApi, params: Params, call: Call) -> Json:
    text, entities = content.text(params)
    markup, preview = keyboards.read(params), content.preview(params)
    chat, message = _editable(api, params)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    changes = {"text": text, "entities": entities, "markup": markup, "preview": preview}
    return _edit(api, chat, message, changes)


async def edit_message_caption(api: BotApi, params: Params, call: Call) -> Json:
    text, entities = content.caption(params)
    markup = keyboards.read(params)
    chat, message = _editable(api, params)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(api, chat, message, {"text": text, "entities": entities, "markup": markup})


async def edit_message_reply_markup(api: BotApi, params: Params, call: Call) -> Json:
    markup = keyboards.read(params)
    chat, message = _editable(api, params)
    return _edit(api, chat, message, {"markup": markup})


def _editable(api: BotApi, params: Params) -> tuple[Chat, Message]:
    if params.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = api.chats.find(params.values.get("chat_id"))
    number = params.number("message_id")
    if number <= 0:
        raise bad_request("message identifier is not specified")
    if chat.kind in ("private", "channel"):
        chat.check_write()
    chat.check_read()
    message = api.shelf.find(chat.id, number)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(api: BotApi, chat: Chat, message: Message, changes: Json) -> Json:
    if all(getattr(message.content, name) == value for name, value in changes.items()):
        raise bad_request(_UNCHANGED)
    api.flood.spend(chat.id)
    api.shelf.edit(message, **changes)
    api.events.tell("edited", chat.id, message=message)
    return message.as_json()


# ── delete ──


async def delete_message(api: BotApi, params: Params, call: Call) -> bool:
    chat = api.chats.find(params.values.get("chat_id"))
    chat.check_read()
    message = api.shelf.find(chat.id, params.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _deletable(api, chat, message):
        raise bad_request("message can't be deleted")
    _delete(api, chat, message)
    return True


async def delete_messages(api: BotApi, params: Params, call: Call) -> bool:
    """Those that are not there, or not to be deleted, are passed over."""
    chat = api.chats.find(params.values.get("chat_id"))
    chat.check_read()
    numbers = params.array("message_ids", "message identifiers") or []
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    for number in numbers:
        message = api.shelf.find(chat.id, int(number))
        if message is not None and _deletable(api, chat, message):
            _delete(api, chat, message)
    return True


def _deletable(api: BotApi, chat: Chat, message: Message) -> bool:
    if chat.bot.may("can_delete_messages"):
        return True
    young = api.now() - message.date < DELETABLE
    return young and (message.by_bot or chat.kind == "private")


def _delete(api: BotApi, chat: Chat, message: Message) -> None:
    message.deleted = True
    api.events.tell("deleted", chat.id, message=message)


# ── pin ──


async def pin_chat_message(api: BotApi, params: Params, call: Call) -> bool:
    chat = _pinnable(api, params)
    message = api.shelf.find(chat.id, params.number("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        api.events.tell("pinned", chat.id, message=message)
    return True


async def unpin_chat_message(api: BotApi, params: Params, call: Call) -> bool:
    chat = _pinnable(api, params)
    number = params.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    api.events.tell("unpinned", chat.id, message=api.shelf.ever(chat.id, number))
    return True


async def unpin_all_chat_messages(api: BotApi, params: Params, call: Call) -> bool:
    chat = _pinnable(api, params)
    for number in chat.pinned:
        api.events.tell("unpinned", chat.id, message=api.shelf.ever(chat.id, number))
    chat.pinned.clear()
    return True


def _pinnable(api: BotApi, params: Params) -> Chat:
    chat = api.chats.find(params.values.get("chat_id"))
    chat.check_read()
    right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
    if chat.kind != "private" and not chat.bot.may(right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
