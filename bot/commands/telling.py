"""Who carries out an order: the bot that runs, where one does; else we do, here and now.

In: settings. Out: something to give orders to, for as long as a command runs. What an order means
is in `bot/orders.py`, the same for both.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.commands.workplace import opened, reaching
from bot.errors import StoreError, StoreLocked

if TYPE_CHECKING:
    from bot.settings import Settings

Tell: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]

HEARD_SECONDS = 5.0  # for a word that it was heard
DONE_SECONDS = 180.0  # for what may have to ask a slow site several times


@asynccontextmanager
async def telling(chosen: Settings) -> AsyncIterator[Tell]:
    """Give orders; raises the StoreError tree where nobody can carry them out."""
    from bot.orders import Clerk, socket_of
    from bot.store.sqlite_file import file_of
    from bot.subscriptions.feeds import Subscriptions
    from bot.topics.match import Percolator

    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(opened(chosen))
        except StoreLocked as locked:
            yield partial(ask, socket_of(file_of(chosen.database_url)), locked)
        else:
            reach = await stack.enter_async_context(reaching(chosen))
            desk = Subscriptions(store, Percolator(), reach.fetcher, reach.worker, time.time)
            yield Clerk(store, desk, time.time).do


async def ask(
    path: Path,
    locked: StoreLocked,
    order: Mapping[str, Any],
    *,
    heard: float = HEARD_SECONDS,
    done: float = DONE_SECONDS,
) -> dict[str, Any]:
    """What the bot that listens at `path` makes of an order. Raises StoreError where none does."""
    _look(path, locked)
    try:
        return await _conversation(path, order, heard, done)
    except PermissionError as error:
        raise StoreLocked(_whose(path)) from error
    except ConnectionRefusedError as error:  # a dead bot left it; somebody else has the database
        raise locked from error
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        raise StoreLocked(
            "The Newsbell that runs does not answer; its log may say why. Nothing is known of what "
            "became of this: newsbell feeds list shows it."
        ) from error


async def _conversation(
    path: Path, order: Mapping[str, Any], heard: float, done: float
) -> dict[str, Any]:
    """It must say at once that it has heard; the outcome may take its time."""
    from bot.orders import LONGEST

    async with asyncio.timeout(heard):
        reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST)
    try:
        async with asyncio.timeout(heard):
            writer.write(json.dumps(order).encode() + b"\n")
            await writer.drain()
            said = await _line(reader)
        if "error" in said:  # it did not take it
            raise StoreLocked(str(said["error"]))
        async with asyncio.timeout(done):
            return await _line(reader)
    finally:
        writer.close()


def _look(path: Path, locked: StoreLocked) -> None:
    """Raises where nobody listens, or somebody who should not."""
    try:
        found, database = path.lstat(), path.with_suffix("").stat()
    except FileNotFoundError:
        raise locked from None
    except OSError as error:
        raise StoreError(f"{path} cannot be looked at: {error.strerror}.") from error
    if found.st_uid != database.st_uid:
        raise StoreLocked(f"{path} is not of the user that the database belongs to: remove it.")


def _whose(path: Path) -> str:
    return (
        f"{path} belongs to another user: run this as the user that Newsbell runs as, or as root."
    )


async def _line(reader: asyncio.StreamReader) -> dict[str, Any]:
    """Raises ValueError or TypeError for what is none, or too long."""
    said = json.loads(await reader.readline())
    if not isinstance(said, dict):
        raise TypeError
    return said
