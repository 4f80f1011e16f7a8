"""Grouping: the articles of all publishers on one event become one story.

In: articles in the order they are seen, and the present. Out: the story an article belongs to, or
None for a new one. It refuses to know the store and Telegram, and it asks no clock.

Equal links and equal headlines of other publishers first. Then one pass: the few live stories that
share an article's rarest words are compared with it by the cosine of stemmed words weighted by
rarity, the mean over a story's articles and the nearest one mixed (the nearest alone would chain
follow-ups together), with a half-life for stories that have gone quiet. Across languages only what
carries is compared, by a stricter rule (`carried`).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import Article, ArticleId, Instant, StoryId
from bot.stories.background import Background
from bot.stories.sketch import Sketch, sketch
from bot.stories.window import Window


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Thresholds and weights, fitted on development data by `bench.stories --fit`."""

    threshold: float = 0.31  # likeness from which an article joins a story
    window: int = 72 * 3600  # seconds an article stays comparable
    title_weight: float = 3.0
    nearest: float = 0.65  # share of the nearest article in a likeness; the rest is the mean
    marks: float = 0.2  # what countries, concepts, names and numbers in common add
    shared: int = 3  # terms that must be shared: two words are no event
    size: float = 0.02  # added by the logarithm of a story's articles
    quiet: float = 0.04  # taken away by the logarithm of the hours since its last article
    old: float = 0.03  # taken away by the square of the days
    only: float = 0.07  # taken away when only this publisher has told the story so far
    own: float = 0.02  # the same when others have told it too
    across: float = 0.44  # likeness by marks from which a telling in another language joins
    across_shared: int = 4  # marks that must be shared then
    across_weight: float = 3.0  # of what is above, against what time and publisher take away
    limit: int = 10_000  # live articles; the oldest leave first
    stories: int = 5  # stories that are compared in full
    articles: int = 6  # articles of each, the newest


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs, how surely (0–1), and by what."""

    story: StoryId
    score: float
    why: str


class Grouper:
    """Live articles of the last 72 h, by story; find and add take well under a millisecond."""

    def __init__(
        self, settings: GroupSettings | None = None, background: Background | None = None
    ) -> None:
        self.settings = settings or GroupSettings()
        self._background = background or Background.shipped()
        self._window = Window(self._background)
        self._asked: tuple[Article, Sketch] | None = None  # the last find, for its add

    def __len__(self) -> int:
        return len(self._window.live)

    def find(self, article: Article, now: Instant) -> Placement | None:
        """The story the article belongs to; None: it begins one. Drops what left the window."""
        self._window.expire(now - self.settings.window, self.settings.limit)
        whole = self._sketch(article)
        self._asked = (article, whole)
        asked = self._told(article, whole)
        same = self._duplicate(asked)
        if same is not None or asked.bulletin:
            return same
        return self._nearest(asked, min(now, asked.time) or now)

    def add(self, article: Article, story: StoryId) -> None:
        """Let an article that was filed under a story be compared with later ones."""
        asked, self._asked = self._asked, None
        self.discard([article.id])
        made = asked[1] if asked and asked[0] is article else self._sketch(article)
        self._window.add(article.id, made, story)
        self._window.expire(None, self.settings.limit)

    def discard(self, ids: Iterable[ArticleId]) -> None:
        """Forget articles; unknown ones are no error."""
        self._asked = None
        for article in ids:
            self._window.discard(article)

    def rebuild(self, filed: Iterable[tuple[Article, StoryId]]) -> None:
        """Begin again from articles as they were filed, oldest first."""
        self._window, self._asked = Window(self._background), None
        for article, story in filed:
            self.add(article, story)

    def _sketch(self, article: Article) -> Sketch:
        return sketch(article, article.title, self.settings.title_weight)

    def _told(self, article: Article, whole: Sketch) -> Sketch:
        """The sketch without what its publisher puts on other headlines too ("…: Market Talk")."""
        title = article.title
        for publisher, part in whole.labels:
            if self._window.has_label(publisher, part):
                title = title.replace(part, " ")
        if title == article.title or not title.strip(" :|–—-"):
            return whole
        return sketch(article, title, self.settings.title_weight)

    def _duplicate(self, asked: Sketch) -> Placement | None:
        live = self._window.live
        for article in self._window.with_key("link ", asked.link):
            return Placement(live[article][1], 1.0, "same link")
        for article in self._window.with_key("headline ", "" if asked.bulletin else asked.headline):
            known, story = live[article]
            if known.publisher != asked.publisher:
                return Placement(story, 1.0, "same headline")
        return None

    def _nearest(self, asked: Sketch, time: Instant) -> Placement | None:
        query = _Query(asked, self._window)
        best: StoryId | None = None
        most = 0.0
        for story in self._window.near(asked, self.settings.stories):
            above = self._above(query, story, time)
            if above > most:
                best, most = story, above
        if best is None:
            return None
        score = min(1.0, most + self.settings.threshold)
        return Placement(best, score, self._shared(query, best))

    def _above(self, query: _Query, story: StoryId, time: Instant) -> float:
        """By how much the likeness of an article and a story is above the threshold."""
        chosen, live = self.settings, self._window.live
        members = self._window.members(story, chosen.articles)
        spoken = [m for m in members if live[m][0].language == query.sketch.language]
        if spoken:
            above = self._mixed([query.alike(m, chosen) for m in spoken]) - chosen.threshold
        else:
            across = self._mixed([query.across(m, chosen.across_shared) for m in members])
            above = chosen.across_weight * (across - chosen.across)
        return (
            above - self._distance(query.sketch, story, time) + chosen.size * math.log(len(members))
        )

    def _mixed(self, scores: list[float]) -> float:
        near = self.settings.nearest
        return near * max(scores) + (1.0 - near) * sum(scores) / len(scores)

    def _distance(self, asked: Sketch, story: StoryId, time: Instant) -> float:
        """What time and publisher take away: nothing for a story just told by others."""
        chosen, group = self.settings, self._window.groups[story]
        hours = max(0, time - group.articles[-1][0]) / 3600
        away = chosen.quiet * math.log1p(hours) + chosen.old * (hours / 24) ** 2
        if asked.publisher in group.publishers:
            away += chosen.own if len(group.publishers) > 1 else chosen.only
        return away

    def _shared(self, query: _Query, story: StoryId) -> str:
        """The words that weigh most in what the article shares with the story."""
        live, asked = self._window.live, query.sketch
        told = [live[m][0] for m in self._window.members(story, self.settings.articles)]
        spoken = [m.terms for m in told if m.language == asked.language]
        weights = query.terms if spoken else query.marks
        words = {term for table in spoken or [m.marks for m in told] for term in table}
        weighed = heapq.nlargest(4, ((weights[t], t) for t in words if t in weights))
        return ", ".join(term.lstrip("=@~#") for _, term in weighed)


class _Query:
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


def _dot(weighed: dict[str, float], plain: dict[str, float], shared: set[str]) -> float:
    return math.fsum([weighed[term] * plain[term] for term in shared])  # exact in any order
