"""The sentence or two under a headline, made from what the feeds themselves say.

In: an alert. Out: a `Summary`, made once per state of a story, however many chats it goes to. No
page is fetched for it: an alert must not wait for anybody. Feeds that only some chats may see give
no sentence to others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from bot.model import Alert, Article, ArticleId, Clock, FeedId, Sentence, Source, StoryId, Summary
from bot.store import Store
from bot.stories.summary import summarise

SENTENCES = 2
UNITS = 360
_KEPT = 256
_FEEDS_SECONDS = 60  # how long the list of public feeds is believed
_MOST_SOURCES = 8

_Key = tuple[StoryId, ArticleId, int]


class Teasers:
    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now
        self._made: OrderedDict[_Key, Summary] = OrderedDict()
        self._public: frozenset[FeedId] = frozenset()
        self._public_until = float("-inf")

    async def of(self, alert: Alert) -> Summary:
        """For this alert's article and what others tell of it in the same language."""
        key = (alert.story.id, alert.article.id, alert.story.articles)
        if key not in self._made:
            self._made[key] = _teaser(alert.article, await self._sources(alert))
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]

    async def _sources(self, alert: Alert) -> list[Article]:
        """The alert's own article first."""
        mine = alert.article
        if alert.story.articles < 2:
            return [mine]
        public = await self._public_feeds()
        told = await self._store.articles.of_story(alert.story.id)
        others = [
            article
            for article in told
            if article.id != mine.id
            and article.feed in public
            and article.language == mine.language
        ]
        return [mine, *others[: _MOST_SOURCES - 1]]

    async def _public_feeds(self) -> frozenset[FeedId]:
        if self._now() >= self._public_until:
            self._public = frozenset(feed.id for feed in await self._store.feeds.visible(None))
            self._public_until = self._now() + _FEEDS_SECONDS
        return self._public


def _teaser(mine: Article, told: Sequence[Article]) -> Summary:
    sources = [_source(article) for article in told]
    made = summarise(
        sources, title=mine.title, sentences=SENTENCES, limit=UNITS, same_day=False
    )  # the alert's own line says that day
    if made.sentences:
        return made
    own = mine.summary.strip()
    return Summary((Sentence(own, mine.publisher),) if own else (), kind="teaser")


def _source(article: Article) -> Source:
    return Source(
        publisher=article.publisher,
        text=article.summary or article.text,
        published=article.published,
        title=article.title,
        language=article.language,
    )
