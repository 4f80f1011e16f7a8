"""What became of the alerts of a day, in numbers: for everyone who runs the bot, and for a chat.

In: a clock. Out: `Figures`, `Standing`. Counted from the rows themselves, so that a restart forgets
nothing and nothing is counted twice. It refuses to know who asks.
"""

from __future__ import annotations

from bot.model import ChatId
from bot.model.tell import Figures, Standing
from bot.store.engine import Query, Session

DAY = 86_400
_NEWEST = 1_000  # alerts whose time from fetch to phone is looked at

_COUNTS = """
    SELECT count(*) AS matched,
        count(*) FILTER (WHERE state = 'sent') AS delivered,
        count(*) FILTER (WHERE state IN ('ready', 'later', 'claimed', 'sending')) AS waiting,
        count(*) FILTER (WHERE state = 'held') AS held,
        count(*) FILTER (WHERE state = 'closed' AND problem = 'no longer wanted') AS called_off,
        count(*) FILTER (WHERE state = 'closed' AND problem IS NOT 'no longer wanted') AS failed
    FROM (
        SELECT a.problem, CASE a.state
            WHEN 'folded' THEN (SELECT c.state FROM alert c WHERE c.id = a.folded_into)
            ELSE a.state END AS state
        FROM alert a WHERE {which} AND a.queued > :since)
"""


class Counting:
    def __init__(self, session: Session) -> None:
        self._session = session

    _ALL = Query(_COUNTS.format(which="true"))
    _OF_CHAT = Query(_COUNTS.format(which="a.chat = :chat"))
    # Quiet hours are the reader's own wish; what they hold up says nothing of us.
    _SPEED = Query("""
        SELECT a.ended - a.queued AS value
        FROM alert a JOIN chat c ON c.id = a.chat
        WHERE a.ended > :since AND a.state = 'sent' AND c.quiet_from IS NULL
        ORDER BY a.ended DESC LIMIT :newest
    """)

    async def figures(self, now: float) -> Figures:
        """Of what was queued within 24 hours; the times are those of the newest 1,000 sent."""
        since = int(now) - DAY
        row = await self._session.sole(self._ALL, since=since)
        rows = await self._session.rows(self._SPEED, since=since, newest=_NEWEST)
        taken = sorted(max(0, int(r["value"])) for r in rows)
        return Figures(
            **{name: int(row[name]) for name in row.keys()},  # noqa: SIM118  (columns, not a dict)
            half=_within(taken, 0.5),
            most=_within(taken, 0.95),
        )

    _LAST = Query("SELECT max(ended) AS value FROM alert WHERE chat = :chat AND state = 'sent'")
    _REST = Query("""
        SELECT c.not_before,
            (SELECT count(*) FROM story_mute m WHERE m.chat = c.id AND m.until > :now) AS muted,
            (SELECT count(*) FROM story_follow w WHERE w.chat = c.id) AS followed,
            (SELECT count(*) FROM feed_chat v JOIN feed f ON f.id = v.feed
             WHERE v.chat = c.id AND (f.failures > 0 OR f.state = 'dead')) AS ailing
        FROM chat c WHERE c.id = :chat
    """)

    async def standing(self, chat: ChatId, now: float) -> Standing:
        """How one chat stands: its day, and what keeps its alerts."""
        row = await self._session.sole(self._OF_CHAT, chat=chat, since=int(now) - DAY)
        rest = await self._session.sole(self._REST, chat=chat, now=int(now))
        return Standing(
            Figures(**{name: int(row[name]) for name in row.keys()}),  # noqa: SIM118
            last=await self._session.value(self._LAST, chat=chat),
            not_before=int(rest["not_before"]),
            muted_stories=int(rest["muted"]),
            followed_stories=int(rest["followed"]),
            ailing_feeds=int(rest["ailing"]),
        )


def _within(taken: list[int], share: float) -> int | None:
    """Seconds that are enough for this share; None where nothing was sent."""
    return taken[min(len(taken) - 1, int(len(taken) * share))] if taken else None
