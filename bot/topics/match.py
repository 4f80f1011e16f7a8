"""The percolator: which standing queries an article answers, without looking at each.

In: topics with their queries, added and removed while running; articles. Out: matches with reasons.
All phrases, words and senses of all queries stand in one dictionary each; an article is read once,
its runs of words are looked up, and only queries that something in it calls are evaluated. Every
positive term that must be present *calls* its query: of an AND one part, of an OR all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from bot.model import Article, Match, Reason, TopicId
from bot.text import language, words
from bot.topics.names import Names, shipped
from bot.topics.query import And, Node, Not, Or, Query, Term
from bot.topics.senses import Segment, find

_K = TypeVar("_K")
Call: TypeAlias = tuple[str, str]
_BODY = 1_200  # characters of a summary that are read
_SHORT = 60  # a summary below this is no summary; the text is read instead


@dataclass(slots=True)
class _Facts:
    """What an article says, as far as standing queries ask."""

    article: Article
    segments: tuple[Segment, Segment]
    where: Literal["summary", "text"]
    language: str
    source: str
    senses: dict[tuple[str, bool], Reason] = field(default_factory=dict)  # bool: in the title
    runs: dict[tuple[str, bool], Reason] = field(default_factory=dict)
    stems: dict[tuple[str, bool], Reason] = field(default_factory=dict)


class Percolator:
    """Standing queries; `match` costs what the article holds, not how many queries stand."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names
        self._queries: dict[TopicId, Query] = {}
        self._calls: dict[Call, dict[TopicId, None]] = {}
        self._plain: dict[Call, dict[TopicId, None]] = {}  # of one term: called is answered
        self._runs: dict[str, int] = {}  # phrase → how many terms ask for it
        self._stems: dict[str, int] = {}
        self._longest: dict[str, dict[int, int]] = {}  # first word → length → phrases of it
        self._senses = 0

    @property
    def names(self) -> Names:
        if self._names is None:
            self._names = shipped()
        return self._names

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, topic: TopicId, query: Query) -> None:
        """Let a query stand; it replaces what the topic asked before."""
        self.remove(topic)
        self._queries[topic] = query
        for term in _terms(query.root):
            self._count(term, 1)
        table = self._plain if _is_plain(query.root) else self._calls
        for call in _calls(query.root):
            table.setdefault(call, {})[topic] = None

    def remove(self, topic: TopicId) -> None:
        """Forget a topic; unknown ones are no error."""
        query = self._queries.pop(topic, None)
        if query is None:
            return
        for term in _terms(query.root):
            self._count(term, -1)
        table = self._plain if _is_plain(query.root) else self._calls
        for call in _calls(query.root):
            called = table[call]
            del called[topic]
            if not called:
                del table[call]

    def _count(self, term: Term, change: int) -> None:
        if term.kind == "sense":
            self._senses += change
        elif term.kind == "word":
            _tally(self._stems, stem(term.value), change)
        elif term.kind == "phrase":
            _tally(self._runs, term.value, change)
            first, _, rest = term.value.partition(" ")
            size = rest.count(" ") + 2 if rest else 1
            lengths = self._longest.setdefault(first, {})
            _tally(lengths, size, change)
            if not lengths:
                del self._longest[first]

    def match(self, article: Article) -> list[Match]:
        """The topics an article answers, each with the words that did it, in order of topic."""
        if not self._queries:
            return []
        facts = self._read(article)
        answered: dict[TopicId, Reason] = {}
        called: dict[TopicId, None] = {}
        for call, reason in _called(facts):
            for topic in self._plain.get(call, ()):
                if topic not in answered or reason.where == "title":
                    answered[topic] = reason
            called.update(self._calls.get(call, {}))
        for topic in called:
            found = _holds(self._queries[topic].root, facts)
            if found is not None:
                answered[topic] = found
        return [Match(topic, answered[topic]) for topic in sorted(answered)]

    def explain(self, query: Query, article: Article) -> Reason | None:
        """Why an article answers one query, standing or not; None when it doesn't."""
        alone = Percolator(self.names)
        alone.add(TopicId(0), query)
        found = alone.match(article)
        return found[0].reason if found else None

    def _read(self, article: Article) -> _Facts:
        body, where = _body(article)
        segments = (Segment.of(article.title), Segment.of(body))
        spoken = language(f"{article.title}. {body}")
        facts = _Facts(
            article,
            segments,
            where,
            spoken,
            " ".join(w.folded for w in words(article.publisher)),
        )
        if self._senses:
            self._note_senses(facts)
        for number, segment in enumerate(segments):
            self._note_words(facts, segment, title=number == 0)
        return facts

    def _note_senses(self, facts: _Facts) -> None:
        source = f"{facts.article.publisher} {facts.article.country}"
        spoken = languages_of(facts.article, facts.language)
        for hit in find(self.names, facts.segments, spoken, source):
            segment = facts.segments[hit.segment]
            name = segment.surface(hit.start, hit.end)
            reason = Reason(name, "title" if hit.segment == 0 else facts.where)
            for sense in self.names.family(hit.sense):
                facts.senses.setdefault((sense, hit.segment == 0), reason)

    def _note_words(self, facts: _Facts, segment: Segment, *, title: bool) -> None:
        where = "title" if title else facts.where
        row = segment.words
        stems, longest = self._stems, self._longest
        for at, word in enumerate(row):
            folded = word.folded
            if stems and (stemmed := stem(folded)) in stems and (stemmed, title) not in facts.stems:
                facts.stems[stemmed, title] = Reason(word.text, where)
            for size in longest.get(folded, ()):
                run = " ".join([w.folded for w in row[at : at + size]])
                if run in self._runs and (run, title) not in facts.runs:
                    name = segment.surface(at, min(at + size, len(row)))
                    facts.runs[run, title] = Reason(name, where)


def languages_of(article: Article, shown: str) -> frozenset[str]:
    """The languages a name may be in: what the text shows, else what the feed says, else English.

    Pidgin headlines name places in English; a text that shows nothing may be in either.
    """
    if shown == "pcm":
        return frozenset(("pcm", "en"))
    return frozenset((shown,)) if shown else frozenset((article.language[:2] or "en", "en"))


def _body(article: Article) -> tuple[str, Literal["summary", "text"]]:
    if len(article.summary) < _SHORT and len(article.text) > len(article.summary):
        return article.text[:_BODY], "text"
    return article.summary[:_BODY], "summary"


def stem(word: str) -> str:
    """A word without its plural or case ending, alike in all languages; for words typed plainly.

    Deliberately weak: it may miss a form, it must not merge different words.
    """
    if len(word) < 4:
        return word
    if word.isascii():
        if word.endswith("ies") and len(word) > 5:
            return word[:-3] + "y"
        if word.endswith(("ches", "shes", "sses", "xes")):
            return word[:-2]
        return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    if "а" <= word[0] <= "я" and len(word) > 4:
        return word.rstrip("аеиоуыэюяйь") if len(word.rstrip("аеиоуыэюяйь")) > 3 else word
    return word


def _tally(counts: dict[_K, int], key: _K, change: int) -> None:
    count = counts.get(key, 0) + change
    if count:
        counts[key] = count
    else:
        counts.pop(key, None)


def _terms(node: Node) -> Iterable[Term]:
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        yield from _terms(node.part)
    else:
        for part in node.parts:
            yield from _terms(part)


def _calls(node: Node) -> frozenset[Call]:
    """What must be present (any of these) for the node to hold; empty: nothing need be."""
    if isinstance(node, Term):
        if node.kind in ("lang", "country"):
            return frozenset()
        value = stem(node.value) if node.kind == "word" else node.value
        if node.kind == "source":
            value = value.split(" ")[0]
        return frozenset({(node.kind, value)})
    if isinstance(node, Not):
        return frozenset()
    parts = [_calls(part) for part in node.parts]
    if isinstance(node, And):
        return min((part for part in parts if part), key=_cost, default=frozenset())
    return frozenset().union(*parts) if all(parts) else frozenset()


def _cost(calls: frozenset[Call]) -> tuple[int, int]:
    """Few calls first, then long ones: a long phrase is rare."""
    return len(calls), -min(len(value) for _, value in calls)


def _is_plain(node: Node) -> bool:
    return isinstance(node, Term) and node.kind in ("sense", "word", "phrase") and not node.title


def _called(facts: _Facts) -> Iterable[tuple[Call, Reason]]:
    yield from ((("sense", sense), reason) for (sense, _), reason in facts.senses.items())
    yield from ((("phrase", run), reason) for (run, _), reason in facts.runs.items())
    yield from ((("word", stemmed), reason) for (stemmed, _), reason in facts.stems.items())
    source = Reason(facts.article.publisher, "source")
    yield from ((("source", word), source) for word in facts.source.split())


def _holds(node: Node, facts: _Facts) -> Reason | None:
    """The reason why a node holds, or None."""
    if isinstance(node, Term):
        return _term_holds(node, facts)
    if isinstance(node, Not):
        return None if _holds(node.part, facts) else Reason("", "title")
    if isinstance(node, Or):
        return next((r for part in node.parts if (r := _holds(part, facts))), None)
    reasons = [_holds(part, facts) for part in node.parts]
    if not all(reasons):
        return None
    named = [r for r in reasons if r and r.name]
    return min(named, key=lambda r: r.where != "title") if named else reasons[0]


def _term_holds(term: Term, facts: _Facts) -> Reason | None:
    article = facts.article
    if term.kind == "lang":
        spoken = facts.language or article.language[:2].lower()
        return Reason("", "source") if term.value == spoken else None
    if term.kind == "country":
        return Reason("", "source") if term.value == article.country else None
    if term.kind == "source":
        inside = f" {term.value} " in f" {facts.source} "
        return Reason(article.publisher, "source") if inside else None
    found = {"sense": facts.senses, "phrase": facts.runs, "word": facts.stems}[term.kind]
    value = stem(term.value) if term.kind == "word" else term.value
    return found.get((value, True)) or (None if term.title else found.get((value, False)))
