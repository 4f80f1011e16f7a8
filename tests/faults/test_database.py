"""The database in trouble: others write, the disk is full or fails, a log grows, a claim was slept
through (rows D01–D04, D06, D09).
"""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.collector.rounds import STORE_TROUBLE, Rounds
from bot.errors import (
    StoreBusy,
    StoreFailing,
    StoreFull,
)
from bot.feeds.lines import Lines
from bot.feeds.outage import Outage
from bot.model import Feed
from bot.store import Store, open_store
from bot.store.reserve import Reserve
from bot.store.sqlite import SHORT, Sqlite
from tests.store.world import Time, World, draft


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "newsbell.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def store(url: str, time: Time) -> AsyncIterator[Store]:
    async with await open_store(url, now=time) as opened:
        yield opened


@pytest.fixture
async def world(store: Store, time: Time) -> World:
    return World(store, time)


def engine_of(store: Store) -> Sqlite:
    engine = store._engine
    assert isinstance(engine, Sqlite)
    return engine


async def store_a_fact(store: Store, value: str = "v") -> None:
    async with store.transaction() as tx:
        await tx.set_value("k", value)


@contextmanager
def from_outside(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        yield other


# ── other programs ───────────────────────────────────────────────────────────────────────────────


async def test_d01_another_program_writes(store: Store, file: Path) -> None:
    await engine_of(store)._writer.run("PRAGMA busy_timeout = 20")
    with from_outside(file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="Try again"):
            await store_a_fact(store)
        assert await store.get_value("k") is None
        other.execute("ROLLBACK")
    await store_a_fact(store)
    assert store.trouble is None, "busy passes by itself"


async def test_d02_a_write_is_one_from_its_beginning(store: Store, file: Path) -> None:
    """A transaction that begins with a read and writes later fails at once where another wrote
    between the two, whatever the busy timeout.
    """
    with from_outside(file) as other:
        async with store.transaction() as tx:
            assert await tx.get_value("k") is None
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("INSERT INTO value VALUES ('k', 'theirs')")
            await tx.set_value("k", "ours")
        assert other.execute("SELECT value FROM value WHERE key = 'k'").fetchone() == ("ours",)


# ── the disk ─────────────────────────────────────────────────────────────────────────────────────


class Visits:
    """Rounds over the store's feeds, and which of them set out."""

    def __init__(self, store: Store, time: Time) -> None:
        self.made: list[Feed] = []
        lines, outage = Lines(lambda feed: ""), Outage(lambda feed: feed.url)
        self.rounds = Rounds(
            store, self._visit, lines, outage, settle=self._settle, hold=60, now=time
        )

    async def _visit(self, feed: Feed) -> None:
        self.made.append(feed)

    async def _settle(self) -> None:
        """Nothing is kept back here."""

    async def round(self) -> float:
        async with asyncio.TaskGroup() as group:
            return await self.rounds._round(group)


@contextmanager
def no_larger_files(size: int) -> Iterator[None]:
    """Writes beyond `size` bytes fail, as those to a disk that is broken."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_d03_a_full_disk_stops_fetching_and_nothing_else(
    world: World, store: Store, file: Path, time: Time
) -> None:
    writer, visits = engine_of(store)._writer, Visits(store, time)
    feed, reader = await world.feed(), await world.chat()
    await world.owe(reader, feed=feed)
    (pages,) = await writer.run("PRAGMA page_count")
    await writer.run(f"PRAGMA max_page_count = {pages[0] + 2}")
    with pytest.raises(StoreFull, match="No space is left"):
        await world.save(feed, *[draft(f"{n}", text="long " * 2_000) for n in range(30)])
    assert isinstance(store.trouble, StoreFull)

    assert await visits.round() == STORE_TROUBLE
    assert not visits.made
    assert len(await store.articles.recent(since=0)) == 1, "reading goes on"
    (alert,) = await world.claim()
    await world.send(alert)
    assert await world.state(alert) == "sent", "what is owed is sent and journaled"

    await writer.run("PRAGMA max_page_count = 1073741823")
    assert await visits.round() < STORE_TROUBLE
    assert [f.id for f in visits.made] == [feed.id]
    assert store.trouble is None
    assert await store.check() == []


async def test_d03_the_reserve_is_there_given_up_and_taken_again(
    world: World, store: Store, file: Path
) -> None:
    reserve = file.with_name("newsbell.db.reserve")
    assert reserve.stat().st_blocks * 512 >= 8 << 20
    writer = engine_of(store)._writer
    (pages,) = await writer.run("PRAGMA page_count")
    await writer.run(f"PRAGMA max_page_count = {pages[0]}")
    with pytest.raises(StoreFull):
        await world.save(await world.feed(), draft("a", text="long " * 9_000))
    assert not reserve.exists()
    with pytest.raises(StoreFull):
        await store.mend()
    assert not reserve.exists(), "given up again, for nothing is mended yet"
    await writer.run("PRAGMA max_page_count = 1073741823")
    await store.mend()
    assert reserve.exists()
    await store.close()
    assert not reserve.exists(), "only a running bot needs it"


def test_d03_a_reserve_that_cannot_be_made_leaves_nothing(file: Path) -> None:
    with no_larger_files(1 << 16), pytest.raises(StoreFull, match="No space is left"):
        Reserve(file).keep()
    assert list(file.parent.iterdir()) == []


def test_d03_a_file_system_that_reserves_nothing_is_written_to(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", refused)
    Reserve(file, size=1 << 20).keep()
    (reserve,) = file.parent.iterdir()
    assert reserve.stat().st_blocks * 512 >= 1 << 20


async def test_d04_a_disk_that_fails(world: World, store: Store, file: Path, time: Time) -> None:
    feed, visits = await world.feed(), Visits(store, time)
    await world.save(feed, draft("before"))
    log = file.with_name("newsbell.db-wal").stat().st_size
    with no_larger_files(log + 4096):
        with pytest.raises(StoreFailing, match="Check the disk"):
            await world.save(feed, *[draft(f"{n}", text="long " * 9_000) for n in range(30)])
        assert await visits.round() == STORE_TROUBLE
        assert len(await store.articles.recent(since=0)) == 1
    await visits.round()
    assert len(visits.made) == 1
    assert store.trouble is None
    assert len((await world.save(feed, draft("after"))).new) == 1
    assert await store.check() == []


async def test_d04_a_file_that_may_not_be_written(store: Store, time: Time) -> None:
    writer, visits = engine_of(store)._writer, Visits(store, time)
    await writer.run("PRAGMA query_only = ON")
    with pytest.raises(StoreFailing, match="must be writable"):
        await store_a_fact(store)
    assert await visits.round() == STORE_TROUBLE
    assert await store.get_value("k") is None
    await writer.run("PRAGMA query_only = OFF")
    await visits.round()
    await store_a_fact(store)


async def test_d06_a_log_that_somebody_holds_on_to_is_seen_and_cut_when_they_let_go(
    store: Store, file: Path
) -> None:
    with from_outside(file) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM value").fetchone()
        for number in range(20):
            await store_a_fact(store, str(number) * (1 << 20))
        assert await store.tend() > SHORT
        other.execute("ROLLBACK")
    assert await store.tend() == 0
    assert await store.get_value("k") == "19" * (1 << 20)


async def test_d09_whoever_slept_through_the_lease_has_lost_the_claim(
    world: World, store: Store, time: Time
) -> None:
    alert = await world.owe(await world.chat())
    (held,) = await world.claim(lease=60)
    time.pass_(120)
    async with store.transaction() as tx:
        assert await tx.outbox.recover(time.at) == (1, 0)
    (again,) = await world.claim()
    assert not await world.mark(held), "the sleeper may not send"
    await world.send(again)
    assert await world.state(alert) == "sent"
