"""The collector in trouble: a disk that is full passes, and nothing joins what was not kept."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from bot import pipeline
from bot.collector import rounds
from bot.errors import StoreFull
from bot.feeds.fetch import Fetcher
from bot.model import Feed, Fetched
from bot.pipeline import Pace, Pipeline
from bot.store import Store, Transaction, open_store
from bot.stories.cluster import Grouper
from bot.topics.match import Percolator
from bot.worker import Worker
from tests.desk import NOW, InlineWorker, feed, rss


class FullDisk:
    """A store whose next transactions fail as they are committed, until there is room."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.failing = 0
        self.full_after: int | None = None  # transactions; then one fails
        self.failed = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._store.transaction() as tx:
            yield tx
            if self.full_after is not None:
                self.full_after -= 1
                if self.full_after < 0:
                    self.full_after = None
                    raise StoreFull("No space is left.")
            if self.failing:
                self.failing -= 1
                if not self.failing:
                    self.failed.set()
                raise StoreFull("No space is left.")


class OnePage:
    def __init__(self) -> None:
        self.body = rss("The Daily", "Bridge opens in Gaya after four years of work")

    async def visit(self, feed: Feed) -> Fetched:
        return Fetched(feed.url, self.body.encode(), "application/rss+xml")

    def line_of(self, feed: Feed) -> str:
        return ""


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[FullDisk]:
    async with await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW) as store:
        yield FullDisk(store)


def a_line(disk: FullDisk, grouper: Grouper, page: OnePage | None = None) -> Pipeline:
    return Pipeline(
        cast(Store, disk),
        cast(Fetcher, page or OnePage()),
        cast(Worker, InlineWorker()),
        grouper,
        Percolator(),
        pace=Pace(1, 1),
        wake=asyncio.Event(),
        now=lambda: NOW,
        rng=random.Random(1),
    )


async def test_a_full_disk_passes(
    disk: FullDisk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rounds, "STORE_TROUBLE", 0.01)
    caplog.set_level(logging.INFO, "bot.collector.rounds")
    daily = await feed(disk._store, "daily")
    disk.failing = 3
    line, stop = a_line(disk, Grouper()), asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(line.run(stop))
        await disk.failed.wait()
        while not await disk._store.articles.published_gaps(daily.id):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        stop.set()
    blocked = [r for r in caplog.records if "no feed is visited until" in r.message]
    assert len(blocked) == 1, "told once, not at every try"
    assert any("visited again" in message for message in caplog.messages)
    assert not any(record.exc_info for record in caplog.records)


async def test_nothing_joins_what_was_not_kept(disk: FullDisk) -> None:
    grouper = Grouper()
    line = a_line(disk, grouper)
    daily = await feed(disk._store, "daily")
    disk.failing = 1
    with pytest.raises(StoreFull):
        await line.visit(daily)
    await line.visit(daily)
    (article,) = await disk._store.articles.recent(since=0)
    assert article.story is not None
    assert await disk._store.stories.get(article.story) is not None


class SlowPage(OnePage):
    """Never answers; knows when it was asked and when somebody gave up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.left = asyncio.Event(), asyncio.Event()

    async def visit(self, feed: Feed) -> Fetched:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()
        raise AssertionError


async def test_a_slow_site_does_not_hold_up_the_end(
    disk: FullDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LEAVE_SECONDS", 0.01)
    await feed(disk._store, "daily")
    page, stop = SlowPage(), asyncio.Event()
    line = a_line(disk, Grouper(), page)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(line.run(stop))
        await page.asked.wait()
        stop.set()
    assert page.left.is_set()


async def test_a_long_document_is_kept_in_helpings(disk: FullDisk) -> None:
    """What was kept before the disk was full stays; the feed is not told that we know the rest."""
    page = OnePage()
    page.body = rss("The Daily", *(f"Report number {n} on bridges of the Niger" for n in range(25)))
    line = a_line(disk, Grouper(), page)
    daily = await feed(disk._store, "daily")
    disk.full_after = 2
    with pytest.raises(StoreFull):
        await line.visit(daily)
    assert len(await disk._store.articles.recent(since=0)) == 2 * pipeline.HELPING
    (again,) = await disk._store.feeds.all()
    assert (again.visits, again.body_hash) == (0, None)
    await line.visit(again)
    articles = await disk._store.articles.recent(since=0)
    assert len(articles) == 25
    assert all(article.story is not None for article in articles)
    (again,) = await disk._store.feeds.all()
    assert again.visits == 1


async def test_feeds_that_wait_for_a_busy_host_do_not_wait_in_a_place(disk: FullDisk) -> None:
    """Forty feeds of one slow host, then one of another: that one is visited at once."""
    for number in range(40):
        await feed(disk._store, f"busy{number}")
    quiet = await feed(disk._store, "quiet")
    page, stop = BusyHost(quiet.id), asyncio.Event()
    line = a_line(disk, Grouper(), page)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(line.run(stop))
        await page.reached.wait()
        stop.set()
        page.slow.set()
    assert page.most == 2


class BusyHost(OnePage):
    def __init__(self, quiet: int) -> None:
        super().__init__()
        self._quiet = quiet
        self.slow, self.reached = asyncio.Event(), asyncio.Event()
        self.there = self.most = 0

    def line_of(self, feed: Feed) -> str:
        return "quiet" if feed.id == self._quiet else "busy"

    async def visit(self, feed: Feed) -> Fetched:
        if feed.id == self._quiet:
            self.reached.set()
            return await super().visit(feed)
        self.there += 1
        self.most = max(self.most, self.there)
        await self.slow.wait()
        self.there -= 1
        return await super().visit(feed)
