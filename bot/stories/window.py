"""The live articles by story: what is compared, and with what a comparison is worth while.

In: sketches, filed under stories. Out: the stories that may be near, their articles, the rarity of
a term. Its state follows from the articles it holds alone, whatever came and left before: after a
restart it decides as if there had been none.
"""

from __future__ import annotations

import heapq
import math
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import neg
from typing import TypeVar

from bot.model import ArticleId, Instant, StoryId
from bot.stories.background import Background
from bot.stories.sketch import Sketch

_REACH = 10  # the rarest terms of an article, by which others are looked up
_MARKS = 6  # the same for what carries across languages
_LONG = 150  # stories under one term from which it finds nothing in particular


@dataclass(slots=True)
class Group:
    """A live story; articles by time, then id."""

    articles: list[tuple[Instant, ArticleId]] = field(default_factory=list)
    publishers: dict[str, int] = field(default_factory=dict)


class Window:
    """Live articles, their stories, and postings from terms to stories."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self.live: dict[ArticleId, tuple[Sketch, StoryId]] = {}
        self.groups: dict[StoryId, Group] = {}
        self._ages: list[tuple[Instant, ArticleId]] = []  # a heap; may hold some that have left
        self._postings: dict[str, dict[StoryId, int]] = {}
        self._live_with: dict[str, int] = {}
        self._lengths: dict[ArticleId, float] = {}
        self._keys: dict[str, dict[ArticleId, None]] = {}  # links, headlines and labels → articles

    def add(self, article: ArticleId, sketch: Sketch, story: StoryId) -> None:
        self.live[article] = (sketch, story)
        heapq.heappush(self._ages, (sketch.time, article))
        group = self.groups.setdefault(story, Group())
        insort(group.articles, (sketch.time, article))
        group.publishers[sketch.publisher] = group.publishers.get(sketch.publisher, 0) + 1
        postings, live_with = self._postings, self._live_with
        for term in _all_terms(sketch):
            column = postings.get(term)
            if column is None:
                postings[term] = {story: 1}
                live_with[term] = 1
            else:
                column[story] = column.get(story, 0) + 1
                live_with[term] += 1
        for key in _keys(sketch):
            self._keys.setdefault(key, {})[article] = None

    def merge(self, keep: StoryId, gone: StoryId) -> None:
        """Give one story the articles of another; an unknown one is no error."""
        if keep == gone or gone not in self.groups:
            return
        for _, article in list(self.groups[gone].articles):
            sketch, _ = self.live[article]
            self.discard(article)
            self.add(article, sketch, keep)

    def discard(self, article: ArticleId) -> None:
        """Forget an article; an unknown one is no error."""
        if article not in self.live:
            return
        sketch, story = self.live.pop(article)
        self._lengths.pop(article, None)
        group = self.groups[story]
        group.articles.remove((sketch.time, article))
        _less(group.publishers, sketch.publisher)
        if not group.articles:
            del self.groups[story]
        for term in _all_terms(sketch):
            column = self._postings[term]
            _less(column, story)
            _less(self._live_with, term)
            if not column:
                del self._postings[term]
        for key in _keys(sketch):
            self._keys[key].pop(article)
            if not self._keys[key]:
                del self._keys[key]

    def expire(self, before: Instant | None, limit: int) -> None:
        """Forget what is older, and the oldest of more than `limit`."""
        while self._ages and (
            len(self.live) > limit or (before is not None and self._ages[0][0] < before)
        ):
            time, article = heapq.heappop(self._ages)
            held = self.live.get(article)
            if held is not None and held[0].time == time:
                self.discard(article)

    def rarity(self, term: str) -> float:
        return self._background.rarity(term, self._live_with.get(term, 0))

    def length(self, article: ArticleId) -> float:
        """Of a live article's vector of marks, as rare as they are at large."""
        found = self._lengths.get(article)
        if found is None:
            sketch, rarity = self.live[article][0], self._background.at_large
            self._lengths[article] = found = _length(sketch.marks, rarity)
        return found

    def with_key(self, kind: str, value: str) -> Iterator[ArticleId]:
        """Live articles of a link or a headline, by their numbers."""
        return iter(sorted(self._keys.get(kind + value, ()))) if value else iter(())

    def has_label(self, publisher: str, part: str) -> bool:
        """Whether a live headline of the publisher has this part."""
        return f"label {publisher}\n{part}" in self._keys

    def near(self, terms: dict[str, float], marks: dict[str, float], most: int) -> list[StoryId]:
        """The stories that share most of the rarest terms and marks, best first."""
        sums: defaultdict[StoryId, float] = defaultdict(float)
        for table, reach in ((terms, _REACH), (marks, _MARKS)):
            known = [(weight, term) for term, weight in table.items() if term in self._postings]
            for weight, term in sorted(known, reverse=True)[:reach]:
                column = self._postings[term]
                if len(column) <= _LONG:
                    square = weight * weight
                    for story in column:
                        sums[story] += square
        best = heapq.nlargest(most, zip(sums.values(), map(neg, sums), strict=True))
        return [StoryId(-story) for _, story in best]

    def members(self, story: StoryId, most: int) -> list[ArticleId]:
        """The newest articles of a story."""
        return [article for _, article in self.groups[story].articles[-most:]]

    def told(self, story: StoryId, most: int) -> list[Sketch]:
        """The newest articles of a story, as grouping sees them."""
        return [self.live[article][0] for article in self.members(story, most)]


def _length(weights: dict[str, float], rarity: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum([(w * rarity[t]) ** 2 for t, w in weights.items()])) or 1.0


def _all_terms(sketch: Sketch) -> Iterable[str]:
    return () if sketch.bulletin else chain(sketch.terms, sketch.marks)


def _keys(sketch: Sketch) -> Iterator[str]:
    if sketch.link:
        yield "link " + sketch.link
    if sketch.headline:
        yield "headline " + sketch.headline
    if sketch.opening:
        yield "text " + sketch.opening
    for publisher, part in dict.fromkeys(sketch.labels):
        yield f"label {publisher}\n{part}"


_Key = TypeVar("_Key")


def _less(counts: dict[_Key, int], key: _Key) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
