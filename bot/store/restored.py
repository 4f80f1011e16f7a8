"""A backup that was put back: what it owes may have been sent, and its numbers were given on.

In: the epoch that the database knows, and the one that began last where it lies. Out: whether it is
an older copy; then what it owed is closed, or doubted where it is recent, and no number is given
twice. What rings of the news in between is decided in `feeds.heard`.
"""

from __future__ import annotations

from bot.store.engine import Query, Session

RECENT = 6 * 3600  # seconds; what was queued since then is sent, with a word of doubt
ELSEWHERE = 3600  # seconds without a visit after which a database from elsewhere is a copy


class Restoring:
    def __init__(self, session: Session) -> None:
        self._session = session

    _IS_COPY = Query("@is_copy()")
    _LAST_SIGN = Query("SELECT max(last_visit) AS value FROM feed")

    async def is_older(self, known: int, former: int | None, now: float) -> bool:
        """Whether this is a copy of ours, or any older one of what was last open here.

        Where nothing was (`former` is None), a database that lived within the hour has moved.
        """
        if not known:
            return False
        if await self._session.value(self._IS_COPY):
            return True
        if former is not None:
            return former > known
        last = await self._session.value(self._LAST_SIGN)
        return last is not None and now - last > ELSEWHERE

    _CLOSE = Query("""
        UPDATE alert SET state = 'closed', ended = :now, token = '', lease_until = 0,
            problem = 'owed before the backup was restored'
        WHERE state IN ('ready', 'claimed', 'sending', 'later', 'held', 'folded')
          AND queued < :recent
    """)
    _DOUBT = Query("""
        UPDATE alert SET doubt = 1
        WHERE state IN ('ready', 'claimed', 'sending', 'later', 'held', 'folded')
    """)
    _SKIP = Query("@skip_numbers()")
    _NO_COPY = Query("@no_copy()")

    async def settle(self, now: float) -> None:
        """What an older copy means for the outbox and for numbers."""
        await self._session.rows(self._CLOSE, now=int(now), recent=int(now) - RECENT)
        await self._session.rows(self._DOUBT)
        await self._session.rows(self._SKIP)
        await self._session.rows(self._NO_COPY)
