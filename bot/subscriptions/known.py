"""What counts as a topic by itself: some of the names that the table of names has for it (pure).

In: a query and a reader's language. Out: a few names, the plainest first. It refuses to know
articles and chats.
"""

from __future__ import annotations

from functools import lru_cache

from bot.subscriptions.rules import rules_of
from bot.topics.names import Entry, shipped, spell
from bot.topics.nodes import Query, Term
from bot.topics.query import STORED_LIMIT, parse_query

MOST = 10
_SHORTEST = 3  # letters
_PEOPLE = 5  # letters that a people's name has of the country's


def names_of(query: Query, language: str) -> tuple[str, ...]:
    """Some names that ring for the first known name in the query; () where it has none."""
    for part in rules_of(query).counts:
        root = parse_query(part, limit=STORED_LIMIT).root
        if isinstance(root, Term) and root.kind == "sense":
            return _known(root.value, language)
    return ()


@lru_cache(maxsize=500)
def _known(sense: str, language: str) -> tuple[str, ...]:
    """Its people first, then some of its own names, the reader's language before English, then of
    what belongs to it: capitals, leaders, products. What contains its plainest name says no more.
    """
    names = shipped()
    label = spell(names.senses[sense].label.partition(" (")[0])
    plain, ranked = set(label.split()), dict[str, int]()
    for key, entries in names.entries.items():
        if len(key) < _SHORTEST or not plain.isdisjoint(key.split(" ")):
            continue
        for entry in entries:
            rank = _rank(entry, sense, names.senses[entry.sense].parents, language)
            if rank is not None:
                rank = -1 if key.startswith(label[:_PEOPLE]) else rank
                ranked[key] = min(rank, ranked.get(key, rank))
    return tuple(map(_titled, _some(ranked)))


def _some(ranked: dict[str, int]) -> list[str]:
    """Names of the best ranks, spread over all there are; of forms of one name the first. However
    many are its own, there is a place for what belongs to it.
    """
    chosen: list[str] = []
    ranks = sorted(set(ranked.values()))
    for rank in ranks:
        keys = [key for key in ranked if ranked[key] == rank]
        distinct = [k for k in keys if not any(k != o and k.startswith(o) for o in keys)]
        room = MOST - len(chosen) - (rank != ranks[-1])
        step = max(1, -(-len(distinct) // max(1, room)))
        chosen += distinct[::step][:room]
    return chosen[:MOST]


def _rank(entry: Entry, sense: str, parents: tuple[str, ...], language: str) -> int | None:
    """0: its own in the reader's language, 1: its own in English, 2: of what belongs to it."""
    if entry.weak or (entry.sense != sense and sense not in parents):
        return None
    spoken = entry.languages
    if spoken is not None and spoken.isdisjoint((language, "en")):
        return None
    if entry.sense != sense:
        return 2
    return 0 if spoken is None or language in spoken else 1


def _titled(key: str) -> str:
    """A folded name as a name begins; accents are gone, which nobody mistakes."""
    return " ".join(word[:1].upper() + word[1:] for word in key.split(" "))
