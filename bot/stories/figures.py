"""The numbers, ordinals, days and months that a text holds, whichever way it writes them.

In: a text and its language. Out: facts that can be compared: "1,200" and "1.200", "twelve" and
"12", "$40bn" and "40 billion dollars" are one. It refuses to know what is counted. The words stand
in gate.toml; days and months are those of relative.toml and of CLDR.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import get_month_names

from bot.text import fold

_GROUP = {"en": ","}  # what parts thousands; elsewhere a point
_NUMERAL = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,' \u00a0\u202f’]\d{3})+(?![\d])|\d+(?:[.,٫]\d+)?")
_CAPITAL_MONTHS = frozenset(("may", "march"))  # words of their own where they are small


class Figure(NamedTuple):
    """`what` begins with "#" (an amount), "n" (an ordinal), "~" (about so many), "d" or "m"."""

    what: str
    text: str
    start: int
    end: int

    @property
    def amount(self) -> Decimal:
        return Decimal(self.what[1:])


def figures(text: str, language: str) -> list[Figure]:
    """All of a text, in order. The number 1 is left out as a word: "one" says too little."""
    plain = _digits(text)
    speech = speech_of(language)
    found = list(_numerals(plain, language, speech))
    if speech is not None:
        taken = [(f.start, f.end) for f in found]
        found += (f for f in speech.spelled(plain.lower()) if not _within(f, taken))
        found += speech.calendar(plain)
    return sorted(found, key=lambda f: f.start)


def _digits(text: str) -> str:
    """Digits of every script as 0–9, in their places."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c
        for c in text
    )


def _within(figure: Figure, taken: list[tuple[int, int]]) -> bool:
    return any(start < figure.end and figure.start < end for start, end in taken)


def _numerals(text: str, language: str, speech: Speech | None) -> Iterator[Figure]:
    for match in _NUMERAL.finditer(text):
        value, end = _value(match[0], language), match.end()
        scale = speech.scale.match(text.lower(), end) if speech else None
        if scale is not None and speech is not None:
            value, end = value * speech.factor(scale["scale"]), scale.end()
        yield _amount(value, text, match.start(), end)


def _amount(value: Decimal, text: str, start: int, end: int) -> Figure:
    return Figure(f"#{value.normalize():f}", text[start:end], start, end)


def _value(numeral: str, language: str) -> Decimal:
    groups = re.fullmatch(r"\d{1,3}(?:([.,' \u00a0\u202f’])\d{3})+", numeral)
    if groups and not (
        groups[1] in ".," and numeral.count(groups[1]) == 1 and _odd(groups[1], language)
    ):
        return Decimal(re.sub(r"\D", "", numeral))
    return Decimal(re.sub(r"[,٫]", ".", re.sub(r"[' \u00a0\u202f’]", "", numeral)))


def _odd(mark: str, language: str) -> bool:
    """Whether the mark before three digits is the decimal one in this language."""
    return mark != _GROUP.get(language, ".")


@dataclass(frozen=True)
class Speech:
    """How one language counts and denies."""

    numbers: tuple[tuple[re.Pattern[str], int], ...]
    others: tuple[tuple[re.Pattern[str], str], ...]  # ordinals, and words for "some"
    scale: re.Pattern[str]
    scales: tuple[tuple[re.Pattern[str], int], ...]
    days: tuple[re.Pattern[str], ...]
    months: tuple[tuple[str, int], ...]
    no: re.Pattern[str]
    lacks: re.Pattern[str]
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    def factor(self, word: str) -> int:
        return next(n for pattern, n in self.scales if pattern.fullmatch(word))

    def spelled(self, low: str) -> Iterator[Figure]:
        """Numbers as words, the longest reading at each place; ordinals; words for "some"."""
        taken: list[tuple[int, int]] = []
        for pattern, value in self.numbers:
            for match in pattern.finditer(low):
                figure = self._scaled(low, match.start(), match.end(), value)
                if not _within(figure, taken):
                    taken.append((figure.start, figure.end))
                    yield from [figure] if figure.what != "#1" else []
        for pattern, what in self.others:
            for match in pattern.finditer(low):
                yield Figure(what, match[0], match.start(), match.end())

    def _scaled(self, low: str, start: int, end: int, value: int) -> Figure:
        scale = self.scale.match(low, end)
        if scale is None:
            return _amount(Decimal(value), low, start, end)
        return _amount(Decimal(value * self.factor(scale["scale"])), low, start, scale.end())

    def calendar(self, text: str) -> Iterator[Figure]:
        low = text.lower()
        for number, pattern in enumerate(self.days):
            for match in pattern.finditer(low):
                yield Figure(f"d{number}", match[0], match.start(), match.end())
        for match in re.finditer(r"[^\W\d_]+", text):
            word = fold(match[0])
            if word in _CAPITAL_MONTHS and match[0].islower():
                continue
            for stem, number in self.months:
                if word.startswith(stem) and len(word) <= len(stem) + 3:
                    yield Figure(f"m{number}", match[0], match.start(), match.end())
                    break


@cache
def speech_of(code: str) -> Speech | None:
    """None for a language whose words nobody wrote down yet."""
    words, weekdays = _table("gate.toml").get(code), _table("relative.toml").get(code)
    if words is None or weekdays is None:
        return None
    scales = tuple((re.compile(word), n) for word, n in words["scales"].items())
    told = "|".join(f"(?:{word})" for word in words["scales"])
    return Speech(
        numbers=tuple(_counting(words)),
        others=(
            *((_whole(o), f"n{n}") for n, o in enumerate(words["ordinals"], 2)),
            *((_whole(v), f"~{n}") for v, n in words["vague"].items()),
        ),
        scale=re.compile(rf"[ \u00a0\u202f-]?(?P<scale>{told})(?!\w)"),
        scales=scales,
        days=tuple(_whole(day) for day in weekdays["weekdays"]),
        months=tuple(_months(code)),
        no=re.compile(rf"(?<!\w)(?:{words['no']})(?!\w)|n['’]t(?!\w)"),
        lacks=_whole(words["lacks"]),
        opposites=tuple(_opposites(words["opposites"])),
    )


def _counting(words: Mapping[str, Any]) -> list[tuple[re.Pattern[str], int]]:
    """Words of 1 to 99, the composed ones first."""
    ones, tens, joint = words["numbers"], words["tens"], words["and"]
    made = [(_whole(one), n) for n, one in enumerate(ones, 1)]
    made += [(_whole(ten), 10 * n) for n, ten in enumerate(tens, 2)]
    for n, ten in enumerate(tens, 2):
        for m, one in enumerate(ones[:19], 1):
            if m < 10 or ten.startswith(("soixante", "quatre")):
                first, second = (one, ten) if joint == "und" else (ten, one)
                made.append((_whole(f"(?:{first}){joint}(?:{second})"), 10 * n + m))
    return made[::-1]


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])(?:{words})(?!\w)")


def _months(code: str) -> Iterator[tuple[str, int]]:
    for context in ("format", "stand-alone"):
        for number, name in get_month_names("wide", context, Locale.parse(code)).items():
            word = fold(name)
            yield (word[:-1] if code == "ru" and len(word) > 3 else word), number


def _opposites(rows: list[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for row in rows:
        one, other = row.split("/")
        yield tuple(map(fold, one.split("|"))), tuple(map(fold, other.split("|")))


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("bot.stories").joinpath(name).read_text("utf-8"))
