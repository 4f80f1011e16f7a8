"""Whether a sentence leans on one that stands before it.

In: a sentence, its language. Out: yes for "He said…", "But…", "Selon lui…", a quotation that nobody
says, or only a pronoun. The words stand in leaning.toml; without a language those of all count.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

_BEFORE = r"^[\s\"'“«„‘(\[–—-]*"
_CJK = (
    r"(?:他|她|它|他们|她们|但|然而|此外|同时|该|这|此|对此|其中|彼は|彼女は|しかし|また|これ|それ)"
)
_SPEECH_CJK = re.compile("[说称示言曰道表指透]|表示|と述べ|と話")
_OPENS = re.compile(r"^\s*[\"“«„「]")
_QUOTE = re.compile(r"[\"“«„「][^\"“”«»„」]*[\"”»“」]")  # who says it stands outside
_WORD = re.compile(r"[^\W\d_]+")
_WEE = 3  # letters; a shorter word names nobody


class _Speech(NamedTuple):
    first: re.Pattern[str]
    alone: re.Pattern[str]
    said: re.Pattern[str]
    pronouns: re.Pattern[str]
    roles: frozenset[str]


def is_dangling(text: str, language: str = "") -> bool:
    """Whether it needs the sentence before it; `language` "" when it is not known."""
    speech = _speech(language[:2].lower())
    low = text.lower()
    if speech.first.search(low) and not speech.alone.search(low):
        return True
    return _OPENS.search(text) is not None and not _said(low, speech)


def is_saying(word: str, language: str) -> bool:
    """Whether a word is one beside which stands who says something."""
    return _speech(language[:2].lower()).said.match(word.lower()) is not None


def _said(low: str, speech: _Speech) -> bool:
    """Whether somebody who is named says the quotation."""
    outside = _QUOTE.sub(" ", low)
    if _SPEECH_CJK.search(outside):
        return True
    if not speech.said.search(outside):
        return False
    return any(
        len(word) >= _WEE
        and word not in speech.roles
        and not speech.said.match(word)
        and not speech.pronouns.fullmatch(word)
        for word in _WORD.findall(outside)
    )


@cache
def _speech(code: str) -> _Speech:
    table = _table()
    rows = [table[code]] if code in table else list(table.values())

    def either(key: str) -> str:
        return "|".join(row[key] for row in rows)

    return _Speech(
        re.compile(rf"{_BEFORE}(?:(?:{either('first')})(?=[\s,.’':]|$)|{_CJK})"),
        re.compile(rf"{_BEFORE}(?:{either('not')})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{either('said')})"),
        re.compile(either("pronouns")),
        frozenset(" ".join(row["roles"] for row in rows).split()),
    )


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("leaning.toml").read_text("utf-8")
    return tomllib.loads(text)
