"""What goes wrong with files and locks: nothing is lost, and the sentence says what to do."""

# ruff: noqa: ASYNC220, ASYNC240 - a test may wait for its own files and processes
from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import (
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreMissing,
    StoreNewer,
)
from bot.store import Store, open_store
from bot.store.connection import Connection
from bot.store.engine import Query
from bot.store.sqlite import Sqlite
from bot.store.sqlite_file import file_of
from tests.store.world import Time, World, draft


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


def engine_of(store: Store) -> Sqlite:
    engine = store._engine
    assert isinstance(engine, Sqlite)
    return engine


async def store_a_fact(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.set_value("k", "v")


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "bad",
    ["", "newsbell.db", "mysql://u:hunter2@h/d", "sqlite://", "sqlite:///", "sqlite:///:memory:"],
)
async def test_a_bad_url_is_refused_without_being_repeated(bad: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///data/newsbell\.db") as caught:
        await open_store(bad)
    assert "hunter2" not in str(caught.value)


async def test_postgresql_is_not_built_yet() -> None:
    with pytest.raises(StoreError, match="not built yet") as caught:
        await open_store("postgresql://user:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


def test_relative_absolute_and_odd_paths() -> None:
    assert file_of("sqlite:///data/n.db") == Path.cwd() / "data/n.db"
    assert file_of("sqlite:////var/lib/n.db") == Path("/var/lib/n.db")
    assert file_of("sqlite:////a%20b/n.db") == Path("/a b/n.db")


async def test_odd_file_names_work(tmp_path: Path) -> None:
    file = tmp_path / "a b%3f&c#d" / "новости.db"
    name = str(file).replace("%", "%25")
    async with await open_store(f"sqlite:///{name}") as store:
        assert await store.check() == []
    assert file.exists()
    assert file.stat().st_mode & 0o077 == 0


async def test_without_create_a_missing_database_is_an_error(url: str, file: Path) -> None:
    with pytest.raises(StoreMissing, match=r"newsbell\.db"):
        await open_store(url, create=False)
    assert not file.exists()
    await (await open_store(url)).close()
    await (await open_store(url, create=False)).close()


async def test_a_folder_or_a_file_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder"):
        await open_store(f"sqlite:///{tmp_path}")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be created"):
        await open_store(f"sqlite:///{tmp_path}/file/n.db")


# ── one process ──────────────────────────────────────────────────────────────────────────────────


async def test_a_second_store_is_refused(url: str) -> None:
    async with await open_store(url):
        with pytest.raises(StoreLocked, match=r"Another Newsbell \(process \d+\) has "):
            await open_store(url)
    await (await open_store(url)).close()


@pytest.mark.process
async def test_a_second_process_is_refused_until_the_first_dies(url: str) -> None:
    code = (
        "import asyncio, sys; from bot.store import open_store\n"
        "async def main():\n"
        f"    await open_store({url!r})\n"
        "    print('open', flush=True); sys.stdin.read()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(StoreLocked, match=str(process.pid)):
            await open_store(url)
        process.kill()
        process.wait()
    await (await open_store(url)).close()


# ── the disk ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_full_disk(world: World, store: Store) -> None:
    writer = engine_of(store)._writer
    feed = await world.feed()
    await world.save(feed, draft("before"))
    (pages,) = await writer.run("PRAGMA page_count")
    await writer.run(f"PRAGMA max_page_count = {pages[0] + 2}")
    with pytest.raises(StoreFull, match="No space is left"):
        await world.save(feed, *[draft(f"{n}", text="long " * 2_000) for n in range(30)])
    assert len(await store.articles.recent(since=0)) == 1
    await writer.run("PRAGMA max_page_count = 1073741823")
    assert len((await world.save(feed, draft("after"))).new) == 1
    assert await store.check() == []


async def test_another_program_writes(store: Store, file: Path) -> None:
    await engine_of(store)._writer.run("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="Try again"):
            await store_a_fact(store)
        assert await store.get_value("k") is None
        other.execute("ROLLBACK")
    finally:
        other.close()
    await store_a_fact(store)


async def test_garbage_is_no_database_and_stays_as_it_is(url: str, file: Path) -> None:
    file.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreCorrupt, match="cp BACKUP"):
        await open_store(url)
    assert file.read_bytes() == b"not a database at all, " * 100
    file.unlink()
    await (await open_store(url)).close()  # the lock was let go


async def test_a_damaged_page_is_noticed_at_the_start(url: str, file: Path, time: Time) -> None:
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


async def test_another_programs_database_is_refused(url: str, file: Path) -> None:
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        await open_store(url)
    assert [p.name for p in file.parent.glob("*.bak")] == []


async def test_a_newer_database_is_refused(url: str, file: Path) -> None:
    await (await open_store(url)).close()
    other = sqlite3.connect(file)
    other.execute("PRAGMA user_version = 9999")
    other.close()
    before = file.read_bytes()
    with pytest.raises(StoreNewer, match="newer Newsbell"):
        await open_store(url)
    assert file.read_bytes() == before


async def test_a_check_finds_words_that_do_not_fit(world: World, store: Store) -> None:
    (article,) = (await world.save(await world.feed(), draft("a"))).new
    assert await store.check() == []
    wrong = Query("INSERT INTO article_fts (rowid, search) VALUES (:id, 'never written')")
    async with store.transaction() as tx:
        await tx._session.rows(wrong, id=article.id)
    (problem,) = await store.check()
    assert "full text" in problem


# ── backup ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_backup_opens_by_itself_while_others_write(
    world: World, store: Store, tmp_path: Path
) -> None:
    feed = await world.feed()
    await world.save(feed, draft("a"))
    target = tmp_path / "copy" / "backup.db"
    target.parent.mkdir()
    async with asyncio.TaskGroup() as group:
        group.create_task(store.backup(target))
        for number in range(10):
            await world.save(feed, draft(f"x{number}"))
    assert [p.name for p in target.parent.iterdir()] == ["backup.db"]
    assert target.stat().st_mode & 0o077 == 0
    async with await open_store(f"sqlite:///{target}", create=False) as copy:
        assert len(await copy.articles.recent(since=0)) >= 1
        assert await copy.check() == []


async def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path, file: Path) -> None:
    for target in (file, tmp_path / "there.db"):
        target.touch()
        with pytest.raises(StoreError, match="exists already"):
            await store.backup(target)
    with pytest.raises(StoreError, match="cannot be written"):
        await store.backup(tmp_path / "no" / "folder.db")
    assert not list(tmp_path.glob("*.part"))


async def test_an_error_while_copying_leaves_no_half_backup(tmp_path: Path, url: str) -> None:
    async with await open_store(url) as store:
        with pytest.raises(StoreError):
            await store.backup(tmp_path / ("n" * 250))
    assert not list(tmp_path.glob("*n*.part"))


async def test_a_connection_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        await Connection.open(tmp_path / "none.db", write=False)
