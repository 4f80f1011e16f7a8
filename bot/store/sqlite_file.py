"""A SQLite file, from DATABASE_URL to an engine on it: lock, check, migrate, open.

In: a `sqlite:///` URL. Out: the engine, or an error that says what to do. A damaged file or another
program's is refused and left as it is. Needs SQLite 3.40.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from glob import escape
from itertools import chain, count
from pathlib import Path
from urllib.parse import unquote

from bot.errors import SettingsError, StoreError, StoreMissing
from bot.model import Clock
from bot.store import migrate
from bot.store.connection import Connection, copy
from bot.store.lock import FileLock
from bot.store.sqlite import Sqlite
from bot.store.trouble import damaged

READERS = 3
NEEDED = (3, 40)
_PREFIX = "sqlite:///"


async def open_sqlite(
    url: str, *, create: bool, anew: bool = False, now: Clock = time.time
) -> Sqlite:
    """Lock, check, migrate and open the file of `url`. Raises the StoreError tree."""
    if sqlite3.sqlite_version_info < NEEDED:
        raise StoreError(f"Newsbell needs SQLite 3.40 or newer; here is {sqlite3.sqlite_version}.")
    file = file_of(url)
    prepare(file, create=create, anew=anew)
    lock = FileLock(file)
    lock.acquire()
    opened: list[Connection] = []
    try:
        await bring_up_to_date(file, migrate.steps(), now)
        opened.append(await _writer(file))
        for _ in range(READERS):
            opened.append(await Connection.open(file, write=False))  # noqa: PERF401
        return Sqlite(file, lock, opened[0], opened[1:])
    except BaseException:
        for connection in reversed(opened):
            await connection.close()
        lock.release()
        raise


def file_of(url: str) -> Path:
    """The file that a `sqlite:///relative` or `sqlite:////absolute` URL names."""
    name = unquote(url.removeprefix(_PREFIX)).partition("?")[0]
    if not url.startswith(_PREFIX) or not name or name == ":memory:":
        raise SettingsError("DATABASE_URL must name a file: sqlite:///data/newsbell.db")
    return Path(name).absolute()


def prepare(file: Path, *, create: bool, anew: bool = False) -> None:
    """Make the folder and an empty file that only we can read; it will hold people's choices.

    Not where a database was and is gone, unless it is to begin `anew`.
    """
    try:
        if file.is_dir():
            raise StoreError(f"{file} is a folder. DATABASE_URL must name a file.")
        if file.exists():
            return
        if not create:
            raise StoreMissing(f"There is no database at {file}. Check DATABASE_URL.")
        if not anew and (trace := trace_of(file)):
            raise StoreMissing(
                f"There was a database at {file} ({trace.name} is of it), and it is gone. Put it "
                "back, or a backup of it. To begin anew, without it: newsbell run --init"
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{file} cannot be created: {error.strerror}.") from error


def trace_of(file: Path) -> Path | None:
    """What a database leaves beside it: a log, a copy made before migrating, a signed lock."""
    near = (file.with_name(file.name + "-wal"), *file.parent.glob(f"{escape(file.name)}.v*.bak"))
    if left := next((path for path in near if path.exists()), None):
        return left
    lock = FileLock(file)
    return lock.path if lock.signed else None


async def bring_up_to_date(file: Path, known: Sequence[migrate.Step], now: Clock) -> None:
    """Check the file and migrate it; a copy is taken before an existing schema is touched."""
    connection = await Connection.open(file, write=True)
    try:
        await _settings(connection)
        empty = await migrate.is_empty(connection)
        version = await migrate.version_of(connection)
        if not empty:
            await _refuse(connection, file, version)
        migrate.refuse_newer(version, known)
        if not empty and version < known[-1].version:
            await copy(file, _backup_name(file, version, now()))
        await migrate.migrate(connection, known)
    finally:
        await connection.close()


def _backup_name(file: Path, version: int, now: float) -> Path:
    """Beside the database, by schema version and time; a name nobody has."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    endings = chain([""], (f"-{number}" for number in count(2)))
    names = (file.with_name(f"{file.name}.v{version}.{stamp}{end}.bak") for end in endings)
    return next(name for name in names if not name.exists())


async def _refuse(connection: Connection, file: Path, version: int) -> None:
    (row, *_) = await connection.run("PRAGMA quick_check(1)")
    if row[0] != "ok":
        raise damaged(file, str(row[0]))
    if version == 0:
        raise StoreError(f"{file} is a database of another program. Choose another file.")


async def _writer(file: Path) -> Connection:
    connection = await Connection.open(file, write=True)
    try:
        await _settings(connection)
    except BaseException:
        await connection.close()
        raise
    return connection


async def _settings(connection: Connection) -> None:
    await connection.run("PRAGMA journal_mode = WAL")
    await connection.run("PRAGMA synchronous = FULL")
    await connection.run("PRAGMA foreign_keys = ON")
    await connection.run("PRAGMA secure_delete = ON")
    await connection.run("PRAGMA journal_size_limit = 67108864")
