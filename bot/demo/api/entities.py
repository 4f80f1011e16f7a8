"""From what a bot or a person wrote to what stands in the chat. In: text and entities. Out: both as
Telegram stores them, with links, commands and tags found by itself.

Knows nothing of markup languages (bot/demo/api/html.py), of chats or of limits.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.demo.api.marks import Entity, order
from bot.demo.api.mending import mend

Json = dict[str, Any]

_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_VALUE_FIELD = {
    "text_link": "url",
    "pre": "language",
    "custom_emoji": "custom_emoji_id",
}
_FOUND = (
    ("url", re.compile(r"(?<![\w@./-])(?:https?|ftp|tonsite)://[^\s<>\"«»]+[^\s<>\"«».,:;!?')\]}…]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)+[a-zA-Z]{2,8}(?![\w@])")),
    (
        "url",
        re.compile(
            r"(?<![\w@./-])(?:[\w-]+\.)+(?:com|org|net|info|news|[a-zA-Z]{2})"
            r"(?::\d{1,5})?(?:[/?#](?:[^\s<>\"«»]*[^\s<>\"«».,:;!?')\]}…])?)?(?![\w@-])"
        ),
    ),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{2,32}(?![\w@])")),
    ("hashtag", re.compile(r"(?<![\w#&])#(?=\d*[^\W\d])\w{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)  # fmt: skip


def units(text: str) -> int:
    """Length in UTF-16 units, which Telegram counts in."""
    return len(text) + sum(c > "\uffff" for c in text)


def detect(text: str) -> list[Json]:
    """Links, addresses, commands, mentions and tags of a plain text, as the Bot API shows them.

    Names without http:// are recognised by the common endings only; Telegram knows them all.
    """
    found = [
        (match.start(), match.end(), kind)
        for kind, pattern in _FOUND
        for match in pattern.finditer(text)
    ]
    out: list[Json] = []
    end = 0
    for start, stop, kind in sorted(found, key=lambda f: (f[0], -f[1])):
        if start >= end:
            offset, length = units(text[:start]), units(text[start:stop])
            out.append({"type": kind, "offset": offset, "length": length})
            end = stop
    return out


def settle(text: str, entities: list[Entity]) -> tuple[str, tuple[Json, ...]]:
    """Clean and trim the text, mend the entities, add those that Telegram finds by itself."""
    text, entities = _clean(text, mend(entities))
    entities = mend(entities)
    text, entities = _trim(text, entities)
    taken = [(e.offset, e.offset + e.length) for e in entities if e.type in _HOLDS_NO_LINK]
    extra = [
        found
        for found in detect(text)
        if not any(a < found["offset"] + found["length"] and found["offset"] < b for a, b in taken)
    ]
    ordered = sorted(
        [as_json(e) for e in entities] + extra, key=lambda e: (e["offset"], -e["length"])
    )
    return text, tuple(ordered[:100])


_HOLDS_NO_LINK = {"pre", "code", "text_link", "text_mention", "custom_emoji", "date_time"}


def as_json(entity: Entity) -> Json:
    out: Json = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.type == "text_mention":
        out["user"] = {"id": int(entity.value), "is_bot": False, "first_name": "Somebody"}
    elif entity.type == "date_time":
        unix, _, shape = entity.value.partition(" ")
        out |= {"unix_time": int(unix)} | ({"date_time_format": shape} if shape else {})
    elif entity.type in _VALUE_FIELD and entity.value:
        out[_VALUE_FIELD[entity.type]] = entity.value
    return out


def from_json(raw: Any) -> list[Entity]:
    """What a bot gives as `entities` instead of a parse mode; kinds that are found anyway go."""
    out = []
    for item in raw if isinstance(raw, list) else []:
        kind = item.get("type", "")
        value = str(item.get("url") or item.get("language") or item.get("custom_emoji_id") or "")
        if kind == "text_mention":
            value = str(item.get("user", {}).get("id", 0))
        if kind == "date_time":
            value = f"{item.get('unix_time', 0)} {item.get('date_time_format', '')}"
        if kind in _GIVEN:
            out.append(Entity(kind, int(item["offset"]), int(item["length"]), value))
    return sorted(out, key=order)


_GIVEN = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote",
    "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
    "date_time",
}  # fmt: skip


# ── clean ──


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Control characters become spaces; carriage returns, direction marks and three combining marks
    go (TDLib misc.cpp, clean_input_string)."""
    text = _CONTROL.sub(" ", text)
    entities = [replace(e, value=_REMOVED.sub("", _CONTROL.sub(" ", e.value))) for e in entities]
    gone = [units(text[: m.start()]) for m in _REMOVED.finditer(text)]
    if gone:
        text = _REMOVED.sub("", text)
        entities = [_without(entity, gone) for entity in entities]
    return text, [entity for entity in entities if entity.length > 0]


def _without(entity: Entity, gone: list[int]) -> Entity:
    end = entity.offset + entity.length
    before = sum(at < entity.offset for at in gone)
    within = sum(entity.offset <= at < end for at in gone)
    return Entity(entity.type, entity.offset - before, entity.length - within, entity.value)


# ── trim ──


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trailing white space goes; leading goes up to the first entity."""
    short = text.rstrip(" \n")
    size = units(short)
    kept = [
        Entity(e.type, e.offset, min(e.length, size - e.offset), e.value)
        for e in entities
        if e.offset < size
    ]
    first = min((e.offset for e in kept), default=size)
    lead = 0
    while lead < first and short[lead] in " \n":
        lead += 1
    moved = [Entity(e.type, e.offset - lead, e.length, e.value) for e in kept]
    return short[lead:], moved
