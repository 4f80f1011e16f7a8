"""What a tag makes of the text in it. In: a tag's attributes. Out: an entity or a complaint.

Rules of TDLib's parse_html (github.com/tdlib/td, MessageEntity.cpp). Reads no markup itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.demo.api import links

_INTEGER = re.compile(rb"-?[0-9]+")


class HtmlError(ValueError):
    """The text is TDLib's, without "Can't parse entities: "."""


@dataclass(slots=True)
class Entity:
    """`offset` and `length` in UTF-16 units. `value`: link, language, emoji id, or user id as text;
    for a date "<unix> <format>"."""

    type: str
    offset: int
    length: int
    value: str = ""


def fill(entity: Entity, argument: bytes, unix: bytes) -> bool:
    """Take what the attributes say; False: no entity, the text stays. Raises HtmlError."""
    if entity.type == "custom_emoji":
        entity.value = _emoji(argument)
    elif entity.type == "date_time":
        return _date(entity, argument, unix)
    elif entity.type == "blockquote" and argument:
        entity.type = "expandable_blockquote"
    return True


def link(entity: Entity, target: bytes) -> bool:
    """Give it its link, or make it a mention; False: the link is lost without a word."""
    text = target.decode("utf-8", "surrogatepass")
    if user := links.user_of(text):
        entity.type, entity.value = "text_mention", str(user)
        return True
    try:
        entity.value = links.check(text)
    except links.LinkError:
        return False
    return True


def _emoji(argument: bytes) -> str:
    value = int(argument) if _INTEGER.fullmatch(argument) else 0
    if not value or not -(1 << 63) <= value < 1 << 63:
        raise HtmlError("Invalid custom emoji identifier specified")
    return str(value)


def _date(entity: Entity, argument: bytes, unix: bytes) -> bool:
    shape = date_format(argument.decode("utf-8", "surrogatepass"))
    value = int(unix) if _INTEGER.fullmatch(unix) else 0
    value = (value + (1 << 31)) % (1 << 32) - (1 << 31)  # Telegram's dates have 32 bits
    entity.value = f"{value} {shape}"
    return value > 0


def date_format(text: str) -> str:
    """In the one order Telegram writes it: `r`, or `w`, `d`/`D`, `t`/`T`; short beats long."""
    if text in ("r", "R"):
        return "r"
    day = date = time = ""
    for letter in text:
        match letter:
            case "w" | "W":
                day = "w"
            case "d" | "D":
                date = min(letter, date or letter, key=str.isupper)
            case "t" | "T":
                time = min(letter, time or letter, key=str.isupper)
            case _:
                raise HtmlError("Invalid date format used")
    return day + date + time


_PRIORITY = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49,
    "text_mention": 49, "date_time": 48, "bold": 90, "italic": 91, "underline": 92,
    "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip


def order(entity: Entity) -> tuple[int, int, int]:
    """Outer before inner; of the same range, by Telegram's own rank."""
    rank = _PRIORITY.get(entity.type, 50)
    if entity.type == "pre" and entity.value:
        rank = 10
    return entity.offset, -entity.length, rank
