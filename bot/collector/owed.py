"""Who is owed an alert for an article: those who follow the story that it goes on with, those who
want the first report of a topic, and those who waited.

In: an article in its story, with the topics it is about, inside a transaction. Out: alerts to be
queued, one a chat. It refuses to know how articles are matched and how alerts are sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.collector.tolls import LIVE, raised, unaware
from bot.model import Article, ChatId, Instant, Match, NewAlert, Reason, Story, StoryId, TopicId
from bot.store import Transaction
from bot.stories.tolls import counted
from bot.stories.touching import touches

_PLAIN = Reason("", "title")  # no words of a topic
_LOOK_AT = 8  # articles of a followed story


@dataclass(frozen=True, slots=True)
class Filed:
    """An article in its story, with the topics it is about."""

    article: Article
    story: Story
    matches: Sequence[Match]
    comment: bool = False  # it explains what rang already, or has an opinion of it: no ring


async def queue(
    tx: Transaction, news: Sequence[Filed], edited: Sequence[Article], now: Instant
) -> int:
    """Owe what is news, and what a feed has changed into news; the number of new alerts."""
    owing = _Owing(tx, now)
    for filed in news:
        await owing.add(filed)
    for article in edited:
        await owing.change(article)
    await owing.flush()
    return owing.queued


class _Owing:
    """Alerts on their way into the outbox, in few statements."""

    def __init__(self, tx: Transaction, now: Instant) -> None:
        self.queued = 0
        self._tx = tx
        self._now = now
        self._alerts: list[NewAlert] = []
        self._further: dict[StoryId, int] = {}  # stories that developed meanwhile

    async def add(self, filed: Filed) -> None:
        article, story = filed.article, filed.story
        story = replace(story, development=self._further.get(story.id, story.development))
        if counts := counted(article):
            await self.flush()
            story, new = await raised(self._tx, article, counts, story, filed.matches, self._now)
            self._further[story.id] = story.development
            self._alerts += new
        alerts = await owed(self._tx, article, story, filed.matches, self._now)
        self._alerts += await unaware(self._tx, story, alerts)

    async def change(self, article: Article) -> None:
        """Only a toll makes news of an article that was known."""
        counts = counted(article) if article.first_seen > self._now - LIVE else ()
        story = await self._tx.stories.get(article.story) if counts and article.story else None
        if story is not None:
            await self.flush()
            _, new = await raised(self._tx, article, counts, story, (), self._now, edited=True)
            self._alerts += new

    async def flush(self) -> None:
        if self._alerts:
            self.queued += await self._tx.outbox.queue(self._alerts, self._now)
        self._alerts = []


async def owed(
    tx: Transaction, article: Article, story: Story, matches: Sequence[Match], now: Instant
) -> list[NewAlert]:
    """One alert a chat, however many of its topics match. Who follows the story is told for that
    reason: it is the narrower wish, and goes on when a topic is unfollowed.

    A story that another publisher joins also rings for those who waited for that, whatever words
    the new article uses: the story is about their topic, and the row that says so is its record.
    Nothing else is remembered, so a restart in between changes nothing.
    """
    found = {alert.chat: alert for alert in await _watching(tx, article, story, now)}
    for alert in await _at_once(tx, article, story, matches, now):
        found.setdefault(alert.chat, alert)
    if story.articles > 1:
        for alert in await tx.topics.patient(
            article.id, article.feed, story.id, story.development, now
        ):
            found.setdefault(alert.chat, alert)
    return list(found.values())


async def _watching(
    tx: Transaction, article: Article, story: Story, now: Instant
) -> list[NewAlert]:
    """What follows their story is news to them, as far as it still has to do with it."""
    if story.saga is None:
        return []
    watchers = await tx.stories.watchers(story.id, article.feed, now)
    near = {
        followed
        for followed in {followed for _, followed in watchers}
        if touches(article, (await tx.articles.of_story(followed))[:_LOOK_AT])
    }
    chats = [chat for chat, followed in watchers if followed in near]
    nobodys = await tx.stories.nobodys(now) if chats else TopicId(0)
    told = (story.id, story.development, nobodys, article.id, _PLAIN)
    return [NewAlert(chat, *told) for chat in chats]


async def _at_once(
    tx: Transaction, article: Article, story: Story, matches: Sequence[Match], now: Instant
) -> list[NewAlert]:
    if not matches:
        return []
    reasons: dict[TopicId, Reason] = {match.topic: match.reason for match in matches}
    alerts: dict[ChatId, NewAlert] = {}
    for topic, chat in await tx.topics.followers(list(reasons), article.feed, story.id, now):
        why = reasons[topic]
        alerts.setdefault(chat, NewAlert(chat, story.id, story.development, topic, article.id, why))
    return list(alerts.values())
