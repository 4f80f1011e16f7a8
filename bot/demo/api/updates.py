"""What waits for the bot. In: updates as they happen. Out: getUpdates' answers, to one poller.

The rules of telegram-bot-api's Client.cpp (do_get_updates, abort_long_poll). Delivery to a webhook
is bot/demo/api/webhook.py; both take from the same queue.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from bot.demo.api.errors import ApiError, conflict

Json = dict[str, Any]

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query",
    "chosen_inline_result", "callback_query", "my_chat_member", "chat_member",
    "message_reaction", "message_reaction_count",
)  # fmt: skip
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
LONGEST_POLL = 50  # seconds
_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


class Updates:
    """`changed` is called when a poll begins or ends. `allowed` None means the default: all but the
    kinds that must be asked for."""

    def __init__(
        self,
        now: Callable[[], float],
        conflict_seconds: float,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.pending: deque[Json] = deque()
        self.allowed: frozenset[str] | None = None
        self.handed_out = 0  # updates that left for the bot, repeats counted again
        self._next = 100000001
        self._poller: asyncio.Future[ApiError] | None = None
        self._arrived = asyncio.Event()
        self._now = now
        self._changed = changed
        self._conflict_seconds = conflict_seconds
        self._last_conflict = float("-inf")

    def post(self, kind: str, payload: Json) -> Json | None:
        """Queue it, unless the bot did not ask for its kind."""
        wanted = kind not in _ON_REQUEST if self.allowed is None else kind in self.allowed
        return self.put({kind: payload}) if wanted else None

    def put(self, update: Json) -> Json:
        """Queue it whatever it is; for tests of what a bot makes of odd updates."""
        update = {"update_id": self._next} | update
        self._next = max(self._next, update["update_id"]) + 1
        self.pending.append(update)
        self._arrived.set()
        return update

    def allow(self, kinds: Iterable[str] | None) -> None:
        """An empty list is the default; unknown names are passed over."""
        known = frozenset(kind for kind in kinds or () if kind in KINDS)
        self.allowed = known or None

    def drop(self) -> None:
        self.pending.clear()
        self._arrived.clear()

    # ── long polling ──

    @property
    def polling(self) -> bool:
        return self._poller is not None

    def interrupt(self, text: str) -> None:
        """End the poll that waits now with a 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(conflict(text))

    async def get(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Raises 409 in the older of two polls, held back when it happens again and again."""
        self.interrupt(_OTHER_POLLER)
        self.confirm(offset)
        mine: asyncio.Future[ApiError] = asyncio.get_running_loop().create_future()
        self._poller = mine
        self._changed()
        try:
            await self._wait(mine, min(max(seconds, 0.0), LONGEST_POLL))
        finally:
            if self._poller is mine:
                self._poller = None
                self._changed()
        if mine.done():
            await self.hold_conflict()
            raise mine.result()
        batch = [self.pending[i] for i in range(min(limit, len(self.pending)))]
        self.handed_out += len(batch)
        return batch

    def confirm(self, offset: int) -> None:
        """Forget all before `offset`; negative: all but the last `-offset`."""
        if offset < 0:
            keep = min(-offset, len(self.pending))
            self.pending = deque(list(self.pending)[len(self.pending) - keep :])
        while offset > 0 and self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def hold_conflict(self) -> None:
        """Two 409 in a row would be a busy loop of two bots: the second one comes late."""
        at, soon = self._now(), self._conflict_seconds
        if at < self._last_conflict + soon:
            await asyncio.sleep(soon)
        self._last_conflict = self._now()

    async def _wait(self, mine: asyncio.Future[ApiError], seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.pending and not mine.done():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            self._arrived.clear()
            try:
                async with asyncio.timeout(left):
                    await self.arrival(mine)
            except TimeoutError:
                return

    async def arrival(self, other: asyncio.Future[Any] | None = None) -> None:
        """Until something is queued (or `other` is done)."""
        if self.pending:
            return
        self._arrived.clear()
        if other is None:
            await self._arrived.wait()
            return
        other.add_done_callback(lambda _: self._arrived.set())
        await self._arrived.wait()
