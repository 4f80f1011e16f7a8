"""What a language model made of articles, and how often it was asked.

In: a key that stands for the content, and a text. Out: the text, while it is kept. It refuses to
know what is in it.
"""

from __future__ import annotations

from bot.store.engine import Query, Session

KEPT_DAYS = 7  # the news is old by then, and so are articles of feeds that a chat took away
_DAY = 86_400


class Retold:
    def __init__(self, session: Session) -> None:
        self._session = session

    _GET = Query("SELECT body AS value FROM retold WHERE key = :key")

    async def get(self, key: str) -> str | None:
        """None: never made; "": made, and not fit to be shown."""
        body: str | None = await self._session.value(self._GET, key=key)
        return body

    _PUT = Query("""
        INSERT INTO retold (key, body, made) VALUES (:key, :body, :now)
        ON CONFLICT (key) DO UPDATE SET body = excluded.body, made = excluded.made
    """)

    async def put(self, key: str, body: str, now: float) -> None:
        """Keep it; housekeeping throws it away after `KEPT_DAYS`."""
        await self._session.rows(self._PUT, key=key, body=body, now=int(now))

    _COUNT = Query("""
        INSERT INTO retold_day (day, asked) SELECT :day, 1 WHERE :most > 0
        ON CONFLICT (day) DO UPDATE SET asked = asked + 1 WHERE asked < :most
        RETURNING asked
    """)
    _DAYS = Query("DELETE FROM retold_day WHERE day < :day")

    async def count(self, now: float, most: int) -> bool:
        """Count one request of this day (UTC); False, and not counted, where there were so many."""
        day = int(now) // _DAY
        await self._session.rows(self._DAYS, day=day)
        return await self._session.one(self._COUNT, day=day, most=most) is not None
