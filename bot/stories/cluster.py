"""Grouping: the articles of all publishers on one event become one story.

In: articles in the order they are seen, and the present. Out: the story an article belongs to, or
a beginning that may follow an earlier one. It refuses to know the store and Telegram, and it asks
no clock. Why it is done so: docs/decisions/0005-stories.md.

Equal links and equal headlines of other publishers first. Then one pass: the few live stories that
share an article's rarest words are compared with it by the cosine of stemmed words weighted by
rarity, the mean over a story's articles and the nearest one mixed (the nearest alone would chain
follow-ups together), with a half-life for stories that have gone quiet. Across languages only what
carries is compared, by a stricter rule (`carried`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from bot.model import Article, ArticleId, Instant, StoryId
from bot.stories.background import Background
from bot.stories.development import begun
from bot.stories.joining import above
from bot.stories.likeness import Query
from bot.stories.merging import merges
from bot.stories.placement import Beginning, Placement
from bot.stories.sketch import Sketch, sketch
from bot.stories.weights import GroupSettings
from bot.stories.window import Window

__all__ = ["Beginning", "GroupSettings", "Grouper", "Placement"]


class Grouper:
    """Live articles of the last 72 h, by story; find and add take well under a millisecond."""

    def __init__(
        self, settings: GroupSettings | None = None, background: Background | None = None
    ) -> None:
        self.settings = settings or GroupSettings()
        self.background = background or Background.shipped()
        self._window = Window(self.background)
        self._grown: set[StoryId] = set()  # since the last look for merges
        self._asked: tuple[Article, Sketch] | None = None  # the last find, for its add

    def __len__(self) -> int:
        return len(self._window.live)

    def find(self, article: Article, now: Instant) -> Placement | Beginning:
        """The story the article belongs to, or that it begins one. Drops what left the window."""
        self._window.expire(now - self.settings.window, self.settings.limit)
        whole = self.sketch(article)
        self._asked = (article, whole)
        asked = self._told(article, whole)
        same = self._duplicate(asked)
        if same is not None:
            return same
        if asked.bulletin:
            return Beginning(carries=asked.carries)
        return self._nearest(article, asked, min(now, asked.time) or now)

    def add(self, article: Article, story: StoryId) -> None:
        """Let an article that was filed under a story be compared with later ones."""
        asked, self._asked = self._asked, None
        self.discard([article.id])
        made = asked[1] if asked and asked[0] is article else self.sketch(article)
        self._window.add(article.id, made, story)
        self._grown.add(story)
        self._window.expire(None, self.settings.limit)

    def discard(self, ids: Iterable[ArticleId]) -> None:
        """Forget articles; unknown ones are no error."""
        self._asked = None
        for article in ids:
            self._window.discard(article)

    def merges(self, now: Instant) -> Sequence[tuple[StoryId, StoryId]]:
        """(keep, gone): stories that have turned out to be one, while an edit can still repair it.

        Only stories that grew since the last call are looked at. Nothing is changed: `merge` is
        for the caller, once the store has done it.
        """
        grown, self._grown = self._grown, set()
        return merges(self._window, grown, self.settings, now)

    def merge(self, keep: StoryId, gone: StoryId) -> None:
        """Count the articles of one story under another; an unknown story is no error."""
        self._window.merge(keep, gone)

    def rebuild(self, filed: Iterable[tuple[Article, StoryId]]) -> None:
        """Begin again from articles as they were filed, in any order."""
        self._window, self._asked = Window(self.background), None
        with _no_collection():
            for article, story in filed:
                self.add(article, story)
        self._grown.clear()  # what was to be mended was offered before

    def sketch(self, article: Article) -> Sketch:
        """What is kept of an article; the same whatever came before it."""
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
        for found in self._window.with_key("link ", asked.link):
            return Placement(live[found][1], 1.0, "same link", asked.carries)
        plain = not asked.bulletin
        for key, value in (("text", asked.opening), ("headline", asked.headline)):
            for found in self._window.with_key(f"{key} ", value if plain else ""):
                known, story = live[found]
                if not asked.publisher or known.publisher != asked.publisher:
                    copied = known.publisher if key == "text" else ""
                    carries = asked.carries or known.carries or copied
                    return Placement(story, 1.0, f"same {key}", carries)
        return None

    def _nearest(self, article: Article, asked: Sketch, time: Instant) -> Placement | Beginning:
        query, chosen = Query(asked, self._window, self.settings), self.settings
        rated = ((above(query, s, time), -s) for s in query.near)
        most, nearest = max(rated, default=(0.0, 0))
        if most <= 0:
            return begun(article, query, self._window, chosen)
        story = StoryId(-nearest)
        shared = query.shared(self._window.told(story, chosen.articles))
        return Placement(story, min(1.0, most + chosen.threshold), shared, asked.carries)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing that a rebuild makes is garbage: looking for some takes a fifth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
