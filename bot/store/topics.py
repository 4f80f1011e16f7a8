"""Topics: what is followed, by whom, and who is to be told.

In: canonical queries and chats' choices. Out: `Topic`s, `Follow`s, and pairs of topic and chat. It
refuses to know what a query means.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import ChatId, FeedId, Follow, Instant, StoryId, Topic, TopicId
from bot.store.choosing import Choosing
from bot.store.engine import Query, packed
from bot.store.rows import follow_of, topic_of


class Topics(Choosing):
    _ENSURE = Query("""
        INSERT INTO topic (query, since) VALUES (:query, :now) ON CONFLICT (query) DO NOTHING
    """)
    _BY_QUERY = Query("SELECT id FROM topic WHERE query = :query")

    async def ensure(self, query: str, now: float) -> TopicId:
        """The topic of a canonical query; made when nobody asked for it yet."""
        await self._session.rows(self._ENSURE, query=query, now=int(now))
        return TopicId(await self._session.value(self._BY_QUERY, "id", query=query))

    _GET = Query("SELECT * FROM topic WHERE id = :id")

    async def get(self, topic: TopicId) -> Topic | None:
        row = await self._session.one(self._GET, id=topic)
        return None if row is None else topic_of(row)

    _ALL = Query("""
        SELECT * FROM topic t WHERE EXISTS (SELECT 1 FROM follow f WHERE f.topic = t.id)
        ORDER BY t.id
    """)

    async def all(self) -> list[Topic]:
        """Those that at least one chat follows."""
        return [topic_of(row) for row in await self._session.rows(self._ALL)]

    _FOLLOW = Query("""
        INSERT INTO follow (chat, topic, label, since) VALUES (:chat, :topic, :label, :now)
        ON CONFLICT (chat, topic) DO NOTHING
        RETURNING topic
    """)

    async def follow(
        self, chat: ChatId, topic: TopicId, label: str, now: float
    ) -> tuple[Follow, bool]:
        """The chat's follow, and whether it is new; an old one keeps its label and its mute."""
        made = await self._session.one(
            self._FOLLOW, chat=chat, topic=topic, label=label, now=int(now)
        )
        row = await self._session.sole(self._FIND, chat=chat, topic=topic)
        return follow_of(row), made is not None

    _UNFOLLOW = Query("DELETE FROM follow WHERE chat = :chat AND topic = :topic RETURNING topic")

    async def unfollow(self, chat: ChatId, topic: TopicId) -> bool:
        """False where the chat did not follow it. `outbox.close_for` calls off what is owed."""
        return await self._session.one(self._UNFOLLOW, chat=chat, topic=topic) is not None

    _OF_CHAT = Query("SELECT * FROM follow_full WHERE chat = :chat ORDER BY since, topic")

    async def of_chat(self, chat: ChatId) -> list[Follow]:
        """In the order in which they were followed."""
        return [follow_of(row) for row in await self._session.rows(self._OF_CHAT, chat=chat)]

    _FIND = Query("SELECT * FROM follow_full WHERE chat = :chat AND topic = :topic")

    async def find(self, chat: ChatId, topic: TopicId) -> Follow | None:
        row = await self._session.one(self._FIND, chat=chat, topic=topic)
        return None if row is None else follow_of(row)

    _MUTE = Query("""
        UPDATE follow SET muted_until = :until WHERE chat = :chat AND topic = :topic
        RETURNING topic
    """)

    async def mute(self, chat: ChatId, topic: TopicId, until: Instant | None) -> bool:
        """No ring for this topic until then; None ends the mute. False where it isn't followed."""
        row = await self._session.one(self._MUTE, chat=chat, topic=topic, until=until)
        return row is not None

    _FOLLOWERS = Query("""
        SELECT w.topic, w.chat
        FROM follow w JOIN chat c ON c.id = w.chat
        WHERE w.topic IN @ids(topics)
          AND c.state = 'open' AND w.rings_at = 1
          AND (w.muted_until IS NULL OR w.muted_until <= :now)
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = w.chat AND m.story = :story AND m.until > :now)
          AND (EXISTS (SELECT 1 FROM feed f WHERE f.id = :feed AND f.public = 1)
               OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = :feed AND v.chat = w.chat))
        ORDER BY w.chat, w.since, w.topic
    """)

    async def followers(
        self, topics: Sequence[TopicId], feed: FeedId, story: StoryId, now: float
    ) -> list[tuple[TopicId, ChatId]]:
        """Who is to be told at once: open chats that may see the feed and muted neither topic nor
        story. Those who want to hear of several publishers first are `patient`.

        A chat's topics come in the order in which it followed them.
        """
        rows = await self._session.rows(
            self._FOLLOWERS, topics=packed(topics), feed=feed, story=story, now=int(now)
        )
        return [(TopicId(row["topic"]), ChatId(row["chat"])) for row in rows]

    _POPULAR = Query("""
        SELECT t.id, t.query, count(*) AS followers
        FROM topic t JOIN follow w ON w.topic = t.id JOIN chat c ON c.id = w.chat
        WHERE c.state = 'open'
        GROUP BY t.id, t.query HAVING count(DISTINCT c.telegram) >= :at_least
        ORDER BY count(*) DESC, t.id
        LIMIT :limit
    """)

    async def popular(self, limit: int, *, at_least: int = 2) -> list[tuple[Topic, int]]:
        """The most followed topics with their followers.

        A topic that one person alone follows is theirs: their words are not shown to others.
        """
        rows = await self._session.rows(self._POPULAR, limit=limit, at_least=at_least)
        return [(topic_of(row), row["followers"]) for row in rows]
