"""Grouping: the articles of all publishers on one event become one story.

In: articles in the order they are seen, and the present. Out: the story an article belongs to, or
None for a new one. It refuses to know the store and Telegram, and it asks no clock.

Equal links and equal headlines of other publishers first. Then one pass over TF-IDF vectors of
stemmed words, title weighted, compared with each live story by average link (the mean cosine to its
articles: a nearest neighbour alone would chain follow-ups together), with a half-life for stories
that have gone quiet. Word frequencies come from a shipped background and from what
the grouper sees itself.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.model import Article, ArticleId, Instant, StoryId
from bot.stories.background import Background
from bot.stories.terms import headline_key, terms


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Thresholds and weights, fitted on development data by `bench.stories --fit`."""

    threshold: float = 0.28  # decayed similarity from which an article joins a story
    half_life: float = 24 * 3600  # seconds in which a quiet story's pull halves
    window: int = 72 * 3600  # seconds an article stays comparable
    title_weight: float = 2.0
    same_publisher: float = 0.7  # factor when only this publisher has told the story so far
    enough: float = 3.0  # shared terms from which a likeness counts in full
    limit: int = 10_000  # live articles; the oldest leave first


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs, how surely (0–1), and by what."""

    story: StoryId
    score: float
    why: str


@dataclass(slots=True)
class _Live:
    """An article in the window."""

    story: StoryId
    time: Instant
    publisher: str
    vector: dict[str, float]
    link: str
    headline: str
    labels: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Group:
    """A live story: the sum of its articles' vectors lives in the postings."""

    size: int
    last: Instant
    publishers: dict[str, int]


class Grouper:
    """Live articles of the last 72 h, by story; find and add take well under a millisecond."""

    def __init__(
        self, settings: GroupSettings | None = None, background: Background | None = None
    ) -> None:
        self.settings = settings or GroupSettings()
        self._background = background or Background.shipped()
        self._live: OrderedDict[ArticleId, _Live] = OrderedDict()
        self._groups: dict[StoryId, _Group] = {}
        self._postings: dict[str, dict[StoryId, float]] = {}
        self._links: dict[str, ArticleId] = {}
        self._headlines: dict[str, deque[ArticleId]] = {}
        self._asked: tuple[Article, dict[str, float]] | None = None  # the last find, for its add
        self._labels: dict[tuple[str, str], int] = {}  # (publisher, part of a headline) → articles

    def __len__(self) -> int:
        return len(self._live)

    def find(self, article: Article, now: Instant) -> Placement | None:
        """The story the article belongs to; None: it begins one. Drops what left the window."""
        self._forget_before(now - self.settings.window)
        same = self._duplicate(article)
        if same is not None:
            return same
        vector = self._vector(article)
        self._asked = (article, vector)
        return self._nearest(article, vector, min(now, article.published) or now)

    def add(self, article: Article, story: StoryId) -> None:
        """Let an article that was filed under a story be compared with later ones."""
        if article.id in self._live:
            self.discard([article.id])
        asked, self._asked = self._asked, None
        vector = asked[1] if asked and asked[0] is article else self._vector(article)
        self._background.learn(vector)
        live = _Live(
            story,
            article.published,
            article.publisher,
            vector,
            _link(article.link),
            headline_key(article.title),
            _labels(article),
        )
        self._live[article.id] = live
        self._enter(article.id, live)
        while len(self._live) > self.settings.limit:
            self.discard([next(iter(self._live))])

    def discard(self, ids: Iterable[ArticleId]) -> None:
        """Forget articles; unknown ones are no error."""
        for article in ids:
            live = self._live.pop(article, None)
            if live is not None:
                self._leave(article, live)

    def rebuild(self, filed: Iterable[tuple[Article, StoryId]]) -> None:
        """Begin again from articles as they were filed, oldest first."""
        for table in (
            self._live,
            self._groups,
            self._postings,
            self._links,
            self._headlines,
            self._labels,
        ):
            table.clear()
        for article, story in filed:
            self.add(article, story)

    def _enter(self, article: ArticleId, live: _Live) -> None:
        group = self._groups.setdefault(live.story, _Group(0, live.time, {}))
        group.size += 1
        group.last = max(group.last, live.time)
        group.publishers[live.publisher] = group.publishers.get(live.publisher, 0) + 1
        for term, weight in live.vector.items():
            column = self._postings.setdefault(term, {})
            column[live.story] = column.get(live.story, 0.0) + weight
        for label in live.labels:
            self._labels[label] = self._labels.get(label, 0) + 1
        if live.link:
            self._links[live.link] = article
        if live.headline:
            self._headlines.setdefault(live.headline, deque(maxlen=8)).append(article)

    def _leave(self, article: ArticleId, live: _Live) -> None:
        group = self._groups[live.story]
        group.size -= 1
        for term, weight in live.vector.items():
            self._lighten(term, live.story, weight, gone=not group.size)
        count = group.publishers.get(live.publisher, 0) - 1
        if count > 0:
            group.publishers[live.publisher] = count
        else:
            group.publishers.pop(live.publisher, None)
        if not group.size:
            del self._groups[live.story]
        self._unlabel(live)
        if self._links.get(live.link) == article:
            del self._links[live.link]
        same = self._headlines.get(live.headline)
        if same and article in same:
            same.remove(article)
        if not same:
            self._headlines.pop(live.headline, None)

    def _unlabel(self, live: _Live) -> None:
        for label in live.labels:
            self._labels[label] -= 1
            if not self._labels[label]:
                del self._labels[label]

    def _lighten(self, term: str, story: StoryId, weight: float, *, gone: bool) -> None:
        column = self._postings.get(term)
        if column is None or story not in column:
            return
        column[story] -= weight
        if gone or column[story] < 1e-9:
            del column[story]
            if not column:
                del self._postings[term]

    def _forget_before(self, oldest: Instant) -> None:
        gone = []
        for article, live in self._live.items():
            if live.time >= oldest:
                break
            gone.append(article)
        self.discard(gone)

    def _duplicate(self, article: Article) -> Placement | None:
        known = self._live.get(self._links.get(_link(article.link), ArticleId(-1)))
        if known is not None:
            return Placement(known.story, 1.0, "same link")
        for other in self._headlines.get(headline_key(article.title), ()):
            live = self._live[other]
            if live.publisher != article.publisher:
                return Placement(live.story, 1.0, "same headline")
        return None

    def _vector(self, article: Article) -> dict[str, float]:
        """Unit-length TF-IDF."""
        counts: dict[str, float] = {}
        for term in terms(self._title(article), article.language):
            counts[term] = counts.get(term, 0.0) + self.settings.title_weight
        for term in terms(article.summary[:600] or article.text[:600], article.language):
            counts[term] = counts.get(term, 0.0) + 1.0
        weights = {
            term: (1.0 + math.log(count)) * self._background.rarity(term)
            for term, count in counts.items()
        }
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def _title(self, article: Article) -> str:
        """The headline without what its publisher puts on others too ("…: Market Talk")."""
        title = article.title
        for label in _labels(article):
            if self._labels.get(label, 0):
                title = title.replace(label[1], " ")
        return title if title.strip(" :|–—-") else article.title

    def _nearest(
        self, article: Article, vector: dict[str, float], time: Instant
    ) -> Placement | None:
        sums: dict[StoryId, float] = {}
        shared: dict[StoryId, int] = {}
        for term, weight in vector.items():
            for story, total in self._postings.get(term, {}).items():
                sums[story] = sums.get(story, 0.0) + weight * total
                shared[story] = shared.get(story, 0) + 1
        best, most = None, self.settings.threshold
        for story, total in sums.items():
            group = self._groups[story]
            score = total / group.size
            if score < most or shared[story] < 3:  # two words are no event
                continue
            score *= self._pull(group, article, time)
            score *= min(1.0, shared[story] / self.settings.enough)
            if score >= most:
                best, most = story, score
        return None if best is None else Placement(best, min(most, 1.0), self._shared(vector, best))

    def _pull(self, group: _Group, article: Article, time: Instant) -> float:
        """The factor of time and publisher: 1 for a story just told by others."""
        quiet = max(0, time - group.last)
        factor: float = 0.5 ** (quiet / self.settings.half_life)
        if len(group.publishers) == 1 and article.publisher in group.publishers:
            factor *= self.settings.same_publisher
        return factor

    def _shared(self, vector: dict[str, float], story: StoryId) -> str:
        """The words that weigh most in what the article shares with the story."""
        weighed = [
            (weight * self._postings.get(term, {}).get(story, 0.0), term)
            for term, weight in vector.items()
        ]
        return ", ".join(term for weight, term in sorted(weighed, reverse=True)[:4] if weight)


_PARTS = re.compile(r"\s*[:|–—]\s+|\s+[-|]\s+")


def _labels(article: Article) -> tuple[tuple[str, str], ...]:
    """The parts of a headline of several parts, with their publisher."""
    parts = _PARTS.split(article.title)
    return tuple((article.publisher, part) for part in parts if part) if len(parts) > 1 else ()


_TRACKING = re.compile(r"(?:^|&)(?:utm_[^&=]*|fbclid|gclid|at_[^&=]*|ref|cmpid|ns_[^&=]*)=[^&]*")


def _link(link: str) -> str:
    """A link without what differs between copies of it: scheme, www, tracking, fragment."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    host = (parts.netloc or "").lower().removeprefix("www.")
    path = parts.path.rstrip("/")
    query = _TRACKING.sub("", parts.query).strip("&")
    if not host or not (path or query):
        return ""
    return f"{host}{path}?{query}" if query else f"{host}{path}"
