"""Chats that take nothing from us for now, and who is to be told.

In: what Telegram refused, and when. Out: a pause on the chat, and who has not been told yet. What a
chat follows stays untouched. It refuses to know how anybody is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.model import ChatId, Refusal
from bot.store.engine import Query, Session


@dataclass(frozen=True, slots=True)
class Untold:
    """A refusal that the chat's keeper has not heard of; `private` is the chat with the keeper."""

    telegram: int
    refusal: Refusal
    private: ChatId


class Refusals:
    _session: Session

    _KEEP = Query("UPDATE chat SET keeper = :user WHERE id = :chat")

    async def keep(self, chat: ChatId, user: int) -> None:
        """`user`, a Telegram id, looks after the chat from now on."""
        await self._session.rows(self._KEEP, chat=chat, user=user)

    _KEPT = Query("""
        SELECT count(DISTINCT telegram) AS value FROM chat
        WHERE keeper = :user AND state = 'open' AND telegram <> :but
    """)

    async def kept_by(self, user: int, *, but: int = 0) -> int:
        """How many groups and channels a person looks after, the one with the id `but` left out."""
        return int(await self._session.value(self._KEPT, user=user, but=but))

    _REFUSE = Query("""
        UPDATE chat SET
            refused = CASE WHEN refusal = :kind AND refusals > 0 THEN refused ELSE :now END,
            refusals = CASE WHEN refusal = :kind THEN refusals + 1 ELSE 1 END,
            told = CASE WHEN refusal = :kind THEN told END,
            not_before = CASE WHEN not_before > :until THEN not_before ELSE :until END,
            refusal = :kind
        WHERE (id = :chat OR (:chat = 0 AND telegram = :telegram))
          AND (kind <> 'private' OR :kind = 'missing')
    """)

    async def refuse(self, chat: ChatId, kind: Refusal, now: float, seconds: float) -> None:
        """One more refusal, in a row where it is of the same kind; nothing goes there until then.

        A private chat has no rights to give, so only its being missing counts.
        """
        await self._refuse(kind, now, seconds, chat=chat)

    async def refuse_everywhere(
        self, telegram: int, kind: Refusal, now: float, seconds: float
    ) -> None:
        """The same for a chat with all its threads."""
        await self._refuse(kind, now, seconds, telegram=telegram)

    async def _refuse(
        self, kind: Refusal, now: float, seconds: float, *, chat: int = 0, telegram: int = 0
    ) -> None:
        await self._session.rows(
            self._REFUSE,
            chat=chat,
            telegram=telegram,
            kind=kind,
            now=int(now),
            until=math.ceil(now + seconds),
        )

    _ACCEPT = Query("""
        UPDATE chat SET refusal = NULL, refusals = 0, refused = NULL, told = NULL
        WHERE telegram = :telegram AND (:thread = -1 OR thread = :thread) AND refusal IS NOT NULL
    """)

    async def accept(self, telegram: int, thread: int | None = None) -> None:
        """Something got through, or Telegram says that it would: the next refusal is a new one."""
        await self._session.rows(
            self._ACCEPT, telegram=telegram, thread=-1 if thread is None else thread
        )

    # A chat whose own row names nobody is looked after by whoever looks after its other threads.
    _UNTOLD = Query("""
        SELECT c.telegram, c.refusal, p.id AS private
        FROM chat c JOIN chat p ON p.thread = 0 AND p.kind = 'private' AND p.state = 'open'
          AND p.telegram = coalesce(
              c.keeper, (SELECT max(k.keeper) FROM chat k WHERE k.telegram = c.telegram))
        WHERE c.refusal IN ('rights', 'closed', 'thread') AND c.told IS NULL AND c.refusals > 0
          AND EXISTS (SELECT 1 FROM follow f WHERE f.chat = c.id)
        GROUP BY c.telegram, c.refusal, p.id
        ORDER BY c.telegram, c.refusal
        LIMIT :limit
    """)

    async def untold(self, limit: int = 20) -> list[Untold]:
        """Refusals whose keeper has a chat with us and has not heard; only where it follows."""
        rows = await self._session.rows(self._UNTOLD, limit=limit)
        return [Untold(r["telegram"], r["refusal"], ChatId(r["private"])) for r in rows]

    _TOLD = Query("""
        UPDATE chat SET told = :now WHERE telegram = :telegram AND refusal = :kind
    """)

    async def told(self, untold: Untold, now: float) -> None:
        """The keeper knows; a further refusal of the same kind is no news."""
        await self._session.rows(
            self._TOLD, telegram=untold.telegram, kind=untold.refusal, now=int(now)
        )
