"""What a reader may mean by a name that stands for several things.

In: a reader's words. Out: their meanings, the likeliest first, each as a topic of its own; none
where the words are clear or say themselves which is meant. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.subscriptions.asked import read_query
from bot.topics.names import Names, Sense, shipped, spell
from bot.topics.nodes import Query, Term

WORD = "word"
MOST = 6
_KIN = 2  # other countries that bear a name before it is unclear: three besides Guinea
_NO_NAMES = {
    "island", "islands", "new", "united", "saint", "st", "north", "south", "east", "west",
    "republic", "french", "central", "state", "states", "territory", "federal", "democratic",
    "kingdom", "and", "the", "of",
}  # fmt: skip
_TOLD_APART = ("country", "company", "US state", "app")  # labels that name a sense among rivals


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning: a key to find it again by, the topic, and the sense; None: the word itself."""

    key: str
    topic: str
    sense: Sense | None


def meanings(text: str) -> tuple[Meaning, ...]:
    """The meanings to choose from, likeliest first, the word itself last; () where one will do.

    Raises QueryError.
    """
    query = read_query(text)
    term = query.root
    if not isinstance(term, Term) or term.title or term.kind not in ("sense", "word"):
        return ()
    names, key = shipped(), spell(query.label)
    senses = list(dict.fromkeys(_senses(query, term, key, names)))
    if len(senses) > 1 or _unclear(term, key, names):
        found = [Meaning(sense.id, sense.label, sense) for sense in senses[: MOST - 1]]
        return (*found, Meaning(WORD, f'"{key}"', None))
    return ()


def _senses(query: Query, term: Term, key: str, names: Names) -> Iterable[Sense]:
    if term.kind == "sense":
        yield names.senses[term.value]
    yield from query.others
    if _told_apart(term):
        told = (names.senses[entry.sense] for entry in names.entries.get(key, ()))
        yield from (sense for sense in told if sense.kind != "rival")
    kin = [sense for sense in names.senses.values() if _bears(sense, key)]
    if len([sense for sense in kin if sense.id != term.value]) >= _KIN:
        yield from kin


def _told_apart(term: Term) -> bool:
    """Whether the label names one sense among rivals."""
    return term.label.partition(" (")[2].rstrip(")") in _TOLD_APART


def _bears(sense: Sense, key: str) -> bool:
    """Whether a country has the name in its own: Guinea in Papua New Guinea."""
    if sense.kind != "country" or key in _NO_NAMES or " " in key:
        return False
    return key in spell(sense.label).split()


def _unclear(term: Term, key: str, names: Names) -> bool:
    """Whether the name alone says less than its label: Jordan (country), Apple (company)."""
    if not _told_apart(term) or spell(term.label.partition(" (")[0]) != key:
        return False
    entries = names.entries.get(key, ())
    return len({entry.sense for entry in entries}) > 1 or any(entry.person for entry in entries)
