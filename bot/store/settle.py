"""How an alert moves: claimed → sending → sent | later | held | closed, and what a crash leaves.

In: marks, settlements, a clock. Out: which of them took effect. Whoever lost the token can neither
mark nor settle. Only a row found in `sending` is in doubt: docs/decisions/0001-delivery.md says how
often it is sent again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from bot.model import (
    AlertId,
    ChatId,
    Clock,
    Instant,
    Later,
    Moved,
    Never,
    Sent,
    Settlement,
    Unknown,
)
from bot.store.engine import Query, Session, Value, packed
from bot.store.folding import Folding

CRASHES = 10  # times that an alert found in `sending` after a crash is sent again

Claim = tuple[AlertId, str]
"""An alert with the fencing token under which it was claimed."""


class Settling(Folding):
    def __init__(self, session: Session, epoch: str, now: Clock) -> None:
        self._session = session
        self._epoch = epoch
        self._now = now

    _MARK = Query("""
        UPDATE alert SET state = 'sending', attempts = attempts + 1
        FROM @each(claims) d
        WHERE alert.id = @int(d.id) AND alert.token = @text(d.token)
          AND alert.state = 'claimed' AND alert.lease_until > :now
        RETURNING alert.id
    """)

    async def mark(self, claims: Sequence[Claim], now: float) -> set[AlertId]:
        """Claimed → sending, to be committed before the request is written; those still ours."""
        if not claims:
            return set()
        rows = await self._session.rows(self._MARK, claims=_packed(claims), now=math.floor(now))
        return {AlertId(row["id"]) for row in rows}

    # A late `Sent` of a withdrawn alert is still a fact; any other end of it is the end.
    _SETTLE = Query("""
        UPDATE alert SET
            state = CASE
                WHEN @text(d.state) IN ('sent', 'closed') THEN @text(d.state)
                WHEN withdrawn = 1 OR (@text(d.state) = 'doubt' AND unanswered > 0) THEN 'closed'
                WHEN @text(d.state) = 'doubt' THEN 'ready'
                ELSE @text(d.state) END,
            ended = CASE
                WHEN @text(d.state) IN ('sent', 'closed') OR withdrawn = 1
                  OR (@text(d.state) = 'doubt' AND unanswered > 0) THEN @int(d.at) END,
            doubt = CASE WHEN @text(d.state) = 'doubt' THEN 1 ELSE doubt END,
            resends = resends + CASE
                WHEN @text(d.state) = 'doubt' AND unanswered = 0 AND withdrawn = 0
                THEN 1 ELSE 0 END,
            unanswered = unanswered + CASE
                WHEN @text(d.state) = 'doubt' AND unanswered = 0 AND withdrawn = 0
                THEN 1 ELSE 0 END,
            refused = refused + @int(d.odd),
            not_before = @int(d.not_before), problem = @text(d.problem),
            message = @int(d.message), shown_publishers = @int(d.shown),
            shown_summary = @int(d.summary),
            token = '', lease_until = 0
        FROM @each(settlements) d
        WHERE alert.id = @int(d.id) AND alert.token = @text(d.token)
          AND alert.state IN ('claimed', 'sending')
        RETURNING alert.id, alert.chat, alert.story, alert.state
    """)
    _PAUSE_CHATS = Query("""
        UPDATE chat SET not_before = @int(d.until)
        FROM @each(pauses) d
        WHERE chat.id = @int(d.chat) AND chat.not_before < @int(d.until)
    """)

    async def settle(self, settlements: Sequence[Settlement], now: float) -> set[AlertId]:
        """Write outcomes to their rows; those that took effect. A stale token is void.

        Sent → sent; Later → later (the whole chat waits when its scope is "chat"); Never → closed;
        Moved → ready at once, the caller migrates the chat; Unknown → ready with doubt once, then
        closed. Closing a chat after `Never("…", "chat")` is the caller's.
        """
        if not settlements:
            return set()
        await self.part(settlements)
        items = [_settled(settlement) for settlement in settlements]
        rows = await self._session.rows(self._SETTLE, settlements=packed(items))
        chats = {AlertId(row["id"]): ChatId(row["chat"]) for row in rows}
        pauses = list(_pauses(settlements, chats))
        if pauses:
            await self._session.rows(self._PAUSE_CHATS, pauses=packed(pauses))
        # What joined the story while its alert was on the way has found no message to change.
        await self.refresh(sorted({r["story"] for r in rows if r["state"] == "sent"}), now)
        return set(chats)

    async def journal(
        self, marks: Sequence[Claim], settlements: Sequence[Settlement], now: float
    ) -> set[AlertId]:
        """The group commit: outcomes of the last sends, then marks of the next; those marked."""
        await self.settle(settlements, now)
        return await self.mark(marks, now)

    _HOLD = Query("""
        UPDATE alert SET state = 'held', not_before = :until, token = '', lease_until = 0
        FROM @each(claims) d
        WHERE alert.id = @int(d.id) AND alert.token = @text(d.token) AND alert.state = 'claimed'
        RETURNING alert.id
    """)

    async def hold(self, claims: Sequence[Claim], until: float) -> set[AlertId]:
        """Claimed → held until the quiet hours end; claimed again from then on; those held."""
        if not claims:
            return set()
        rows = await self._session.rows(self._HOLD, claims=_packed(claims), until=math.ceil(until))
        return {AlertId(row["id"]) for row in rows}

    _RELEASE = Query("""
        UPDATE alert SET state = 'ready', not_before = 0 WHERE chat = :chat AND state = 'held'
        RETURNING id
    """)

    async def release(self, chat: ChatId) -> int:
        """The chat's quiet hours are off or changed: what was held is due now; how many."""
        return len(await self._session.rows(self._RELEASE, chat=chat))

    _GIVE_BACK = Query("""
        UPDATE alert SET state = 'ready', token = '', lease_until = 0
        FROM @each(claims) d
        WHERE alert.id = @int(d.id) AND alert.token = @text(d.token) AND alert.state = 'claimed'
        RETURNING alert.id
    """)

    async def give_back(self, claims: Sequence[Claim]) -> set[AlertId]:
        """Claimed → ready, without doubt: what a courier that stops did not begin to send."""
        if not claims:
            return set()
        rows = await self._session.rows(self._GIVE_BACK, claims=_packed(claims))
        return {AlertId(row["id"]) for row in rows}

    # The file is ours alone, so a claim of another epoch is a dead process's: no lease to wait for.
    _RECOVER = Query("""
        UPDATE alert SET
            state = CASE
                WHEN state = 'claimed' THEN 'ready'
                WHEN resends - unanswered < :resends AND withdrawn = 0 THEN 'ready'
                ELSE 'closed' END,
            doubt = CASE WHEN state = 'sending' THEN 1 ELSE doubt END,
            ended = CASE
                WHEN state = 'claimed' OR (resends - unanswered < :resends AND withdrawn = 0)
                THEN NULL
                ELSE :now END,
            problem = CASE
                WHEN state = 'claimed' OR (resends - unanswered < :resends AND withdrawn = 0)
                THEN problem ELSE 'in doubt whether it was sent' END,
            resends = resends + CASE
                WHEN state = 'sending' AND resends - unanswered < :resends AND withdrawn = 0
                THEN 1 ELSE 0 END,
            token = '', lease_until = 0
        WHERE state IN ('claimed', 'sending')
          AND (lease_until <= :now OR substr(token, 1, length(:epoch)) <> :epoch)
        RETURNING attempts, doubt, ended, resends
    """)
    _LOST = Query("""
        SELECT count(*) AS claimed FROM alert
        WHERE state = 'claimed'
          AND (lease_until <= :now OR substr(token, 1, length(:epoch)) <> :epoch)
    """)

    async def recover(
        self, now: float, policy: Literal["resend", "drop"] = "resend"
    ) -> tuple[int, int]:
        """Take back what nobody will settle: (freed without doubt, found in doubt).

        That is every claim of an earlier process, and of this one those whose lease has run out.
        A claimed row was certainly not sent. A `sending` one may be out: `resend` sends it again,
        up to CRASHES times in all; `drop` closes it.
        """
        epoch, at = f"{self._epoch}.", math.floor(now)
        freed = int(await self._session.value(self._LOST, "claimed", now=at, epoch=epoch))
        rows = await self._session.rows(
            self._RECOVER, now=at, epoch=epoch, resends=CRASHES if policy == "resend" else 0
        )
        return freed, len(rows) - freed


def _packed(claims: Sequence[Claim]) -> str:
    return packed({"id": alert, "token": token} for alert, token in claims)


def _settled(settlement: Settlement) -> Mapping[str, Value]:
    """The columns that an outcome sets; `doubt` becomes ready or closed in the statement."""
    at = math.floor(settlement.at)
    row: dict[str, Value] = {
        "id": settlement.alert,
        "token": settlement.token,
        "at": at,
        "not_before": 0,
        "problem": None,
        "message": None,
        "shown": 0,
        "summary": 0,
        "odd": 0,
    }
    match settlement.outcome:
        case Sent(message, shown, shown_summary=summary):
            told = {"message": message, "shown": shown, "summary": summary}
            return row | told | {"state": "sent"}
        case Later(seconds, problem, refusal=refusal):
            until = math.ceil(settlement.at + max(0.0, seconds))
            row |= {"state": "later", "problem": problem, "not_before": until}
            return row | {"odd": int(refusal == "odd")}
        case Never(problem):
            return row | {"state": "closed", "problem": problem}
        case Moved():
            return row | {"state": "ready"}
        case Unknown(problem):
            return row | {"state": "doubt", "problem": problem}


def _pauses(
    settlements: Sequence[Settlement], chats: Mapping[AlertId, ChatId]
) -> Iterable[dict[str, Instant]]:
    for settlement in settlements:
        outcome = settlement.outcome
        chat = chats.get(settlement.alert)
        if chat is not None and isinstance(outcome, Later) and outcome.scope == "chat":
            yield {"chat": chat, "until": math.ceil(settlement.at + max(0.0, outcome.seconds))}
