"""What stands in the chats. In: messages, edits, deletions. Out: Telegram's Message objects, and
for the eyes of people the same with its history.

Knows no rules: whoever writes here has asked bot/demo/api/methods first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.demo.api.chats import Chat, User

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """What an edit can change."""

    text: str = ""  # of the message, or the caption of its file
    entities: tuple[Json, ...] = ()
    markup: Json | None = None  # reply_markup as sent
    preview: Json | None = None  # link_preview_options as sent


@dataclass(slots=True, eq=False)
class Message:
    """`sender` None: a channel post. `service` holds the fields of a service message."""

    id: int
    chat: Chat
    sender: User | None
    date: int
    content: Content
    sender_chat: Chat | None = None
    thread: int = 0
    reply_to: Message | None = None
    silent: bool = False  # sent with disable_notification
    protected: bool = False
    file: Json | None = None  # {"document": …} or {"photo": …}
    service: Json = field(default_factory=dict)
    edit_date: int | None = None
    history: list[Content] = field(default_factory=list)  # before each edit, oldest first
    deleted: bool = False
    by_bot: bool = False  # by the bot of this server
    call: int = 0  # number of the call in the log that sent it

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def entities(self) -> tuple[Json, ...]:
        return self.content.entities

    @property
    def markup(self) -> Json | None:
        return self.content.markup

    @property
    def buttons(self) -> list[Json]:
        """Of the inline keyboard, row by row in one list."""
        rows = (self.content.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def edit(self, content: Content, at: int) -> None:
        self.history.append(self.content)
        self.content = content
        self.edit_date = at

    def as_json(self, *, nested: bool = False) -> Json:
        """Telegram's Message; a message replied to does not carry what it replies to in turn."""
        out: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.as_json()}
        if self.sender is not None:
            out["from"] = self.sender.as_json()
        if self.sender_chat is not None:
            out["sender_chat"] = self.sender_chat.as_json()
        if self.thread:
            out |= {"message_thread_id": self.thread, "is_topic_message": self.chat.forum}
        if self.reply_to is not None and not nested:
            out["reply_to_message"] = self.reply_to.as_json(nested=True)
        if self.edit_date is not None:
            out["edit_date"] = self.edit_date
        if self.protected:
            out["has_protected_content"] = True
        return out | self._body() | self.service

    def _body(self) -> Json:
        out: Json = dict(self.file or {})
        if self.content.text:
            text, entities = ("caption", "caption_entities") if self.file else ("text", "entities")
            out[text] = self.content.text
            if self.content.entities:
                out[entities] = list(self.content.entities)
        if "inline_keyboard" in (self.content.markup or {}):
            out["reply_markup"] = self.content.markup
        if self.content.preview:
            out["link_preview_options"] = self.content.preview
        return out

    def as_seen(self) -> Json:
        """`as_json` and what a phone knows besides; for the page and the control endpoint."""
        return self.as_json() | {
            "by_bot": self.by_bot,
            "silent": self.silent,
            "deleted": self.deleted,
            "markup": self.content.markup,
            "edits": len(self.history),
            "history": [{"text": old.text, "markup": old.markup} for old in self.history],
            "call": self.call,
        }


class Shelf:
    """All messages by chat, in order. Ids count up over all private chats and basic groups
    together, and within each supergroup and channel, as at Telegram, where 1 is its creation."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._chats: defaultdict[int, dict[int, Message]] = defaultdict(dict)
        self._next: defaultdict[int, int] = defaultdict(int)

    def post(self, chat: Chat, sender: User | None, content: Content, **more: Any) -> Message:
        counter = chat.id if chat.kind in ("supergroup", "channel") else 0
        self._next[counter] += 1 if self._next[counter] or not counter else 2
        number = self._next[counter]
        message = Message(number, chat, sender, int(self._now()), content, **more)
        self._chats[chat.id][number] = message
        return message

    def find(self, chat: int, message: int) -> Message | None:
        """None for one that is deleted, too."""
        found = self._chats[chat].get(message)
        return None if found is None or found.deleted else found

    def ever(self, chat: int, message: int) -> Message | None:
        return self._chats[chat].get(message)

    def of(self, chat: int, *, deleted: bool = False) -> list[Message]:
        return [m for m in self._chats[chat].values() if deleted or not m.deleted]

    def edit(self, message: Message, **changes: Any) -> None:
        message.edit(replace(message.content, **changes), int(self._now()))
