"""A chat's choices on a topic: when it rings, what it asks for, what it asked for before.

In: a chat and its topics. Out: follows changed, former ones for an Undo, and who waited for another
publisher. It refuses to know what a query means. Part of `topics`.
"""

from __future__ import annotations

from bot.model import (
    Article,
    ArticleId,
    ChatId,
    FeedId,
    Follow,
    Instant,
    NewAlert,
    StoryId,
    TopicId,
)
from bot.store.engine import Query, Session
from bot.store.rows import article_of, follow_of, reason_of

REMEMBERED = 30  # former topics of a chat


class Choosing:
    def __init__(self, session: Session) -> None:
        self._session = session

    _RING = Query("""
        UPDATE follow SET rings_at = :publishers WHERE chat = :chat AND topic = :topic
        RETURNING topic
    """)

    async def ring_at(self, chat: ChatId, topic: TopicId, publishers: int) -> bool:
        """Ring once so many publishers tell a story (1 to 9), or never (0: only in the digest).

        False where the chat does not follow the topic.
        """
        row = await self._session.one(self._RING, chat=chat, topic=topic, publishers=publishers)
        return row is not None

    _NAME = Query("""
        UPDATE follow SET label = :label WHERE chat = :chat AND topic = :topic RETURNING topic
    """)

    async def name(self, chat: ChatId, topic: TopicId, label: str) -> bool:
        """Call the topic so in this chat; False where it isn't followed."""
        row = await self._session.one(self._NAME, chat=chat, topic=topic, label=label)
        return row is not None

    _FOLLOWED = Query("SELECT 1 AS value FROM follow WHERE topic = :topic LIMIT 1")

    async def is_followed(self, topic: TopicId) -> bool:
        """Whether at least one chat follows it."""
        return await self._session.value(self._FOLLOWED, topic=topic) is not None

    # ── another query instead ────────────────────────────────────────────────────────────────────

    _REMEMBER = Query("""
        INSERT INTO follow_past (chat, topic, label, since, muted_until, rings_at, ended)
        SELECT chat, topic, label, since, muted_until, rings_at, :now FROM follow
        WHERE chat = :chat AND topic = :topic
        ON CONFLICT (chat, topic) DO UPDATE SET label = excluded.label, since = excluded.since,
            muted_until = excluded.muted_until, rings_at = excluded.rings_at,
            ended = excluded.ended
    """)
    _FORGET_OLDEST = Query("""
        DELETE FROM follow_past WHERE chat = :chat AND topic NOT IN (
            SELECT topic FROM follow_past WHERE chat = :chat
            ORDER BY ended DESC, topic DESC LIMIT :most)
    """)

    async def remember(self, chat: ChatId, topic: TopicId, now: float) -> None:
        """Keep what the chat follows for an Undo; the last 30 of a chat are kept."""
        await self._session.rows(self._REMEMBER, chat=chat, topic=topic, now=int(now))
        await self._session.rows(self._FORGET_OLDEST, chat=chat, most=REMEMBERED)

    _FORMER = Query("""
        SELECT p.chat, p.topic, t.query, p.label, p.since, p.muted_until, p.rings_at
        FROM follow_past p JOIN topic t ON t.id = p.topic
        WHERE p.chat = :chat AND p.topic = :topic
    """)

    async def former(self, chat: ChatId, topic: TopicId) -> Follow | None:
        """What the chat followed before; None where it never did, or long ago."""
        row = await self._session.one(self._FORMER, chat=chat, topic=topic)
        return None if row is None else follow_of(row)

    _KNOWN = Query("SELECT 1 AS value FROM follow WHERE chat = :chat AND topic = :topic")
    _MOVE = Query("UPDATE follow SET topic = :new WHERE chat = :chat AND topic = :old")
    _DROP = Query("DELETE FROM follow WHERE chat = :chat AND topic = :old")
    # Also of alerts that were sent: their buttons speak of what is followed now. The plus keeps
    # SQLite from walking the alerts of all who follow a popular topic.
    _ALERTS = Query("UPDATE alert SET topic = :new WHERE chat = :chat AND +topic = :old")

    async def move(self, chat: ChatId, old: TopicId, new: TopicId) -> None:
        """Let the chat follow another query under the same name, with its alerts; where it does so
        already the two become one.
        """
        both = await self._session.value(self._KNOWN, chat=chat, topic=new) is not None
        query = self._DROP if both else self._MOVE
        await self._session.rows(query, chat=chat, old=old, **({} if both else {"new": new}))
        await self._session.rows(self._ALERTS, chat=chat, old=old, new=new)

    _OWED = Query("""
        SELECT x.* FROM alert a JOIN article_brief x ON x.id = a.article
        WHERE a.chat = :chat AND +a.topic = :topic
          AND a.state IN ('ready', 'claimed', 'later', 'held', 'folded')
        ORDER BY a.id
    """)

    async def owed(self, chat: ChatId, topic: TopicId) -> list[Article]:
        """The articles whose alerts the chat has yet to get because of the topic."""
        rows = await self._session.rows(self._OWED, chat=chat, topic=topic)
        return [article_of(row) for row in rows]

    _LIVELY = Query("""
        SELECT w.topic,
               (SELECT count(*) FROM alert a
                WHERE a.chat = w.chat AND +a.topic = w.topic AND a.queued > :day) AS rung,
               (SELECT max(x.first_seen)
                FROM story_topic t JOIN article x ON x.id = t.article JOIN feed f ON f.id = x.feed
                WHERE t.topic = w.topic AND (f.public = 1 OR EXISTS (
                    SELECT 1 FROM feed_chat v WHERE v.feed = f.id AND v.chat = w.chat))) AS latest
        FROM follow w WHERE w.chat = :chat
    """)

    async def lively(self, chat: ChatId, now: float) -> dict[TopicId, tuple[int, Instant | None]]:
        """For each topic of the chat: alerts of the last 24 hours, and when anything last came."""
        rows = await self._session.rows(self._LIVELY, chat=chat, day=int(now) - 86_400)
        return {TopicId(row["topic"]): (row["rung"], row["latest"]) for row in rows}

    # ── those who wait for another publisher ─────────────────────────────────────────────────────

    # A story that was told before the topic was followed is news only by an article of now. The
    # publishers are those that the chat may see: its own feeds count, nobody else's do.
    _PATIENT = Query("""
        SELECT w.chat, w.topic, t.article, t.name, t.place
        FROM story_topic t
        JOIN follow w ON w.topic = t.topic AND w.rings_at > 1
        JOIN chat c ON c.id = w.chat AND c.state = 'open'
        JOIN article a ON a.id = t.article
        WHERE t.story = :story AND (a.id = :article OR a.first_seen >= w.since)
          AND (w.muted_until IS NULL OR w.muted_until <= :now)
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = w.chat AND m.story = :story AND m.until > :now)
          AND NOT EXISTS (SELECT 1 FROM alert x
                          WHERE x.story = :story AND x.development = :development
                            AND x.chat = w.chat)
          AND NOT EXISTS (
              SELECT 1 FROM feed f WHERE f.id IN (a.feed, :feed) AND f.public = 0
                AND NOT EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = f.id AND v.chat = w.chat))
          AND w.rings_at <= (
              SELECT count(DISTINCT CASE WHEN b.carries <> '' THEN b.carries ELSE f.publisher END)
              FROM article b JOIN feed f ON f.id = b.feed
              WHERE b.story = :story AND (f.public = 1 OR EXISTS (
                  SELECT 1 FROM feed_chat v WHERE v.feed = f.id AND v.chat = w.chat)))
        ORDER BY w.chat, w.since, w.topic, a.id = :article DESC, a.id
    """)

    async def patient(
        self, article: ArticleId, feed: FeedId, story: StoryId, development: int, now: float
    ) -> list[NewAlert]:
        """What is owed to those who wanted several publishers first, now that an article joined.

        At most one a chat, by the article itself where that is about their topic. Matches must have
        been noted.
        """
        rows = await self._session.rows(
            self._PATIENT,
            article=article,
            feed=feed,
            story=story,
            development=development,
            now=int(now),
        )
        owed: dict[ChatId, NewAlert] = {}
        for row in rows:
            chat, about = ChatId(row["chat"]), ArticleId(row["article"])
            new = NewAlert(chat, story, development, TopicId(row["topic"]), about, reason_of(row))
            owed.setdefault(chat, new)
        return list(owed.values())
