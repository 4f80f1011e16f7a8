"""A backup that was put back (D08), and a database that is gone (D10)."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import time as clock
from email.utils import formatdate
from pathlib import Path
from typing import cast

import pytest

from bot.app import run
from bot.demo.api import BotApi, Limits
from bot.errors import StoreMissing
from bot.feeds.fetch import Fetcher
from bot.model import Chat, Feed, Fetched
from bot.pipeline import Pace, Pipeline
from bot.settings import Settings
from bot.store import Store, open_store
from bot.stories.cluster import Grouper
from bot.topics.match import Percolator
from bot.topics.query import parse_query
from bot.worker import Worker
from tests.desk import InlineWorker
from tests.store.world import DAY, HOUR, Time, World

NEWS = ("Niger opens a bridge", "Niger builds a well", "Niger names a judge", "Niger counts votes")


class Outlet:
    """A feed that shows whatever was published so far, dated or not."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def publish(self, title: str, at: float | None) -> None:
        number = len(self.items)
        date = "" if at is None else f"<pubDate>{formatdate(at)}</pubDate>"
        link = f"https://daily.example/{number}"
        self.items.append(
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>{date}</item>"
        )

    async def visit(self, feed: Feed) -> Fetched:
        body = "".join(reversed(self.items))
        document = f'<rss version="2.0"><channel><title>D</title>{body}</channel></rss>'
        return Fetched(feed.url, document.encode(), "application/rss+xml")

    def line_of(self, feed: Feed) -> str:
        return ""


class Newsroom:
    """An outlet, a reader, and a bot that can be stopped and begun again on another file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "newsbell.db"
        self.time, self.outlet = Time(), Outlet()

    async def open(self) -> Store:
        self.store = await open_store(f"sqlite:///{self.file}", now=self.time)
        self.world = World(self.store, self.time)
        return self.store

    async def begin(self) -> Chat:
        async with await self.open():
            await self.world.feed("daily")
            reader = await self.world.chat(7)
            self.topic = await self.world.follow(reader)
            self.outlet.publish("Council meets", self.time.at - HOUR)
            await self.visit()
        return reader

    async def visit(self) -> None:
        """One visit, by a bot that has just started."""
        percolator = Percolator()
        percolator.add(self.topic, parse_query("niger"))
        (feed,) = await self.store.feeds.all()
        line = Pipeline(
            self.store,
            cast(Fetcher, self.outlet),
            cast(Worker, InlineWorker()),
            Grouper(),
            percolator,
            pace=Pace(1, 1),
            wake=asyncio.Event(),
            now=self.time,
            rng=random.Random(1),
            restored=int(await self.store.get_value("restored") or 0),
        )
        await line.visit(feed)

    async def told(self) -> list[str]:
        """The headlines that are owed now, which are then sent."""
        found = []
        while alerts := await self.world.claim():
            for alert in alerts:
                found.append(alert.article.title)
                self.newest = alert.id
                await self.world.send(alert)
        return found


async def test_d08_a_backup_of_three_days_ago_tells_nobody_old_news(tmp_path: Path) -> None:
    room, backup = Newsroom(tmp_path), tmp_path / "backup.db"
    reader = await room.begin()
    async with await room.open() as store:
        room.time.pass_(HOUR)
        room.outlet.publish(NEWS[0], room.time.at - 60)
        await room.visit()
        await store.backup(backup)  # the first is owed still, and sent right after
        assert await room.told() == [NEWS[0]]
        for title, at in ((NEWS[1], room.time.at + DAY), (NEWS[2], None)):
            room.time.pass_(DAY)
            room.outlet.publish(title, at)
            await room.visit()
            assert await room.told() == [title]
    for name in ("newsbell.db", "newsbell.db-wal", "newsbell.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(backup, room.file)
    room.time.pass_(DAY)
    async with await room.open() as store:
        await room.visit()
        assert await room.told() == []
        assert len(await store.articles.recent(since=0)) == 4, "all of it can be found"
        follows = await store.topics.of_chat(reader.id)
        assert [follow.label for follow in follows] == ["Niger"]
        room.time.pass_(HOUR)
        room.outlet.publish(NEWS[3], room.time.at - 60)
        await room.visit()
        assert await room.told() == [NEWS[3]]
        assert room.newest > 1_000_000, "the buttons of messages that are out mean nothing else"


async def test_d08_what_was_owed_an_hour_before_is_sent_with_a_word_of_doubt(
    tmp_path: Path,
) -> None:
    room, backup = Newsroom(tmp_path), tmp_path / "backup.db"
    await room.begin()
    async with await room.open() as store:
        await room.world.owe(await room.world.chat())
        await store.backup(backup)
    async with await room.open():
        pass
    shutil.copy(backup, room.file)
    room.time.pass_(HOUR)
    async with await room.open():
        (alert,) = await room.world.claim()
        assert alert.doubt


async def test_d08_a_restart_is_no_restore(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    await room.begin()
    room.time.pass_(3 * DAY)
    room.outlet.publish(NEWS[0], room.time.at - DAY)
    async with await room.open() as store:
        assert await store.get_value("restored") is None
        await room.visit()
        assert await room.told() == [NEWS[0]], "nobody has heard of it"


async def test_d08_a_database_that_moved_within_the_hour_is_no_backup(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    await room.begin()
    for passed, restored in ((60, None), (2 * HOUR, str(int(room.time.at) + 60 + 2 * HOUR))):
        (tmp_path / "newsbell.db.lock").unlink()  # as on another machine
        room.time.pass_(passed)
        async with await room.open() as store:
            assert await store.get_value("restored") == restored


# ── D10 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_d10_a_first_start_makes_a_database(tmp_path: Path) -> None:
    async with await open_store(f"sqlite:///{tmp_path}/new/folder/newsbell.db"):
        assert (tmp_path / "new/folder/newsbell.db").exists()


@pytest.mark.parametrize("trace", ["newsbell.db.lock", "newsbell.db-wal", "newsbell.db.v1.x.bak"])
async def test_d10_a_database_that_is_gone_is_not_replaced(tmp_path: Path, trace: str) -> None:
    url, file = f"sqlite:///{tmp_path}/newsbell.db", tmp_path / "newsbell.db"
    await (await open_store(url)).close()
    file.unlink()
    if trace != "newsbell.db.lock":
        (tmp_path / "newsbell.db.lock").unlink()
        (tmp_path / trace).touch()
    with pytest.raises(StoreMissing, match=rf"{trace} is of it.*run --init"):
        await open_store(url)
    assert not file.exists()
    await (await open_store(url, anew=True)).close()
    await (await open_store(url)).close()


async def started(api: BotApi, folder: Path, *, anew: bool = False) -> int:
    """Run until ready, or until it ends by itself."""
    stop = asyncio.Event()
    settings = Settings(
        _env_file=None,
        telegram_token=api.token,
        telegram_api_url=api.url,
        database_url=f"sqlite:///{folder}/newsbell.db",
        feeds="http://127.0.0.1:1/rss",
    )
    async with asyncio.timeout(60):
        return await run(settings, now=clock.time, stop=stop, ready=stop.set, anew=anew)


@pytest.mark.loopback
async def test_d10_a_bot_that_has_lived_does_not_begin_with_an_empty_volume(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with BotApi(limits=Limits.off()) as api:
        assert await started(api, tmp_path / "volume") == 0
        assert await started(api, tmp_path / "empty") == 1
        (error,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
        assert "run --init" in error
        assert await started(api, tmp_path / "empty", anew=True) == 0
