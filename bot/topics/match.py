"""The percolator: which standing queries an article answers, without looking at each.

In: topics with their queries, added and removed while running; articles. Out: matches with reasons.
Each name, word and phrase that any query asks for has one `Slot`. An article is read once, the slots
that it fills are collected, and only queries that hang on these are answered or looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.model import Article, Match, Reason, TopicId
from bot.topics.facts import Facts, Slot, Spots, languages_of
from bot.topics.names import Names, shipped
from bot.topics.nodes import And, Node, Not, Or, Query, Term, is_plain, terms
from bot.topics.segment import Lexicon, Segment, stem
from bot.topics.senses import find

Route: TypeAlias = tuple[Slot, Slot | None]
Table: TypeAlias = dict[str, Slot]


class Percolator:
    """Standing queries; `match` costs what the article holds, not how many queries stand."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names
        self._lexicon: Lexicon | None = None
        self._roots: dict[TopicId, Node] = {}
        self._routes: dict[TopicId, list[Route]] = {}  # of all that are more than one term
        self._senses: Table = {}
        self._words: Table = {}
        self._sources: Table = {}
        self._phrases: Table = {}
        self._pairs: dict[str, dict[int, int]] = {}  # two words → length → phrases that begin so

    @property
    def names(self) -> Names:
        if self._names is None:
            self._names = shipped()
        return self._names

    def __len__(self) -> int:
        return len(self._roots)

    # ── queries come and go ──

    def add(self, topic: TopicId, query: Query) -> None:
        """Let a query stand; it replaces what the topic asked before."""
        self.remove(topic)
        root = self._roots[topic] = query.root
        for term in terms(root):
            self._ask(term)
        if isinstance(root, Term) and is_plain(root):
            self._slot(root).topics += (topic,)
            return
        routes = self._routes[topic] = self._routes_of(root) or []
        for slot, also in routes:
            slot.more.setdefault(also, []).append(topic)

    def remove(self, topic: TopicId) -> None:
        """Forget a topic; unknown ones are no error."""
        root = self._roots.pop(topic, None)
        if root is None:
            return
        if isinstance(root, Term) and is_plain(root):
            slot = self._slot(root)
            slot.topics = tuple(other for other in slot.topics if other != topic)
        for slot, also in self._routes.pop(topic, ()):
            slot.more[also].remove(topic)
            if not slot.more[also]:
                del slot.more[also]
        for term in terms(root):
            self._unask(term)

    def _ask(self, term: Term) -> None:
        found = self._place(term)
        if found is None:
            return
        table, key = found
        slot = table.get(key)
        if slot is None:
            slot = table[key] = Slot()
            if table is self._phrases:
                self._note_pair(key, 1)
        slot.terms += 1

    def _unask(self, term: Term) -> None:
        found = self._place(term)
        if found is None:
            return
        table, key = found
        table[key].terms -= 1
        if not table[key].terms:
            del table[key]
            if table is self._phrases:
                self._note_pair(key, -1)

    def _note_pair(self, phrase: str, change: int) -> None:
        """Phrases of three words and more are looked for where their first two words stand."""
        parts = phrase.split(" ")
        if len(parts) < 3:
            return
        sizes = self._pairs.setdefault(" ".join(parts[:2]), {})
        sizes[len(parts)] = sizes.get(len(parts), 0) + change
        if not sizes[len(parts)]:
            del sizes[len(parts)]
        if not sizes:
            del self._pairs[" ".join(parts[:2])]

    def _place(self, term: Term) -> tuple[Table, str] | None:
        """The table and the key of a term's slot; None for what every article has."""
        if term.kind == "sense":
            return self._senses, term.value
        if term.kind == "phrase":
            return self._phrases, term.value
        if term.kind == "word":
            return self._words, stem(term.value)
        return (self._sources, term.value.split(" ")[0]) if term.kind == "source" else None

    def _slot(self, term: Term) -> Slot:
        found = self._place(term)
        if found is None:
            raise KeyError(term)
        return found[0][found[1]]

    def _routes_of(self, node: Node) -> list[Route] | None:
        """Slots of which one must be filled, each with another that must be too; None: none must.

        Of an AND the part counts that is asked for most rarely, for it will be in few articles.
        """
        if isinstance(node, Term):
            return None if self._place(node) is None else [(self._slot(node), None)]
        if isinstance(node, Not):
            return None
        parts = [self._routes_of(part) for part in node.parts]
        needed = [part for part in parts if part is not None]
        if isinstance(node, Or):
            return sum(needed, []) if len(needed) == len(parts) else None
        if not needed:
            return None
        needed.sort(key=lambda routes: (len(routes), max(slot.terms for slot, _ in routes)))
        also = needed[1][0][0] if len(needed) > 1 and len(needed[1]) == 1 else None
        return [(slot, second or also) for slot, second in needed[0]]

    # ── articles ──

    def match(self, article: Article) -> list[Match]:
        """The topics an article answers, each with the words that did it, in order of topic."""
        if not self._roots:
            return []
        facts = self._read(article)
        answered: dict[TopicId, Reason] = {}
        for slot in facts.filled:
            if slot.topics:
                reason = facts.reason(slot)
                for topic in slot.topics:
                    answered[topic] = reason
        for topic in _called(facts.filled):
            found = self._holds(self._roots[topic], facts)
            if found is not None:
                answered[topic] = found
        return [Match(topic, answered[topic]) for topic in sorted(answered)]

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

    def _words_known(self) -> Lexicon:
        if self._lexicon is None:
            self._lexicon = Lexicon(self.names)
        return self._lexicon

    def _read(self, article: Article) -> Facts:
        facts = Facts(article, self._words_known())
        if self._senses and self._may_name(facts):
            self._note_senses(facts)
        for segment, spots in zip(facts.segments, facts.spots, strict=True):
            if segment.folded:
                self._note_words(segment, spots)
        facts.filled = facts.spots[0].keys() | facts.spots[1].keys()
        if self._sources:
            facts.filled.update(
                self._sources[word] for word in facts.source.split() if word in self._sources
            )
        return facts

    def _may_name(self, facts: Facts) -> bool:
        """Whether any word begins a name of anything that is asked for; if not, none is there."""
        asked = self._senses.keys()
        for segment in facts.segments:
            for _, head in segment.heads:
                if not asked.isdisjoint(head.senses):
                    return True
        return False

    def _note_senses(self, facts: Facts) -> None:
        article, names, asked = facts.article, self.names, self._senses
        spoken = languages_of(article, facts.language)
        source = f"{article.publisher} {article.country}"
        for hit in find(names, facts.segments, spoken, source):
            spots = facts.spots[hit.segment]
            for sense in names.family(hit.sense):
                slot = asked.get(sense)
                if slot is not None and slot not in spots:
                    spots[slot] = (hit.start, hit.end)

    def _note_words(self, segment: Segment, spots: Spots) -> None:
        row = segment.folded
        if self._words:
            for word in self._words.keys() & segment.stems:
                at = segment.stems.index(word)
                spots[self._words[word]] = (at, at + 1)
        if not self._phrases:
            return
        for word in self._phrases.keys() & row:
            at = row.index(word)
            spots[self._phrases[word]] = (at, at + 1)
        pairs = list(map(" ".join, zip(row, row[1:], strict=False)))
        for pair in self._phrases.keys() & pairs:
            at = pairs.index(pair)
            spots[self._phrases[pair]] = (at, at + 2)
        if self._pairs:
            for pair in self._pairs.keys() & pairs:
                self._note_long(segment, spots, pair, pairs)

    def _note_long(self, segment: Segment, spots: Spots, pair: str, pairs: list[str]) -> None:
        """Phrases of three words and more that begin with this pair."""
        row, sizes = segment.folded, self._pairs[pair]
        at = pairs.index(pair)
        while at >= 0:
            for size in sizes:
                slot = self._phrases.get(" ".join(row[at : at + size]))
                if slot is not None and at + size <= len(row):
                    spots.setdefault(slot, (at, at + size))
            at = pairs.index(pair, at + 1) if pair in pairs[at + 1 :] else -1

    def _holds(self, node: Node, facts: Facts) -> Reason | None:
        """The reason why a node holds, or None."""
        if isinstance(node, Term):
            return self._term_holds(node, facts)
        if isinstance(node, Not):
            return None if self._holds(node.part, facts) else Reason("", "title")
        if isinstance(node, Or):
            return next((r for part in node.parts if (r := self._holds(part, facts))), None)
        return self._all_hold(node, facts)

    def _all_hold(self, node: And, facts: Facts) -> Reason | None:
        reasons = []
        for part in node.parts:
            reason = self._holds(part, facts)
            if reason is None:
                return None
            reasons.append(reason)
        named = [reason for reason in reasons if reason.name]
        return min(named, key=lambda r: r.where != "title") if named else reasons[0]

    def _term_holds(self, term: Term, facts: Facts) -> Reason | None:
        if term.kind in ("lang", "country", "source"):
            return facts.states(term)
        return facts.reason_for(self._slot(term), title=term.title)


def _called(filled: set[Slot]) -> Iterator[TopicId]:
    """Topics of more than one term, of which enough is there to look at them."""
    seen: set[TopicId] = set()
    for slot in filled:
        for also, topics in slot.more.items():
            if also is None or also in filled:
                seen.update(topics)
    return iter(seen)
