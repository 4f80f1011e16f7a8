"""A file that is damaged, too new, or in use (rows D05, D07, D09): refused, and left as it is."""

# ruff: noqa: ASYNC220, ASYNC240 - a test may wait for its own files and processes
from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreCorrupt, StoreLocked, StoreNewer
from bot.store import open_store
from tests.store.world import Time, World, draft


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "newsbell.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


async def test_d05_garbage_is_no_database_and_stays_as_it_is(url: str, file: Path) -> None:
    file.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreCorrupt, match="cp BACKUP"):
        await open_store(url)
    assert file.read_bytes() == b"not a database at all, " * 100
    file.unlink()
    await (await open_store(url)).close()  # the lock was let go


async def test_d05_a_damaged_page_is_noticed_at_the_start(url: str, file: Path) -> None:
    time = Time()
    async with await open_store(url, now=time) as store:
        world = World(store, time)
        feed = await world.feed()
        await world.save(feed, *[draft(f"{n}", text="words " * 400) for n in range(200)])
    data = bytearray(file.read_bytes())
    for page in range(10, len(data) // 4096, 2):
        data[page * 4096 : page * 4096 + 64] = b"\xaa" * 64
    file.write_bytes(data)
    with pytest.raises(StoreCorrupt, match="damaged"):
        await open_store(url)
    assert file.read_bytes() == bytes(data)


async def test_d07_a_newer_database_is_refused(url: str, file: Path) -> None:
    await (await open_store(url)).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA user_version = 9999")
    before = file.read_bytes()
    with pytest.raises(StoreNewer, match="newer Newsbell"):
        await open_store(url)
    assert file.read_bytes() == before


HOLDER = """
import asyncio, sys
from bot.store import open_store

async def main():
    await open_store(sys.argv[1])
    print("open", flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


@pytest.mark.process
async def test_d09_a_second_process_waits_for_the_first_to_die_also_while_that_is_paused(
    url: str,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        for number in (signal.SIGSTOP, signal.SIGCONT):
            os.kill(process.pid, number)
            with pytest.raises(StoreLocked, match=str(process.pid)):
                await open_store(url)
        process.kill()
        process.wait()
    await (await open_store(url)).close()
