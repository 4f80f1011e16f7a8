"""Migrations: whole steps or none, after a backup, whenever the process dies."""

# ruff: noqa: ASYNC221, ASYNC240 - a test may wait for its own files and processes
from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import ENGINES, open_store
from bot.store.connection import Connection
from bot.store.migrate import Step, migrate, split, steps
from bot.store.sqlite_file import bring_up_to_date
from tests.store.conftest import URLS
from tests.store.world import START

MADE = Step(1, "one", "CREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n")
GROWN = Step(
    2,
    "two",
    """
    -- A comment; with a semicolon.
    ALTER TABLE a ADD COLUMN y;
    CREATE TRIGGER t AFTER INSERT ON a BEGIN
        UPDATE a SET y = 1;
        UPDATE a SET y = 2;
    END;
    INSERT INTO a (x) VALUES (2);
    CREATE TABLE b (z TEXT DEFAULT ';');
    """,
)


def clock() -> float:
    return START


async def bring(file: Path, known: Sequence[Step]) -> None:
    file.touch()
    await bring_up_to_date(file, known, clock)


def state(file: Path) -> tuple[int, list[str]]:
    connection = sqlite3.connect(file)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return version, [n for (n,) in connection.execute("SELECT name FROM sqlite_master")]
    finally:
        connection.close()


def test_every_engine_has_a_database_to_test_on() -> None:
    assert set(URLS) == set(ENGINES)


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.version for step in steps()] == list(range(1, len(steps()) + 1))


def test_statements_are_split_at_their_ends() -> None:
    statements = list(split(GROWN.text))
    assert len(statements) == 4
    assert statements[1].count(";") == 3
    with pytest.raises(StoreError, match="middle of a statement"):
        list(split("CREATE TABLE a (x"))
    assert list(split("-- nothing\n")) == []


async def test_a_new_file_gets_every_step_and_no_backup(file: Path) -> None:
    await bring(file, [MADE, GROWN])
    assert state(file) == (2, ["a", "t", "b"])
    assert not list(file.parent.glob("*.bak"))


async def test_an_existing_file_is_copied_first(file: Path) -> None:
    await bring(file, [MADE])
    await bring(file, [MADE])
    await bring(file, [MADE, GROWN])
    (backup,) = file.parent.glob("*.bak")
    assert backup.name == "newsbell.db.v1.20260921T141320Z.bak"
    assert state(backup) == (1, ["a"])
    assert state(file)[0] == 2


async def test_a_step_that_fails_leaves_the_version_before(file: Path) -> None:
    await bring(file, [MADE])
    bad = Step(2, "bad", GROWN.text + "INSERT INTO nowhere VALUES (1);")
    with pytest.raises(StoreError, match="nowhere"):
        await bring(file, [MADE, bad])
    assert state(file) == (1, ["a"])


class Dying:
    """A connection whose process dies before the given statement."""

    def __init__(self, connection: Connection, statement: int) -> None:
        self._connection = connection
        self._left = statement

    async def run(self, sql: str) -> list[sqlite3.Row]:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        return await self._connection.run(sql)


async def test_d07_dying_before_any_statement_leaves_whole_steps(file: Path) -> None:
    known = [MADE, GROWN]
    whole = {0: [], 1: ["a"], 2: ["a", "t", "b"]}
    died = 0
    while True:
        file.unlink(missing_ok=True)
        file.touch()
        connection = await Connection.open(file, write=True)
        try:
            await migrate(Dying(connection, died), known)
        except KeyboardInterrupt:
            died += 1
        else:
            break
        finally:
            await connection.close()
        version, names = state(file)
        assert names == whole[version]
        await bring(file, known)
        assert state(file) == (2, whole[2])
    assert died == 13  # every statement of both steps, and the look at the version


KILLED = """
import asyncio, os, sqlite3, sys
import aiosqlite
from bot.store import open_store

left = int(sys.argv[2])
connect = sqlite3.connect

def count(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)

def traced(*args, **kw):
    connection = connect(*args, **kw)
    connection.set_trace_callback(count)
    return connection

sqlite3.connect = traced

async def main():
    await (await open_store(sys.argv[1])).close()

asyncio.run(main())
"""


@pytest.mark.process
@pytest.mark.parametrize("statement", [15, 38, 52])
async def test_d07_killed_in_the_middle_of_the_first_migration(file: Path, statement: int) -> None:
    url = f"sqlite:///{file}"
    process = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(statement)], check=False, timeout=60
    )
    assert process.returncode == -9
    assert state(file) in ((0, []), (len(steps()), state(file)[1]))
    async with await open_store(url) as store:
        assert await store.check() == []
    assert state(file)[0] == len(steps())
