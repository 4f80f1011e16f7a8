"""Chats: where alerts go, and each one's own choices.

In: Telegram's ids and a reader's settings. Out: `Chat`s, with an id of ours that stays when
Telegram changes its own. Moving and forgetting a chat is in `departures`, what it takes nothing for
is in `refusals`. It refuses to know what is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypedDict, Unpack

from bot.errors import StoreError
from bot.model import Chat, ChatId, ChatKind
from bot.store.departures import Departures
from bot.store.engine import Query, packed
from bot.store.refusals import Refusals
from bot.store.rows import chat_of


class DigestHours(NamedTuple):
    """The times of day, in minutes after midnight, whose digests may be due in a time zone now."""

    zone: str  # IANA name
    since: int
    minute: int
    day: str  # the date there, ISO 8601


class Choices(TypedDict, total=False):
    """What a chat may choose about itself; `None` switches quiet hours and digest off."""

    language: str
    timezone: str
    quiet_from: int | None
    quiet_to: int | None
    digest_at: int | None
    digest_on: str | None
    digest_begun: int


class Chats(Departures, Refusals):
    _ENSURE = Query("""
        INSERT INTO chat (telegram, thread, kind, language, since, changed)
        VALUES (:telegram, :thread, :kind, :language, :now, :now)
        ON CONFLICT (telegram, thread) DO UPDATE SET kind = excluded.kind
        RETURNING *
    """)

    async def ensure(
        self, telegram: int, thread: int, kind: ChatKind, language: str, now: float
    ) -> Chat:
        """The chat, made with `language` when it is new. A closed one stays closed: `reopen` it."""
        row = await self._session.sole(
            self._ENSURE,
            telegram=telegram,
            thread=thread,
            kind=kind,
            language=language,
            now=int(now),
        )
        return chat_of(row)

    _FIND = Query("SELECT * FROM chat WHERE telegram = :telegram AND thread = :thread")

    async def find(self, telegram: int, thread: int = 0) -> Chat | None:
        row = await self._session.one(self._FIND, telegram=telegram, thread=thread)
        return None if row is None else chat_of(row)

    _GET = Query("SELECT * FROM chat WHERE id = :id")

    async def get(self, chat: ChatId) -> Chat | None:
        row = await self._session.one(self._GET, id=chat)
        return None if row is None else chat_of(row)

    _CHANGE = Query("""
        UPDATE chat SET language = :language, timezone = :timezone, quiet_from = :quiet_from,
            quiet_to = :quiet_to, digest_at = :digest_at, digest_on = :digest_on,
            digest_begun = :digest_begun
        WHERE id = :id
    """)

    async def change(self, chat: ChatId, **choices: Unpack[Choices]) -> Chat:
        """Set what is named, leave the rest. Raises StoreError when the chat is gone."""
        if not choices.keys() <= Choices.__annotations__.keys():
            raise TypeError(f"a chat chooses only {', '.join(Choices.__annotations__)}")
        before = await self.get(chat)
        if before is None:
            raise StoreError("This chat is not known any more.")
        after = replace(before, **choices)
        await self._session.rows(
            self._CHANGE,
            id=chat,
            language=after.language,
            timezone=after.timezone,
            quiet_from=after.quiet_from,
            quiet_to=after.quiet_to,
            digest_at=after.digest_at,
            digest_on=after.digest_on,
            digest_begun=after.digest_begun,
        )
        return after

    _ALL_OPEN = Query("""
        SELECT * FROM chat WHERE state = 'open' AND id > :after ORDER BY id LIMIT :limit
    """)

    async def all_open(self, after_id: int = 0, limit: int = 500) -> list[Chat]:
        """A page of open chats; ask on with the last id as `after_id` until it is empty."""
        rows = await self._session.rows(self._ALL_OPEN, after=after_id, limit=limit)
        return [chat_of(row) for row in rows]

    _DIGEST_ZONES = Query("""
        SELECT DISTINCT timezone FROM chat WHERE state = 'open' AND digest_at IS NOT NULL
    """)

    async def digest_zones(self) -> list[str]:
        """The time zones in which somebody chose a time for a digest."""
        return [row["timezone"] for row in await self._session.rows(self._DIGEST_ZONES)]

    _DIGEST_AROUND = Query("""
        SELECT c.* FROM @each(zones) z
        JOIN chat c ON c.timezone = @text(z.zone)
            AND c.digest_at BETWEEN @int(z.since) AND @int(z.minute)
        WHERE c.state = 'open' AND c.digest_at IS NOT NULL AND c.id > :after
          AND (c.digest_on IS NULL OR c.digest_on <> @text(z.day) OR c.digest_begun = 1)
        ORDER BY c.id LIMIT :limit
    """)

    async def digest_around(
        self, hours: Sequence[DigestHours], after_id: int = 0, limit: int = 500
    ) -> list[Chat]:
        """A page of open chats whose time lies in the hours of their zone, but for those who had
        that day's digest already. Nobody else costs anything here.
        """
        zones = packed(each._asdict() for each in hours)
        rows = await self._session.rows(
            self._DIGEST_AROUND, zones=zones, after=after_id, limit=limit
        )
        return [chat_of(row) for row in rows]

    _CLOSE = Query("""
        UPDATE chat SET state = 'closed', problem = :problem, changed = :now,
            refusal = CASE WHEN :thread >= 0 THEN refusal END,
            told = CASE WHEN :thread >= 0 THEN told END
        WHERE telegram = :telegram AND (:thread = -1 OR thread = :thread)
        RETURNING id
    """)

    async def close(
        self, telegram: int, problem: str, now: float, thread: int | None = None
    ) -> None:
        """Nothing more goes there: all its threads, or one. Follows stay for a return.

        What was owed is called off; what is being sent just now may still settle as sent.
        """
        rows = await self._session.rows(
            self._CLOSE,
            telegram=telegram,
            problem=problem,
            now=int(now),
            thread=-1 if thread is None else thread,
        )
        await self._call_off([row["id"] for row in rows], problem, now)

    _TRY_AGAIN = Query("""
        UPDATE alert SET not_before = 0
        WHERE state = 'later' AND chat IN (
            SELECT id FROM chat WHERE telegram = :telegram AND refusals > 0)
    """)
    _REOPEN = Query("""
        UPDATE chat SET state = 'open', problem = NULL, not_before = 0, refusals = 0,
            changed = CASE WHEN state = 'closed' THEN :now ELSE changed END
        WHERE telegram = :telegram AND (state = 'closed' OR refusals > 0)
    """)

    async def reopen(self, telegram: int, now: float) -> None:
        """The chat is back, with what it followed, or is to be tried again at once.

        What a closed one missed is not sent after; what waited for a pause is.
        """
        await self._session.rows(self._TRY_AGAIN, telegram=telegram)
        await self._session.rows(self._REOPEN, telegram=telegram, now=int(now))
