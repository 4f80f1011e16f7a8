"""One story that a chat follows: what follows it rings there, whatever the chat's topics are.

In: a chat and a story. Out: who is told of a development because of that, and what a chat follows
so. A story stands for its whole saga: one follow of it is enough. Part of `stories`; it refuses to
know when a development deserves a ring.

An alert owed for this reason has no topic; the topic `NOBODYS`, which nobody can follow, stands in
its row.
"""

from __future__ import annotations

from bot.model import ChatId, FeedId, Instant, StoryFollow, StoryId, TopicId
from bot.store.engine import Query, Session
from bot.store.rows import story_of

NOBODYS = ""
"""A query that no words make: the topic of alerts that are owed because a story is followed."""


class StoryFollows:
    _session: Session

    _FOLLOW = Query("""
        INSERT INTO story_follow (chat, story, since) VALUES (:chat, :story, :now)
        ON CONFLICT (chat, story) DO NOTHING
    """)
    _UNMUTE = Query("""
        DELETE FROM story_mute WHERE chat = :chat
          AND story IN (SELECT g.other FROM saga_full g WHERE g.story = :story)
    """)

    async def follow(self, chat: ChatId, story: StoryId, now: float) -> None:
        """Tell the chat of what follows; it is no longer muted. Twice changes nothing."""
        await self._session.rows(self._UNMUTE, chat=chat, story=story)
        if await self.followed(chat, story) is None:
            await self._session.rows(self._FOLLOW, chat=chat, story=story, now=int(now))

    _MAY = Query("""
        SELECT 1 AS value
        WHERE EXISTS (SELECT 1 FROM saga_full g JOIN story s ON s.id = g.other
                      WHERE g.story = :story AND s.updated >= :since)
          AND EXISTS (SELECT 1 FROM article a JOIN feed f ON f.id = a.feed
                      WHERE a.story = :story AND (f.public = 1 OR EXISTS (
                          SELECT 1 FROM feed_chat v WHERE v.feed = f.id AND v.chat = :chat)))
    """)

    async def may_follow(self, chat: ChatId, story: StoryId, since: Instant) -> bool:
        """Whether the chat may see the story, and its saga was told of since then."""
        found = await self._session.value(self._MAY, chat=chat, story=story, since=since)
        return found is not None

    _DROP = Query("""
        DELETE FROM story_follow WHERE chat = :chat
          AND story IN (SELECT g.other FROM saga_full g WHERE g.story = :story)
    """)

    async def unfollow(self, chat: ChatId, story: StoryId) -> None:
        """No more of the saga for that reason. `hand_over` sees to what is owed."""
        await self._session.rows(self._DROP, chat=chat, story=story)

    _FOLLOWED = Query("""
        SELECT f.story AS value FROM story_follow f
        WHERE f.chat = :chat AND f.story IN (SELECT g.other FROM saga_full g WHERE g.story = :story)
        ORDER BY f.since LIMIT 1
    """)

    async def followed(self, chat: ChatId, story: StoryId) -> StoryId | None:
        """The story of the same saga that the chat follows; None where there is none."""
        found = await self._session.value(self._FOLLOWED, chat=chat, story=story)
        return None if found is None else StoryId(found)

    _OF_CHAT = Query("""
        SELECT s.*, f.since FROM story_follow f JOIN story_full s ON s.id = f.story
        WHERE f.chat = :chat AND (s.lead_public = 1 OR EXISTS (
            SELECT 1 FROM feed_chat v WHERE v.feed = s.lead_feed AND v.chat = f.chat))
        ORDER BY f.since, f.story
    """)

    async def followed_by(self, chat: ChatId) -> list[StoryFollow]:
        """The stories that the chat follows, in the order in which it began to."""
        rows = await self._session.rows(self._OF_CHAT, chat=chat)
        return [StoryFollow(chat, story_of(row), row["since"]) for row in rows]

    # What stood there when the chat began to follow it is no news to it. The pluses keep SQLite
    # from walking all chats.
    _WATCHERS = Query("""
        SELECT f.chat, f.story
        FROM story d JOIN story q ON q.saga = d.saga AND q.id <> d.id
        JOIN story_follow f ON f.story = q.id AND f.since <= d.first_seen
        JOIN chat c ON c.id = f.chat AND +c.state = 'open'
        WHERE d.id = :story
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = f.chat AND m.story = :story AND m.until > :now)
          AND (EXISTS (SELECT 1 FROM feed x WHERE x.id = :feed AND x.public = 1)
               OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = :feed AND v.chat = f.chat))
        ORDER BY f.chat, f.story
    """)

    async def watchers(
        self, story: StoryId, feed: FeedId, now: float
    ) -> list[tuple[ChatId, StoryId]]:
        """Open chats that follow an earlier story of the saga, may see the feed and muted nothing
        of it, each with that story.
        """
        rows = await self._session.rows(self._WATCHERS, story=story, feed=feed, now=int(now))
        return [(ChatId(row["chat"]), StoryId(row["story"])) for row in rows]

    _ENSURE = Query("""
        INSERT INTO topic (query, since) VALUES (:query, :now) ON CONFLICT (query) DO NOTHING
    """)
    _NOBODYS = Query("SELECT id AS value FROM topic WHERE query = :query")

    async def nobodys(self, now: float) -> TopicId:
        """What stands for a topic where an alert is owed for no topic."""
        await self._session.rows(self._ENSURE, query=NOBODYS, now=int(now))
        return TopicId(await self._session.value(self._NOBODYS, query=NOBODYS))

    # A topic of the chat that the story is about owes it now, where it would have rung by itself.
    _HAND_OVER = Query("""
        UPDATE alert SET topic = (
            SELECT t.topic FROM story_topic t
            JOIN follow w ON w.topic = t.topic AND w.chat = alert.chat
            JOIN story s ON s.id = t.story AND w.rings_at BETWEEN 1 AND s.publishers
            WHERE t.story = alert.story AND coalesce(w.muted_until, 0) <= :now
            ORDER BY w.since, t.topic LIMIT 1)
        WHERE chat = :chat AND state IN ('ready', 'claimed', 'later', 'held', 'folded')
          AND +topic IN (SELECT id FROM topic WHERE query = '')
          AND story IN (SELECT g.other FROM saga_full g WHERE g.story = :story)
          AND EXISTS (
            SELECT 1 FROM story_topic t
            JOIN follow w ON w.topic = t.topic AND w.chat = alert.chat
            JOIN story s ON s.id = t.story AND w.rings_at BETWEEN 1 AND s.publishers
            WHERE t.story = alert.story AND coalesce(w.muted_until, 0) <= :now)
    """)
    _LEFT = Query("""
        SELECT a.story FROM alert a
        WHERE a.chat = :chat AND a.state NOT IN ('sent', 'closed')
          AND +a.topic IN (SELECT id FROM topic WHERE query = '')
          AND a.story IN (SELECT g.other FROM saga_full g WHERE g.story = :story)
    """)

    async def hand_over(self, chat: ChatId, story: StoryId, now: Instant) -> list[StoryId]:
        """After `unfollow`: alerts still owed go to a topic of the chat that wants them too; the
        stories of those that none wants, for `outbox.close_for`.
        """
        await self._session.rows(self._HAND_OVER, chat=chat, story=story, now=now)
        rows = await self._session.rows(self._LEFT, chat=chat, story=story)
        return [StoryId(row["story"]) for row in rows]

    _MOVE = Query("""
        INSERT INTO story_follow (chat, story, since)
        SELECT chat, :keep, since FROM story_follow WHERE story = :gone
        ON CONFLICT (chat, story) DO UPDATE SET since = min(since, excluded.since)
    """)
    _SAGAS = Query("""
        UPDATE story SET saga = coalesce(
            (SELECT k.saga FROM story k WHERE k.id = :keep),
            (SELECT g.saga FROM story g WHERE g.id = :gone), saga)
        WHERE id = :keep OR saga = (SELECT g.saga FROM story g WHERE g.id = :gone)
    """)

    async def join_sagas(self, keep: StoryId, gone: StoryId) -> None:
        """One of two stories is about to go: what it follows, what follows it and who follows it
        are the other's.
        """
        await self._session.rows(self._SAGAS, keep=keep, gone=gone)
        await self._session.rows(self._MOVE, keep=keep, gone=gone)
