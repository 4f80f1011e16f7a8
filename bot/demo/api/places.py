"""What happens in groups, forums and channels. In: a script. Out: memberships, service messages,
and the updates that the bot would get.

    newsroom = api.group(-100123, "Newsroom", kind="supergroup", members=[amina], admins=[omar])
    await newsroom.promote_bot();  await newsroom.kick_bot();  await newsroom.migrate()
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from bot.demo.api.chats import Chat, ChatKind, Member, Status, Thread, User
from bot.demo.api.messages import Content, Message

if TYPE_CHECKING:
    from bot.demo.api.people import Person
    from bot.demo.api.server import BotApi


class Place:
    def __init__(self, api: BotApi, chat: Chat) -> None:
        self.api = api
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.api.messages(self.id)

    # ── people ──

    async def join(self, person: Person, status: Status = "member", **more: Any) -> None:
        """Also a change of standing: `status="administrator"`, `anonymous=True`."""
        members = self.chat.members
        member = members.setdefault(person.id, Member(person.user, "left"))
        rights = self.chat.rights() if status == "administrator" else frozenset()
        self.api.change_member(
            self.chat, member, status, by=person.user, **({"rights": rights} | more)
        )

    async def leave(self, person: Person) -> None:
        member = self.chat.members[person.id]
        self.api.change_member(self.chat, member, "left", by=person.user)

    def member(self, user: int) -> Member | None:
        return self.chat.bot if user == self.api.me.id else self.chat.members.get(user)

    # ── the bot ──

    async def add_bot(self, by: Person | None = None) -> None:
        """As a member; the bot gets my_chat_member and the service message."""
        user = self._actor(by)
        self.api.change_member(self.chat, self.chat.bot, "member", by=user)
        if self.chat.kind != "channel":
            self._service(user, new_chat_members=[self.api.me.as_json()])

    async def kick_bot(self, by: Person | None = None) -> None:
        self.api.change_member(self.chat, self.chat.bot, "kicked", by=self._actor(by))

    async def remove_bot(self, by: Person | None = None) -> None:
        """Out, but not banned: "bot is not a member"."""
        self.api.change_member(self.chat, self.chat.bot, "left", by=self._actor(by))

    async def promote_bot(
        self, by: Person | None = None, rights: Iterable[str] | None = None
    ) -> None:
        """To administrator, with all rights unless named."""
        given = self.chat.rights() if rights is None else frozenset(rights)
        bot, user = self.chat.bot, self._actor(by)
        self.api.change_member(self.chat, bot, "administrator", by=user, rights=given)

    async def demote_bot(self, by: Person | None = None) -> None:
        self.api.change_member(self.chat, self.chat.bot, "member", by=self._actor(by))

    async def restrict_bot(self, by: Person | None = None) -> None:
        """In, but may not write."""
        self.api.change_member(self.chat, self.chat.bot, "restricted", by=self._actor(by))

    # ── the place ──

    async def migrate(
        self, new_id: int | None = None, order: Literal["old-first", "new-first"] = "old-first"
    ) -> Place:
        """A basic group becomes a supergroup: two service messages, in the given order."""
        old = self.chat
        fresh = Chat(
            new_id or self.api.chats.new_id("supergroup"),
            "supergroup",
            old.bot,
            old.title,
            members=old.members,
            migrated_from=old.id,
        )
        new = Place(self.api, self.api.chats.add(fresh))
        self.api.places[new.id] = new
        user = self._actor(None)
        if order == "old-first":
            self._service(user, migrate_to_chat_id=new.id)
            new._service(user, migrate_from_chat_id=old.id)
        else:
            new._service(user, migrate_from_chat_id=old.id)
            self._service(user, migrate_to_chat_id=new.id)
        old.migrated_to = new.id
        return new

    async def delete(self) -> None:
        """The owner deletes the group."""
        self.chat.deleted = True

    async def mute_members(self, muted: bool = True) -> None:
        """Take the right to write from all but administrators."""
        self.chat.muted_members = muted

    async def open_thread(self, name: str, thread: int | None = None) -> Thread:
        """Makes the supergroup a forum. Thread 1, "General", is always there."""
        self.chat.forum = True
        self.chat.threads.setdefault(1, Thread(1, "General"))
        made = self._service(self._actor(None), forum_topic_created={"name": name, "icon_color": 0})
        number = thread or made.id
        made.thread = number
        return self.chat.threads.setdefault(number, Thread(number, name))

    async def close_thread(self, thread: int, closed: bool = True) -> None:
        self.chat.threads[thread].closed = closed
        field = "forum_topic_closed" if closed else "forum_topic_reopened"
        self._service(self._actor(None), thread=thread, **{field: {}})

    async def delete_thread(self, thread: int) -> None:
        del self.chat.threads[thread]

    async def post(self, text: str) -> Message:
        """A channel post that is not the bot's."""
        return await self.api.person(self._actor(None)).send(text, self.chat)

    # ── inside ──

    def _actor(self, by: Person | None) -> User:
        """Somebody in charge: the owner, else an administrator, else anybody."""
        if by is not None:
            return by.user
        ranked = sorted(self.chat.members.values(), key=lambda m: _RANK.get(m.status, 9))
        return ranked[0].user if ranked else User(424242, "Owner")

    def _service(self, user: User, thread: int = 0, **fields: Any) -> Message:
        """Service messages reach the bot whatever its privacy mode."""
        message = self.api.shelf.post(self.chat, user, Content(), thread=thread, service=fields)
        self.api.events.tell("message", self.id, message=message)
        if self.chat.bot.present and self.chat.kind != "channel":
            self.api.updates.post("message", message.as_json())
        return message


_RANK: dict[str, int] = {"creator": 0, "administrator": 1, "member": 2, "restricted": 3}
KINDS: tuple[ChatKind, ...] = ("group", "supergroup", "channel")
