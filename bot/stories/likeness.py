"""How alike an article is to others: words in common, the rarest of them, headlines, marks.

In: a sketch and the window that it is compared in. Out: likenesses, 0 to about 1.5. It decides
nothing.

How many words are common tells more than what each of them weighs; the rarest few are weighed by
how rare they are at the moment: what many live articles hold carries little, so that the words of a
long saga don't tie its developments together.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from operator import mul

from bot.model import ArticleId
from bot.stories.sketch import Sketch
from bot.stories.weights import GroupSettings
from bot.stories.window import Window

Parts = tuple[float, float, float, float, float, float]


class Query:
    """An article that is compared with many: its weights are worked out once."""

    def __init__(self, asked: Sketch, window: Window, chosen: GroupSettings) -> None:
        self.sketch, self.window, self.chosen = asked, window, chosen
        self._rare = {term: window.rarity(term) for term in asked.terms}
        now = {term: weight * self._rare[term] for term, weight in asked.terms.items()}
        marks = {mark: weight * window.rarity(mark) for mark, weight in asked.marks.items()}
        self.near = window.near(now, marks, chosen.stories)
        self.terms = _against(now, asked.terms)
        self.marks = _against(marks, asked.marks)
        self._long = math.log1p(len(asked.terms))
        self._weights = chosen.parts
        self._letters = asked.letters.bit_count()
        self._alike: dict[ArticleId, float] = {}

    def alike(self, article: ArticleId) -> float:
        """What words, headlines and marks in common count together; ≥ 0."""
        found = self._alike.get(article)
        if found is None:
            self._alike[article] = found = self._compared(article)
        return found

    def _compared(self, article: ArticleId) -> float:
        parts = self.parts(article)
        if parts is None:
            return 0.0
        weighed: float = sum(map(mul, self._weights, parts))
        return max(0.0, self.chosen.floor + weighed)

    def parts(self, article: ArticleId) -> Parts | None:
        """What `GroupSettings.parts` weighs, in its order; None where too few words are common."""
        told = self.window.live[article][0]
        shared = self.terms.keys() & told.terms.keys()
        if len(shared) < self.chosen.shared:
            return None
        return (
            self._many(len(shared), told),
            self._rarest(shared),
            len(told.title & self.terms.keys()) / (len(told.title) or 1),
            self._by_letters(told),
            _common(self.sketch.heading, told.heading),
            self._by_marks(article, told),
        )

    def _many(self, shared: int, told: Sketch) -> float:
        """The logarithm of how many words are common, for how many there are; ≤ 0.

        Ochiai's coefficient of the two sets: the cosine of vectors of ones.
        """
        return math.log1p(shared) - 0.5 * (self._long + math.log1p(len(told.terms)))

    def _rarest(self, shared: set[str]) -> float:
        rare = self._rare
        return sum(sorted([rare[term] for term in shared])[-self.chosen.rarest :])

    def _by_letters(self, told: Sketch) -> float:
        """Runs of four letters in common: inflections, compounds, spellings of a name."""
        both = (self.sketch.letters & told.letters).bit_count()
        return both / math.sqrt(1 + self._letters * told.letters.bit_count())

    def _by_marks(self, article: ArticleId, told: Sketch) -> float:
        shared = self.marks.keys() & told.marks.keys()
        return _dot(self.marks, told.marks, shared) / self.window.length(article)

    def across(self, article: ArticleId) -> float:
        """Cosine by marks, where they tell enough: what happens, and where or to whom.

        Figures alone name nobody.
        """
        told = self.window.live[article][0]
        shared = self.marks.keys() & told.marks.keys()
        sorts = {mark[0] for mark in shared}
        if len(shared) < self.chosen.across_shared or "@" not in sorts or sorts <= {"@", "#"}:
            return 0.0
        return self._by_marks(article, told)

    def shared(self, others: Sequence[Sketch], most: int = 4) -> str:
        """The words that weigh most in what the article shares with others."""
        spoken = [m.terms for m in others if m.language == self.sketch.language]
        weights = self.terms if spoken else self.marks
        words = {term for table in spoken or [m.marks for m in others] for term in table}
        weighed = heapq.nlargest(most, ((weights[t], t) for t in words if t in weights))
        return ", ".join(term.lstrip("=@~#") for _, term in weighed)


def _common(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard's index: the share of what either has that both have."""
    both = len(a & b)
    return both / (len(a) + len(b) - both or 1)


def _against(rare: dict[str, float], plain: dict[str, float]) -> dict[str, float]:
    """Weights that give the cosine with a vector of plain ones, but for the length of that."""
    length = math.sqrt(math.fsum([w * w for w in rare.values()])) or 1.0
    return {term: weight * weight / (plain[term] * length) for term, weight in rare.items()}


def _dot(weighed: dict[str, float], plain: dict[str, float], shared: set[str]) -> float:
    return math.fsum([weighed[term] * plain[term] for term in shared])  # exact in any order
