"""What following a topic would have brought lately.

In: a query and the articles that a chat may see. Out: a `Preview`, with the stories that matched.
It stores nothing, and it lets others have their turn while it looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model import Article, ArticleId, ChatId, Instant, Reason, Story, StoryId
from bot.store import Store
from bot.topics.match import Percolator
from bot.topics.query import Query
from bot.visible import told_by

DAY = 86400
PREVIEW_DAYS = 7
EXAMPLES = 5
_BREATH = 100  # articles looked at before others get their turn; about 5 ms
_MOST = 3000  # articles looked at, the newest
_SPREAD = 3  # publishers that a reader may wait for


@dataclass(frozen=True, slots=True)
class Preview:
    """Stories by number; `days` is how far back the articles go, 1 to 7."""

    query: Query
    label: str
    stories: int
    per_day: float
    examples: tuple[Story, ...] = ()  # the latest, newest first
    days: int = PREVIEW_DAYS
    spread: tuple[int, ...] = ()  # stories that at least one, two, three publishers tell

    def ringing(self, publishers: int) -> int:
        """How many stories so many publishers tell; 0 stands for none at all."""
        if publishers <= 1:
            return self.stories
        return self.spread[min(publishers, _SPREAD) - 1] if self.spread else 0


@dataclass(frozen=True, slots=True)
class Found:
    """A preview, each matching story with its newest matching article and the reason, and all
    matching articles, newest first.
    """

    preview: Preview
    matches: tuple[tuple[StoryId, tuple[Article, Reason]], ...]
    articles: tuple[Article, ...] = ()

    def about(self, story: StoryId | None) -> bool:
        return any(known == story for known, _ in self.matches)


@dataclass(slots=True)
class _Find:
    """All articles that match; and by story the newest of them."""

    articles: list[Article] = field(default_factory=list)
    stories: dict[StoryId, tuple[Article, Reason]] = field(default_factory=dict)


class LookBack:
    """The articles of the last seven days that a chat may see, to be looked through again and
    again.

    Where there are more than 3,000 the newest count, and previews say how far back they go.
    """

    def __init__(
        self, store: Store, percolator: Percolator, recent: Sequence[Article], now: Instant
    ) -> None:
        self._store = store
        self._percolator = percolator
        self._recent = recent
        self._now = now

    async def find(self, query: Query, among: Sequence[Article] | None = None) -> Found:
        """What a query finds; `among` for one that can only find some of what another found."""
        (found,) = await self.find_all([query], among)
        return found

    async def find_all(
        self, queries: Sequence[Query], among: Sequence[Article] | None = None
    ) -> list[Found]:
        """What each of several queries finds, in one reading of the articles."""
        looked = self._recent if among is None else among
        finds = await _matches(self._percolator, queries, looked)
        wanted = sorted({story for find in finds for story in find.stories})
        stories = {story.id: story for story in await self._store.stories.many(wanted)}
        return [self._found(q, f, stories) for q, f in zip(queries, finds, strict=True)]

    def _found(self, query: Query, find: _Find, stories: dict[StoryId, Story]) -> Found:
        days, count = _days(self._recent, self._now), len(find.stories)
        publishers = [stories[story].publishers for story in find.stories if story in stories]
        spread = tuple(sum(p >= least for p in publishers) for least in range(1, _SPREAD + 1))
        examples = _examples(stories, find.stories, {article.id for article in self._recent})
        preview = Preview(query, query.label, count, count / days, examples, days, spread)
        return Found(preview, tuple(find.stories.items()), tuple(find.articles))


async def look_back(
    store: Store, percolator: Percolator, chat: ChatId | None, now: Instant
) -> LookBack:
    """Fetch the articles of the last seven days that the chat may see."""
    since = now - PREVIEW_DAYS * DAY
    recent = await store.articles.recent(since=since, viewer=chat, limit=_MOST)
    return LookBack(store, percolator, recent, now)


async def _matches(
    percolator: Percolator, queries: Sequence[Query], articles: Sequence[Article]
) -> list[_Find]:
    finds = [_Find() for _ in queries]
    explain = percolator.finder(queries)
    for count, article in enumerate(articles, 1):
        if count % _BREATH == 0:
            await asyncio.sleep(0)
        if article.story is None:
            continue
        for number, reason in explain(article).items():
            finds[number].articles.append(article)
            finds[number].stories.setdefault(article.story, (article, reason))
    return finds


def _examples(
    stories: dict[StoryId, Story],
    matches: dict[StoryId, tuple[Article, Reason]],
    visible: set[ArticleId],
) -> tuple[Story, ...]:
    """The latest stories, told by an article that this chat may see."""
    latest = sorted(matches, key=lambda story: matches[story][0].published, reverse=True)
    return tuple(
        stories[story]
        if stories[story].lead in visible
        else told_by(stories[story], matches[story][0])
        for story in latest[:EXAMPLES]
        if story in stories
    )


def _days(recent: Sequence[Article], now: Instant) -> int:
    """How many days the articles span, 1 to 7: a young archive must not look like a quiet topic."""
    oldest = min((article.published for article in recent), default=now)
    return min(PREVIEW_DAYS, max(1, -(-(now - oldest) // DAY)))
