"""What following a topic would have brought lately.

In: a query and the articles that a chat may see. Out: a `Preview`, with the stories that matched.
It stores nothing, and it lets others have their turn while it looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Article, ArticleId, ChatId, Instant, Reason, Story, StoryId
from bot.store import Store
from bot.topics.match import Percolator
from bot.topics.query import Query
from bot.visible import told_by

DAY = 86400
PREVIEW_DAYS = 7
EXAMPLES = 3
_BREATH = 100  # articles looked at before others get their turn; about 5 ms
_MOST = 3000  # articles looked at, the newest


@dataclass(frozen=True, slots=True)
class Preview:
    """Stories by number; `days` is how far back the articles go, 1 to 7."""

    query: Query
    label: str
    stories: int
    per_day: float
    examples: tuple[Story, ...] = ()  # the latest, newest first
    days: int = PREVIEW_DAYS


@dataclass(frozen=True, slots=True)
class Found:
    """A preview, and each matching story with its newest matching article and the reason."""

    preview: Preview
    matches: tuple[tuple[StoryId, tuple[Article, Reason]], ...]


async def look_back(
    store: Store, percolator: Percolator, query: Query, chat: ChatId | None, now: Instant
) -> Found:
    """Look through the articles of the last seven days that the chat may see.

    Where there are more than 3,000 the newest count, and `days` says how far back they go.
    """
    since = now - PREVIEW_DAYS * DAY
    recent = await store.articles.recent(since=since, viewer=chat, limit=_MOST)
    matches = await _matches(percolator, query, recent)
    days = _days(recent, now)
    examples = await _examples(store, matches, {article.id for article in recent})
    preview = Preview(query, query.label, len(matches), len(matches) / days, examples, days)
    return Found(preview, tuple(matches.items()))


async def _matches(
    percolator: Percolator, query: Query, recent: Sequence[Article]
) -> dict[StoryId, tuple[Article, Reason]]:
    """By story; of its articles the newest that matches."""
    found: dict[StoryId, tuple[Article, Reason]] = {}
    explain = percolator.searcher(query)
    for count, article in enumerate(recent, 1):
        if count % _BREATH == 0:
            await asyncio.sleep(0)
        if article.story is None or article.story in found:
            continue
        reason = explain(article)
        if reason is not None:
            found[article.story] = (article, reason)
    return found


async def _examples(
    store: Store, matches: dict[StoryId, tuple[Article, Reason]], visible: set[ArticleId]
) -> tuple[Story, ...]:
    """The latest stories, told by an article that this chat may see."""
    latest = sorted(matches, key=lambda story: matches[story][0].published, reverse=True)
    stories = {story.id: story for story in await store.stories.many(latest[:EXAMPLES])}
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
