"""Plain words, and everything else a person may send.

Comes in: a message that is no known command. Goes out: a preview, what to do with an address, the
nearest command, or one helpful sentence. It refuses to know what any of it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from telegram import Message
from telegram.constants import MessageEntityType

from handlers.addresses import address_in, offer_address
from handlers.context import Call
from handlers.gate import among_people, mentioned
from handlers.replies import answered
from handlers.topic_list import topics
from handlers.topics import offer

_MEANT = {  # what people type elsewhere → ours
    "stop": "topics", "mute": "topics", "list": "topics", "subscriptions": "topics",
    "subscribe": "follow", "sub": "follow", "unsubscribe": "unfollow", "unsub": "unfollow",
    "news": "headlines", "top": "headlines", "latest": "headlines", "today": "headlines",
    "feeds": "sources", "feed": "sources", "add": "sources", "rss": "sources",
    "language": "settings", "lang": "settings", "timezone": "settings", "quiet": "settings",
    "digest": "settings", "find": "search", "delete": "delete_me", "forget": "delete_me",
    "why": "topics", "about": "help", "commands": "help", "menu": "help",
}  # fmt: skip


async def words(call: Call) -> None:
    """Anything that a person says to the bot without a command."""
    message = call.message
    if message is None:
        return
    said = _said(message, call.bot.username)
    talk = among_people(message) and mentioned(message, call.bot.username) is None
    if await answered(call, said, talk=talk):
        return
    address = _address(message)
    if address is not None:
        await offer_address(call, address)
    elif message.forward_origin is not None:
        await call.say("odd.forwarded")
    elif not said:
        await call.say("odd.media")
    elif said.casefold().strip(" !.?") in call.texts.choices("odd.greetings"):
        await call.say("odd.greeting")
    elif said.casefold().strip(" !.?") in call.texts.choices("odd.stops"):
        await topics(call)
    else:
        await offer(call, said)


def _said(message: Message, username: str) -> str:
    """The words, without the bot's name in front where a group calls it."""
    rest = mentioned(message, username)
    return " ".join((message.text or "" if rest is None else rest).split())


def _address(message: Message) -> str | None:
    """The first address: written out, without its scheme, or behind a link."""
    for entities, text in (
        (message.parse_entities(), message.text),
        (message.parse_caption_entities(), message.caption),
    ):
        for entity, shown in entities.items():
            if entity.type == MessageEntityType.TEXT_LINK and entity.url:
                return address_in(entity.url)
            if entity.type == MessageEntityType.URL:
                return address_in(shown) or address_in(f"https://{shown}")
        if found := address_in(text or ""):
            return found
    return None


async def unknown_command(call: Call, name: str, known: Iterable[str]) -> None:
    """A command that we don't have: the nearest one that we have."""
    nearest = _MEANT.get(name) or next(iter(get_close_matches(name, list(known), 1, 0.6)), None)
    if nearest is None:
        await call.say("odd.command_far", command=f"/{name[:32]}")
    else:
        await call.say("odd.command", command=f"/{name[:32]}", nearest=f"/{nearest}")
