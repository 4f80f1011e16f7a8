"""What a command works with: settings, a store, a way to the network, a place to print.

In: settings. Out: things that are open for as long as the command runs. Heavy parts are imported
here when they are first needed, so that `newsbell --help` answers at once.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from bot.errors import StoreLocked, StoreMissing

if TYPE_CHECKING:
    from rich.progress import Progress

    from bot.feeds.fetch import Fetcher
    from bot.model import Feed
    from bot.settings import Settings
    from bot.store import Store
    from bot.store.feeds import Feeds
    from bot.store.pushes import Pushes
    from bot.worker import Worker


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to the network and a place for hostile input."""

    fetcher: Fetcher
    worker: Worker


def settings() -> Settings:
    """Those of the environment and `.env`; log lines go to standard error. Raises SettingsError."""
    from bot import logs
    from bot.settings import load

    loaded = load()
    logs.setup("warning", loaded.log_format, secrets=loaded.secrets())
    return loaded


@asynccontextmanager
async def opened(chosen: Settings, *, create: bool = True) -> AsyncIterator[Store]:
    """The store, for as long as the block lasts. Raises the StoreError tree."""
    from bot.store import open_store

    store = await open_store(chosen.database_url, create=create, now=time.time)
    try:
        yield store
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class Aside:
    """What can be read of a database that a running bot holds."""

    feeds: Feeds
    pushes: Pushes


@asynccontextmanager
async def beside(chosen: Settings) -> AsyncIterator[Aside]:
    """A database that a running bot holds, read without disturbing it."""
    from bot.store.connection import Connection
    from bot.store.engine import Params, Query, Row, Session, compile_query
    from bot.store.feeds import Feeds
    from bot.store.pushes import Pushes
    from bot.store.sqlite import MACROS
    from bot.store.sqlite_file import file_of

    connection = await Connection.open(file_of(chosen.database_url), write=False)

    async def read(query: Query, params: Params) -> list[Row]:
        return list(await connection.run(compile_query(query.text, MACROS), params))

    try:
        yield Aside(Feeds(Session(read)), Pushes(Session(read)))
    finally:
        await connection.close()


async def public_feeds(chosen: Settings) -> list[Feed] | None:
    """Those that everyone gets, also while the bot runs; None where there is no database yet."""
    try:
        async with opened(chosen, create=False) as store:
            return await store.feeds.visible(None)
    except StoreMissing:
        return None
    except StoreLocked:
        async with beside(chosen) as aside:
            return await aside.feeds.visible(None)


@asynccontextmanager
async def reaching(chosen: Settings) -> AsyncIterator[Reach]:
    """The guarded fetcher and the worker process, for as long as the block lasts."""
    from bot.feeds.fetch import Fetcher
    from bot.feeds.guard import Guard
    from bot.worker import Worker

    worker = Worker()
    try:
        guard = Guard(chosen.fetch_allow)
        async with Fetcher(guard, contact=chosen.contact, now=time.time) as fetcher:
            yield Reach(fetcher, worker)
    finally:
        await worker.close()


def explained(problem: str, kind: str) -> str:
    """A refusal; whoever runs the bot may open a door that is shut for its readers."""
    hint = " If it is meant to be read, name host:port in FETCH_ALLOW." if kind == "address" else ""
    return problem + hint


def say(text: str) -> None:
    """A message for a person, on standard error: standard output is for results."""
    typer.echo(text, err=True)


def emit(line: dict[str, Any]) -> None:
    """One object of a result, as one line of JSON on standard output."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """A table where a person looks, lines with tabs where a program reads."""
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(row) + "\n" for row in rows)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=None, header_style="bold")
    for row in rows:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)


def progress() -> Progress:
    """A bar on standard error; it draws nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
