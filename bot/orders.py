"""Orders of the command line to the bot that runs, over a Unix socket beside the database.

In: one line of JSON, from a process of the same user. Out: one line at once, which says that it was
heard, and one with the outcome. The same clerk carries orders out where no bot runs, so both are
one. It decides nothing of its own (docs/decisions/0009-orders.md).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.collector.sources import plant
from bot.errors import FeedError, NewsbellError
from bot.model import Clock, FeedSource
from bot.store import Store
from bot.subscriptions.feeds import Choices, Subscriptions

log = logging.getLogger(__name__)

LONGEST = 1 << 20  # bytes of a line
HEARD_SECONDS = 5.0  # for a line to come, on both sides
AT_ONCE = 4
_CREDENTIALS = struct.Struct("3i")  # of the other side: process, user, group (unix(7))


def socket_of(database: Path) -> Path:
    """Where the bot that holds this database listens."""
    return database.with_name(database.name + ".sock")


class Clerk:
    """Carries out one order at a time: add a feed, or plant many."""

    def __init__(self, store: Store, subscriptions: Subscriptions, now: Clock) -> None:
        self._store = store
        self._subscriptions = subscriptions
        self._now = now
        self._turn = asyncio.Lock()

    async def do(self, order: object) -> dict[str, Any]:
        """The outcome, as JSON has it; a refusal is one with `error` and `kind`."""
        async with self._turn:
            try:
                match order:
                    case {"do": "add", "address": str(address)}:
                        return await self._add(address)
                    case {"do": "plant", "sources": list(sources)}:
                        return await self._plant([_source(source) for source in sources])
            except NewsbellError as error:
                return refusal(str(error), error.kind if isinstance(error, FeedError) else "")
            except TypeError:
                pass
        return refusal("The bot that runs is of another version: restart it, then try again.")

    async def _add(self, address: str) -> dict[str, Any]:
        added = await self._subscriptions.add_feed(None, address)
        if isinstance(added, Choices):
            return {"choices": [asdict(source) for source in added.sources]}
        return {"created": added.created, "title": added.feed.title, "entries": added.entries}

    async def _plant(self, sources: Sequence[FeedSource]) -> dict[str, Any]:
        return {"planted": await plant(self._store, sources, int(self._now()))}


def refusal(sentence: str, kind: str = "") -> dict[str, Any]:
    return {"error": sentence, "kind": kind}


def _source(given: object) -> FeedSource:
    """Raises TypeError for what is none."""
    if not isinstance(given, Mapping) or not all(isinstance(v, str) for v in given.values()):
        raise TypeError
    return FeedSource(**given)


class Orders:
    """Listens from `start` to `stop`; only for processes of our own user, and root's."""

    def __init__(self, path: Path, clerk: Clerk) -> None:
        self._path = path
        self._clerk = clerk
        self._room = asyncio.Semaphore(AT_ONCE)
        self._server: asyncio.Server | None = None
        self._talking: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Whoever holds the database may take the place of a socket that a dead bot left.

        Where there cannot be one (a path that is too long, an odd file system) the bot goes on.
        """
        try:
            door = _door(self._path)
        except OSError as error:
            log.warning("feeds cannot be added while the bot runs: %s", error.strerror or error)
            return
        self._server = await asyncio.start_unix_server(self._talk, sock=door, limit=LONGEST)

    async def stop(self) -> None:
        """No more orders; one that is being carried out is broken off, whole or not at all."""
        if self._server is None:
            return
        self._server.close()
        self._path.unlink(missing_ok=True)
        for task in self._talking:
            task.cancel()
        if self._talking:
            await asyncio.wait(self._talking)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (a server of asyncio has one for each)
        self._talking.add(task)
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.CancelledError):
            log.debug("an order was broken off")
        finally:
            self._talking.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEARD_SECONDS):
                order = json.loads(await reader.readline())
        except (TimeoutError, ValueError, RecursionError):  # too long, or no JSON
            await _say(writer, refusal("That order cannot be read."))
            return
        if not _ours(writer):
            await _say(writer, refusal("Only the user that the bot runs as may tell it anything."))
        elif self._room.locked():
            await _say(writer, refusal("The bot is busy with other orders: try again."))
        else:
            async with self._room:
                await _say(writer, {"heard": True})
                await _say(writer, await self._clerk.do(order))


def _door(path: Path) -> socket.socket:
    """A socket that nobody else may open, from the moment it exists. Raises OSError."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        door.bind(str(path))
    except OSError:
        door.close()
        raise
    finally:
        os.umask(before)
    return door


def _ours(writer: asyncio.StreamWriter) -> bool:
    """Whether the other side runs as we do, or as root; where the system does not say, the mode of
    the socket has to do."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True
    raw = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(raw)[1] in (0, os.geteuid())


async def _say(writer: asyncio.StreamWriter, said: Mapping[str, Any]) -> None:
    writer.write(json.dumps(said).encode() + b"\n")
    await writer.drain()
