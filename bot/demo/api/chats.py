"""Who there is and where they can meet. In: people and places. Out: Telegram's objects of them, and
whether the bot may write somewhere.

Plain state with Telegram's rules; what people do with it is bot/demo/api/people.py and places.py.
Knows neither messages nor updates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.demo.api.errors import ApiError, bad_request, forbidden

ChatKind: TypeAlias = Literal["private", "group", "supergroup", "channel"]
Status: TypeAlias = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

ANONYMOUS_ADMIN = 1087968824  # @GroupAnonymousBot: stands in as `from` of anonymous administrators
LINKED_CHANNEL = 777000  # "Telegram": stands in as `from` of a linked channel's posts

_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
_CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_change_info",
    "can_invite_users", "can_pin_messages", "can_manage_topics", "can_edit_tag",
    "can_react_to_messages",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    language_code: str = ""
    last_name: str = ""
    username: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                out[name] = value
        return out


@dataclass(slots=True)
class Member:
    user: User
    status: Status = "member"
    anonymous: bool = False
    rights: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        return self.status not in ("left", "kicked")

    @property
    def admin(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or (
            self.status in ("administrator", "restricted") and right in self.rights
        )

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"user": self.user.as_json(), "status": self.status}
        if self.admin:
            out["is_anonymous"] = self.anonymous
        if self.status == "administrator":
            out |= {"can_be_edited": False}
            out |= {right: right in self.rights for right in _RIGHTS + _CHANNEL_RIGHTS}
        elif self.status == "restricted":
            out |= {"is_member": True, "until_date": 0}
            out |= {name: name in self.rights for name in _PERMISSIONS}
        elif self.status == "kicked":
            out["until_date"] = 0
        return out


@dataclass(slots=True)
class Thread:
    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat carries its person in `user`; the bot's own standing is `bot`."""

    id: int
    kind: ChatKind
    bot: Member
    title: str = ""
    username: str = ""
    user: User | None = None
    started: bool = False  # private: the person has written to the bot
    members: dict[int, Member] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    forum: bool = False
    muted_members: bool = False  # members without rights may not write
    deleted: bool = False
    migrated_to: int | None = None
    migrated_from: int | None = None
    pinned: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.user is not None:
            person = self.user.as_json()
            names = ("first_name", "last_name", "username")
            return out | {name: person[name] for name in names if name in person}
        out["title"] = self.title
        if self.username:
            out["username"] = self.username
        if self.forum:
            out["is_forum"] = True
        return out

    def full(self) -> dict[str, Any]:
        """ChatFullInfo, as getChat gives it."""
        extra: dict[str, Any] = {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
                 "gifts_from_channels"), False,
            ),
        }  # fmt: skip
        if self.kind in ("group", "supergroup"):
            extra["permissions"] = dict.fromkeys(_PERMISSIONS, not self.muted_members)
        return self.as_json() | extra

    # ── may the bot ──

    def check_read(self) -> None:
        """Raises what getChat and its like raise."""
        if self.kind == "private":
            return
        if self.deleted:
            raise forbidden("the group chat was deleted")
        if self.migrated_to is not None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, text, migrate_to=self.migrated_to)
        if self.bot.status == "kicked":
            raise forbidden(f"bot was kicked from the {self.kind} chat")
        if self.bot.status == "left":
            raise forbidden(f"bot is not a member of the {self.kind} chat")

    def check_write(self, thread: int = 0) -> None:
        """Raises what sendMessage and its like raise before they look at the message."""
        self.check_read()
        if self.kind == "private":
            self._check_private()
        elif self.kind == "channel":
            if not self.bot.may("can_post_messages"):
                raise bad_request("need administrator rights in the channel chat")
        else:
            self._check_group(thread)

    def _check_private(self) -> None:
        if self.user is not None and self.user.is_bot:
            raise forbidden("bot can't send messages to bots")
        if self.user is not None and self.user.deactivated:
            raise forbidden("user is deactivated")
        if self.bot.status == "kicked":
            raise forbidden("bot was blocked by the user")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")

    def _check_group(self, thread: int) -> None:
        restricted = self.bot.status == "restricted" and not self.bot.may("can_send_messages")
        if restricted or (self.muted_members and not self.bot.admin):
            raise bad_request("not enough rights to send text messages to the chat")
        if thread and (not self.forum or thread not in self.threads):
            raise bad_request("message thread not found")
        # Thread 1 is "General": messages in it carry no thread id.
        topic = self.threads.get(thread or 1) if self.forum else None
        if topic is not None and topic.closed and not self.bot.may("can_manage_topics"):
            raise bad_request("TOPIC_CLOSED")

    def rights(self) -> frozenset[str]:
        """What an administrator gets who is promoted without a list."""
        return frozenset(_RIGHTS + _CHANNEL_RIGHTS if self.kind == "channel" else _RIGHTS)


class Chats:
    """The register; also the people whom the bot has not met."""

    def __init__(self, me: User) -> None:
        self.me = me
        self.users: dict[int, User] = {me.id: me}
        self._chats: dict[int, Chat] = {}
        self._next_group = 5000
        self._next_supergroup = 2000000000

    def __iter__(self) -> Any:
        return iter(list(self._chats.values()))

    def add(self, chat: Chat) -> Chat:
        self._chats[chat.id] = chat
        return chat

    def new_id(self, kind: ChatKind) -> int:
        """Basic groups are small and negative, supergroups and channels start with -100."""
        if kind == "group":
            self._next_group += 1
            return -self._next_group
        self._next_supergroup += 1
        return -1000000000000 - self._next_supergroup

    def get(self, chat_id: int) -> Chat | None:
        return self._chats.get(chat_id)

    def find(self, wanted: Any) -> Chat:
        """By id or by @username. Raises 400 where Telegram does."""
        text = str(wanted if wanted is not None else "").strip()
        if not text:
            raise bad_request("chat_id is empty")
        if text.startswith("@"):
            name = text[1:].lower()
            found = [chat for chat in self._chats.values() if chat.username.lower() == name]
            if found and found[0].kind in ("supergroup", "channel"):
                return found[0]
            raise bad_request("chat not found")
        try:
            return self._chats[int(text)]
        except (ValueError, KeyError):
            raise bad_request("chat not found") from None
