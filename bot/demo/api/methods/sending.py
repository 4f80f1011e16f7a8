"""New messages of the bot: sendMessage, sendPhoto, sendDocument, sendChatAction.

In: parameters. Out: the Message. Checks what Telegram checks, in its order: the chat, the rights,
the text, the keyboard, the message replied to, and last how fast the bot writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.api import content, files, keyboards
from bot.demo.api.chats import Chat
from bot.demo.api.errors import bad_request
from bot.demo.api.log import Call
from bot.demo.api.messages import Content, Message
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Json = dict[str, Any]

_CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note",
}  # fmt: skip


async def send_message(api: BotApi, params: Params, call: Call) -> Json:
    text, entities = content.text(params)
    shown = Content(text, entities, keyboards.read(params), content.preview(params))
    return _send(api, params, call, shown)


async def send_document(api: BotApi, params: Params, call: Call) -> Json:
    document = {"file_name": "file", "mime_type": "application/octet-stream"}
    document |= _file(api, params, "document")
    return _send(api, params, call, _captioned(params), file={"document": document})


async def send_photo(api: BotApi, params: Params, call: Call) -> Json:
    photo = _file(api, params, "photo")
    size = {name: photo[name] for name in ("file_id", "file_unique_id", "file_size")}
    sizes = [size | {"width": 640, "height": 480}]
    return _send(api, params, call, _captioned(params), file={"photo": sizes})


async def send_chat_action(api: BotApi, params: Params, call: Call) -> bool:
    chat = api.chats.find(params.values.get("chat_id"))
    thread = params.number("message_thread_id")
    chat.check_write(thread)
    action = params.text("action")
    if action not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    api.events.tell("typing", chat.id, action=action, thread=thread)
    return True


def _captioned(params: Params) -> Content:
    text, entities = content.caption(params)
    return Content(text, entities, keyboards.read(params))


def _send(
    api: BotApi, params: Params, call: Call, shown: Content, file: Json | None = None
) -> Json:
    chat = api.chats.find(params.values.get("chat_id"))
    thread = params.number("message_thread_id")
    chat.check_write(thread)
    if thread and chat.kind == "private":
        raise bad_request("message thread not found")
    reply = _replied(api, params, chat)
    api.flood.spend(chat.id)
    message = api.shelf.post(
        chat,
        None if chat.kind == "channel" else api.me,
        shown,
        sender_chat=chat if chat.kind == "channel" else None,
        thread=thread if thread > 1 else 0,
        reply_to=reply,
        silent=params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        file=file,
        by_bot=True,
        call=call.number,
    )
    api.events.tell("message", chat.id, message=message)
    return message.as_json()


def _replied(api: BotApi, params: Params, chat: Chat) -> Message | None:
    given = params.object("reply_parameters") or {}
    number = int(given.get("message_id") or params.number("reply_to_message_id"))
    if not number:
        return None
    found = api.shelf.find(chat.id, number)
    lenient = given.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise bad_request("message to be replied not found")
    return found


def _file(api: BotApi, params: Params, name: str) -> Json:
    """An upload, a file id of this server, or an address that is kept as it is."""
    given = params.text(name)
    upload = params.files.get(name)
    if given.startswith("attach://"):
        upload = params.files.get(given.removeprefix("attach://"))
    if upload is None and not given:
        raise bad_request(f"there is no {name} in the request")
    if upload is None:
        if given not in api.files and not given.startswith(("http://", "https://")):
            raise bad_request("wrong file identifier/HTTP URL specified")
        size = len(api.files.get(given, b""))
        return {"file_id": given, "file_unique_id": given[:16], "file_size": size}
    return files.keep(api.files, api.new_id(), upload)


METHODS = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
}
