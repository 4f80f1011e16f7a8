"""Updates that the webhook brought: kept until they have been handled.

In: an update as it came, with its number. Out: what a crash left unhandled. Telegram is answered
once it stands here, so nothing that was acknowledged can be lost. It refuses to know what an update
says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from bot.store.engine import Query, Session, packed

TRIES = 3  # starts that take an update up again; one that ends the process each time is let go


class Inbox:
    def __init__(self, session: Session) -> None:
        self._session = session

    _KEEP = Query("""
        INSERT INTO inbox (number, body) VALUES (:number, :body)
        ON CONFLICT (number) DO NOTHING
        RETURNING number
    """)

    async def keep(self, number: int, update: dict[str, Any]) -> bool:
        """False where it is here already: Telegram repeats what it thinks was lost."""
        body = json.dumps(update, separators=(",", ":"))
        return await self._session.one(self._KEEP, number=number, body=body) is not None

    _TAKE_UP = Query("UPDATE inbox SET tries = tries + 1")
    _WORN = Query("DELETE FROM inbox WHERE tries > :tries")
    _ALL = Query("SELECT body FROM inbox ORDER BY number")

    async def take_up(self) -> list[dict[str, Any]]:
        """What an earlier process did not end, in Telegram's order; once at each start."""
        await self._session.rows(self._TAKE_UP)
        await self._session.rows(self._WORN, tries=TRIES)
        return [json.loads(row["body"]) for row in await self._session.rows(self._ALL)]

    _DONE = Query("DELETE FROM inbox WHERE number IN @ids(numbers)")

    async def done(self, numbers: Iterable[int]) -> None:
        """They have been handled, or never will be."""
        await self._session.rows(self._DONE, numbers=packed(numbers))
