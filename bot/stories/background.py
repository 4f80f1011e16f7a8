"""How rare a word is in news: a shipped table of document frequencies that learns while running.

In: terms. Out: a rarity (smoothed inverse document frequency). It refuses to know articles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from importlib import resources

_DOCUMENTS = 4_000  # what the shipped table weighs, in documents
_MOST = 200_000  # terms kept; beyond, what was seen once is forgotten


class Background:
    """Document frequencies; `learn` counts one more document."""

    def __init__(self, per_thousand: dict[str, float] | None = None) -> None:
        known = per_thousand or {}
        self._documents = float(_DOCUMENTS)
        self._counts = {term: share * _DOCUMENTS / 1000 for term, share in known.items()}

    @classmethod
    def shipped(cls) -> Background:
        """The table in `background.tsv`: term, documents per thousand that hold it."""
        text = resources.files("bot.stories").joinpath("background.tsv").read_text("utf-8")
        rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
        return cls({term: float(share) for term, share in rows})

    def rarity(self, term: str) -> float:
        """Natural logarithm of how many documents come on one that holds the term; ≥ 0.1."""
        count = self._counts.get(term, 0.0)
        return max(0.1, math.log((self._documents + 1.0) / (count + 1.0)))

    def learn(self, terms: Iterable[str]) -> None:
        self._documents += 1.0
        counts = self._counts
        for term in terms:
            counts[term] = counts.get(term, 0.0) + 1.0
        if len(counts) > _MOST:
            self._counts = {term: count for term, count in counts.items() if count > 1.0}
