"""Stories that follow one another, and stories that turn out to be one.

In: what the grouper found out. Out: rows that say so, with no ring lost and none made twice. Mixed
into `Stories`; it refuses to know how the grouper knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import ArticleId, ChatId, Story, StoryId
from bot.store.engine import Query, packed
from bot.store.living import GROWS
from bot.store.rows import story_of
from bot.store.story_follows import StoryFollows


class Sagas(StoryFollows):
    _ROOT = Query("""
        UPDATE story SET saga = coalesce(saga, id) WHERE id = :story RETURNING saga
    """)
    _JOIN = Query("UPDATE story SET saga = :saga, fresh = :fresh WHERE id = :story")
    # Who wants to hear no more of a story does not mean its first day only.
    _MUTES = Query("""
        INSERT INTO story_mute (chat, story, until)
        SELECT chat, :story, until FROM story_mute WHERE story = :earlier AND until > :now
        ON CONFLICT (chat, story) DO NOTHING
    """)

    async def follows(
        self, story: StoryId, earlier: StoryId, fresh: Sequence[str], now: float
    ) -> None:
        """A new story is a development of an earlier one; who muted that does not hear of it."""
        saga = await self._session.value(self._ROOT, "saga", story=earlier)
        if saga is None:  # the earlier one is gone
            return
        lines = "\n".join(" ".join(part.split()) for part in fresh)
        await self._session.rows(self._JOIN, story=story, saga=saga, fresh=lines)
        await self._session.rows(self._MUTES, story=story, earlier=earlier, now=int(now))

    _SAGA = Query("""
        SELECT s.* FROM story_full s JOIN story me ON me.saga = s.saga
        WHERE me.id = :story AND s.id <> :story
          AND (s.lead_public = 1 OR EXISTS (
              SELECT 1 FROM feed_chat v WHERE v.feed = s.lead_feed AND v.chat = :viewer))
        ORDER BY s.first_seen, s.id
        LIMIT :limit
    """)

    async def saga(self, story: StoryId, viewer: ChatId | None, limit: int = 20) -> list[Story]:
        """The other stories of its saga that the viewer may see, oldest first."""
        rows = await self._session.rows(self._SAGA, story=story, viewer=viewer or 0, limit=limit)
        return [story_of(row) for row in rows]

    # One of two rows of a chat is enough: an unsent one goes if the other was sent, or is older.
    _RIVALS = Query("""
        SELECT g.chat,
               k.state IN ('ready', 'later', 'held', 'folded')
               AND g.state IN ('claimed', 'sending', 'sent') AS drop_kept
        FROM alert g JOIN alert k
          ON k.chat = g.chat AND k.story = :keep AND k.development = g.development
        WHERE g.story = :gone
    """)
    # A number that no development has: both messages of a chat stay answerable.
    _BESIDE = Query("""
        UPDATE alert SET development = -id
        WHERE story = :gone AND EXISTS (
            SELECT 1 FROM alert k WHERE k.story = :keep AND k.chat = alert.chat
              AND k.development = alert.development)
    """)
    _ALERTS = Query("UPDATE alert SET story = :keep WHERE story = :gone")
    _ARTICLES = Query("UPDATE article SET story = :keep WHERE story = :gone")
    _MATCHES = Query("""
        INSERT INTO story_topic (story, topic, article, name, place)
        SELECT :keep, topic, article, name, place FROM story_topic WHERE story = :gone
        ON CONFLICT (story, topic, article) DO NOTHING
    """)
    _MUTED = Query("""
        INSERT INTO story_mute (chat, story, until)
        SELECT chat, :keep, until FROM story_mute WHERE story = :gone
        ON CONFLICT (chat, story) DO UPDATE SET until = max(until, excluded.until)
    """)

    _DEVELOPED = Query("""
        UPDATE story SET development = max(development, coalesce(
            (SELECT g.development FROM story g WHERE g.id = :gone), 0))
        WHERE id = :keep
    """)

    async def rivals(self, keep: StoryId, gone: StoryId) -> list[tuple[ChatId, StoryId]]:
        """For each chat that has an alert of both: the story whose unsent alert is one too many."""
        rows = await self._session.rows(self._RIVALS, keep=keep, gone=gone)
        return [(ChatId(row["chat"]), keep if row["drop_kept"] else gone) for row in rows]

    async def absorb(self, keep: StoryId, gone: StoryId) -> None:
        """All that belongs to one story belongs to another, and the one is no more.

        First what `rivals` names must be called off. Absorbing twice changes nothing.
        """
        both = {"keep": keep, "gone": gone}
        await self.join_sagas(keep, gone)
        for step in (
            self._BESIDE,
            self._DEVELOPED,
            self._ALERTS,
            self._ARTICLES,
            self._MATCHES,
            self._MUTED,
        ):
            await self._session.rows(step, **both)
        await self.recount([keep, gone])

    async def recount(self, stories: Sequence[StoryId]) -> None:
        """As `Stories` does."""
        raise NotImplementedError

    _RETITLED = Query("""
        UPDATE alert SET stale = 1, edit_due = coalesce(edit_due, :now)
        FROM article
        WHERE article.id = alert.article AND article.id IN @ids(articles)
          AND article.edited = :now AND article.former IS NOT NULL
          AND alert.state = 'sent' AND alert.message IS NOT NULL AND alert.gathers = ''
          AND alert.ended > :since
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = alert.chat AND m.story = alert.story AND m.until > :now)
    """)

    async def retitled(self, articles: Sequence[ArticleId], now: float) -> None:
        """Messages that still live, about articles edited just now, show a headline of before."""
        if articles:
            since = int(now) - GROWS
            await self._session.rows(
                self._RETITLED, articles=packed(articles), now=int(now), since=since
            )
