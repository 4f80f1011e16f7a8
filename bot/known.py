"""What counts as a topic by itself: some of the names that the table of names has for it (pure).

In: a query and a reader's language. Out: a few names, the plainest first. It refuses to know
articles and chats.
"""

from __future__ import annotations

from functools import lru_cache

from bot.rules import rules_of
from bot.topics.names import Entry, shipped
from bot.topics.nodes import Query, Term
from bot.topics.query import STORED_LIMIT, parse_query

MOST = 8
_SHORTEST = 3  # letters


def names_of(query: Query, language: str) -> tuple[str, ...]:
    """Some names that ring for the first known name in the query; () where it has none."""
    for part in rules_of(query).counts:
        root = parse_query(part, limit=STORED_LIMIT).root
        if isinstance(root, Term) and root.kind == "sense":
            return _known(root.value, language)
    return ()


@lru_cache(maxsize=500)
def _known(sense: str, language: str) -> tuple[str, ...]:
    """Its own names first, then those of what belongs to it: capitals, leaders, products."""
    names = shipped()
    own: dict[str, None] = {}
    kin: dict[str, None] = {}
    for key, entries in names.entries.items():
        for entry in entries:
            if len(key) < _SHORTEST or not _read(entry, language):
                continue
            if entry.sense == sense:
                own[key] = None
            elif sense in names.senses[entry.sense].parents:
                kin[key] = None
    half = list(own)[: MOST - 3] if kin else list(own)
    return tuple(_titled(key) for key in [*half, *kin][:MOST])


def _read(entry: Entry, language: str) -> bool:
    spoken = entry.languages is None or not entry.languages.isdisjoint((language, "en"))
    return spoken and not entry.weak


def _titled(key: str) -> str:
    """A folded name as a name begins; accents are gone, which nobody mistakes."""
    return " ".join(word[:1].upper() + word[1:] for word in key.split(" "))
