"""One connection to a SQLite file, and a verified copy of the file.

In: statements. Out: rows, or errors of ours that say what to do. It refuses to know who shares it.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

import aiosqlite

from bot.errors import StoreError
from bot.store.engine import Params
from bot.store.trouble import damaged, explained

BUSY_SECONDS = 5.0
COPY = int.from_bytes(b"copy", "big")
"""The application id of a copy: whoever opens it knows that life may have gone on without it."""


class Connection:
    """One aiosqlite connection whose errors are ours; statements of it run in order."""

    def __init__(self, raw: aiosqlite.Connection, file: Path) -> None:
        self._raw = raw
        self._file = file

    @classmethod
    async def open(cls, file: Path, *, write: bool, busy: float = BUSY_SECONDS) -> Connection:
        mode = "rw" if write else "ro"
        uri = f"file:{quote(str(file))}?mode={mode}"
        # aiosqlite leaves a thread behind when SQLite cannot open a file, so ask before.
        try:
            os.close(os.open(file, (os.O_RDWR if write else os.O_RDONLY) | os.O_CLOEXEC))
        except OSError as error:
            raise StoreError(f"{file} cannot be opened: {error.strerror}.") from error
        with explained(file):
            raw = await aiosqlite.connect(uri, uri=True, timeout=busy, isolation_level=None)
            raw.row_factory = sqlite3.Row
        return cls(raw, file)

    async def run(self, sql: str, params: Params | None = None) -> list[sqlite3.Row]:
        """One statement, one hop to the connection's thread."""
        with explained(self._file):
            return list(await self._raw.execute_fetchall(sql, params or {}))

    async def rollback(self) -> None:
        """Harmless where SQLite has rolled back itself, as it does when the disk is full."""
        with explained(self._file):
            await self._raw.rollback()

    async def copy_to(self, other: Connection) -> None:
        """One step: a stepped copy starts anew at every write and never ends."""
        with explained(self._file):
            await self._raw.backup(other._raw)

    async def close(self) -> None:
        with explained(self._file):
            await self._raw.close()


async def copy(file: Path, target: Path) -> None:
    """A verified copy of `file` at `target`, over a read-only connection of its own.

    A half-written one never bears the name. Raises StoreError when `target` exists.
    """
    if target.exists():  # noqa: ASYNC240 - one stat, before anything waits
        raise StoreError(f"{target} exists already. Choose another name.")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{part} cannot be written: {error.strerror}.") from error
    try:
        await _fill(file, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def _fill(file: Path, part: Path) -> None:
    source = await Connection.open(file, write=False)
    try:
        made = await Connection.open(part, write=True)
        try:
            await source.copy_to(made)
            await made.run("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            await made.run(f"PRAGMA application_id = {COPY:d}")
            (row, *_) = await made.run("PRAGMA quick_check(1)")
            if row[0] != "ok":
                raise damaged(file, str(row[0]))
        finally:
            await made.close()
    finally:
        await source.close()
