"""How many people the reports of a story count, and who is told when a toll is of another order.

In: counts of articles. Out: all of a story's, and the chats that know of it. It refuses to know
when a toll is of another order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import (
    AlertId,
    ArticleId,
    ChatId,
    Count,
    FeedId,
    Instant,
    Reason,
    Report,
    Rise,
    StoryId,
    TopicId,
)
from bot.store.engine import Query, Session, packed
from bot.store.rows import reason_of


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat that was told of a story, or is about to be, and what for."""

    chat: ChatId
    topic: TopicId
    reason: Reason
    unsent: AlertId | None = None  # its alert, where that can still become another one


class Tolls:
    def __init__(self, session: Session) -> None:
        self._session = session

    _NOTE = Query("""
        INSERT INTO toll (article, kind, number, words, headline, at, told)
        SELECT :article, @text(c.kind), @int(c.number), @text(c.words), @int(c.headline), :at,
               CASE WHEN :first = 1 THEN 0 ELSE NULL END
        FROM @each(counts) c
        WHERE true
        ON CONFLICT (article, kind, number) DO NOTHING
    """)

    async def note(
        self, article: ArticleId, counts: Sequence[Count], at: Instant, *, first: bool
    ) -> None:
        """Remember what an article counts; what it said before stays. `first`: of its story."""
        items = [
            {"kind": c.kind, "number": c.number, "words": c.words, "headline": int(c.headline)}
            for c in counts
        ]
        await self._session.rows(
            self._NOTE, article=article, counts=packed(items), at=at, first=int(first)
        )

    _OF_STORY = Query("""
        SELECT t.* FROM article a JOIN toll t ON t.article = a.id WHERE a.story = :story
        ORDER BY t.article, t.kind, t.number
    """)

    async def of_story(self, story: StoryId) -> list[Report]:
        """All counts of its articles."""
        rows = await self._session.rows(self._OF_STORY, story=story)
        return [
            Report(
                ArticleId(row["article"]),
                Count(row["kind"], row["number"], row["words"], bool(row["headline"])),
                row["at"],
                row["told"] is not None,
            )
            for row in rows
        ]

    _TELL = Query("""
        UPDATE toll SET told = :development, was = @int(d.was)
        FROM @each(rises) d
        WHERE toll.article = @int(d.article) AND toll.kind = @text(d.kind)
          AND toll.number = @int(d.number)
    """)

    async def tell(self, rises: Sequence[Rise], development: int) -> None:
        """A development of the story rings for the first; it tells of the others, too."""
        items = [
            {
                "article": rise.article,
                "kind": rise.count.kind,
                "number": rise.count.number,
                "was": None if place else rise.before,
            }
            for place, rise in enumerate(rises)
        ]
        await self._session.rows(self._TELL, rises=packed(items), development=development)

    # What waits for a list that is on its way may be told by it just now: it is no longer unsent.
    _READERS = Query("""
        SELECT a.id, a.chat, a.topic, a.name, a.place, a.doubt = 0 AND (
                   a.state IN ('ready', 'later', 'held')
                   OR (a.state = 'folded' AND EXISTS (
                       SELECT 1 FROM alert l WHERE l.id = a.folded_into
                         AND l.state IN ('ready', 'later', 'held')))) AS unsent
        FROM alert a JOIN chat c ON c.id = a.chat AND c.state = 'open'
        JOIN story s ON s.id = a.story
        WHERE a.story = :story AND a.state <> 'closed' AND a.queued > :since
          AND NOT EXISTS (SELECT 1 FROM alert n WHERE n.story = a.story AND n.chat = a.chat
                            AND n.state <> 'closed' AND n.id > a.id)
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = a.chat AND m.story = a.story AND m.until > :now)
          AND (EXISTS (SELECT 1 FROM feed x WHERE x.id = :feed AND x.public = 1)
               OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = :feed AND v.chat = a.chat))
          AND (EXISTS (SELECT 1 FROM follow w
                       WHERE w.chat = a.chat AND w.topic = a.topic
                         AND w.rings_at BETWEEN 1 AND s.publishers
                         AND coalesce(w.muted_until, 0) <= :now)
               OR EXISTS (SELECT 1 FROM saga_full g JOIN story_follow f ON f.story = g.other
                          WHERE g.story = a.story AND f.chat = a.chat))
        ORDER BY a.chat
    """)

    async def readers(
        self, story: StoryId, feed: FeedId, since: Instant, now: float
    ) -> list[Reader]:
        """Open chats that were told of the story since then, or are owed it, may see the feed, and
        still want to hear of it.
        """
        rows = await self._session.rows(
            self._READERS, story=story, feed=feed, since=since, now=int(now)
        )
        return [
            Reader(
                ChatId(row["chat"]),
                TopicId(row["topic"]),
                reason_of(row),
                AlertId(row["id"]) if row["unsent"] else None,
            )
            for row in rows
        ]

    _FOLLOWERS = Query("""
        SELECT DISTINCT f.chat FROM saga_full g JOIN story_follow f ON f.story = g.other
        JOIN chat c ON c.id = f.chat AND +c.state = 'open'
        WHERE g.story = :story
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = f.chat AND m.story = :story AND m.until > :now)
          AND (EXISTS (SELECT 1 FROM feed x WHERE x.id = :feed AND x.public = 1)
               OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = :feed AND v.chat = f.chat))
        ORDER BY f.chat
    """)

    async def followers(self, story: StoryId, feed: FeedId, now: float) -> list[ChatId]:
        """Open chats that follow the story, told of it or not, under the same conditions."""
        rows = await self._session.rows(self._FOLLOWERS, story=story, feed=feed, now=int(now))
        return [ChatId(row["chat"]) for row in rows]

    _MOVE = Query("""
        UPDATE alert SET development = :development, article = :article, name = @text(d.name),
            place = @text(d.place)
        FROM @each(alerts) d
        WHERE alert.id = @int(d.id) AND alert.state IN ('ready', 'later', 'held', 'folded')
    """)

    async def move(
        self, alerts: Sequence[tuple[AlertId, Reason]], article: ArticleId, development: int
    ) -> None:
        """Alerts that nobody has heard tell of the development instead: one ring, not two."""
        items = [{"id": n, "name": why.name, "place": why.where} for n, why in alerts]
        await self._session.rows(
            self._MOVE, alerts=packed(items), article=article, development=development
        )

    _TOLD = Query("SELECT DISTINCT chat FROM alert WHERE story = :story AND chat IN @ids(chats)")

    async def told(self, story: StoryId, chats: Sequence[ChatId]) -> set[ChatId]:
        """Those of the chats that have any alert of the story."""
        rows = await self._session.rows(self._TOLD, story=story, chats=packed(chats))
        return {ChatId(row["chat"]) for row in rows}
