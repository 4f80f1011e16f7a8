"""A strict Bot API server on this machine: the Telegram of the demo and of every test.

In: calls of a bot over HTTP, and what people do (scripts, tests, the chat page). Out: answers,
updates and errors as api.telegram.org gives them, and events for whoever looks on. It refuses what
Telegram refuses, with its words, and speaks to the loopback only.

The control surface, all in-process; everything is safe to call while a bot runs:

    api = BotApi(token="42:TEST", limits=Limits.off())      # or Limits(chat_burst=…); now=clock
    url = await api.start()                                  # "http://127.0.0.1:PORT"
                                                             # bot: base_url=f"{url}/bot", token
    amina = api.user(1001, "Amina", "fr")                    # bot.demo.api.people.Person
    await amina.send("/start"); await amina.send("hi", chat=group, reply_to=message)
    message = await amina.wait(lambda m: "Niger" in m.text)  # newest message of the bot that fits
    message = await amina.ask("/help")                       # send, and wait for what comes next
    await amina.send_file("feeds.opml", b"...")              # the bot fetches it with getFile
    query = await amina.ask_inline("niger"); await amina.choose(query, "1")
    tap = await amina.tap(message, "Follow")                 # label, its start, or callback data
    await tap.answered()                                     # {"text", "alert", "url"}
    await amina.block(); await amina.unblock(); await amina.deactivate()

    group = api.group(title="Newsroom", members=[amina])     # bot.demo.api.places.Place
    forum = api.group(kind="supergroup"); thread = await forum.open_thread("Africa")
    channel = api.channel(title="News")                      # the bot as its administrator
    await group.kick_bot(); await group.migrate(); await forum.close_thread(thread.id)

    api.messages(chat)      # bot.demo.api.messages.Message, oldest first; chat: id, Person, Place
    message.text, .entities, .buttons, .labels, .silent, .history, .edit_date, .deleted, .as_seen()
    await api.wait_for(lambda: condition, timeout=5)         # woken by every event and every call
    with api.subscribe() as events:                          # bot.demo.api.events.Event
        async for event in events: event.kind, event.chat, event.message, event.as_json()
    api.log.of("sendMessage", chat)                          # bot.demo.api.log.Call
    api.faults.add("done-then-close", "sendMessage")         # kinds: bot/demo/api/faults.py
    api.commands_for(amina.id, "fr")                         # the menu a person sees
    await api.offline(); await api.online()                  # connection refused, and back
    await api.stop()
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from bot.demo.api.chats import Chat, ChatKind, Chats, Member, Status, User
from bot.demo.api.events import Events, Subscription
from bot.demo.api.faults import Faults
from bot.demo.api.front import Front
from bot.demo.api.limits import Flood, Limits
from bot.demo.api.log import Log
from bot.demo.api.messages import Message, Shelf
from bot.demo.api.people import Person, Tap
from bot.demo.api.places import Place
from bot.demo.api.profile import Profile
from bot.demo.api.updates import Updates
from bot.demo.api.webhook import Webhook

T = TypeVar("T")
Where = Chat | Person | Place | int | None


class BotApi:
    """One bot's Telegram. `privacy`: in groups the bot sees only what is meant for it.

    `controlled` opens /control/… (bot/demo/api/control.py) for whoever is on this machine.
    `strict=False` lifts the rate limits; sizes, formats and rights are never relaxed.
    """

    def __init__(
        self,
        *,
        token: str = "4242:TEST",  # noqa: S107 - no secret: a bot of this server only
        now: Callable[[], float] = time.time,
        limits: Limits | None = None,
        strict: bool = True,
        privacy: bool = True,
        username: str = "newsbell_bot",
        controlled: bool = False,
    ) -> None:
        self.token = token
        self.now = now
        self.privacy = privacy
        self.controlled = controlled
        self.limits = (limits or Limits()) if strict else Limits.off()
        number = int(token.partition(":")[0])
        self.me = User(number, "Newsbell", username=username, is_bot=True)
        self.chats = Chats(self.me)
        self.shelf = Shelf(now)
        self.events = Events()
        self.updates = Updates(now, self.limits.conflict_seconds, self.events.wake)
        self.webhook = Webhook(self.updates, now)
        self.flood = Flood(self.limits, now)
        self.faults = Faults()
        self.log = Log()
        self.profile = Profile()
        self.people: dict[int, Person] = {}
        self.places: dict[int, Place] = {}
        self.taps: dict[str, Tap] = {}
        self.inline: dict[str, dict[str, Any] | None] = {}
        self.files: dict[str, bytes] = {}
        self._ids = itertools.count(700000001)
        self._front = Front(self)
        self._delivery: asyncio.Task[None] | None = None

    # ── life ──

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1; the address, without a slash at the end."""
        self.url = await self._front.listen(port)
        # Held here, cancelled and awaited in stop(): a server has nobody's TaskGroup to join.
        self._delivery = asyncio.get_running_loop().create_task(self.webhook.run())
        return self.url

    async def stop(self) -> None:
        """Ends hanging calls, too; what stands in the chats stays readable."""
        if self._delivery is not None:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)
            self._delivery = None
        await self._front.close()

    async def offline(self) -> None:
        """Every connection breaks, new ones are refused; nothing is forgotten."""
        await self._front.close()

    async def online(self) -> None:
        """Back on the same port."""
        await self._front.listen(int(self.url.rpartition(":")[2]))

    async def __aenter__(self) -> BotApi:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def new_id(self) -> str:
        return str(next(self._ids))

    # ── who there is ──

    def user(
        self,
        id: int | None = None,  # noqa: A002 - the word of the Bot API
        name: str = "Reader",
        language_code: str = "en",
        **more: Any,
    ) -> Person:
        """A person with a private chat that is not yet open; `more`: username, last_name, is_bot.
        An id that is known gives the person again, as they are."""
        number = id or next(n for n in itertools.count(1001) if n not in self.chats.users)
        if number in self.people:
            return self.people[number]
        user = User(number, name, language_code, **more)
        self.chats.users[number] = user
        bot = Member(self.me, "member")
        self.chats.add(Chat(number, "private", bot, user=user))
        self.people[number] = Person(self, user)
        return self.people[number]

    def person(self, user: User) -> Person:
        return self.people.get(user.id) or Person(self, user)

    def group(
        self,
        id: int | None = None,  # noqa: A002 - the word of the Bot API
        title: str = "Group",
        *,
        kind: ChatKind = "group",
        members: Iterable[Person] = (),
        admins: Iterable[Person] = (),
        owner: Person | None = None,
        bot: Status = "member",
        username: str = "",
    ) -> Place:
        """A group that exists already: no updates are sent for it. `bot`: its standing there."""
        number = id or self.chats.new_id(kind)
        chat = Chat(number, kind, Member(self.me, bot), title, username)
        if chat.bot.admin:
            chat.bot.rights = chat.rights()
        for person in members:
            chat.members[person.id] = Member(person.user)
        for person in admins:
            chat.members[person.id] = Member(person.user, "administrator", rights=chat.rights())
        if owner is not None:
            chat.members[owner.id] = Member(owner.user, "creator")
        self.chats.add(chat)
        self.places[number] = Place(self, chat)
        return self.places[number]

    def channel(self, id: int | None = None, title: str = "Channel", **more: Any) -> Place:  # noqa: A002
        """The bot is its administrator unless told otherwise."""
        return self.group(id, title, kind="channel", **({"bot": "administrator"} | more))

    def place(self, where: Where, default: int = 0) -> Chat:
        """Whatever names a chat, as the chat."""
        if isinstance(where, Chat):
            return where
        return self.chats.find(where.id if where is not None and not isinstance(where, int)
                               else where or default)  # fmt: skip

    def change_member(
        self, chat: Chat, member: Member, status: Status, *, by: User, **more: Any
    ) -> None:
        """A new standing, told to the bot as my_chat_member or chat_member."""
        old = member.as_json()
        member.status = status
        member.rights = more.get("rights", frozenset())
        member.anonymous = more.get("anonymous", member.anonymous)
        payload = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": int(self.now()),
            "old_chat_member": old,
            "new_chat_member": member.as_json(),
        }
        mine = member.user is self.me
        if mine or chat.bot.admin:
            self.updates.post("my_chat_member" if mine else "chat_member", payload)
        self.events.tell("member", chat.id, user=member.user.id, status=status)

    # ── what can be seen ──

    def messages(self, chat: Where, *, deleted: bool = False) -> list[Message]:
        return self.shelf.of(self.place(chat).id, deleted=deleted)

    def message(self, chat: int, wanted: Message | int | None) -> Message | None:
        """Deleted ones, too."""
        return self.shelf.ever(chat, wanted) if isinstance(wanted, int) else wanted

    def sees(self, message: Message) -> bool:
        """Does the bot get this message of a person? Privacy mode: core.telegram.org/bots/faq."""
        chat = message.chat
        if chat.kind == "private" or not chat.bot.present:
            return chat.bot.present
        if chat.kind == "channel" or chat.bot.admin or not self.privacy:
            return True
        if message.reply_to is not None and message.reply_to.by_bot:
            return True
        return any(self._addressed(message.text, e) for e in message.entities)

    def _addressed(self, text: str, entity: dict[str, Any]) -> bool:
        raw = text.encode("utf-16-le")[entity["offset"] * 2 :][: entity["length"] * 2]
        word = raw.decode("utf-16-le").lower()
        if entity["type"] == "bot_command":
            return "@" not in word or word.endswith("@" + self.me.username.lower())
        return entity["type"] == "mention" and word == "@" + self.me.username.lower()

    def commands_for(self, chat: int, language: str = "", user: int = 0) -> list[dict[str, str]]:
        """The menu that a person sees in a chat."""
        place = self.place(chat)
        member = place.members.get(user)
        return self.profile.menu(place, language, admin=member is not None and member.admin)

    def wait_for(self, condition: Callable[[], T], timeout: float = 60.0) -> Awaitable[T]:
        """The first true value; TimeoutError after `timeout` real seconds."""
        return self.events.wait_for(condition, timeout)

    def subscribe(self) -> Subscription:
        return self.events.subscribe()
