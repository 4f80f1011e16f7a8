"""How alike an article is to others: cosines of its terms, and of what carries across languages.

In: a sketch and the window that it is compared in. Out: likenesses, 0 to about 1.2. It decides
nothing.
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

    def __init__(self, asked: Sketch, window: Window) -> None:
        self.sketch = asked
        self._window = window
        self.terms, self.marks = self._weighed(asked.terms), self._weighed(asked.marks)

    def _weighed(self, weights: dict[str, float]) -> dict[str, float]:
        length, rarity = self._window.length(weights), self._window.rarity
        return {term: weight * rarity(term) ** 2 / length for term, weight in weights.items()}

    def alike(self, article: ArticleId, chosen: GroupSettings) -> float:
        """Cosine by terms, and a little by marks, in which synonyms meet."""
        terms, marks, (length, across) = self._held(article)
        shared = self.terms.keys() & terms.keys()
        if len(shared) < chosen.shared:
            return 0.0
        score = _dot(self.terms, terms, shared) / length
        both = self.marks.keys() & marks.keys()
        return score + chosen.marks * _dot(self.marks, marks, both) / across

    def across(self, article: ArticleId, least: int) -> float:
        """Cosine by marks, where they tell enough: what happens, and where or to whom."""
        _, marks, (_, length) = self._held(article)
        shared = self.marks.keys() & marks.keys()
        sorts = {mark[0] for mark in shared}
        if len(shared) < least or len(sorts) < 2 or "@" not in sorts:
            return 0.0
        return _dot(self.marks, marks, shared) / length

    def _held(
        self, article: ArticleId
    ) -> tuple[dict[str, float], dict[str, float], tuple[float, float]]:
        told = self._window.live[article][0]
        return told.terms, told.marks, self._window.lengths(article)

    def shared(self, others: Sequence[Sketch], most: int = 4) -> str:
        """The words that weigh most in what the article shares with others."""
        spoken = [m.terms for m in others if m.language == self.sketch.language]
        weights = self.terms if spoken else self.marks
        words = {term for table in spoken or [m.marks for m in others] for term in table}
        weighed = heapq.nlargest(most, ((weights[t], t) for t in words if t in weights))
        return ", ".join(term.lstrip("=@~#") for _, term in weighed)


def _dot(weighed: dict[str, float], plain: dict[str, float], shared: set[str]) -> float:
    return math.fsum([weighed[term] * plain[term] for term in shared])  # exact in any order


def mixed(scores: Sequence[float], near: float) -> float:
    """The nearest and the mean; by the nearest alone, chains would swallow follow-ups."""
    return near * max(scores) + (1.0 - near) * sum(scores) / len(scores)
