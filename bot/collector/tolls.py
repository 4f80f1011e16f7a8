"""A toll of another order rings again, as an answer to the alert of its story.

In: an article in its story, inside a transaction. Out: the story, one development further where a
toll has risen, and who is to be told of that. Whoever has not heard of the story yet hears the new
figure alone. It decides nothing: what is of another order `bot.stories.rising` says.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.model import Article, Count, Instant, Match, NewAlert, Reason, Rise, Story, TopicId
from bot.store import Transaction
from bot.stories.rising import risen

log = logging.getLogger(__name__)

LIVE = 72 * 3600
"""Seconds after which who was told of a story hears nothing more of it."""

_PLAIN = Reason("", "title")


async def raised(
    tx: Transaction,
    article: Article,
    counts: Sequence[Count],
    story: Story,
    matches: Sequence[Match],
    now: Instant,
    *,
    edited: bool = False,
) -> tuple[Story, list[NewAlert]]:
    """What the counts of an article, or of its new words, make of the toll of a story.

    What is owed so far must be queued.
    """
    at = now if edited else article.published
    await tx.tolls.note(article.id, counts, at, first=story.articles == 1 and not edited)
    rises = risen(await tx.tolls.of_story(story.id))
    if not rises:
        return story, []
    return await _developed(tx, story, rises, matches, now)


async def _developed(
    tx: Transaction, story: Story, rises: list[Rise], matches: Sequence[Match], now: Instant
) -> tuple[Story, list[NewAlert]]:
    number = await tx.stories.develop(story.id)
    await tx.tolls.tell(rises, number)
    log.info("a toll of story %s is of another order", story.id)
    (about,) = await tx.articles.many([rises[0].article])
    reasons = {match.topic: match.reason for match in matches}
    readers = await tx.tolls.readers(story.id, about.feed, now - LIVE, now)
    unsent = [(r.unsent, reasons.get(r.topic, _PLAIN)) for r in readers if r.unsent is not None]
    await tx.tolls.move([(alert, why) for alert, why in unsent], about.id, number)
    alerts = [
        NewAlert(r.chat, story.id, number, r.topic, about.id, reasons.get(r.topic, _PLAIN))
        for r in readers
        if r.unsent is None
    ]
    return replace(story, development=number), [
        *await _pursued(tx, story, about, number, now),
        *alerts,
    ]


async def _pursued(
    tx: Transaction, story: Story, about: Article, number: int, now: Instant
) -> list[NewAlert]:
    """For those who follow the story itself, told of it before or not."""
    chats = await tx.tolls.followers(story.id, about.feed, now)
    nobodys = await tx.stories.nobodys(now) if chats else TopicId(0)
    return [NewAlert(chat, story.id, number, nobodys, about.id, _PLAIN) for chat in chats]


async def unaware(tx: Transaction, story: Story, alerts: list[NewAlert]) -> list[NewAlert]:
    """Of a story that developed, a report is news only for who never heard of it: the others were
    told of the development, or did not want to hear more.
    """
    if not story.development or not alerts:
        return alerts
    known = await tx.tolls.told(story.id, [alert.chat for alert in alerts])
    return [alert for alert in alerts if alert.chat not in known]
