"""Our reading of HTML against Telegram's own library, on generated documents.

TDLib answers `parseTextEntities` and `parseMarkdown` offline. To compare more than a suite has time
for: `python -m tests.demo.api.test_html_oracle SEED COUNT`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.api import entities, html
from bot.demo.api.marks import Entity, HtmlError
from bot.demo.api.mending import mend

tdjson = pytest.importorskip("tdjson")

Verdict = str | tuple[str, list[tuple[int, int, str, str]]]

_NAMES = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline",
    "Strikethrough": "strikethrough", "Spoiler": "spoiler", "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote", "Code": "code", "Pre": "pre",
    "PreCode": "pre", "TextUrl": "text_link", "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji", "DateTime": "date_time",
}  # fmt: skip
_DATE = {"None": "", "Short": "d", "Long": "D"}
_TIME = {"None": "", "Short": "t", "Long": "T"}

BITS = [
    "<", "</", ">", "/>", "b", "i", "a", "pre", "code", "span", "tg-time", "tg-emoji",
    "blockquote", " ", "=", "'", '"', "href", "class", "language-py", "tg-spoiler", "expandable",
    "unix", "format", "emoji-id", "5", "wDT", "r", "x", "&", "&lt;", "&amp;", "&quot", "&nbsp;",
    "&#65;", "&#x1F600;", "&#xD800;", "&#", "#", ";", "é", "ж", "😀", "\n", "\r", "\t", "\x0b",
    "\0", "http://", "example.org", "localhost", ":80", ":99999", "/p q", "?", "tg://user?id=7",
    "[::1]", "@", "%41", "%", "B", "<b>", "</b>", "<i>", "</i>", "<a href='", "'>", "</a>",
    "<code>", "</code>", "<pre>", "</pre>", "<blockquote>", "</blockquote>", "</>",
    "<tg-time unix='5' format='", "<tg-emoji emoji-id='12'>", "</tg-emoji>", "</tg-time>",
    '<span class="tg-spoiler">', "</span>", "_", "-", ".",
]  # fmt: skip
TAGS = [
    ("<b>", "b"), ("<strong>", "strong"), ("<i>", "i"), ("<u>", "u"), ("<s>", "s"),
    ("<tg-spoiler>", "tg-spoiler"), ("<span class='tg-spoiler'>", "span"), ("<pre>", "pre"),
    ("<code>", "code"), ("<code class='language-c'>", "code"), ("<blockquote>", "blockquote"),
    ("<blockquote expandable>", "blockquote"), ("<tg-emoji emoji-id='3'>", "tg-emoji"),
    ("<a href='tg://user?id=5'>", "a"),
]  # fmt: skip
LINK_BITS = [
    "http://", "https://", "HTTPS://", "ftp://", "tg://", "tg:", "ton:", "user?id=", "example.org",
    "a.b", "A.COM", "localhost", ":", "80", "99999", ":080", "0", "/", "?", "#", "@", "u:p",
    "[::1]", "[::g]", "[1]", "é.рф", "%41", "%4", "%", "_", "-", "!", "*", " ", "\t", ".", "..",
    "&amp;", "&lt;", "x", "resolve?domain=y", "=", "&",
]  # fmt: skip
WORDS = [
    "a", "b c", "é", "😀", "&lt;", "&nbsp;", "\n", " ", "x.com", "#tag", "&#128512;", "",
    "\u200b", "\u030a", "\r", "\u2028", "\x07",
]  # fmt: skip
UNIX = ["5", "0", "-1", "x", "99999999999", "2147483648", "1700000000"]


def td(**request: Any) -> dict[str, Any]:
    return dict(json.loads(tdjson.td_execute(json.dumps(request).encode())))


def parsed(source: str) -> dict[str, Any]:
    mode = {"@type": "textParseModeHTML"}
    return td(**{"@type": "parseTextEntities", "text": source, "parse_mode": mode})


def telegram_reads(source: str) -> Verdict:
    return _verdict(parsed(source))


def telegram_keeps(source: str) -> Verdict:
    """`parseMarkdown` on a text without Markdown mends and cleans, and does nothing else."""
    first = parsed(source)
    if "message" in first:
        return _verdict(first)
    return _verdict(td(**{"@type": "parseMarkdown", "text": first}))


def we_read(source: str) -> Verdict:
    try:
        text, found = html.parse(source)
    except HtmlError as error:
        return str(error)
    return text, _plain(found)


def we_keep(source: str) -> Verdict:
    try:
        text, found = html.parse(source)
    except HtmlError as error:
        return str(error)
    text, found = entities._clean(text, mend(found))
    return text, _plain(mend(found))


def _plain(found: list[Entity]) -> list[tuple[int, int, str, str]]:
    """Two of one range and rank have no order of their own."""
    return sorted((e.offset, -e.length, e.type, e.value) for e in found)


def _verdict(answer: dict[str, Any]) -> Verdict:
    if "message" in answer:
        return str(answer["message"]).removeprefix("Can't parse entities: ")
    return str(answer["text"]), _plain([_entity(e) for e in answer["entities"]])


def _entity(raw: dict[str, Any]) -> Entity:
    kind = raw["type"]
    name = _NAMES[kind["@type"].removeprefix("textEntityType")]
    value = str(
        kind.get("url") or kind.get("language") or kind.get("custom_emoji_id")
        or kind.get("user_id") or ""
    )  # fmt: skip
    if name == "date_time":
        value = f"{kind['unix_time']} {_shape(kind.get('formatting_type'))}"
    return Entity(name, raw["offset"], raw["length"], value)


def _shape(kind: dict[str, Any] | None) -> str:
    if kind is None:
        return ""
    if kind["@type"].endswith("Relative"):
        return "r"
    date = _DATE[kind["date_precision"]["@type"].removeprefix("dateTimePartPrecision")]
    time = _TIME[kind["time_precision"]["@type"].removeprefix("dateTimePartPrecision")]
    return ("w" if kind["show_day_of_week"] else "") + date + time


# ── documents ──


def loose(rng: random.Random) -> str:
    return "".join(rng.choice(BITS) for _ in range(rng.randint(1, 14)))


def balanced(rng: random.Random, depth: int = 0) -> str:
    out = []
    for _ in range(rng.randint(0, 3 if depth < 3 else 0)):
        start, end = _tag(rng)
        out += [_words(rng), start, balanced(rng, depth + 1), f"</{end}>", _words(rng)]
    return "".join(out) or _words(rng)


def _tag(rng: random.Random) -> tuple[str, str]:
    chance = rng.random()
    if chance < 0.2:
        link = "".join(rng.choice(LINK_BITS) for _ in range(rng.randint(0, 7)))
        return f"<a href='{link}'>", rng.choice(["a", "A", ""])
    if chance < 0.3:
        shape = "".join(rng.choice("rRtTdDwWx") for _ in range(rng.randint(0, 3)))
        return f"<tg-time unix='{rng.choice(UNIX)}' format='{shape}'>", "tg-time"
    return rng.choice(TAGS)


def _words(rng: random.Random) -> str:
    return "".join(rng.choice(WORDS) for _ in range(rng.randint(0, 3)))


def differences(
    make: Callable[[random.Random], str],
    theirs: Callable[[str], Verdict],
    ours: Callable[[str], Verdict],
    seed: int,
    count: int,
) -> list[tuple[str, Verdict, Verdict]]:
    td(**{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    rng = random.Random(seed)
    sources = (make(rng) for _ in range(count))
    return [(s, theirs(s), ours(s)) for s in sources if theirs(s) != ours(s)]


def test_loose_bits_get_the_same_verdict() -> None:
    assert differences(loose, telegram_reads, we_read, 1, 2000) == []


def test_balanced_documents_are_read_alike() -> None:
    assert differences(balanced, telegram_reads, we_read, 2, 1000) == []


def test_balanced_documents_are_kept_alike() -> None:
    found = differences(balanced, telegram_keeps, we_keep, 3, 1000)
    assert [d for d in found if d[1] != ("", [])] == []  # nothing but white space is emptied later


def test_every_date_format_up_to_three_letters() -> None:
    letters = ["", *"rRtTdDwWx"]
    shapes = {a + b + c for a in letters for b in letters for c in letters}
    sources = [f"<tg-time unix='5' format='{s}'>x</tg-time>" for s in sorted(shapes)]
    assert [s for s in sources if telegram_reads(s) != we_read(s)] == []


if __name__ == "__main__":
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for make, theirs, ours in (
        (loose, telegram_reads, we_read),
        (balanced, telegram_reads, we_read),
        (balanced, telegram_keeps, we_keep),
    ):
        found = differences(make, theirs, ours, seed, count)
        real = [d for d in found if d[1] != ("", [])]
        print(make.__name__, ours.__name__, count, "documents,", len(real), "differences", real[:2])
