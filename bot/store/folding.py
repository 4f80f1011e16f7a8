"""Several alerts of a chat in one message: which are due together, and what becomes of them.

In: chats picked for a claim, and rules. Out: the same chats, less those that must catch their
breath; where much is due at once, one alert goes for the others. These are `folded` into it until
it is settled: triggers of the database move them with it, whatever ends it
(docs/decisions/0003-catch-up.md). It refuses to know what a list looks like.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import Alert, AlertId, Gathers, Never, Settlement
from bot.store.engine import Query, Row, packed
from bot.store.living import Living


@dataclass(frozen=True, slots=True)
class FoldingRules:
    """When alerts of one chat become one message. Times in seconds."""

    stale: float  # between being owed and being sent that an alert is news
    wide: int  # publishers that keep a story news for longer
    rings: int  # messages within `window` that a chat hears one by one
    first: int  # of a burst, those that ring before the rest becomes a list
    window: float
    breath: float  # after a message to a chat that heard so many


class Folding(Living):
    # Message numbers of a chat only grow, so its last messages need no index of their own. A time
    # that is yet to come is from before the clock was set back, and counts for nothing.
    _LOOK = Query("""
        SELECT p.id AS alert, p.chat, p.state, p.queued, p.gathers, p.doubt + p.alone AS single,
               s.publishers,
            (SELECT count(*) FROM (
                SELECT a.id FROM alert a
                WHERE a.chat = p.chat AND a.state IN ('ready', 'later', 'held')
                  AND a.not_before <= :now
                LIMIT :most) o) AS due,
            (SELECT count(*) FROM (
                SELECT a.ended FROM alert a WHERE a.chat = p.chat AND a.message IS NOT NULL
                ORDER BY a.message DESC LIMIT :rings) r
             WHERE r.ended > :since AND r.ended <= :now) AS rung,
            (SELECT max(r.ended) FROM (
                SELECT a.ended FROM alert a WHERE a.chat = p.chat AND a.message IS NOT NULL
                ORDER BY a.message DESC LIMIT :rings) r
             WHERE r.ended > :since AND r.ended <= :now) AS last
        FROM @each(picked) d JOIN alert p ON p.id = @int(d.alert) JOIN story s ON s.id = p.story
    """)
    _BREATHE = Query("""
        UPDATE chat SET not_before = @int(d.until)
        FROM @each(chats) d
        WHERE chat.id = @int(d.chat) AND chat.not_before < @int(d.until)
    """)

    async def gather(
        self, picked: Sequence[Row], now: float, rules: FoldingRules
    ) -> list[Mapping[str, int]]:
        """Fold what is due with the picked alerts; those (`chat`, `alert`) that go now."""
        at = int(now)
        looks = await self._session.rows(
            self._LOOK,
            picked=packed({"alert": row["alert"]} for row in picked),
            now=at,
            since=at - int(rules.window),
            most=rules.rings + 1,
            rings=rules.rings,
        )
        going: list[Mapping[str, int]] = []
        waiting: list[dict[str, int]] = []
        for row in looks:
            what = _verdict(row, at, rules)
            if isinstance(what, int):
                waiting.append({"chat": row["chat"], "until": what})
                continue
            if what:
                await self._fold(row, what, at, rules)
            going.append({"chat": int(row["chat"]), "alert": int(row["alert"])})
        if waiting:
            await self._session.rows(self._BREATHE, chats=packed(waiting))
        return going

    _FOLD = Query("""
        UPDATE alert SET state = 'folded', folded_into = :carrier, gathers = '', not_before = 0
        WHERE id IN (
            SELECT a.id FROM alert a JOIN story s ON s.id = a.story
            WHERE a.chat = :chat AND a.state IN ('ready', 'later', 'held')
              AND a.not_before <= :now AND a.id <> :carrier AND a.doubt = 0 AND a.alone = 0
              AND (:all = 1 OR a.state = 'held' OR (a.queued <= :before AND s.publishers < :wide)))
        RETURNING id, queued
    """)
    _ADOPT = Query("""
        UPDATE alert SET folded_into = :carrier
        WHERE folded_into IN @ids(folded) AND state = 'folded'
    """)
    _CARRY = Query("UPDATE alert SET gathers = :why WHERE id = :carrier")

    async def _fold(self, row: Row, why: Gathers, now: int, rules: FoldingRules) -> None:
        """Everything due that `why` is about goes with the alert of `row`; lists become one."""
        stale = now - int(rules.stale)
        folded = await self._session.rows(
            self._FOLD,
            chat=row["chat"],
            carrier=row["alert"],
            now=now,
            all=int(why == "burst"),
            before=stale,
            wide=rules.wide,
        )
        if not folded and not row["gathers"]:
            return
        if why == "burst" and any(alert["queued"] <= stale for alert in folded):
            why = "late"  # the burst after an outage
        ids = packed(alert["id"] for alert in folded)
        await self._session.rows(self._ADOPT, carrier=row["alert"], folded=ids)
        await self._session.rows(self._CARRY, carrier=row["alert"], why=why)

    # Of the carrier itself only this tells whether it is wanted still: what was being sent when its
    # reader changed her mind goes on for the others.
    _CARRIED = Query("""
        SELECT a.id FROM alert a JOIN story s ON s.id = a.story
        WHERE (a.id = :carrier OR (a.folded_into = :carrier AND a.state IN ('folded', 'sent')))
          AND (EXISTS (SELECT 1 FROM follow w
                       WHERE w.chat = a.chat AND w.topic = a.topic
                         AND coalesce(w.muted_until, 0) <= :now)
               OR EXISTS (SELECT 1 FROM saga_full g JOIN story_follow f ON f.story = g.other
                          WHERE g.story = a.story AND f.chat = a.chat))
          AND NOT EXISTS (SELECT 1 FROM story_mute m
                          WHERE m.chat = a.chat AND m.story = a.story AND m.until > :now)
        ORDER BY s.publishers DESC, a.queued DESC, a.id DESC
    """)

    async def carried(self, carrier: AlertId, now: float, limit: int) -> tuple[list[Alert], int]:
        """What a list tells, its carrier included: the widest and newest, and how many in all."""
        rows = await self._session.rows(self._CARRIED, carrier=carrier, now=int(now))
        return await self.many([AlertId(row["id"]) for row in rows[:limit]]), len(rows)

    _DROP = Query("""
        UPDATE alert SET state = 'closed', ended = :now, problem = 'no longer wanted', token = '',
            lease_until = 0
        WHERE id = :alert AND token = :token AND state = 'claimed'
    """)

    async def drop(self, alert: Alert, now: float) -> None:
        """Nobody wants any more what this claim is about."""
        await self._session.rows(self._DROP, alert=alert.id, token=alert.token, now=int(now))

    _REFUSED = Query("""
        UPDATE alert SET state = 'ready', alone = 1, gathers = '', folded_into = NULL,
            not_before = 0, token = '', lease_until = 0, doubt = c.doubt, resends = c.resends,
            unanswered = c.unanswered
        FROM @each(claims) d JOIN alert c ON c.id = @int(d.id)
        WHERE c.token = @text(d.token) AND c.state IN ('claimed', 'sending') AND c.gathers <> ''
          AND c.withdrawn = 0
          AND (alert.id = c.id OR (alert.folded_into = c.id AND alert.state = 'folded'))
    """)

    async def part(self, settlements: Sequence[Settlement]) -> None:
        """Lists that Telegram refused: each story goes for itself, so that one cannot take others
        along. Their settlements are void after that.
        """
        refused = [
            {"id": s.alert, "token": s.token}
            for s in settlements
            if isinstance(s.outcome, Never) and s.outcome.scope == "alert"
        ]
        if refused:
            await self._session.rows(self._REFUSED, claims=packed(refused))


def _verdict(row: Row, now: int, rules: FoldingRules) -> Gathers | int:
    """Why the picked alert goes for others; "" for itself alone; or until when the chat waits."""
    due, rung, last = int(row["due"]), int(row["rung"]), int(row["last"] or 0)
    stale = row["queued"] <= now - rules.stale and row["publishers"] < rules.wide
    alone = row["single"] > 0
    if not alone and (row["state"] == "held" or stale) and (due > 1 or row["gathers"]):
        return "quiet" if row["state"] == "held" else "late"
    if rung + due <= rules.rings or rung < rules.first:
        return ""
    if rung >= rules.rings and now < last + rules.breath:
        return math.ceil(last + rules.breath)
    return "burst" if due > 1 and not alone else ""
