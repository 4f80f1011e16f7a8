"""A chat moves to another Telegram id, asks for its data, or is forgotten.

In: Telegram's ids. Out: nothing but `export`'s dict. Each is part of one transaction and may be
asked twice. A forgotten chat leaves no row, and no bytes in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.model import ChatId, Clock, FeedId
from bot.store.engine import Query, Session, packed
from bot.store.feeds import Feeds
from bot.store.settle import CRASHES


class Departures:
    def __init__(self, session: Session, now: Clock) -> None:
        self._session = session
        self._now = now

    _CALL_OFF = Query("""
        UPDATE alert SET
            withdrawn = 1,
            problem = CASE WHEN state = 'sending' THEN problem ELSE :problem END,
            ended = CASE WHEN state = 'sending' THEN NULL ELSE :now END,
            token = CASE WHEN state = 'sending' THEN token ELSE '' END,
            state = CASE WHEN state = 'sending' THEN 'sending' ELSE 'closed' END
        WHERE chat IN @ids(chats)
          AND state IN ('ready', 'claimed', 'sending', 'later', 'held', 'folded')
    """)

    async def _call_off(self, chats: Sequence[int], problem: str, now: float) -> None:
        if chats:
            await self._session.rows(
                self._CALL_OFF, chats=packed(chats), problem=problem, now=int(now)
            )

    # ── migrate ──────────────────────────────────────────────────────────────────────────────────

    # Message ids are counted per chat: those of the old group mean nothing in the supergroup.
    _UNLINK = Query("""
        UPDATE alert SET message = NULL, edit_due = NULL
        WHERE chat IN (SELECT c.id FROM chat c WHERE c.telegram = :old) AND message IS NOT NULL
    """)
    _PAIRS = Query("""
        SELECT o.id AS old, n.id AS new, n.state, n.problem, coalesce(n.keeper, o.keeper) AS keeper
        FROM chat o JOIN chat n ON n.thread = o.thread
        WHERE o.telegram = :old AND n.telegram = :new
    """)
    # Telegram tells the bot that it left the old group, and of the new one only that it moved.
    _MOVE = Query("""
        UPDATE chat SET telegram = :new, not_before = 0, state = 'open', problem = NULL,
            refusal = NULL, refusals = 0, refused = NULL, told = NULL,
            kind = CASE WHEN kind = 'group' THEN 'supergroup' ELSE kind END
        WHERE telegram = :old
    """)
    _DROP_FACTS = Query("""
        DELETE FROM value WHERE key IN (
            SELECT :after || substr(key, length(:before) + 1) FROM value
            WHERE substr(key, 1, length(:before)) = :before)
    """)
    _MOVE_FACTS = Query("""
        UPDATE value SET key = :after || substr(key, length(:before) + 1)
        WHERE substr(key, 1, length(:before)) = :before
    """)

    async def migrate(self, old: int, new: int) -> None:
        """The group `old` is now the supergroup `new`; told once, twice, before or after `new` was
        first heard of. The older of two rows stays, with its settings; follows and alerts merge.
        """
        if old == new:
            return
        await self._session.rows(self._UNLINK, old=old)
        for pair in await self._session.rows(self._PAIRS, old=old, new=new):
            keep, gone = sorted((ChatId(pair["old"]), ChatId(pair["new"])))
            await self._merge(keep, gone)
            await self._session.rows(
                self._ADOPT,
                keep=keep,
                new=new,
                state=pair["state"],
                problem=pair["problem"],
                keeper=pair["keeper"],
            )
        await self._session.rows(self._MOVE, old=old, new=new)
        for query in (self._DROP_FACTS, self._MOVE_FACTS):
            await self._session.rows(query, before=f"chat:{old}:", after=f"chat:{new}:")

    # One in flight per chat: of two, the one of the chat that goes is taken back by the rule that
    # `settle` has for crashes. Alone, it keeps its claim, and whoever sends it settles it.
    _LAND = Query("""
        UPDATE alert SET
            state = CASE
                WHEN state = 'claimed' THEN 'ready'
                WHEN resends - unanswered < :resends AND withdrawn = 0 THEN 'ready'
                ELSE 'closed' END,
            ended = CASE
                WHEN state = 'claimed' OR (resends - unanswered < :resends AND withdrawn = 0)
                THEN NULL ELSE :now END,
            doubt = CASE WHEN state = 'sending' THEN 1 ELSE doubt END,
            resends = resends + CASE
                WHEN state = 'sending' AND resends - unanswered < :resends AND withdrawn = 0
                THEN 1 ELSE 0 END,
            token = '', lease_until = 0
        WHERE chat = :gone AND state IN ('claimed', 'sending')
          AND EXISTS (SELECT 1 FROM alert f
                      WHERE f.chat = :keep AND f.state IN ('claimed', 'sending'))
    """)
    # Of two alerts for one development the one further on its way stays: nobody is rung twice.
    _WEAKER = Query("""
        WITH rated AS (
            SELECT id, chat, story, development, CASE state
                WHEN 'sent' THEN 6 WHEN 'sending' THEN 5 WHEN 'claimed' THEN 4
                WHEN 'ready' THEN 3 WHEN 'folded' THEN 3 WHEN 'later' THEN 2
                WHEN 'held' THEN 1 ELSE 0 END AS rank
            FROM alert WHERE chat IN (:keep, :gone))
        DELETE FROM alert WHERE id IN (
            SELECT CASE WHEN k.rank >= g.rank THEN g.id ELSE k.id END
            FROM rated k JOIN rated g ON g.story = k.story AND g.development = k.development
            WHERE k.chat = :keep AND g.chat = :gone)
    """)
    _ALERTS = Query("UPDATE alert SET chat = :keep WHERE chat = :gone")
    _FOLLOWS = Query("""
        INSERT INTO follow (chat, topic, label, since, muted_until, rings_at)
        SELECT :keep, topic, label, since, muted_until, rings_at FROM follow WHERE chat = :gone
        ON CONFLICT (chat, topic) DO NOTHING
    """)
    _PAST = Query("""
        INSERT INTO follow_past (chat, topic, label, since, muted_until, rings_at, ended)
        SELECT :keep, topic, label, since, muted_until, rings_at, ended
        FROM follow_past WHERE chat = :gone
        ON CONFLICT (chat, topic) DO NOTHING
    """)
    _FEEDS = Query("""
        INSERT INTO feed_chat (feed, chat, since)
        SELECT feed, :keep, since FROM feed_chat WHERE chat = :gone
        ON CONFLICT (feed, chat) DO NOTHING
    """)
    _MUTES = Query("""
        INSERT INTO story_mute (chat, story, until)
        SELECT :keep, story, until FROM story_mute WHERE chat = :gone
        ON CONFLICT (chat, story) DO NOTHING
    """)
    _STORIES = Query("""
        INSERT INTO story_follow (chat, story, since)
        SELECT :keep, story, since FROM story_follow WHERE chat = :gone
        ON CONFLICT (chat, story) DO NOTHING
    """)
    _DELETE = Query("DELETE FROM chat WHERE id = :gone")
    _ADOPT = Query("""
        UPDATE chat SET telegram = :new, state = :state, problem = :problem, not_before = 0,
            keeper = :keeper, refusal = NULL, refusals = 0, refused = NULL, told = NULL,
            kind = CASE WHEN kind = 'group' THEN 'supergroup' ELSE kind END
        WHERE id = :keep
    """)

    async def _merge(self, keep: ChatId, gone: ChatId) -> None:
        await self._session.rows(
            self._LAND, keep=keep, gone=gone, resends=CRASHES, now=int(self._now())
        )
        await self._session.rows(self._WEAKER, keep=keep, gone=gone)
        moved = (self._ALERTS, self._FOLLOWS, self._PAST, self._FEEDS, self._MUTES, self._STORIES)
        for query in moved:
            await self._session.rows(query, keep=keep, gone=gone)
        await self._session.rows(self._DELETE, gone=gone)

    # ── export ───────────────────────────────────────────────────────────────────────────────────

    _EXPORT_CHATS = Query("""
        SELECT id, thread, kind, language, timezone, quiet_from, quiet_to, digest_at, state, since
        FROM chat WHERE telegram = :telegram ORDER BY thread
    """)
    _EXPORT_FOLLOWS = Query("""
        SELECT query, label, since, muted_until, rings_at FROM follow_full WHERE chat = :chat
        ORDER BY since, topic
    """)
    _EXPORT_PAST = Query("""
        SELECT t.query, p.label, p.since, p.muted_until, p.rings_at, p.ended
        FROM follow_past p JOIN topic t ON t.id = p.topic WHERE p.chat = :chat
        ORDER BY p.ended, p.topic
    """)
    _EXPORT_FEEDS = Query("""
        SELECT f.url, f.title, v.since FROM feed_chat v JOIN feed f ON f.id = v.feed
        WHERE v.chat = :chat ORDER BY v.since, f.url
    """)
    _EXPORT_MUTES = Query("""
        SELECT s.headline, m.until FROM story_mute m JOIN story_full s ON s.id = m.story
        WHERE m.chat = :chat AND (s.lead_public = 1 OR EXISTS (
            SELECT 1 FROM feed_chat v WHERE v.feed = s.lead_feed AND v.chat = :chat))
        ORDER BY m.until, m.story
    """)
    _EXPORT_STORIES = Query("""
        SELECT s.headline, f.since FROM story_follow f JOIN story_full s ON s.id = f.story
        WHERE f.chat = :chat AND (s.lead_public = 1 OR EXISTS (
            SELECT 1 FROM feed_chat v WHERE v.feed = s.lead_feed AND v.chat = :chat))
        ORDER BY f.since, f.story
    """)
    _EXPORT_ALERTS = Query("""
        SELECT x.title, x.link, a.state, a.queued, a.ended, a.message
        FROM alert a JOIN article x ON x.id = a.article
        WHERE a.chat = :chat ORDER BY a.id
    """)

    _EXPORT_KEPT = Query("""
        SELECT DISTINCT telegram FROM chat WHERE keeper = :telegram ORDER BY telegram
    """)

    async def export(self, telegram: int) -> dict[str, Any]:
        """Everything kept about a Telegram chat, plain values for JSON; times in Unix seconds."""
        places = []
        for row in await self._session.rows(self._EXPORT_CHATS, telegram=telegram):
            chat = dict(row)
            number = chat.pop("id")
            for name, query in (
                ("follows", self._EXPORT_FOLLOWS),
                ("followed_before", self._EXPORT_PAST),
                ("feeds", self._EXPORT_FEEDS),
                ("muted_stories", self._EXPORT_MUTES),
                ("followed_stories", self._EXPORT_STORIES),
                ("alerts", self._EXPORT_ALERTS),
            ):
                chat[name] = [dict(r) for r in await self._session.rows(query, chat=number)]
            places.append(chat)
        facts = await self._session.rows(self._FACTS, prefix=f"chat:{telegram}:")
        kept = await self._session.rows(self._EXPORT_KEPT, telegram=telegram)
        return {
            "telegram": telegram,
            "chats": places,
            "facts": {row["key"]: row["value"] for row in facts},
            "looks_after": [row["telegram"] for row in kept],
        }

    _FACTS = Query("SELECT key, value FROM value WHERE substr(key, 1, length(:prefix)) = :prefix")

    # ── forget ───────────────────────────────────────────────────────────────────────────────────

    _ITS_TOPICS = Query("""
        SELECT w.topic FROM follow w JOIN chat c ON c.id = w.chat WHERE c.telegram = :telegram
        UNION
        SELECT a.topic FROM alert a JOIN chat c ON c.id = a.chat WHERE c.telegram = :telegram
        UNION
        SELECT p.topic FROM follow_past p JOIN chat c ON c.id = p.chat
        WHERE c.telegram = :telegram
    """)
    _ITS_FEEDS = Query("""
        SELECT DISTINCT v.feed FROM feed_chat v JOIN chat c ON c.id = v.chat
        WHERE c.telegram = :telegram
    """)
    _FORGET = Query("DELETE FROM chat WHERE telegram = :telegram")
    _FORGET_TOPICS = Query("""
        DELETE FROM topic WHERE id IN @ids(topics)
          AND NOT EXISTS (SELECT 1 FROM follow w WHERE w.topic = topic.id)
          AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.topic = topic.id)
          AND NOT EXISTS (SELECT 1 FROM follow_past p WHERE p.topic = topic.id)
    """)
    _FORGET_KEEPER = Query("UPDATE chat SET keeper = NULL WHERE keeper = :telegram")
    _FORGET_FACTS = Query("DELETE FROM value WHERE substr(key, 1, length(:prefix)) = :prefix")
    _REWRITE_WORDS = Query("@optimize()")

    async def forget(self, telegram: int) -> None:
        """Delete every trace: chats and threads, choices, alerts, its words, its private feeds.

        What is being sent at this moment finds no row to settle. Pages are overwritten, the log
        is emptied after the commit, and words of its private feeds leave the full text index.
        """
        topics = await self._session.rows(self._ITS_TOPICS, telegram=telegram)
        feeds = await self._session.rows(self._ITS_FEEDS, telegram=telegram)
        await self._session.rows(self._FORGET, telegram=telegram)
        await self._session.rows(self._FORGET_KEEPER, telegram=telegram)
        await self._session.rows(self._FORGET_TOPICS, topics=packed(row["topic"] for row in topics))
        await self._session.rows(self._FORGET_FACTS, prefix=f"chat:{telegram}:")
        gone = await Feeds(self._session).remove_unowned([FeedId(row["feed"]) for row in feeds])
        if gone:
            await self._session.rows(self._REWRITE_WORDS)
        self._session.scrub()
