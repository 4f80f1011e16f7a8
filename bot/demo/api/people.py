"""What a person does with the phone in hand. In: a script. Out: updates for the bot, what it said.

    amina = api.user(1001, "Amina", "fr")
    await amina.send("/start")                       # in the private chat; /start, plain words, …
    card = await amina.wait(lambda m: "Niger" in m.text)     # the newest message that fits
    tap = await amina.tap(card, "Follow")            # by label, by the start of it, or by data
    await tap.answered()                             # (text, alert) of the toast

Writes to the chats with Telegram's rules of who may; never looks into the bot.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.demo.api import content, entities, files
from bot.demo.api.chats import ANONYMOUS_ADMIN, Chat, User
from bot.demo.api.messages import Content, Message
from bot.demo.api.params import Params, Upload

if TYPE_CHECKING:
    from bot.demo.api.places import Place
    from bot.demo.api.server import BotApi

T = TypeVar("T")
Json = dict[str, Any]
PATIENCE = 60.0  # seconds after which a wait counts as a hang, unless told otherwise


class NoButtonError(LookupError):
    """The message has no such button; names those it has."""


@dataclass(slots=True, eq=False)
class Tap:
    """A callback query on its way; `answer` once the bot answered it."""

    id: str
    user: User
    data: str
    message: Message | None
    at: float
    api: BotApi
    answer: Json | None = None  # {"text", "alert", "url"}
    url: str = ""  # of a link button: nothing went to the bot

    def answered(self, timeout: float = PATIENCE) -> Awaitable[Json]:
        """What the toast says: `{"text": …, "alert": bool, "url": …}`."""
        return self.api.wait_for(lambda: self.answer, timeout)  # type: ignore[arg-type, return-value]


class Person:
    """A user of Telegram; `id` is also the id of the private chat with the bot."""

    def __init__(self, api: BotApi, user: User) -> None:
        self.api = api
        self.user = user

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.api.chats.find(self.id)

    @property
    def messages(self) -> list[Message]:
        return self.api.messages(self.id)

    def unseen(self, update: Json) -> None:
        """Queue a raw update, as odd as you like; `update_id` is added."""
        self.api.updates.put(update)

    # ── write ──

    async def send(
        self,
        text: str,
        chat: Chat | Place | int | None = None,
        *,
        reply_to: Message | int | None = None,
        thread: int = 0,
        anonymous: bool = False,
        file: Json | None = None,
        **fields: Any,
    ) -> Message:
        """Write a text (a caption, with `file`). Writing to a bot that was blocked unblocks it.

        `anonymous`: as an administrator who writes as the group. `fields` go into the message as
        they are, for example `forward_origin={…}` or `via_bot={…}`.
        """
        place = self.api.place(chat, self.id)
        if place.kind == "private":
            self._open(place)
        where = self.api.chats.find(place.migrated_to) if place.migrated_to else place
        words = Content(text, tuple(entities.detect(text)))
        sender, sender_chat = self._sender(where, anonymous)
        message = self.api.shelf.post(
            where,
            sender,
            words,
            sender_chat=sender_chat,
            thread=thread,
            reply_to=self.api.message(where.id, reply_to),
            file=file,
            service=fields,
        )
        self.api.flood.heard(where.id)
        self.api.events.tell("message", where.id, message=message)
        if self.api.sees(message):
            kind = "channel_post" if where.kind == "channel" else "message"
            self.api.updates.post(kind, message.as_json())
        return message

    async def send_file(
        self, name: str, body: bytes, caption: str = "", chat: Any = None, mime: str = "text/plain"
    ) -> Message:
        """A document; the bot fetches it with getFile."""
        document = files.keep(self.api.files, self.api.new_id(), Upload(name, body, mime))
        return await self.send(caption, chat, file={"document": document})

    async def edit(self, message: Message | int, text: str, chat: Any = None) -> Message:
        place = self.api.place(chat, self.id)
        found = self._known(message, place)
        self.api.shelf.edit(found, text=text, entities=tuple(entities.detect(text)))
        self.api.events.tell("edited", place.id, message=found)
        kind = "edited_channel_post" if place.kind == "channel" else "edited_message"
        if self.api.sees(found):
            self.api.updates.post(kind, found.as_json())
        return found

    async def delete(self, message: Message | int, chat: Any = None) -> None:
        """Bots are not told."""
        place = self.api.place(chat, self.id)
        found = self._known(message, place)
        found.deleted = True
        self.api.events.tell("deleted", place.id, message=found)

    async def clear(self) -> None:
        """Clear the history of the private chat."""
        for message in self.messages:
            await self.delete(message)

    # ── tap ──

    async def tap(self, message: Message | int, button: str, chat: Any = None) -> Tap:
        """Press the button with this label, this start of a label, or this callback data.

        The message may be deleted meanwhile: the bot then gets an inaccessible one, as at Telegram.
        """
        place = message.chat if isinstance(message, Message) else self.api.place(chat, self.id)
        found = self._known(message, place)
        pressed = _button(found, button)
        if "callback_data" in pressed:
            return self.press(found, pressed["callback_data"])
        return Tap("", self.user, "", found, self.api.now(), self.api, url=pressed.get("url", ""))

    def press(self, message: Message, data: str) -> Tap:
        """A callback query with any data, whether the message has such a button or not."""
        api = self.api
        tap = Tap(api.new_id(), self.user, data, message, api.now(), api)
        api.taps[tap.id] = tap
        api.flood.heard(message.chat.id)
        shown = message.as_json()
        if message.deleted:
            shown = {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
        query = {
            "id": tap.id,
            "from": self.user.as_json(),
            "message": shown,
            "chat_instance": str(-message.chat.id * 7919),
            "data": data,
        }
        api.updates.post("callback_query", query)
        return tap

    async def ask_inline(self, query: str, offset: str = "") -> str:
        """Type `@bot query` in some chat; the id, under which `api.inline` holds the answer."""
        number = self.api.new_id()
        self.api.inline[number] = None
        payload = {"id": number, "from": self.user.as_json(), "query": query, "offset": offset}
        self.api.updates.post("inline_query", payload | {"chat_type": "sender"})
        return number

    async def choose(self, query: str, result: str, chat: Any = None) -> Message:
        """Send a result of an inline query; it appears as this person's message via the bot."""
        answer = self.api.inline[query] or {"results": []}
        found = next((r for r in answer["results"] if r["id"] == result), None)
        if found is None:
            raise LookupError(f"no result {result!r} in {query}")
        given = found["input_message_content"]
        text, marks = content.text(Params(given | {"text": given["message_text"]}))
        shown = Content(text, marks, found.get("reply_markup"))
        place = self.api.place(chat, self.id)
        via = {"via_bot": self.api.me.as_json()}
        message = self.api.shelf.post(place, self.user, shown, service=via)
        self.api.events.tell("message", place.id, message=message)
        return message

    # ── the private chat ──

    async def block(self) -> None:
        """Stop the bot; it gets my_chat_member."""
        self.api.change_member(self.chat, self.chat.bot, "kicked", by=self.user)

    async def unblock(self) -> None:
        self.api.change_member(self.chat, self.chat.bot, "member", by=self.user)

    async def deactivate(self) -> None:
        """Delete the account; bots are not told."""
        self.user.deactivated = True

    # ── see ──

    def wait(
        self, condition: Callable[[Message], Any], timeout: float = PATIENCE, chat: Any = None
    ) -> Awaitable[Message]:
        """The newest message of the bot that fits, now or within `timeout` seconds."""
        place = self.api.place(chat, self.id)

        def newest() -> Message | None:
            own = (m for m in reversed(self.api.messages(place.id)) if m.by_bot)
            return next((m for m in own if condition(m)), None)

        return self.api.wait_for(newest, timeout)  # type: ignore[arg-type]

    def ask(self, text: str, timeout: float = PATIENCE, chat: Any = None) -> Awaitable[Message]:
        """Send, and wait for the bot's next message in that chat."""
        return self._ask(text, timeout, chat)

    async def _ask(self, text: str, seconds: float, chat: Any) -> Message:
        sent = await self.send(text, chat)
        return await self.wait(lambda m: m.id > sent.id, seconds, chat)

    # ── inside ──

    def _open(self, place: Chat) -> None:
        place.started = True
        if place.bot.status == "kicked":
            self.api.change_member(place, place.bot, "member", by=self.user)

    def _sender(self, where: Chat, anonymous: bool) -> tuple[User | None, Chat | None]:
        if where.kind == "channel":
            return None, where
        if anonymous:
            group_bot = User(ANONYMOUS_ADMIN, "Group", username="GroupAnonymousBot", is_bot=True)
            return group_bot, where
        return self.user, None

    def _known(self, message: Message | int, place: Chat) -> Message:
        found = self.api.message(place.id, message)
        if found is None:
            raise LookupError(f"no message {message} in chat {place.id}")
        return found


def _button(message: Message, wanted: str) -> Json:
    buttons = message.buttons
    for matches in (
        lambda b: b["text"] == wanted or b.get("callback_data") == wanted,
        lambda b: b["text"].startswith(wanted),
        lambda b: wanted in b["text"],
    ):
        found = [button for button in buttons if matches(button)]
        if found:
            return found[0]
    raise NoButtonError(f"no button {wanted!r}; there are: {message.labels}")
