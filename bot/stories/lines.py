"""The lines of a page that are its article, in their order.

In: plain text with its line breaks, the headline, the author. Out: the lines that may be read, or
quoted. What a single line is, furniture.py knows; here counts where it stands: behind "Related
stories" comes no article, and before its first sentence none has begun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.stories.furniture import (
    ENDED,
    is_about_the_writer,
    is_furniture,
    is_mark,
    is_over,
)
from bot.stories.splitting import size
from bot.text import tokens

_ITEM = re.compile(r"^[-•*] ")
_WIRE = re.compile(
    r"^[A-Z][A-Z .,'-]{2,40}, [^/]{4,30}/[^/]{3,40}/ ?(?:--|–|—) ?"
)  # of a press release
_EDGE = 3
"""Lines without an end before and behind all others: more of them are a list, and to be read."""
_AGENCY = "Reuters|AP|AFP|CNN|UPI|PTI|ANI|IANS|EFE|dpa|DPA|ANSA|Lusa|Xinhua|TASS|Bloomberg|BBC|RIA"
_WORD = r"[\w.'’/-]+"
_PLACE = re.compile(
    rf"^(?:[A-ZÀ-Þ]{_WORD}(?:,? {_WORD}){{0,6}},? )?\((?:{_AGENCY})(?:/\w+)?\)\s?"
    r"(?:(?:--|[—–-])\s?|(?=[A-ZÀ-Þ“\"]))"
    r"|^[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{3,30}(?:, [\w .]{3,20})? (?:--|[—–-]) (?=[A-ZÀ-Þ“\"])"
    r"|^[А-ЯЁ][А-ЯЁ -]{3,30}, \d{1,2} [а-я]{3,8}\.? ?[—–-] ?"
    r"(?:РИА Новости|ТАСС|Интерфакс)[^.]{0,20}\.\s?"
)
_LEFT = 0.35
"""Of a text, that may stand behind a heading which says that the article is over."""


def lines(text: str, title: str = "", *, headings: bool = False) -> list[str]:
    """The lines that are article text, in order; furniture and repeats are dropped.

    `headings` keeps short lines without a full stop: subheads, items of lists and "Related
    stories", to be read in their place, but nothing to quote.
    """
    return [line for line in lines_in_place(text, title, headings=headings) if line]


def lines_in_place(text: str, title: str = "", *, headings: bool = False) -> Iterator[str]:
    """The same, and "" for each line that was dropped and held words."""
    seen: set[str] = set()
    headline = set(tokens(title))
    for raw in text.splitlines():
        line = _WIRE.sub("", " ".join(_uncelled(raw).split()))
        key = " ".join(tokens(line))
        if not key:
            continue
        if headings and is_over(line):
            yield line
        elif (key in seen and not headings) or is_furniture(line, headline, headings=headings):
            yield ""
        else:
            seen.add(key)
            yield line


def article(text: str, title: str, author: str = "") -> str:
    """What a reader of the page reads: `lines` with headings, cut where the article is over."""
    kept = _till_over(lines(text, title, headings=True))
    first, last = 0, len(kept)
    while last > 0 and is_about_the_writer(kept[last - 1], author):
        last -= 1
    first += _labels(kept[first:last])
    last -= _labels(kept[first:last][::-1])
    return "\n".join(kept[first:last])


def _labels(kept: list[str]) -> int:
    """How many lines at an edge are no sentences; 0 if there are so many that they are a list."""
    count = next((n for n, line in enumerate(kept) if ENDED.search(line) or size(line) > 12), 0)
    return count if count <= _EDGE else 0


def _till_over(kept: list[str]) -> list[str]:
    """Without what stands behind "Related stories"; in mid-text only its list goes with it."""
    made: list[str] = []
    whole = sum(map(len, kept)) or 1
    inside = False
    for at, line in enumerate(kept):
        if is_over(line):
            if sum(map(len, kept[at:])) < _LEFT * whole:
                return made
            inside = True
        elif not (inside and (_ITEM.match(line) or not ENDED.search(line))):
            inside = False
            made.append(line)
    return made


def _uncelled(raw: str) -> str:
    """The text of a table's row that has but one cell: a layout; nothing of a row of labels."""
    if not raw.startswith("|"):
        return raw
    cells = [c.strip() for c in re.split(r"(?<!\\)\|", raw) if c.strip(" -")]
    if len(cells) > 1:
        return (
            raw if any(size(cell) > 8 or any(c.isdigit() for c in cell) for cell in cells) else ""
        )
    parts = [part.strip() for cell in cells for part in cell.split("\\|")]
    return " | ".join(parts) if len(parts) < 3 or size(parts[0]) > 8 else ""


def is_label(text: str) -> bool:
    """Whether a line without its full stop is furniture all the same."""
    return is_furniture(f"{text}.") or is_mark(text)


def placeless(sentence: str) -> str:
    """Without the place and agency in front: "NIAMEY (Reuters) - "."""
    first = sentence[:1]
    return _PLACE.sub("", sentence, count=1) if first == "(" or first.isupper() else sentence
