"""The figures of grouping, in one place; `bench.choices` fits them.

Plain data: it knows nothing of how it is used.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Thresholds and weights, fitted on development data by `bench.choices`."""

    threshold: float = 0.337  # likeness from which an article joins a story
    window: int = 72 * 3600  # seconds an article stays comparable
    title_weight: float = 3.0
    nearest: float = 0.7  # share of the nearest article in a likeness; the rest is the mean
    shared: int = 3  # terms that must be shared: two words are no event
    floor: float = 0.3  # what a likeness begins with; the next line takes away
    words: float = 0.181  # what the logarithm of the share of common words counts
    rare: float = 0.0082  # what the rarity of the rarest common words counts
    rarest: int = 2  # words that are the rarest
    retold: float = 0.072  # how much of the other's headline the article tells
    letters: float = 0.202  # how alike the headlines are spelt
    headings: float = 0.125  # what of headlines carries: countries, concepts, names, numbers
    marks: float = 0.34  # what of the articles carries
    quiet: float = 0.067  # taken away by the logarithm of the hours since its last article
    old: float = 0.03  # taken away by the square of the days; a prior, not fitted
    only: float = 0.137  # taken away when only this publisher has told the story so far
    own: float = 0.054  # the same when others have told it too
    across: float = 0.35  # likeness by marks from which a telling in another language joins
    across_shared: int = 3  # marks that must be shared then
    across_weight: float = 3.0  # of what is above, against what time and publisher take away
    limit: int = 10_000  # live articles; the oldest leave first
    stories: int = 8  # stories that are compared in full
    articles: int = 6  # articles of each, the newest
    related: float = 0.35  # likeness from which a story is the one that is developed
    fresh: int = 5  # new words that are named
    fresh_rarity: float = 6.0  # how rare a word must be to be called new
    merge: float = 0.03  # above the threshold by which all articles of one join the other
    bridge: float = 0.2  # the same for one that has joined the one
    mend: int = 6 * 3600  # seconds in which an edit can still repair a split

    @property
    def parts(self) -> tuple[float, float, float, float, float, float]:
        """The weights of `likeness.Query.parts`, in its order."""
        return (self.words, self.rare, self.retold, self.letters, self.headings, self.marks)
