"""How rare a word is in news, from a shipped table.

In: a term, and how many live articles hold it. Out: a rarity (smoothed inverse document frequency).
It keeps nothing of what it is asked, so the same window of articles always gives the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib import resources

_DOCUMENTS = 4_000  # what the shipped table weighs, in documents


class Background:
    """Document frequencies in news at large."""

    def __init__(self, per_thousand: dict[str, float] | None = None) -> None:
        known = per_thousand or {}
        self._counts = {term: share * _DOCUMENTS / 1000 for term, share in known.items()}
        self.at_large: Mapping[str, float] = _Large(
            {term: _rarity(count) for term, count in self._counts.items()}
        )
        """The rarity of every term without any window."""

    @classmethod
    @cache
    def shipped(cls) -> Background:
        """The table in `background.tsv`: term, documents per thousand that hold it."""
        text = resources.files("bot.stories").joinpath("background.tsv").read_text("utf-8")
        rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
        return cls({term: float(share) for term, share in rows})

    def rarity(self, term: str, live: int = 0) -> float:
        """Natural logarithm of how many documents come on one that holds the term; ≥ 0.1.

        `live`: so many articles of the window hold it.
        """
        return _rarity(self._counts.get(term, 0.0) + live)


class _Large(dict[str, float]):
    """A term that no table has is as rare as can be."""

    def __missing__(self, term: str) -> float:
        return _UNSEEN


def _rarity(count: float) -> float:
    found = _MOST - math.log(count + 1.0)
    return max(0.1, found)


_MOST = math.log(_DOCUMENTS + 1.0)
_UNSEEN = _rarity(0.0)
