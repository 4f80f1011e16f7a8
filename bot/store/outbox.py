"""The outbox: what is owed to whom, who takes it next, and what became of it.

In: new alerts, claims. Out: `Alert`s with all that is needed to tell them. States are moved in
`settle`, living messages are in `living`. One alert per (chat, story, development), one in flight
per chat: the database itself refuses more. It refuses to know what a message looks like.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence

from bot.model import (
    Alert,
    AlertId,
    ChatId,
    Instant,
    NewAlert,
    OutboxStats,
    StoryId,
    TopicId,
)
from bot.store.engine import Query, Row, packed
from bot.store.folding import FoldingRules
from bot.store.settle import Settling

DAY = 86_400
BREAKING = 6 * 3600  # seconds after its last report that a story of eight publishers passes others


class Outbox(Settling):
    _QUEUE = Query("""
        INSERT INTO alert (chat, story, development, topic, article, name, place, queued)
        SELECT c.id, @int(n.story), @int(n.development), @int(n.topic), @int(n.article),
               @text(n.name), @text(n.place), :now
        FROM @each(alerts) n JOIN chat c ON c.id = @int(n.chat)
        WHERE c.state = 'open'
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = c.id AND m.story = @int(n.story) AND m.until > :now)
        ON CONFLICT (story, development, chat) DO NOTHING
        RETURNING id
    """)

    async def queue(self, alerts: Sequence[NewAlert], now: float) -> int:
        """Owe these; the number that is really new. Closed chats and muted stories are left out."""
        if not alerts:
            return 0
        items = [
            {
                "chat": a.chat,
                "story": a.story,
                "development": a.development,
                "topic": a.topic,
                "article": a.article,
                "name": a.reason.name,
                "place": a.reason.where,
            }
            for a in alerts
        ]
        return len(await self._session.rows(self._QUEUE, alerts=packed(items), now=int(now)))

    # Who waited longest since the last alert comes first, whatever the length of its queue; within
    # a chat the newest news comes first, but for the news of the day (eight publishers) among it.
    # Walks those who have something due in that order and stops at the limit, so the cost grows
    # neither with what is owed nor with who is idle. The pluses keep SQLite from sorting all that
    # is due.
    _NEXT = Query("""
        SELECT c.id AS chat, coalesce(
            (SELECT n.id FROM (
                SELECT a.id, a.story FROM alert a
                WHERE a.chat = c.id AND a.state IN ('ready', 'later', 'held')
                  AND +a.not_before <= :now
                ORDER BY a.queued DESC, a.id DESC LIMIT 20) n
            JOIN story s ON s.id = n.story WHERE s.publishers >= 8 LIMIT 1),
            (SELECT a.id FROM alert a
            WHERE a.chat = c.id AND a.state IN ('ready', 'later', 'held') AND +a.not_before <= :now
            ORDER BY a.queued DESC, a.id DESC LIMIT 1)) AS alert
        FROM chat c
        WHERE c.state = 'open' AND c.due IS NOT NULL AND +c.due <= :now
        ORDER BY c.served, c.id
        LIMIT :limit @skip_locked()
    """)
    # What eight publishers told within the last hours passes the queues of all chats. The crosses
    # keep SQLite on the index of what is owed of a story, however many heard of it already.
    _BREAKING = Query("""
        SELECT c.id AS chat, a.id AS alert
        FROM story s
        CROSS JOIN alert a ON a.story = s.id AND a.state IN ('ready', 'later', 'held')
                          AND a.not_before <= :now
        CROSS JOIN chat c ON c.id = a.chat AND c.state = 'open' AND c.due IS NOT NULL
                         AND c.due <= :now
        WHERE s.publishers >= 8 AND s.latest > :since
        LIMIT :limit @skip_locked()
    """)
    _CLAIM = Query("""
        UPDATE alert SET state = 'claimed', token = :token, lease_until = :until
        WHERE id IN @ids(ids) AND state IN ('ready', 'later', 'held')
    """)
    _SERVED = Query("UPDATE chat SET served = :now WHERE id IN @ids(chats)")

    async def claim(
        self, now: float, limit: int, lease: float, rules: FoldingRules | None = None
    ) -> list[Alert]:
        """Take up to `limit` alerts for `lease` seconds, at most one per chat, fairest first.

        Each carries the fencing token that `mark`, `hold` and `settle` ask for. Left out: closed
        chats, chats told to wait or with an alert in flight, and what is not due yet. With `rules`,
        one alert may go for others of its chat, and a chat that heard much may have to wait.
        """
        picked = await self._pick(now, limit, rules)
        if not picked:
            return []
        ids = [AlertId(row["alert"]) for row in picked]
        token = f"{self._epoch}.{secrets.token_hex(8)}"
        await self._session.rows(
            self._CLAIM, ids=packed(ids), token=token, until=math.ceil(now + lease)
        )
        await self._session.rows(
            self._SERVED, chats=packed(row["chat"] for row in picked), now=int(now)
        )
        return await self.many(ids)

    async def _pick(
        self, now: float, limit: int, rules: FoldingRules | None
    ) -> Sequence[Mapping[str, int] | Row]:
        while picked := await self._next(int(now), limit):
            if rules is None:
                return picked
            if going := await self.gather(picked, now, rules):
                return going
        return []

    async def _next(self, now: Instant, limit: int) -> list[Row]:
        first = await self._session.rows(self._BREAKING, now=now, since=now - BREAKING, limit=limit)
        then = await self._session.rows(self._NEXT, now=now, limit=limit)
        one_each: dict[int, Row] = {}
        for row in (*first, *then):
            one_each.setdefault(row["chat"], row)
        return list(one_each.values())[:limit]

    _NEXT_DUE = Query("""
        SELECT min(due) AS value FROM chat WHERE state = 'open' AND due IS NOT NULL
    """)

    async def next_due(self) -> Instant | None:
        """When the next alert may be claimed, past times meaning now; None: nothing is owed.

        Alerts of chats with one in flight don't count: its settlement is the time to look again.
        """
        due: Instant | None = await self._session.value(self._NEXT_DUE)
        return due

    async def get(self, alert: AlertId) -> Alert | None:
        found = await self.many([alert])
        return found[0] if found else None

    _BY_MESSAGE = Query("""
        SELECT a.id FROM alert a JOIN chat c ON c.id = a.chat
        WHERE c.telegram = :telegram AND a.message = :message AND a.gathers = ''
        ORDER BY a.id DESC LIMIT 1
    """)

    async def by_message(self, telegram_chat: int, message_id: int) -> Alert | None:
        """The alert that this message of Telegram's is, in whichever thread of the chat.

        None for a list: nobody knows which of its stories is meant.
        """
        row = await self._session.one(self._BY_MESSAGE, telegram=telegram_chat, message=message_id)
        return None if row is None else await self.get(AlertId(row["id"]))

    # A list that is being sent goes on for the others; `carried` leaves out what is not wanted.
    _WITHDRAW = Query("""
        UPDATE alert SET
            withdrawn = CASE
                WHEN state = 'sending' AND gathers <> '' AND :topic + :story > 0 THEN withdrawn
                ELSE 1 END,
            ended = CASE WHEN state = 'sending' THEN NULL ELSE :now END,
            problem = CASE WHEN state = 'sending' THEN problem ELSE 'no longer wanted' END,
            token = CASE WHEN state = 'sending' THEN token ELSE '' END,
            state = CASE WHEN state = 'sending' THEN 'sending' ELSE 'closed' END
        WHERE chat = :chat
          AND state IN ('ready', 'claimed', 'sending', 'later', 'held', 'folded')
          AND (:topic = 0 OR topic = :topic) AND (:story = 0 OR story = :story)
        RETURNING id
    """)

    async def close_for(
        self,
        chat: ChatId,
        topic: TopicId | None = None,
        story: StoryId | None = None,
        *,
        now: float | None = None,
    ) -> int:
        """Nothing more is owed to the chat: of a topic, of a story, or at all; how many it was.

        What is being sent just now is not tried again, but may still turn out to be sent.
        """
        rows = await self._session.rows(
            self._WITHDRAW,
            chat=chat,
            topic=topic or 0,
            story=story or 0,
            now=int(self._now() if now is None else now),
        )
        return len(rows)

    _PAUSE = Query("""
        UPDATE chat SET not_before = :until WHERE id = :chat AND not_before < :until
    """)

    async def pause(self, chat: ChatId, until: float) -> None:
        """Telegram asks us to leave the chat alone until then; survives a restart."""
        await self._session.rows(self._PAUSE, chat=chat, until=math.ceil(until))

    _STATS = Query("""
        SELECT state, count(*) AS number, min(queued) AS oldest FROM alert
        WHERE state IN ('ready', 'later', 'held') AND (:chat = 0 OR chat = :chat)
        GROUP BY state
        UNION ALL
        SELECT 'flying', count(*), min(queued) FROM alert
        WHERE state IN ('claimed', 'sending') AND (:chat = 0 OR chat = :chat)
        UNION ALL
        SELECT CASE c.state WHEN 'held' THEN 'folded_held' ELSE 'folded' END, count(*),
               min(a.queued)
        FROM alert a JOIN alert c ON c.id = a.folded_into
        WHERE a.state = 'folded' AND (:chat = 0 OR a.chat = :chat)
        GROUP BY 1
        UNION ALL
        SELECT state, count(*), NULL FROM alert
        WHERE ended > :since AND state IN ('sent', 'closed') AND (:chat = 0 OR chat = :chat)
        GROUP BY state
    """)

    async def stats(self, now: float) -> OutboxStats:
        """The outbox in numbers; sent and closed are those of the last 24 hours."""
        return await self._stats(0, int(now) - DAY)

    async def chat_stats(self, chat: ChatId, since: float) -> OutboxStats:
        """The same for one chat, with what was sent and closed after `since`."""
        return await self._stats(chat, int(since))

    async def _stats(self, chat: int, since: Instant) -> OutboxStats:
        rows = await self._session.rows(self._STATS, chat=chat, since=since)
        number = {row["state"]: int(row["number"]) for row in rows}
        oldest = {row["state"]: row["oldest"] for row in rows}
        owed = ("ready", "later", "flying", "folded")
        unsent = [at for s in owed if (at := oldest.get(s)) is not None]
        return OutboxStats(
            waiting=sum(number.get(state, 0) for state in ("ready", "later", "folded")),
            in_flight=number.get("flying", 0),
            held=number.get("held", 0) + number.get("folded_held", 0),
            sent_24h=number.get("sent", 0),
            closed_24h=number.get("closed", 0),
            oldest_unsent=min(unsent, default=None),
        )
