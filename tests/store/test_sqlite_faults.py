"""What goes wrong with files, locks and copies; tests/faults/test_database.py has the rest."""

# ruff: noqa: ASYNC240 - a test may wait for its own files and processes
from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.errors import (
    SettingsError,
    StoreError,
    StoreLocked,
    StoreMissing,
)
from bot.store import Store, open_store
from bot.store.connection import Connection
from bot.store.engine import Query
from bot.store.sqlite import Sqlite
from bot.store.sqlite_file import file_of
from tests.store.world import World, draft


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
    with pytest.raises(SettingsError, match=r"sqlite:///data/newsbell\.db") as caught:
        await open_store(bad)
    assert "hunter2" not in str(caught.value)


async def test_postgresql_is_not_built_yet() -> None:
    with pytest.raises(SettingsError, match="not built yet") as caught:
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


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


async def test_another_programs_database_is_refused(url: str, file: Path) -> None:
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        await open_store(url)
    assert [p.name for p in file.parent.glob("*.bak")] == []


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
