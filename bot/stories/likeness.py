"""How alike an article is to others: shared words by rarity, headlines by letters, marks.

In: a sketch and the window that it is compared in. Out: likenesses, 0 to about 1.5. It decides
nothing.

Rarity is that of the moment: what many live articles hold carries little, so that the words common
to a long saga don't tie its developments together. The lengths of live vectors are kept as they are
at large and put right for the words in common alone, so a comparison costs only those.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from bot.model import ArticleId
from bot.stories.sketch import Sketch
from bot.stories.weights import GroupSettings
from bot.stories.window import Window


class Query:
    """An article that is compared with many: its weights are worked out once."""

    def __init__(self, asked: Sketch, window: Window, chosen: GroupSettings) -> None:
        self.sketch, self.window, self.chosen = asked, window, chosen
        self._rare = {term: window.rarities(term) for term in asked.terms}
        now = {term: weight * self._rare[term][0] for term, weight in asked.terms.items()}
        marks = {mark: weight * window.rarity(mark) for mark, weight in asked.marks.items()}
        self.near, self.crowd = window.near(now, marks, chosen)
        self.terms = _against(now, asked.terms)
        self.marks = _against(marks, asked.marks)
        self._title = math.fsum([self._rare[term][0] for term in asked.title]) or 1.0
        self._letters = asked.letters.bit_count()
        self._alike: dict[ArticleId, float] = {}

    def alike(self, article: ArticleId) -> float:
        """Cosine by terms; a little by letters and words of headlines, and by marks."""
        found = self._alike.get(article)
        if found is None:
            self._alike[article] = found = self._compared(article)
        return found

    def _compared(self, article: ArticleId) -> float:
        told, chosen = self.window.live[article][0], self.chosen
        shared = self.terms.keys() & told.terms.keys()
        if len(shared) < chosen.shared:
            return 0.0
        _, across = self.window.lengths(article)
        both = self.marks.keys() & told.marks.keys()
        return (
            chosen.words * self._words(article, told, shared)
            + chosen.marks * _dot(self.marks, told.marks, both) / across
            + chosen.letters * self._by_letters(told)
            + chosen.told * self._told(shared)
        )

    def _words(self, article: ArticleId, told: Sketch, shared: set[str]) -> float:
        length, rare, terms = self.window.lengths(article)[0], self._rare, told.terms
        over = math.fsum([terms[t] ** 2 * (rare[t][1] ** 2 - rare[t][0] ** 2) for t in shared])
        return _dot(self.terms, terms, shared) / math.sqrt(max(1.0, length * length - over))

    def _told(self, shared: set[str]) -> float:
        """How much of the headline stands in the other article."""
        rare = self._rare
        return math.fsum([rare[t][0] for t in shared & self.sketch.title]) / self._title

    def _by_letters(self, told: Sketch) -> float:
        """Runs of four letters in common: inflections, compounds, spellings of a name."""
        both = (self.sketch.letters & told.letters).bit_count()
        return both / math.sqrt(1 + self._letters * told.letters.bit_count())

    def across(self, article: ArticleId) -> float:
        """Cosine by marks, where they tell enough: what happens, and where or to whom.

        Figures alone name nobody.
        """
        told = self.window.live[article][0]
        shared = self.marks.keys() & told.marks.keys()
        sorts = {mark[0] for mark in shared}
        if len(shared) < self.chosen.across_shared or "@" not in sorts or sorts <= {"@", "#"}:
            return 0.0
        return _dot(self.marks, told.marks, shared) / self.window.lengths(article)[1]

    def shared(self, others: Sequence[Sketch], most: int = 4) -> str:
        """The words that weigh most in what the article shares with others."""
        spoken = [m.terms for m in others if m.language == self.sketch.language]
        weights = self.terms if spoken else self.marks
        words = {term for table in spoken or [m.marks for m in others] for term in table}
        weighed = heapq.nlargest(most, ((weights[t], t) for t in words if t in weights))
        return ", ".join(term.lstrip("=@~#") for _, term in weighed)


def _against(rare: dict[str, float], plain: dict[str, float]) -> dict[str, float]:
    """Weights that give the cosine with a vector of plain ones, but for the length of that."""
    length = math.sqrt(math.fsum([w * w for w in rare.values()])) or 1.0
    return {term: weight * weight / (plain[term] * length) for term, weight in rare.items()}


def _dot(weighed: dict[str, float], plain: dict[str, float], shared: set[str]) -> float:
    return math.fsum([weighed[term] * plain[term] for term in shared])  # exact in any order
