"""Updates in order: at once across chats, one after the other within one, none twice.

Comes in: every update, before any handler. Goes out: its handling, or nothing. It refuses to know
what an update asks for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.errors import StoreError
from bot.store import Store

AT_ONCE = 256
WAITING = 50  # updates of one chat, more than a burst may have; what comes on top is a flood
_KEPT = 500  # update ids; Telegram repeats at most what it has not seen confirmed, 100 by default
_VALUE = "telegram.seen"


class Seen:
    """The update ids handled of late, kept through a restart.

    An id is written once its update has been handled: a crash in between repeats a command (they
    are idempotent) rather than losing it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: OrderedDict[int, None] = OrderedDict()
        self._fresh: list[int] = []  # not written yet
        self._writing = asyncio.Lock()

    def __contains__(self, update_id: int) -> bool:
        return update_id in self._ids

    async def load(self) -> None:
        with contextlib.suppress(ValueError, TypeError):
            ids = json.loads(await self._store.get_value(_VALUE) or "[]")
            self._ids.update((int(i), None) for i in ids)

    async def add(self, update_id: int) -> None:
        """Remember an id; writers that wait are served by one write."""
        self._ids[update_id] = None
        while len(self._ids) > _KEPT:
            self._ids.popitem(last=False)
        self._fresh.append(update_id)
        async with self._writing:
            if self._fresh:
                with contextlib.suppress(StoreError):  # then it is written with the next one
                    await self._write()

    async def _write(self) -> None:
        written = len(self._fresh)
        async with self._store.transaction() as tx:
            await tx.set_value(_VALUE, json.dumps(list(self._ids), separators=(",", ":")))
            await tx.inbox.done(self._fresh[:written])
        del self._fresh[:written]


class InOrder(BaseUpdateProcessor):
    """Give it to `ApplicationBuilder.concurrent_updates`, and its `backlog` to `.update_queue`."""

    def __init__(self, store: Store) -> None:
        super().__init__(AT_ONCE)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._seen = Seen(store)
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    async def initialize(self) -> None:
        await self._seen.load()

    async def shutdown(self) -> None:
        """Nothing to let go: what was handled is written already."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when those of its chat before it are done."""
        try:
            await self._handle(update, coroutine)
        finally:
            self._room.release()

    async def _handle(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        chat = _chat_of(update)
        lock, waiting = self._locks.get(chat, (asyncio.Lock(), 0))
        if waiting >= WAITING and not _tells_of_the_chat(update):
            _drop(coroutine)
            await self._seen.add(update.update_id)
            return
        self._locks[chat] = (lock, waiting + 1)
        try:
            async with lock:
                await self._once(update, coroutine)
        finally:
            self._leave(chat)

    async def _once(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if update.update_id in self._seen:
            _drop(coroutine)
            await self._seen.add(update.update_id)  # the webhook brought it anew
            return
        await coroutine
        await self._seen.add(update.update_id)

    def backlog(self) -> asyncio.Queue[object]:
        """A queue for the application; call it once."""
        return Backlog(self._room)

    def _leave(self, chat: int) -> None:
        lock, waiting = self._locks[chat]
        if waiting > 1:
            self._locks[chat] = (lock, waiting - 1)
        else:
            del self._locks[chat]


class Backlog(asyncio.Queue[object]):
    """Updates that wait, no more of them than can soon be handled: Telegram keeps the rest.

    The library makes a task of each update at once, so after a day of downtime a hundred thousand
    would stand in memory. `room` is taken here and given back when the update was handled.
    """

    def __init__(self, room: asyncio.Semaphore) -> None:
        super().__init__(AT_ONCE)
        self._room = room

    async def get(self) -> object:
        await self._room.acquire()
        try:
            return await super().get()
        except BaseException:
            self._room.release()
            raise


def _chat_of(update: Update) -> int:
    """0 for none, and for what is no number: updates are read as they come."""
    number: object = update.effective_chat.id if update.effective_chat else 0
    return number if isinstance(number, int) else 0


def _tells_of_the_chat(update: Update) -> bool:
    """Membership and moves are never dropped: nobody says them twice."""
    message = update.message
    moved = message and (message.migrate_to_chat_id or message.migrate_from_chat_id)
    return update.my_chat_member is not None or bool(moved)


def _drop(coroutine: Awaitable[Any]) -> None:
    if isinstance(coroutine, Coroutine):
        coroutine.close()  # else Python warns that it was never awaited
