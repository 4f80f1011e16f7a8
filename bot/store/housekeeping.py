"""What is thrown away when, and the store in numbers.

In: a clock and days to keep. Out: how many rows went. Work is cut into small transactions, so that
nobody waits for it. A story that somebody was told of stays as long as the alert does: its buttons
go on working.
"""

from __future__ import annotations

import asyncio

from bot.model import OutboxStats, Totals
from bot.store.engine import Engine, Query, Session, packed
from bot.store.living import GROWS
from bot.store.retold import KEPT_DAYS

DAY = 86_400
BATCH = 200
SILENT = 3 * DAY  # seconds without an article after which a saga has ended
ENTRY_DAYS = 60  # an identity is forgotten so long after its feed dropped it


class Housekeeping:
    _ALERTS = Query("""
        DELETE FROM alert WHERE id IN (
            SELECT id FROM alert WHERE ended IS NOT NULL AND ended < :before LIMIT :batch)
        RETURNING id
    """)
    _OLD_STORIES = Query("""
        SELECT s.id FROM story s
        WHERE s.updated < :before AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.story = s.id)
        ORDER BY s.updated LIMIT :batch
    """)
    _THEIR_ARTICLES = Query("DELETE FROM article WHERE story IN @ids(stories) RETURNING id")
    _STORIES = Query("DELETE FROM story WHERE id IN @ids(stories) RETURNING id")
    _LOOSE = Query("""
        DELETE FROM article WHERE id IN (
            SELECT a.id FROM article a
            WHERE a.story IS NULL AND a.first_seen < :before
              AND NOT EXISTS (SELECT 1 FROM alert x WHERE x.article = a.id)
            LIMIT :batch)
        RETURNING id
    """)
    # What the latest documents of a feed still show is kept for ever: see `entry` in the schema.
    _ENTRIES = Query("""
        WITH newest AS (SELECT feed, max(seen) AS seen FROM entry GROUP BY feed)
        DELETE FROM entry WHERE (feed, key) IN (
            SELECT e.feed, e.key FROM entry e JOIN newest n ON n.feed = e.feed
            WHERE e.article IS NULL AND e.seen < :before AND e.seen < n.seen - :slack
            LIMIT :batch)
        RETURNING feed
    """)
    _MUTES = Query("DELETE FROM story_mute WHERE until < :now RETURNING story")
    _STALE_EDITS = Query("""
        UPDATE alert SET edit_due = NULL WHERE edit_due IS NOT NULL AND ended < :before
    """)
    _STALE_BETTER = Query("""
        UPDATE alert SET better_due = NULL WHERE better_due IS NOT NULL AND ended < :before
    """)
    _TOPICS = Query("""
        DELETE FROM topic WHERE since < :before
          AND NOT EXISTS (SELECT 1 FROM follow w WHERE w.topic = topic.id)
          AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.topic = topic.id)
          AND NOT EXISTS (SELECT 1 FROM follow_past p WHERE p.topic = topic.id)
        RETURNING id
    """)
    # Grouping compares no article with older ones: nothing can follow such a story any more.
    _SILENT = Query("""
        DELETE FROM story_follow WHERE since < :before AND NOT EXISTS (
            SELECT 1 FROM saga_full g JOIN story s ON s.id = g.other
            WHERE g.story = story_follow.story AND s.updated >= :before)
        RETURNING story
    """)
    _PAST = Query("DELETE FROM follow_past WHERE ended < :before RETURNING topic")
    _RETOLD = Query("DELETE FROM retold WHERE made < :before RETURNING key")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def prune(self, now: int, *, articles_days: int, alerts_days: int) -> int:
        """Delete what is older than that; returns the rows that went."""
        articles, alerts = now - articles_days * DAY, now - alerts_days * DAY
        gone = await self._drain(self._ALERTS, before=alerts)
        gone += await self._old_stories(articles)
        gone += await self._drain(self._LOOSE, before=articles)
        gone += await self._drain(
            self._ENTRIES, before=now - ENTRY_DAYS * DAY, slack=10 * DAY, size=5_000
        )
        async with self._engine.transaction() as session:
            gone += len(await session.rows(self._MUTES, now=now))
            gone += len(await session.rows(self._SILENT, before=now - SILENT))
            gone += len(await session.rows(self._PAST, before=articles))
            gone += len(await session.rows(self._RETOLD, before=now - KEPT_DAYS * DAY))
            gone += len(await session.rows(self._TOPICS, before=alerts))
            await session.rows(self._STALE_EDITS, before=now - GROWS)
            await session.rows(self._STALE_BETTER, before=now - GROWS)
        return gone

    async def _drain(self, query: Query, size: int = BATCH, **params: int) -> int:
        total = 0
        while True:
            async with self._engine.transaction() as session:
                gone = len(await session.rows(query, batch=size, **params))
            total += gone
            if gone < size:
                return total
            await asyncio.sleep(0)

    async def _old_stories(self, before: int) -> int:
        total = 0
        while True:
            async with self._engine.transaction() as session:
                old = await session.rows(self._OLD_STORIES, before=before, batch=BATCH // 2)
                ids = packed(row["id"] for row in old)
                total += len(await session.rows(self._THEIR_ARTICLES, stories=ids))
                total += len(await session.rows(self._STORIES, stories=ids))
            if len(old) < BATCH // 2:
                return total
            await asyncio.sleep(0)

    _TOTALS = Query("""
        SELECT
            (SELECT count(DISTINCT telegram) FROM chat) AS chats,
            (SELECT count(DISTINCT telegram) FROM chat WHERE state = 'open') AS open_chats,
            (SELECT count(*) FROM follow) AS follows,
            (SELECT count(DISTINCT topic) FROM follow) AS topics,
            (SELECT count(*) FROM feed) AS feeds,
            (SELECT count(*) FROM feed WHERE failures > 0 OR state = 'dead') AS failing,
            (SELECT count(*) FROM article) AS articles,
            (SELECT count(*) FROM story) AS stories
    """)

    async def totals(self, session: Session, outbox: OutboxStats) -> Totals:
        row = await session.sole(self._TOTALS)
        return Totals(
            chats=row["chats"],
            open_chats=row["open_chats"],
            follows=row["follows"],
            topics=row["topics"],
            feeds=row["feeds"],
            failing_feeds=row["failing"],
            articles=row["articles"],
            stories=row["stories"],
            outbox=outbox,
        )

    _WORDS = Query("@words_check()")

    async def words_fit(self) -> None:
        """Raises StoreError when the full text index and the articles disagree."""
        async with self._engine.transaction() as session:
            await session.rows(self._WORDS)
