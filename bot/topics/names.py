"""The table of names: what a name can mean, and every way to write each meaning.

In: the data file that `build_names` makes. Out: senses, and the entries under which a run of folded
words stands for one. It refuses to know what an article or a query is.

File (`names.tsv.gz`), by line: `S id label kind parent` begins a sense; `A flags languages aliases`
adds names to it (folded, parted by `|`; languages by `,`, or `*` for all); `C words` are cues.
Flags: n a name that readers may ask by, w weak (needs a cue), p may be part of a person's name,
o an ordinary word, too (needs a cue where capitals say nothing), C the first letter must be capital
in the text, U all letters.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, NamedTuple

from bot.text import fold, words

Kind = Literal["country", "place", "organisation", "company", "group", "rival"]


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a name. A hit on it is a hit on its parents too (Niamey, so Niger)."""

    id: str
    label: str
    kind: str
    parents: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A sense under one spelling: in which languages it counts, and what the text must show."""

    sense: str
    languages: frozenset[str] | None  # None: all
    case: Literal["", "first", "all"]  # letters that must be capital
    weak: bool
    person: bool
    name: bool
    common: bool = False  # an ordinary word, too: weak where capitals say nothing


@dataclass(slots=True)
class Names:
    senses: dict[str, Sense]
    entries: dict[str, tuple[Entry, ...]]  # by folded words, joined by one blank
    longer: dict[str, list[str]]  # first word → names of more words that begin with it
    cues: dict[str, frozenset[str]]
    labels: dict[str, str]  # folded label → sense
    _families: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def lookup(self, name: str) -> tuple[Sense, ...]:
        """What a reader may mean by a name, likeliest first; () when the table doesn't have it."""
        key = spell(name)
        found = [self.labels[key]] if key in self.labels else []
        for entry in self.entries.get(key, ()):
            capital = entry.case != "all" or name.isupper() or not name.isascii()
            if entry.name and capital and entry.sense not in found:
                found.append(entry.sense)
        return tuple(self.senses[sense] for sense in found)

    def family(self, sense: str) -> tuple[str, ...]:
        """The sense and all its parents."""
        known = self._families.get(sense)
        if known is None:
            seen = [sense]
            for one in seen:
                seen.extend(p for p in self.senses[one].parents if p not in seen)
            known = self._families[sense] = tuple(seen)
        return known

    def aliases(self, sense: str) -> list[str]:
        """Every folded spelling of a sense, for a reader who wants to see them all."""
        return sorted(
            key for key, entries in self.entries.items() if any(e.sense == sense for e in entries)
        )


def spell(name: str) -> str:
    """The key of a name: its folded words, joined by one blank."""
    return " ".join(word.folded for word in words(name))


def read(lines: Iterable[str]) -> Names:
    """The table from the lines of the data file."""
    names = Names({}, {}, {}, {}, {})
    sense = ""
    for line in lines:
        kind, *fields = line.rstrip("\n").split("\t")
        if kind == "S":
            sense, label, group, parents = fields
            names.senses[sense] = Sense(sense, label, group, tuple(parents.split()))
            if group != "rival":
                names.labels.setdefault(spell(label), sense)
        elif kind == "A":
            _add(names, sense, *fields)
        elif kind == "C":
            names.cues[sense] = frozenset(fold(word) for word in fields[0].split())
    return names


def _add(names: Names, sense: str, flags: str, languages: str, aliases: str) -> None:
    spoken = None if languages == "*" else _languages(languages)
    case: Literal["", "first", "all"] = "first" if "C" in flags else "all" if "U" in flags else ""
    weak, person, name, common = (flag in flags for flag in "wpno")
    alone = (Entry(sense, spoken, case, weak, person, name, common),)
    entries, longer = names.entries, names.longer
    for key in aliases.split("|"):
        known = entries.get(key)
        entries[key] = alone if known is None else known + alone
        if known is None:
            first, blank, _ = key.partition(" ")
            if blank:
                longer.setdefault(first, []).append(key)


@cache
def _languages(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


@lru_cache(maxsize=1)
def shipped() -> Names:
    """The table that comes with the program; read once."""
    data = resources.files("bot.topics").joinpath("names.tsv.gz").read_bytes()
    return read(gzip.decompress(data).decode().splitlines())
