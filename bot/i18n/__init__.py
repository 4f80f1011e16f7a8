"""What the bot says, in the reader's language.

Comes in: a language code, a key and values. Goes out: plain text, or the pieces of it with the bold
ones marked, and times and numbers as that language writes them. It refuses to know markup and
Telegram. A new language is one TOML file beside `en.toml`; tests compare its keys and placeholders.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from importlib import resources
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal

from bot.model import Instant
from bot.text import is_rtl

FALLBACK = "en"
RTL = frozenset({"ar", "fa", "he", "ur"})
_MINUTE, _DAY = 60, 86_400
_ISOLATE, _POP = "\u2068", "\u2069"  # keeps a Latin name from reordering an Arabic sentence (UAX 9)
_LEFT, _RIGHT = "\u200e", "\u200f"  # what a line begins with says which way it runs

Value = str | int | float
Entry = str | dict[str, str]


class Piece(NamedTuple):
    """A run of a phrase; `bold` where the template says `{name!b}`."""

    text: str
    bold: bool = False


class Texts:
    """The phrases of one language; unknown keys raise KeyError, for they are mistakes of ours."""

    def __init__(self, language: str, phrases: dict[str, Entry]) -> None:
        self.language = language
        self.rtl = language in RTL
        self._phrases = phrases

    def __call__(self, key: str, **values: Value) -> str:
        """The phrase `key` as plain text."""
        template = self._template(key, None)
        if "{" not in template and "}" not in template:
            return template
        return "".join(piece.text for piece in self._fill(template, values))

    def n(self, key: str, n: int, **values: Value) -> str:
        """The phrase `key` in the plural form for `n`, which fills `{n}`."""
        pieces = self._fill(self._template(key, n), {**values, "n": n})
        return "".join(piece.text for piece in pieces)

    def pieces(self, key: str, n: int | None = None, **values: Value) -> list[Piece]:
        """The phrase `key` cut where a value stands; values are never read as templates."""
        if n is not None:
            values["n"] = n
        return list(self._fill(self._template(key, n), values))

    def choices(self, key: str) -> tuple[str, ...]:
        """The parts of a phrase that is a list."""
        return tuple(part.strip() for part in self(key).split("|"))

    def keys(self) -> dict[str, Entry]:
        """Every phrase, for those who compare languages."""
        return dict(self._phrases)

    @property
    def side(self) -> str:
        """What a line begins with whose first name may be written the other way."""
        return _RIGHT if self.rtl else ""

    def name(self, words: str) -> str:
        """A name for a line of this language; one that is written the other way is shut off, so
        that it turns neither the line nor the figures beside it around.
        """
        mark = _RIGHT if self.rtl else _LEFT
        return f"{mark}{_ISOLATE}{words}{_POP}" if words and is_rtl(words) != self.rtl else words

    def number(self, value: float) -> str:
        """A number as the language groups its digits."""
        return format_decimal(value, locale=self.locale)

    def time(self, minutes: int) -> str:
        """Minutes after midnight as the language writes a time of day."""
        at = datetime(2000, 1, 1, minutes // 60 % 24, minutes % 60)  # noqa: DTZ001  no zone: a wall clock
        return self._clock(at)

    def clock(self, instant: Instant, timezone: str) -> str:
        """The time of day in a zone: `14:05`."""
        return self._clock(datetime.fromtimestamp(instant, zone_of(timezone)))

    def when(self, instant: Instant, timezone: str, now: float) -> str:
        """A time in the reader's zone: `14:05`, `yesterday 14:05`, `Mon 14:05`, `3 Nov 14:05`."""
        zone = zone_of(timezone)
        at, today = datetime.fromtimestamp(instant, zone), datetime.fromtimestamp(now, zone)
        clock, days = self._clock(at), (today.date() - at.date()).days
        if days == 0:
            return clock
        if days == 1:
            return self("when.yesterday", time=clock)
        if 1 < days < 7:
            return f"{format_datetime(at, 'EEE', locale=self.locale)} {clock}"
        skeleton = "MMMd" if at.year == today.year else "yMMMd"
        return f"{self._skeleton(at, skeleton)} {clock}"

    def day(self, now: float, timezone: str) -> str:
        """The present date in the reader's zone: `Monday, 23 November`."""
        at = datetime.fromtimestamp(now, zone_of(timezone))
        weekday = format_datetime(at, "EEEE", locale=self.locale)
        return f"{weekday} {self._skeleton(at, 'MMMMd')}"

    def ago(self, instant: Instant, now: float) -> str:
        """How long ago, or how far ahead: `5 minutes ago`, `in 2 hours`."""
        seconds = int(instant - now)
        if abs(seconds) < _MINUTE:
            return self("when.now")
        delta = timedelta(seconds=seconds)
        return format_timedelta(delta, add_direction=True, threshold=1.0, locale=self.locale)

    def span(self, seconds: float) -> str:
        """How long: `5 minutes`, `3 days`; a minute at least."""
        delta = timedelta(seconds=max(_MINUTE, int(seconds)))
        return format_timedelta(delta, threshold=1.0, locale=self.locale)

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale, loaded when first asked for."""
        # Plain "en" is American, with the month first, which suits few of our readers.
        return Locale.parse("en_GB" if self.language == "en" else self.language)

    def _clock(self, at: datetime) -> str:
        return format_time(at, "HH:mm", locale=self.locale)

    def _skeleton(self, at: datetime, skeleton: str) -> str:
        pattern = self.locale.datetime_skeletons[skeleton]
        return format_datetime(at, pattern.pattern, locale=self.locale)

    def _template(self, key: str, n: int | None) -> str:
        entry = self._phrases[key]
        if isinstance(entry, str):
            return entry
        form = self.locale.plural_form(n if n is not None else 0)
        return entry.get(form, entry["other"])

    def _fill(self, template: str, values: dict[str, Value]) -> Iterator[Piece]:
        if self.rtl and template.startswith("{"):
            yield Piece(_RIGHT)  # what is shut off does not say which way the line runs
        for literal, name, _, conversion in string.Formatter().parse(template):
            if literal:
                yield Piece(literal)
            if name is not None:
                yield from self._value(values[name], bold=conversion == "b")

    def _value(self, value: Value, *, bold: bool) -> Iterator[Piece]:
        text = value if isinstance(value, str) else self.number(value)
        if not self.rtl:
            yield Piece(text, bold)
            return
        yield Piece(_ISOLATE)
        yield Piece(text, bold)
        yield Piece(_POP)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name; UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The codes of the languages there are files for, English first."""
    files = (item.name for item in resources.files(__package__).iterdir())
    codes = {name.removesuffix(".toml") for name in files if name.endswith(".toml")}
    return (FALLBACK, *sorted(codes - {FALLBACK}))


def choose(code: str | None) -> str:
    """The language of ours for a code such as `pt-BR`; English where there is none."""
    base = (code or "").replace("_", "-").split("-")[0].lower()
    return base if base in languages() else FALLBACK


def texts_for(language: str | None) -> Texts:
    """The phrases for a language code; English where there is no file for it."""
    return _load(choose(language))


@lru_cache(maxsize=32)
def _load(language: str) -> Texts:
    raw = resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    return Texts(language, dict(_flatten(tomllib.loads(raw))))


def _flatten(table: dict[str, object], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if not isinstance(value, dict):
            yield key, str(value)
        elif "other" in value:
            yield key, {form: str(text) for form, text in value.items()}
        else:
            yield from _flatten(value, f"{key}.")
