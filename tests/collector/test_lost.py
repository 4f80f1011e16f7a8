"""Feeds that are lost: who uses them hears of it once, with the feed that their site offers now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from bot.collector.lost import LONG, Lost
from bot.feeds.fetch import Fetcher
from bot.model import Fetched, Notice, Refused
from bot.worker import Worker
from tests.desk import InlineWorker
from tests.feeds.line import DAY, Line, a_line, rss

GONE = Refused("gone", "Gone (410).", 410)
SITE, NEW = "https://daily.example/", "https://daily.example/new.xml"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_line(tmp_path) as made:
        yield made


def lost(line: Line) -> Lost:
    fetcher, worker = cast(Fetcher, line.sites), cast(Worker, InlineWorker())
    return Lost(line.store, fetcher, worker, lambda: line.now)


def offers(line: Line, *feeds: str) -> None:
    links = "".join(f"<link rel=alternate type=application/rss+xml href={url}>" for url in feeds)
    line.sites.answers[SITE] = Fetched(SITE, f"<html>{links}</html>".encode(), "text/html")


async def test_a_dead_feed_is_told_once_with_the_feed_of_its_site(line: Line) -> None:
    feed = await line.feed("daily", owner=5)
    offers(line, feed.url, "/gone.xml", NEW)
    line.sites.answers[NEW] = Fetched(NEW, rss("a"), "text/xml")
    for _ in range(2):
        line.now += DAY
        await line.visit(feed, GONE)
    await lost(line).look()
    (notice,) = await line.store.feeds.notices()
    assert notice == Notice(notice.id, feed.id, notice.chat, NEW)
    assert notice.chat is not None
    await lost(line).look()
    assert len(await line.store.feeds.notices()) == 1


async def test_a_week_of_the_same_trouble_is_told_of_and_a_recovery_begins_anew(line: Line) -> None:
    feed = await line.feed("daily")
    offers(line, feed.url)
    ill = Refused("status", "Refused (403).", 403)
    for days, told in ((0, 0), (6, 0), (1, 1), (9, 1)):
        line.now += days * DAY
        await line.visit(feed, ill)
        await lost(line).look()
        found = await line.store.feeds.notices()
        assert len(found) == told
    assert [(one.chat, one.address) for one in found] == [(None, "")], "for those who run the bot"
    await line.visit(feed, rss("a"))
    await line.visit(feed, ill)
    line.now += LONG
    await line.visit(feed, ill)
    await lost(line).look()
    assert len(await line.store.feeds.notices()) == 2


async def test_a_site_that_is_gone_too_offers_nothing(line: Line) -> None:
    feed = await line.feed("daily", owner=5)
    for _ in range(2):
        line.now += DAY
        await line.visit(feed, GONE)
    await lost(line).look()
    assert [one.address for one in await line.store.feeds.notices()] == [""]
