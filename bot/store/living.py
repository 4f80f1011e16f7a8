"""Living messages: alerts with all that a message shows, and which sent ones have grown.

In: ids of alerts and of stories that changed. Out: `Alert`s. A story's lead that the chat may not
see is replaced by the article the alert is about. It refuses to know how an edit is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from bot.model import (
    Alert,
    AlertId,
    Article,
    ArticleId,
    Chat,
    Count,
    Rise,
    Story,
    StoryId,
    TopicId,
)
from bot.store.engine import Query, Row, Session, packed
from bot.store.rows import article_of, chat_of, reason_of, story_of
from bot.visible import told_by

GROWS = 6 * 3_600  # seconds after sending in which a message still follows its story
BETTERED = 2  # edits of one message for a better summary
COALESCE = 30  # seconds that such an edit waits for others
T = TypeVar("T")


class Living:
    _session: Session

    _MANY = Query("""
        SELECT a.*, coalesce(w.label, t.query) AS label, t.query = '' AS followed,
               s.lead_public = 1 OR EXISTS (
                   SELECT 1 FROM feed_chat v WHERE v.feed = s.lead_feed AND v.chat = a.chat)
               AS lead_visible,
               (SELECT p.message FROM saga_full g CROSS JOIN alert p
                WHERE g.story = s.id AND p.story = g.other AND p.chat = a.chat
                  AND (g.other <> s.id OR p.development BETWEEN 0 AND a.development - 1)
                  AND p.state = 'sent' AND p.message IS NOT NULL AND p.gathers = ''
                  AND p.id < a.id
                ORDER BY p.id LIMIT 1) AS earlier,
               r.kind AS rise, r.number AS rise_number, r.words AS rise_words, r.was AS rise_was
        FROM alert a
        JOIN topic t ON t.id = a.topic
        JOIN story_full s ON s.id = a.story
        LEFT JOIN follow w ON w.chat = a.chat AND w.topic = a.topic
        LEFT JOIN toll r ON r.article = a.article AND r.told = a.development AND r.was IS NOT NULL
        WHERE a.id IN @ids(ids)
    """)
    _CHATS = Query("SELECT * FROM chat WHERE id IN @ids(ids)")
    _STORIES = Query("SELECT * FROM story_full WHERE id IN @ids(ids)")
    _ARTICLES = Query("SELECT * FROM article_full WHERE id IN @ids(ids)")

    async def many(self, alerts: Sequence[AlertId]) -> list[Alert]:
        """In the order given; ids that are gone are left out."""
        if not alerts:
            return []
        rows = await self._session.rows(self._MANY, ids=packed(alerts))
        chats = {c.id: c for c in map(chat_of, await self._of(self._CHATS, rows, "chat"))}
        stories = {s.id: s for s in map(story_of, await self._of(self._STORIES, rows, "story"))}
        articles = {
            a.id: a for a in map(article_of, await self._of(self._ARTICLES, rows, "article"))
        }
        by_id = {
            row["id"]: alert_of(
                row, chats[row["chat"]], stories[row["story"]], articles[row["article"]]
            )
            for row in rows
        }
        return [by_id[alert] for alert in alerts if alert in by_id]

    async def _of(self, query: Query, rows: Iterable[Row], column: str) -> list[Row]:
        return await self._session.rows(query, ids=packed({row[column] for row in rows}))

    _SIZES = Query("""
        SELECT id, publishers FROM story WHERE id IN @ids(stories) AND publishers > 1
    """)
    _REFRESH = Query("""
        UPDATE alert SET edit_due = :now
        FROM @each(steps) d
        WHERE alert.story = @int(d.story) AND alert.shown_publishers < @int(d.step)
          AND alert.state = 'sent' AND alert.message IS NOT NULL AND alert.edit_due IS NULL
          AND alert.gathers = ''
          AND alert.ended > :since
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = alert.chat AND m.story = alert.story AND m.until > :now)
    """)

    async def refresh(self, story_ids: Sequence[StoryId], now: float) -> None:
        """Sent messages of these stories that show too few publishers become due for an edit.

        At 2, 3, 4, 8, 16 … publishers, up to 6 hours after sending, never where it is muted.
        """
        rows = await self._session.rows(self._SIZES, stories=packed(story_ids))
        steps = [{"story": row["id"], "step": worth_showing(row["publishers"])} for row in rows]
        if steps:
            await self._session.rows(
                self._REFRESH, steps=packed(steps), now=int(now), since=int(now) - GROWS
            )

    _EDITS = Query("""
        SELECT a.id FROM alert a JOIN chat c ON c.id = a.chat JOIN story s ON s.id = a.story
        WHERE a.edit_due IS NOT NULL AND a.edit_due <= :now AND a.ended > :since
          AND (s.publishers > a.shown_publishers OR a.stale = 1)
          AND a.state = 'sent' AND a.message IS NOT NULL AND a.gathers = ''
          AND c.state = 'open' AND c.not_before <= :now
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = a.chat AND m.story = a.story AND m.until > :now)
        ORDER BY a.edit_due, a.id
        LIMIT :limit
    """)
    _BETTER = Query("""
        SELECT a.id FROM alert a JOIN chat c ON c.id = a.chat
        WHERE a.better_due IS NOT NULL AND a.better_due <= :now AND a.ended > :since
          AND a.better > a.shown_summary AND a.bettered < :most
          AND a.state = 'sent' AND a.message IS NOT NULL AND a.gathers = ''
          AND c.state = 'open' AND c.not_before <= :now
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = a.chat AND m.story = a.story AND m.until > :now)
        ORDER BY a.better_due, a.id
        LIMIT :limit
    """)

    async def edits(self, now: float, limit: int) -> list[Alert]:
        """Sent alerts whose message should grow, longest due first; where there is none, those
        that a better summary waits for. `edited` clears each.
        """
        since, at = int(now) - GROWS, int(now)
        rows = await self._session.rows(self._EDITS, now=at, since=since, limit=limit)
        if not rows:
            rows = await self._session.rows(
                self._BETTER, now=at, since=since, limit=limit, most=BETTERED
            )
        return await self.many([AlertId(row["id"]) for row in rows])

    _IMPROVED = Query("""
        UPDATE alert SET better = :worth, better_due = coalesce(better_due, :due)
        WHERE story = :story AND state = 'sent' AND message IS NOT NULL AND gathers = ''
          AND ended > :since AND shown_summary < :worth AND better < :worth AND bettered < :most
          AND (edit_due IS NULL OR edit_due <= :due)
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = alert.chat AND m.story = alert.story AND m.until > :now)
        RETURNING id
    """)

    async def improved(self, story: StoryId, worth: int, now: float) -> int:
        """There is a summary of the story that is worth so much: messages of the last 6 hours that
        show less are due for an edit in a while, twice at most; how many. Those that a reader has
        opened are left alone.
        """
        at = int(now)
        rows = await self._session.rows(
            self._IMPROVED,
            story=story,
            worth=worth,
            due=at + COALESCE,
            since=at - GROWS,
            now=at,
            most=BETTERED,
        )
        return len(rows)

    _BARE = Query("""
        SELECT a.story AS value FROM alert a JOIN story_full s ON s.id = a.story
        WHERE a.ended > :since AND a.state = 'sent' AND a.message IS NOT NULL AND a.gathers = ''
          AND a.shown_summary = 0 AND a.better = 0 AND a.bettered < :most AND s.lead_public = 1
        ORDER BY a.ended LIMIT 1
    """)

    async def bare(self, since: float) -> StoryId | None:
        """A story that was told since then by nothing but its headline, and not looked into yet."""
        found = await self._session.value(self._BARE, since=int(since), most=BETTERED)
        return None if found is None else StoryId(found)

    _HOPELESS = Query("UPDATE alert SET better = -1 WHERE story = :story AND better = 0")

    async def hopeless(self, story: StoryId) -> None:
        """There is no summary of it to be had."""
        await self._session.rows(self._HOPELESS, story=story)

    _OPENED = Query("""
        UPDATE alert SET edit_due = :until, better = 0, better_due = NULL
        WHERE id = :alert AND state = 'sent'
    """)

    async def opened(self, alert: AlertId, until: float) -> None:
        """The message shows something else now (its summary, say): it does not grow until then."""
        await self._session.rows(self._OPENED, alert=alert, until=int(until))

    _EDITED = Query("""
        UPDATE alert SET edit_due = NULL, better_due = NULL, stale = 0,
            shown_publishers = CASE WHEN :ok = 1 THEN :shown ELSE shown_publishers END,
            bettered = bettered + (better > shown_summary AND :summary > shown_summary),
            shown_summary = CASE WHEN :summary >= 0 THEN :summary ELSE shown_summary END,
            better = CASE WHEN better > 0 THEN 0 ELSE better END
        WHERE id = :alert
    """)

    async def edited(
        self, alert: Alert | AlertId, shown_publishers: int, ok: bool, *, shown_summary: int = -1
    ) -> None:
        """The edit was made, or will never be; the next growth of the story makes it due anew.

        `shown_summary`: what the summary in it is worth now; -1: what it was.
        """
        await self._session.rows(
            self._EDITED,
            alert=alert.id if isinstance(alert, Alert) else alert,
            shown=shown_publishers,
            ok=int(ok),
            summary=shown_summary,
        )


def worth_showing(publishers: int) -> int:
    """The greatest number worth an edit: each of the first four, then every doubling."""
    return publishers if publishers <= 4 else 1 << (publishers.bit_length() - 1)


def alert_of(row: Row, chat: Chat, story: Story, article: Article) -> Alert:
    return Alert(
        id=AlertId(row["id"]),
        chat=chat,
        story=story if row["lead_visible"] else told_by(story, article),
        development=row["development"],
        topic=TopicId(row["topic"]),
        label=row["label"],
        reason=reason_of(row),
        article=article,
        state=row["state"],
        queued=row["queued"],
        attempts=row["attempts"],
        refused=row["refused"],
        doubt=bool(row["doubt"]),
        token=row["token"],
        message=row["message"],
        shown_publishers=row["shown_publishers"],
        shown_summary=row["shown_summary"],
        better=row["better"],
        stale=bool(row["stale"]),
        gathers=row["gathers"],
        folded_into=row["folded_into"],
        earlier=row["earlier"],
        rise=_rise_of(row),
        followed=bool(row["followed"]),
    )


def _rise_of(row: Row) -> Rise | None:
    if row["rise"] is None:
        return None
    count = Count(row["rise"], row["rise_number"], row["rise_words"])
    return Rise(ArticleId(row["article"]), count, row["rise_was"] or 0)
