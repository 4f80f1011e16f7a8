"""Faults of the feeds' side, S13 to S16: what a site does, and what becomes of the feed."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import FeedError, WorkerError
from bot.feeds.lines import Lines
from bot.feeds.parse import parse
from bot.feeds.xmlfeed import parse_xml
from bot.model import FeedId, Refused
from bot.worker import Worker
from tests.feeds.line import DAY, HOUR, NOW, Line, a_line, rss
from tests.feeds.site import FEED, Site, feed, fetching, serving

PEM = Path(__file__).parent.parent / "data" / "tls" / "self_signed.pem"
URL = "http://news.example.org/feed"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_line(tmp_path) as made:
        yield made


@pytest.mark.loopback
async def test_s13_a_bad_certificate_is_told_never_overlooked(site: Site) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        site.port = runner.addresses[0][1]
        async with fetching(site) as fetcher:
            refused = await fetcher.visit(feed("https://news.example.org/feed"))
    finally:
        await runner.cleanup()
    assert isinstance(refused, Refused)
    assert refused.problem == "The server's certificate is not valid."
    assert site.requests == []


async def test_s14_three_hundred_feeds_of_one_host_stand_in_one_line() -> None:
    lines = Lines(lambda one: one.url.split("/")[2])
    feeds = [feed(f"https://big.example/{n}", id=FeedId(n)) for n in range(300)]
    going, later = lines.admit([*feeds, feed("https://small.example/", id=FeedId(999))], NOW)
    assert [one.id for one in going] == [0, 1, 999]
    times = sorted(later.values())
    assert len(set(times)) == 298
    assert times[-1] >= NOW + 298


@pytest.mark.process
async def test_s15_a_parser_that_hangs_or_dies_is_replaced() -> None:
    worker = Worker(memory_mb=256, cpu_seconds=2)
    try:
        with pytest.raises(WorkerError):
            await worker.run(_hang, timeout=0.3)
        with pytest.raises(WorkerError):
            await worker.run(os._exit, 9)
        assert (await worker.run(parse_xml, FEED, None, URL)).title == "Site"
    finally:
        await worker.close()


def _hang() -> None:
    while True:
        pass


async def test_s15_the_feed_of_such_a_parser_backs_off(line: Line) -> None:
    class Dying:
        async def run(self, *_: object, **__: object) -> object:
            raise WorkerError("stopped after 8 seconds")

    daily = await line.feed()
    line.pipeline._visits._worker = Dying()  # type: ignore[assignment]
    now = await line.visit(daily, rss("a"))
    assert (now.failures, now.problem) == (1, "stopped after 8 seconds")


async def test_s16_dates_beyond_all_bounds(line: Line) -> None:
    daily = await line.feed()
    dates = ("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "1 Jan 2015", "x")
    items = "".join(
        f"<item><guid>{n}</guid><title>t{n}</title><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    body = f'<rss version="2.0"><channel><title>D</title>{items}</channel></rss>'.encode()
    await line.visit(daily, body)
    found = {a.title: a.published for a in await line.articles()}
    assert len(found) == 4
    assert all(line.now - 3653 * DAY <= at <= line.now for at in found.values())
    with pytest.raises(FeedError):
        parse(b"<html></html>", content_type=None, url=URL)
    line.now += HOUR
    await line.visit(
        daily, body.replace(b"<item>", b"<item><guid>9</guid><title>new</title></item><item>", 1)
    )
    assert len(await line.articles()) == 5
