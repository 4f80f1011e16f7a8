"""The figures of grouping, in one place; `bench.stories --fit` looks for better ones.

Plain data: it knows nothing of how it is used.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Thresholds and weights, fitted on development data by `bench.stories --fit`."""

    threshold: float = 0.41  # likeness from which an article joins a story
    window: int = 72 * 3600  # seconds an article stays comparable
    title_weight: float = 3.0
    nearest: float = 0.49  # share of the nearest article in a likeness; the rest is the mean
    words: float = 0.9  # what words in common count
    marks: float = 0.2  # what countries, concepts, names and numbers in common add
    letters: float = 0.17  # the same for headlines that are spelt alike
    told: float = 0.27  # the same for how much of the headline the other article tells
    crowd: float = 0.043  # taken off the thresholds by the logarithm of a crowd, over the next
    crowd_size: float = 15.0  # live articles that are near without being a crowd
    crowd_from: float = 0.16  # likeness by rare terms from which an article is near
    shared: int = 3  # terms that must be shared: two words are no event
    size: float = 0.0  # added by the logarithm of a story's articles
    quiet: float = 0.06  # taken away by the logarithm of the hours since its last article
    old: float = 0.04  # taken away by the square of the days
    only: float = 0.175  # taken away when only this publisher has told the story so far
    own: float = 0.056  # the same when others have told it too
    across: float = 0.37  # likeness by marks from which a telling in another language joins
    across_shared: int = 3  # marks that must be shared then
    across_weight: float = 3.0  # of what is above, against what time and publisher take away
    limit: int = 10_000  # live articles; the oldest leave first
    stories: int = 5  # stories that are compared in full
    articles: int = 6  # articles of each, the newest
    related: float = 0.37  # likeness from which a story is the one that is developed
    fresh: int = 5  # new words that are named
    fresh_rarity: float = 6.0  # how rare a word must be to be called new
    merge: float = 0.1  # above the threshold by which all articles of one join the other
    bridge: float = 0.2  # the same for one that has joined the one
    mend: int = 6 * 3600  # seconds in which an edit can still repair a split
