"""Dates beside the words that only made sense on the day of publication.

In: a sentence, when its article was published, its language. Out: the same sentence with the date
in brackets after "on Friday", "last month", "two days ago" (square ones inside a quotation).
Nothing else of the sentence changes, and without a day of publication nothing at all. Which words
count stands in relative.toml; a weekday is the last one unless the words around it look ahead.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, get_month_names

from bot.model import Instant

_AROUND = 60
"""Characters to either side in which a verb says whether a weekday is past or to come."""
_CLAUSE = re.compile(r"[,;:.،–—]")
_BRACKET = re.compile(r"\s*[(\[]\d")
_UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class _Step:
    """So many units from the day of publication; `weekday` 0–6 instead of days, Monday first."""

    unit: str
    count: int
    weekday: int | None = None


def anchored(text: str, published: Instant | None, language: str, *, same_day: bool = True) -> str:
    """The sentence with dates; `same_day` False leaves out those of the day of publication."""
    speech = _speech(language[:2].lower())
    low = text.lower()
    if speech is None or published is None or len(low) != len(text):
        return text
    today = datetime.fromtimestamp(published, UTC).date()
    made, done = [], 0
    for at, step in speech.steps(low):
        moment = _moved(today, step)
        if moment == today and step.unit == "day" and not same_day:
            continue
        opening, closing = "[]" if _in_quotes(text[:at]) else "()"
        made.append(f"{text[done:at]} {opening}{speech.written(moment, step.unit, today)}{closing}")
        done = at
    return "".join(made) + text[done:]


def _moved(today: date, step: _Step) -> date:
    """The day, or a day of the week, month or year, that a step leads to."""
    if step.weekday is not None:
        return today + timedelta(days=_to_weekday(today.weekday(), step.weekday, step.count))
    if step.unit in ("day", "week"):
        return today + timedelta(days=step.count * (7 if step.unit == "week" else 1))
    if step.unit == "weekend":
        return today + timedelta(days=5 - today.weekday() + 7 * step.count)
    months = today.year * 12 + today.month - 1 + step.count * (12 if step.unit == "year" else 1)
    year, month = max(1, months // 12), months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _to_weekday(today: int, wanted: int, way: int) -> int:
    """Days to a weekday: the latest (0) or coming one (1), today included; strictly (-2, 2)."""
    if way == 0:
        return -((today - wanted) % 7)
    if way == 1:
        return (wanted - today) % 7
    return ((wanted - today) % 7 or 7) if way > 0 else -((today - wanted) % 7 or 7)


def _in_quotes(before: str) -> bool:
    opened = before.count("“") + before.count("«") > before.count("”") + before.count("»")
    return opened or before.count('"') % 2 == 1


class _Speech:
    """One language: what to look for, what it means, how a date is written."""

    def __init__(self, code: str, words: Mapping[str, Any]) -> None:
        self._locale = Locale.parse("en_GB" if code == "en" else code)
        self._weekdays = [re.compile(word) for word in words["weekdays"]]
        self._numbers = [re.compile(word) for word in words["numbers"]]
        self._units = {unit: re.compile(words["units"][unit]) for unit in _UNITS}
        self._verbs = re.compile(rf"(?<!\w)(?:(?P<ahead>{words['ahead']})|{words['said']})(?!\w)")
        self._rules: list[str] = []
        self._search = re.compile("|".join(self._patterns(words)))
        months = "|".join(self._months())
        self._dated = re.compile(
            rf"[\s,]*(?:[(\[]|\w{{1,4}}\s)?(?:\d{{1,2}}(?:st|nd|rd|th|er|º)?[.\s]*(?:de\s|of\s)?"
            rf"(?:{months})|(?:{months})\s+\d|\d{{1,2}}[./]\d|dia\s\d)|\s*[(\[]\d"
        )

    def steps(self, low: str) -> Iterator[tuple[int, _Step]]:
        """Where each expression ends, and what it means; those that a date follows are left."""
        for found in self._search.finditer(low):
            step = self._meant(low, found)
            if step is None:
                continue
            dated = self._dated if step.unit == "day" else _BRACKET
            if not dated.match(low, found.end()):
                yield found.end(), step

    def written(self, moment: date, unit: str, today: date) -> str:
        """The date as the language writes it, no finer than the words were."""
        if unit == "day":
            skeleton = "MMMd" if abs((moment - today).days) < 300 else "yMMMd"
            return str(format_skeleton(skeleton, moment, locale=self._locale))
        if unit in ("week", "weekend"):
            first = moment - timedelta(days=moment.weekday() if unit == "week" else 0)
            last = first + timedelta(days=6 if unit == "week" else 1)
            return str(format_interval(first, last, "MMMd", locale=self._locale))
        if unit == "month" and moment.year == today.year:
            return str(format_date(moment, "LLLL", locale=self._locale))
        return str(format_date(moment, "LLLL y" if unit == "month" else "y", locale=self._locale))

    def _patterns(self, words: Mapping[str, Any]) -> Iterator[str]:
        """Alternatives of the one search, the longer kinds first; `_rules` says what each means."""
        day = f"(?:{'|'.join(words['weekdays'])})"
        numbers = f"(?:{'|'.join(words['numbers'])}|[1-9][0-9]?)"
        units = f"(?:{'|'.join(words['units'].values())})"
        kinds = [
            ("never", [words["never"]]),
            ("weekday -2", words["last"]),
            ("weekday 2", words["next"]),
            *((rule, [phrase]) for phrase, rule in words["phrases"].items()),
            ("ago", words["ago"]),
            ("weekday 0", ["{weekday}"]),
        ]
        for rule, patterns in kinds:
            either = "|".join(patterns).replace("{weekday}", f"{day}(?:{words['part']})?")
            either = either.replace("{n}", numbers).replace("{unit}", units)
            self._rules.append(rule)
            yield rf"(?<!\w)({either})(?:['’]s)?(?!\w)"

    def _meant(self, low: str, found: re.Match[str]) -> _Step | None:
        rule, said = self._rules[(found.lastindex or 1) - 1], found.group()
        if rule == "never":
            return None
        if rule == "ago":
            return self._ago(said)
        unit, count = rule.split()
        if unit != "weekday":
            return _Step(unit, int(count))
        wanted = next(n for n, word in enumerate(self._weekdays) if word.search(said))
        ahead = count == "0" and self._ahead(low, found.start(), found.end())
        return _Step("day", 1 if ahead else int(count), wanted)

    def _ago(self, said: str) -> _Step | None:
        digits = re.search(r"\d+", said)
        # Right to left: in "il y a deux jours" the article-like "a" is no number.
        words = [
            n
            for n, word in enumerate(self._numbers, 1)
            if re.search(rf"\b(?:{word.pattern})\b", said)
        ]
        count = int(digits.group()) if digits else max(words, default=0)
        unit = next((u for u in reversed(_UNITS) if self._units[u].search(said)), None)
        return _Step(unit, -count) if unit and count else None

    def _ahead(self, low: str, start: int, end: int) -> bool:
        """Whether the verb that a weekday belongs to looks ahead.

        The nearest before it; one after it where there is none, or nearer in the same clause.
        """
        before = list(self._verbs.finditer(low, max(0, start - _AROUND), start))
        after = self._verbs.search(low, end, end + _AROUND)
        verb = before[-1] if before else after
        if before and after and after.start() - end < start - before[-1].end():
            verb = before[-1] if _CLAUSE.search(low, end, after.start()) else after
        return verb is not None and verb.group("ahead") is not None

    def _months(self) -> Iterator[str]:
        for width in ("wide", "abbreviated"):
            for name in get_month_names(width, locale=self._locale).values():
                yield re.escape(str(name).lower().rstrip("."))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("relative.toml").read_text("utf-8"))


@cache
def _speech(code: str) -> _Speech | None:
    words = _table().get(code)
    return _Speech(code, words) if words else None
