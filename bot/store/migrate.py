"""Bring a SQLite file to the schema of this program, one numbered step at a time.

In: a connection that only we write through. Out: the file at the newest version. Each step and its
version number are one transaction, so a killed migration resumes; `executescript` would commit
half-way. A file of a newer program is refused.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

from bot.errors import StoreError, StoreNewer

_NAME = re.compile(r"(\d{4})_\w+\.sqlite\.sql")
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class Step:
    """A migration: it takes the schema from `version - 1` to `version`."""

    version: int
    name: str
    text: str


class Statements(Protocol):
    """What a migration needs of a connection."""

    async def run(self, sql: str) -> list[sqlite3.Row]: ...


def steps() -> list[Step]:
    """The migrations that came with this program, in order."""
    folder = resources.files(__package__ or "bot.store") / "migrations"
    found = [
        Step(int(match[1]), file.name, file.read_text("utf-8"))
        for file in folder.iterdir()
        if (match := _NAME.fullmatch(file.name))
    ]
    return sorted(found, key=lambda step: step.version)


def split(text: str) -> Iterator[str]:
    """The statements of `text`; a trigger's inner semicolons do not end it."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if _COMMENT.sub("", pending).strip():
        raise StoreError(f"A migration ends in the middle of a statement: {pending[-60:]!r}")


async def version_of(connection: Statements) -> int:
    """The schema version that the file carries; 0: empty."""
    (row,) = await connection.run("PRAGMA user_version")
    return int(row[0])


async def is_empty(connection: Statements) -> bool:
    return not await connection.run("SELECT 1 FROM sqlite_master LIMIT 1")


def refuse_newer(version: int, known: Sequence[Step]) -> None:
    newest = known[-1].version
    if version > newest:
        raise StoreNewer(
            f"The database was written by a newer Newsbell (schema {version}, this one knows "
            f"{newest}). Install that version, or restore the backup it took before migrating."
        )


async def migrate(connection: Statements, known: Sequence[Step]) -> None:
    """Apply what the file lacks. Raises StoreNewer when the file is ahead of this program."""
    version = await version_of(connection)
    refuse_newer(version, known)
    for step in known:
        if step.version > version:
            await _apply(connection, step)


async def _apply(connection: Statements, step: Step) -> None:
    """On any error the caller closes the connection, and closing rolls back."""
    await connection.run("BEGIN IMMEDIATE")
    for statement in split(step.text):
        await connection.run(statement)
    await connection.run(f"PRAGMA user_version = {step.version:d}")
    await connection.run("COMMIT")
