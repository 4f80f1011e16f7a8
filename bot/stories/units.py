"""In what something is counted: "30 tonnes" is not "30 kilos".

In: a text with its figures, the language. Out: the unit of each figure that has one. The words
stand in units.toml. It converts nothing: a figure in another unit needs a source that says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from bot.stories.figures import Figure

_LINK = r"[\s\u00a0\u202f-]{0,2}(?:(?:de|d['’]|of|do|da) ?)?"


def other_units(
    said: str, own: Sequence[Figure], text: str, told: Sequence[Figure], language: str
) -> list[str]:
    """Amounts that the sources give in another unit, and nowhere in this one."""
    found = []
    for figure in own:
        unit = unit_of(said, figure, language)
        same = [other for other in told if other.what == figure.what]
        units = {unit_of(text, other, language) for other in same}
        if unit and same and unit not in units and "" not in units:
            found.append(f"{figure.text} {unit.split('_')[0]}")
    return found


def unit_of(text: str, figure: Figure, language: str) -> str:
    """The name of the unit as units.toml has it; "" for none that is known."""
    if figure.what[0] != "#":
        return ""
    low = text.lower()
    before, behind = _signs().match, _behind(language)
    found = behind.match(low, figure.end)
    if found is not None and found.lastgroup:
        return found.lastgroup
    sign = before(low[: figure.start][::-1])
    return sign.lastgroup or "" if sign is not None else ""


@cache
def _behind(language: str) -> re.Pattern[str]:
    """What may stand behind a number; the longer words first."""
    table = _table()
    rows = {**table["signs"]}
    for unit, words in table.get(language, {}).items():
        rows[unit] = f"{words}|{rows[unit]}" if unit in rows else words
    names = sorted(rows, key=lambda unit: -len(rows[unit]) - 100 * unit.endswith("2"))
    either = "|".join(f"(?P<{unit}>{rows[unit]})" for unit in names)
    return re.compile(rf"{_LINK}(?:{either})(?![^\W\d_])")


@cache
def _signs() -> re.Pattern[str]:
    """Of a text read backwards from a number: "$40"."""
    currencies = {"euro": "€", "dollar": r"\$", "pound": "£", "yen": "¥"}
    return re.compile(r"\s?(?:" + "|".join(f"(?P<{u}>{s})" for u, s in currencies.items()) + ")")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("units.toml").read_text("utf-8"))
