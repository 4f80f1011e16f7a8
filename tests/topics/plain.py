"""Queries answered the plain way: one by one, each from the words of the article, nothing kept.

What `bot/topics/match.py` says by looking up must be what this says by reading. Only which of
several senses a name has is not decided here again: that is `senses.find`, on names that
`plain_scan` in the test finds plainly.
"""

from __future__ import annotations

from bot.model import Article, Reason
from bot.text import words
from bot.topics.facts import Reading, _body, languages_of
from bot.topics.lexicon import Lexicon, stem
from bot.topics.names import Names, spell
from bot.topics.nodes import And, Node, Not, Or, Query, Term
from bot.topics.senses import find

Spot = tuple[int, int]
NAMELESS = (-1, -1)
PUBLISHER = (-2, -2)


class Plain:
    """One article, read anew for every question."""

    def __init__(self, article: Article, names: Names) -> None:
        self.article, self.names = article, names
        self.body, self.where = _body(article)
        self.title = words(article.title)
        self.row = [*self.title, None, *words(self.body)]
        self.folded = ["" if word is None else word.folded for word in self.row]

    def reason(self, query: Query) -> Reason | None:
        spot = self._first(query.root)
        if spot is None or spot == NAMELESS:
            return None
        if spot == PUBLISHER:
            return Reason(self.article.publisher, "source")
        first, last = self.row[spot[0]], self.row[spot[1] - 1]
        assert first is not None
        assert last is not None
        if spot[0] < len(self.title):
            return Reason(self.article.title[first.start : last.end], "title")
        return Reason(self.body[first.start : last.end], self.where)

    def _first(self, root: Node) -> Spot | None:
        """A list of words alone: what stands first in the article says why."""
        if isinstance(root, Or) and all(_is_slot(part) for part in root.parts):
            return min([s for part in root.parts if (s := self._why(part))], default=None)
        return self._why(root)

    def _why(self, node: Node) -> Spot | None:
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Not):
            return None if self._why(node.part) else NAMELESS
        spots = [self._why(part) for part in node.parts]
        if isinstance(node, Or):
            return next((spot for spot in spots if spot is not None), None)
        assert isinstance(node, And)
        if None in spots:
            return None
        named = [spot for spot in spots if spot is not None and spot != NAMELESS]
        early = [spot for spot in named if 0 <= spot[0] < len(self.title)]
        return (early or named or [NAMELESS])[0]

    def _term(self, term: Term) -> Spot | None:
        if term.kind == "source":
            asked, source = f" {term.value} ", f" {spell(self.article.publisher)} "
            return PUBLISHER if asked in source else None
        if term.kind == "lang":
            spoken = self._reading().language or self.article.language[:2].lower()
            return NAMELESS if term.value == spoken else None
        if term.kind == "country":
            return NAMELESS if term.value == self.article.country else None
        spots = self._spots(term)
        if not spots or (term.title and min(spots)[0] >= len(self.title)):
            return None
        if term.capital and not self._has_capital(term.value.split(" ")[0]):
            return None
        return min(spots)

    def _spots(self, term: Term) -> list[Spot]:
        if term.kind == "sense":
            return self._names(term.value)
        if term.kind == "word":
            asked = stem(term.value)
            return [(at, at + 1) for at, word in enumerate(self.folded) if stem(word) == asked]
        row = term.value.split(" ")
        return [
            (at, at + len(row))
            for at in range(len(self.folded))
            if self.folded[at : at + len(row)] == row
        ]

    def _has_capital(self, folded: str) -> bool:
        return any(w and w.folded == folded and not w.text[0].islower() for w in self.row)

    def _names(self, asked: str) -> list[Spot]:
        reading = self._reading()
        spoken = languages_of(self.article, reading.language)
        source = f"{self.article.publisher} {self.article.country}"
        hits = find(self.names, reading.wording, spoken, source)
        return [(h.start, h.end) for h in hits if asked in self.names.family(h.sense)]

    def _reading(self) -> Reading:
        return Reading(self.article, Lexicon(self.names))


def _is_slot(node: Node) -> bool:
    listed = isinstance(node, Term) and node.kind in ("sense", "word", "phrase")
    return listed and not (node.title or node.capital)
