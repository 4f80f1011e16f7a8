"""Stories: which articles tell one event, how many publishers, and what it is about.

In: articles and the grouper's decisions. Out: `Story`s. The lead is public as soon as one article
is, and publishers are counted over public feeds, so that nobody learns of a private feed. It
refuses to know how articles are grouped.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Article, ArticleId, ChatId, Instant, Reason, Story, StoryId, TopicId
from bot.store.engine import Query, Session, packed
from bot.store.rows import article_of, reason_of, story_of
from bot.store.sagas import Sagas


class Stories(Sagas):
    def __init__(self, session: Session) -> None:
        self._session = session

    _CREATE = Query("""
        INSERT INTO story (lead, first_seen, updated, latest, publishers, articles)
        VALUES (:article, :now, :now, :published, 1, 1)
        RETURNING id
    """)
    _PUT = Query("UPDATE article SET story = :story WHERE id = :article")

    async def create(self, article: Article, now: float) -> StoryId:
        """A new story of one article."""
        number = await self._session.value(
            self._CREATE, "id", article=article.id, published=article.published, now=int(now)
        )
        story = StoryId(number)
        await self._session.rows(self._PUT, story=story, article=article.id)
        return story

    _WAS = Query("SELECT story AS value FROM article WHERE id = :article")
    _CARRIES = Query("UPDATE article SET carries = :agency WHERE id = :article")
    _TOUCH = Query("UPDATE story SET updated = :now WHERE id = :story AND updated < :now")

    async def file(
        self, article: Article, story: StoryId, now: float, *, carries: str = ""
    ) -> Story:
        """Put an article into a story and count anew; filing twice changes nothing.

        `carries`: the agency whose text it is.
        """
        was = await self._session.value(self._WAS, article=article.id)
        if carries:
            await self._session.rows(self._CARRIES, article=article.id, agency=carries)
        if was != story or carries:
            await self._session.rows(self._PUT, story=story, article=article.id)
            await self._session.rows(self._TOUCH, story=story, now=int(now))
            await self.recount([story] if was in (None, story) else [story, was])
        return story_of(await self._session.sole(self._GET, id=story))

    _RECOUNT = Query("""
        UPDATE story SET
            articles = (SELECT count(*) FROM article a WHERE a.story = story.id),
            latest = coalesce(
                (SELECT max(a.published) FROM article a WHERE a.story = story.id), latest),
            publishers = (
                SELECT CASE WHEN count(*) = 0 THEN 1 ELSE count(DISTINCT f.publisher) END
                FROM article a JOIN feed f ON f.id = a.feed
                WHERE a.story = story.id AND f.public = 1),
            copies = (
                SELECT count(DISTINCT f.publisher) FROM article a JOIN feed f ON f.id = a.feed
                WHERE a.story = story.id AND f.public = 1 AND a.carries <> ''),
            agency = coalesce((
                SELECT a.carries FROM article a JOIN feed f ON f.id = a.feed
                WHERE a.story = story.id AND f.public = 1 AND a.carries <> ''
                GROUP BY a.carries ORDER BY count(DISTINCT f.publisher) DESC, a.carries LIMIT 1),
                ''),
            lead = coalesce(
                (SELECT a.id FROM article a JOIN feed f ON f.id = a.feed
                 WHERE a.id = story.lead AND a.story = story.id AND f.public = 1),
                (SELECT a.id FROM article a JOIN feed f ON f.id = a.feed
                 WHERE a.story = story.id AND f.public = 1 ORDER BY a.id LIMIT 1),
                (SELECT min(a.id) FROM article a WHERE a.story = story.id))
        WHERE id IN @ids(stories)
    """)
    _EMPTY = Query("DELETE FROM story WHERE id IN @ids(stories) AND articles = 0")

    async def recount(self, stories: Sequence[StoryId]) -> None:
        """Sum the stories up again; one without articles goes."""
        if stories:
            await self._session.rows(self._RECOUNT, stories=packed(stories))
            await self._session.rows(self._EMPTY, stories=packed(stories))

    _DEVELOP = Query("""
        UPDATE story SET development = development + 1 WHERE id = :story RETURNING development
    """)

    async def develop(self, story: StoryId) -> int:
        """A new development deserves a new ring; returns its number."""
        number = await self._session.value(self._DEVELOP, "development", story=story)
        return int(number or 0)

    _GET = Query("SELECT * FROM story_full WHERE id = :id")

    async def get(self, story: StoryId) -> Story | None:
        row = await self._session.one(self._GET, id=story)
        return None if row is None else story_of(row)

    _MANY = Query("SELECT * FROM story_full WHERE id IN @ids(ids)")

    async def many(self, stories: Sequence[StoryId]) -> list[Story]:
        """In the order given; ids that are gone are left out."""
        if not stories:
            return []
        rows = await self._session.rows(self._MANY, ids=packed(stories))
        by_id = {row["id"]: story_of(row) for row in rows}
        return [by_id[story] for story in stories if story in by_id]

    # Where the lead is hidden from the viewer, or told in a language other than theirs, the story's
    # first article that is not stands for it.
    _RECENT = Query("""
        WITH seen AS (
            SELECT s.id, coalesce(
                (SELECT l.id FROM article_full l
                 WHERE l.id = s.lead AND l.public = 1 AND l.language = :language),
                (SELECT a.id FROM article_full a
                 WHERE a.story = s.id AND a.language = :language AND (a.public = 1
                    OR EXISTS (SELECT 1 FROM feed_chat v
                               WHERE v.feed = a.feed AND v.chat = :viewer))
                 ORDER BY a.id LIMIT 1),
                (SELECT a.id FROM article_full a WHERE a.id = s.lead AND (a.public = 1
                    OR EXISTS (SELECT 1 FROM feed_chat v
                               WHERE v.feed = a.feed AND v.chat = :viewer))),
                (SELECT a.id FROM article_full a WHERE a.story = s.id AND (a.public = 1
                    OR EXISTS (SELECT 1 FROM feed_chat v
                               WHERE v.feed = a.feed AND v.chat = :viewer))
                 ORDER BY a.id LIMIT 1)) AS lead
            FROM story s
            WHERE s.latest >= :since
              AND (:topic = 0 OR EXISTS (
                  SELECT 1 FROM story_topic t JOIN article_full a ON a.id = t.article
                  WHERE t.topic = :topic AND t.story = s.id AND (a.public = 1
                      OR EXISTS (SELECT 1 FROM feed_chat v
                                 WHERE v.feed = a.feed AND v.chat = :viewer)))))
        SELECT s.id, l.title AS headline, l.link, l.publisher, l.language, l.id AS lead,
               s.first_seen, s.latest AS updated, l.published, s.publishers, s.articles,
               s.development, s.saga, s.fresh, s.copies, s.agency
        FROM seen JOIN story s ON s.id = seen.id JOIN article_full l ON l.id = seen.lead
        ORDER BY s.latest DESC, s.id DESC
        LIMIT :limit
    """)

    async def recent(
        self,
        *,
        since: float,
        viewer: ChatId | None,
        topic: TopicId | None = None,
        limit: int = 500,
        language: str | None = None,
    ) -> list[Story]:
        """Stories with a report published since then, newest first, as the viewer may see them;
        told in that language where one of their publishers tells them so.
        """
        rows = await self._session.rows(
            self._RECENT,
            since=int(since),
            viewer=viewer,
            topic=topic or 0,
            limit=limit,
            language=language,
        )
        return [story_of(row) for row in rows]

    _LIVE = Query("""
        SELECT * FROM article_brief WHERE story IS NOT NULL AND first_seen >= :since
        ORDER BY first_seen, id
    """)

    async def live(self, since: float) -> list[tuple[Article, StoryId]]:
        """Articles first seen since then with their stories, oldest first; texts cut at 2,000."""
        rows = await self._session.rows(self._LIVE, since=int(since))
        return [(article_of(row), StoryId(row["story"])) for row in rows]

    _NOTE = Query("""
        INSERT INTO story_topic (story, topic, article, name, place)
        SELECT @int(m.story), @int(m.topic), @int(m.article), @text(m.name), @text(m.place)
        FROM @each(matches) m
        WHERE true
        ON CONFLICT (story, topic, article) DO NOTHING
    """)

    async def note(self, matches: Sequence[tuple[StoryId, ArticleId, TopicId, Reason]]) -> None:
        """Remember which articles of stories topics are about; noting twice changes nothing."""
        if not matches:
            return
        items = [
            {"story": s, "article": a, "topic": t, "name": why.name, "place": why.where}
            for s, a, t, why in matches
        ]
        await self._session.rows(self._NOTE, matches=packed(items))

    _REASON = Query("""
        SELECT t.name, t.place FROM story_topic t JOIN article_full a ON a.id = t.article
        WHERE t.story = :story AND t.topic = :topic AND (a.public = 1
            OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = a.feed AND v.chat = :viewer))
        ORDER BY a.id LIMIT 1
    """)

    async def reason(
        self, story: StoryId, topic: TopicId, viewer: ChatId | None = None
    ) -> Reason | None:
        """Why the story is about the topic, by its first article that the viewer may see."""
        row = await self._session.one(self._REASON, story=story, topic=topic, viewer=viewer)
        return None if row is None else reason_of(row)

    _MUTE = Query("""
        INSERT INTO story_mute (chat, story, until) VALUES (:chat, :story, :until)
        ON CONFLICT (chat, story) DO UPDATE SET until = excluded.until
    """)

    async def mute(self, chat: ChatId, story: StoryId, until: Instant) -> None:
        """No ring and no edit of this story in this chat until then; a past time ends it."""
        await self._session.rows(self._MUTE, chat=chat, story=story, until=int(until))

    _IS_MUTED = Query("""
        SELECT 1 AS value FROM story_mute WHERE chat = :chat AND story = :story AND until > :now
    """)

    async def is_muted(self, chat: ChatId, story: StoryId, now: float) -> bool:
        found = await self._session.value(self._IS_MUTED, chat=chat, story=story, now=int(now))
        return found is not None
