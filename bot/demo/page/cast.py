"""Who uses the demo, and where they meet the bot. In: a Bot API server. Out: seats.

A seat is a chat as one person sees it. Knows nothing of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.demo.api import BotApi, Message, Person, Place


@dataclass(frozen=True, slots=True)
class Seat:
    person: Person
    language: str
    title: str
    role: str  # who the reader is here, in the language of the seat
    note: str  # shown while nothing has been said
    flag: str  # a corner of the avatar
    hue: int
    place: Place | None = None  # None: the private chat
    thread: int = 0

    @property
    def chat(self) -> int:
        return self.place.id if self.place else self.person.id

    @property
    def key(self) -> str:
        return f"{self.chat}.{self.thread}" if self.thread else str(self.chat)

    def holds(self, message: Message) -> bool:
        return message.chat.id == self.chat and (message.thread == self.thread or not self.thread)


async def cast(api: BotApi) -> tuple[Seat, ...]:
    """A reader in English, one in Arabic, a group, a thread of a forum."""
    ada = api.user(7001, "Ada", "en", last_name="Lindgren")
    layla = api.user(7002, "ليلى", "ar")
    moussa = api.user(7003, "Moussa", "fr")
    group = api.group(None, "Sahel readers", kind="supergroup", members=[moussa, layla], owner=ada)
    forum = api.group(None, "Rédaction", kind="supergroup", members=[ada], owner=moussa)
    thread = await forum.open_thread("Niger", 7)
    return (
        Seat(ada, "en", "Newsbell", "You are Ada · English", "Tap Start", "EN", 0),
        Seat(layla, "ar", "Newsbell", "أنتِ ليلى · العربية", "اضغط «ابدأ»", "ع", 1),
        Seat(ada, "en", group.chat.title, "Group · you are Ada, its owner",
             "Try /follow Niger", "EN", 2, group),
        Seat(moussa, "fr", f"{forum.chat.title} › {thread.name}",
             "Fil d'un forum · vous êtes Moussa", "Essayez /follow Niger", "FR", 3,
             forum, thread.id),
    )  # fmt: skip


async def stop_bot(seat: Seat, stopped: bool) -> None:
    """Block the bot or take it back; in a group: remove it or add it again."""
    if seat.place is None:
        await (seat.person.block() if stopped else seat.person.unblock())
    else:
        await (seat.place.kick_bot(seat.person) if stopped else seat.place.add_bot(seat.person))


def seen(seat: Seat, api: BotApi) -> dict[str, Any]:
    """A seat as the page draws it, without its messages."""
    chat = api.chats.find(seat.chat)
    return {
        "key": seat.key,
        "kind": chat.kind,
        "title": seat.title,
        "as": seat.role,
        "note": seat.note,
        "flag": seat.flag,
        "hue": seat.hue,
        "viewer": seat.person.id,
        "language": seat.language,
        "direction": "rtl" if seat.language == "ar" else "ltr",
        "started": chat.started or seat.place is not None,
        "blocked": not chat.bot.present,
        "commands": api.commands_for(seat.chat, seat.language, seat.person.id),
    }
