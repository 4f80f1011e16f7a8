"""Who is owed an alert for an article: those who follow the story that it goes on with, those who
want the first report of a topic, and those who waited.

In: an article in its story, with the topics it is about, inside a transaction. Out: alerts to be
queued, one a chat. It refuses to know how articles are matched and how alerts are sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Article, ChatId, Instant, Match, NewAlert, Reason, Story, TopicId
from bot.store import Transaction

_PLAIN = Reason("", "title")  # no words of a topic


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
    """Of the story itself they know; what follows it is news."""
    if story.saga is None:
        return []
    chats = await tx.stories.watchers(story.id, article.feed, now)
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
