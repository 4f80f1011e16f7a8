"""The percolator: which standing queries an article answers, without looking at each.

In: topics with their queries, added and removed while running; articles. Out: matches with reasons.
Each name, word and phrase that any query asks for has one slot. An article is read once, the slots
that it fills are collected, and only queries that hang on these are answered or looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import cast

from bot.model import Article, Match, Reason, TopicId
from bot.topics.facts import Reading, languages_of
from bot.topics.lexicon import Lexicon
from bot.topics.literals import Literals, note
from bot.topics.names import Names, shipped
from bot.topics.nodes import And, Node, Not, Query, Term
from bot.topics.senses import find
from bot.topics.slots import (
    NAMELESS,
    Absent,
    Condition,
    Every,
    From,
    InCapitals,
    InTitle,
    Published,
    Route,
    Slot,
    Some,
    SomeSlot,
    Spoken,
    Table,
    routes,
)
from bot.topics.wording import Wording

_spot = itemgetter(1)
_ANY: frozenset[str] = frozenset()  # in place of languages that make no difference
_matched = cast("Callable[[tuple[TopicId, Reason]], Match]", partial(tuple.__new__, Match))


class Percolator:
    """Standing queries; `match` costs what the article holds, not how many queries stand."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names
        self._lexicon: Lexicon | None = None
        self._conditions: dict[TopicId, Condition] = {}
        self._routes: dict[TopicId, list[Route]] = {}  # of all that are more than a slot
        self._senses: Table = {}
        self._sources: Table = {}
        self._literals = Literals(self._words_known)

    @property
    def names(self) -> Names:
        if self._names is None:
            self._names = shipped()
        return self._names

    def __len__(self) -> int:
        return len(self._conditions)

    # ── queries come and go ──

    def add(self, topic: TopicId, query: Query) -> None:
        """Let a query stand; it replaces what the topic asked before."""
        self.remove(topic)
        condition = self._conditions[topic] = self._condition(query.root)
        for slot in condition.slots():
            slot.terms += 1
        if isinstance(condition, Slot | SomeSlot):
            for slot in condition.slots():
                slot.topics += (topic,)
            return
        ways = self._routes[topic] = routes(condition) or []
        for slot, also in ways:
            if slot.more is None:
                slot.more = {}
            slot.more.setdefault(also, []).append(topic)

    def remove(self, topic: TopicId) -> None:
        """Forget a topic; unknown ones are no error."""
        condition = self._conditions.pop(topic, None)
        if condition is None:
            return
        if isinstance(condition, Slot | SomeSlot):
            for slot in condition.slots():
                slot.drop(topic)
        for slot, also in self._routes.pop(topic, ()):
            more = slot.more or {}
            more[also].remove(topic)
            if not more[also]:
                del more[also]
        for slot in condition.slots():
            slot.terms -= 1
            if not slot.terms:
                del slot.table[slot.key]
                self._literals.forget(slot)

    def _condition(self, node: Node) -> Condition:
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Not):
            return Absent(self._condition(node.part))
        parts = tuple(self._condition(part) for part in node.parts)
        if isinstance(node, And):
            return Every(parts)
        slots = tuple(part for part in parts if isinstance(part, Slot))
        return SomeSlot(slots) if len(slots) == len(parts) else Some(parts)

    def _term(self, term: Term) -> Condition:
        if term.kind == "lang":
            return Spoken(term.value)
        if term.kind == "country":
            return Published(term.value)
        if term.kind == "source":
            return From(_slot(self._sources, term.value.split(" ")[0]), term.value)
        if term.kind == "sense":
            slot = _slot(self._senses, term.value)
        elif term.kind == "phrase":
            slot = self._literals.phrase(term.value)
        else:
            slot = self._literals.word(term.value)
        if term.title:
            return InTitle(slot)
        return InCapitals(slot) if term.capital else slot

    # ── articles ──

    def match(self, article: Article) -> list[Match]:
        """The topics an article answers, each with the words that did it, in order of topic."""
        if not self._conditions:
            return []
        reading = self._read(article)
        answered: dict[TopicId, Reason] = {}
        for slot, (start, end) in sorted(reading.spots.items(), key=_spot, reverse=True):
            if slot.topics:  # what stands first in the article says why
                why = reading.reason_at(start, end)
                for topic in slot.topics:
                    answered[topic] = why
        self._note_more(reading, answered)
        return list(map(_matched, sorted(answered.items())))

    def _note_more(self, reading: Reading, answered: dict[TopicId, Reason]) -> None:
        """The topics that need more than one slot."""
        filled = reading.filled
        for slot in filled:
            more = slot.more
            if more and not more.keys().isdisjoint(filled):
                for topic in [t for also in more.keys() & filled for t in more[also]]:
                    why = self._conditions[topic].holds(reading)
                    if why is not None:
                        answered[topic] = reading.reason(why)

    def explain(self, query: Query, article: Article) -> Reason | None:
        """Why an article answers one query, standing or not; None when it doesn't."""
        return self.searcher(query)(article)

    def searcher(self, query: Query) -> Callable[[Article], Reason | None]:
        """`explain` for many articles: most that don't hold a query are told by their words."""
        alone = Percolator(self.names)
        alone._lexicon = self._words_known()
        alone.add(TopicId(0), query)

        def explain(article: Article) -> Reason | None:
            found = alone.match(article)
            return found[0].reason if found else None

        return explain

    def finder(self, queries: Sequence[Query]) -> Callable[[Article], dict[int, Reason]]:
        """`explain` for several queries in one reading of each article: reasons by their place."""
        alone = Percolator(self.names)
        alone._lexicon = self._words_known()
        for number, query in enumerate(queries):
            alone.add(TopicId(number), query)
        return lambda article: {int(m.topic): m.reason for m in alone.match(article)}

    def _words_known(self) -> Lexicon:
        if self._lexicon is None:
            self._lexicon = Lexicon(self.names)
        return self._lexicon

    def _read(self, article: Article) -> Reading:
        reading = Reading(article, self._literals)
        note(reading.wording, reading.spots)
        if self._senses and self._may_name(reading.wording):
            self._note_senses(reading)
        reading.filled = {NAMELESS, *reading.spots}
        if self._sources:
            for word in reading.source.split():
                if word in self._sources:
                    reading.filled.add(self._sources[word])
        return reading

    def _may_name(self, wording: Wording) -> bool:
        """Whether any word begins a name of anything that is asked for; if not, none is there."""
        asked = self._senses.keys()
        return any(not asked.isdisjoint(head.senses) for _, head in wording.heads)

    def _note_senses(self, reading: Reading) -> None:
        article, names, asked = reading.article, self.names, self._senses
        varies = any(head.varies for _, head in reading.wording.heads)
        spoken = languages_of(article, reading.language) if varies else _ANY
        source = f"{article.publisher} {article.country}"
        for sense, start, end in find(names, reading.wording, spoken, source):
            for about in names.family(sense):
                slot = asked.get(about)
                if slot is not None:
                    reading.spots.setdefault(slot, (start, end))


def _slot(table: Table, key: str) -> Slot:
    slot = table.get(key)
    if slot is None:
        slot = table[key] = Slot(table, key)
    return slot
