"""The manners of failing, rows 17 to 20 of docs/polling.md: whose fault it is, and its name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web

from bot.feeds.fetch import Fetcher
from bot.model import Fetched, Refused
from tests.feeds.line import DAY, HOUR, NOW, OK, Line, a_line, rss
from tests.feeds.site import FEED, Site, feed, fetching, serving

pytestmark = pytest.mark.loopback

URL = "http://news.example.org/feed"
KNOWN = feed(
    URL, etag='W/"7"', last_modified="odd text", validators_url=URL, last_success=NOW - 60,
    last_entry=NOW - 60, rhythm=1800, visits=9,
)  # fmt: skip


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    async with fetching(site) as made:
        yield made


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_line(tmp_path) as made:
        yield made


async def test_row_17_errors_double_and_one_success_forgives(line: Line) -> None:
    daily, waits = await line.feed(), []
    for _ in range(12):
        now = await line.visit(daily, Refused("status", "No (500).", 500))
        waits.append(now.next_visit - line.now)
    assert all(later > 1.5 * earlier for earlier, later in pairwise(waits[:7]))
    assert waits[-1] <= 7 * DAY + HOUR
    assert (now.state, (await line.visit(daily, rss("a"))).failures) == ("active", 0)


async def test_row_18_our_own_outage_blames_nobody(line: Line) -> None:
    feeds = [await line.feed(f"f{n}") for n in range(12)]
    for one in feeds:
        await line.visit(one, rss("a"))
    for one in feeds:
        now = await line.visit(one, Refused("network", "No server of that name was found."))
    known = [await line.known(one) for one in feeds]
    assert [one.failures for one in known] == [0] * 12
    assert all(one.next_visit - line.now <= 180 for one in known)
    assert (await line.visit(feeds[0], OK)).failures == 0
    now = await line.visit(feeds[1], Refused("network", "The server could not be reached."))
    assert now.failures == 1, "one of many is to blame itself"


async def test_row_19_a_test_for_humans_is_called_so(site: Site, fetcher: Fetcher) -> None:
    for status in (403, 200, 503):
        site.page("/feed", FEED, status, cf_mitigated="challenge")
        refused = await fetcher.visit(KNOWN)
        assert isinstance(refused, Refused)
        assert (refused.kind, "humans" in refused.problem) == ("blocked", True)


async def test_row_20_a_page_or_nothing_at_all_is_no_feed(line: Line, site: Site) -> None:
    daily = await line.feed()
    await line.visit(daily, rss("a"))
    for body in (b"<!doctype html><html><body>Welcome</body></html>", b"<p>Moved</p>", b"{}"):
        now = await line.visit(daily, body)
    assert (now.failures, len(await line.articles())) == (3, 1)
    async with fetching(site) as fetcher:
        site.page("/feed", b"")
        empty = await fetcher.visit(KNOWN)
    assert isinstance(empty, Refused)
    assert not isinstance(empty, Fetched)


async def test_row_20_a_feed_that_turned_into_a_page_is_looked_for(site: Site) -> None:
    """See test_lost.py: who uses it is told where it may be now."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<html></html>", content_type="text/html")

    site.pages["/feed"] = page
    async with fetching(site) as fetcher:
        assert isinstance(await fetcher.visit(KNOWN), Fetched), "what is in it, the parser says"
