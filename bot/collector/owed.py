"""Who is owed an alert for an article: those who want the first report, and those who waited.

In: an article in its story, with the topics it is about, inside a transaction. Out: alerts to be
queued, one a chat. It refuses to know how articles are matched and how alerts are sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Article, ChatId, Instant, Match, NewAlert, Reason, Story, TopicId
from bot.store import Transaction


async def owed(
    tx: Transaction, article: Article, story: Story, matches: Sequence[Match], now: Instant
) -> list[NewAlert]:
    """One alert a chat, however many of its topics match.

    A story that another publisher joins also rings for those who waited for that, whatever words
    the new article uses: the story is about their topic, and the row that says so is its record.
    Nothing else is remembered, so a restart in between changes nothing.
    """
    found = {alert.chat: alert for alert in await _at_once(tx, article, story, matches, now)}
    if story.articles > 1:
        for alert in await tx.topics.patient(
            article.id, article.feed, story.id, story.development, now
        ):
            found.setdefault(alert.chat, alert)
    return list(found.values())


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
