"""Faults of the feeds' side, S01 to S12 (then test_sources_hosts.py): what becomes of the feed."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.collector.rounds import IN_FLIGHT
from bot.model import Feed, Fetched, NotModified, Refused
from tests.feeds.line import DAY, HOUR, NOW, OK, Line, a_line, rss
from tests.feeds.site import FEED, Site, feed, fetching, serving

URL = "http://news.example.org/feed"
CUT_OFF = Refused("network", "No server of that name was found.")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_line(tmp_path) as made:
        yield made


async def test_s01_a_thousand_304s_are_successes_written_together(line: Line) -> None:
    feeds = [await line.feed(f"f{n}") for n in range(100)]
    async with line.store.transaction() as tx:
        for one in feeds[:9]:
            await tx.feeds.forgive([_failing(one)], int(line.now))
    line.sites.default = NotModified()

    async def all_visited() -> bool:
        return all(one.visits for one in await line.store.feeds.all())

    await line.run(all_visited)
    known = await line.store.feeds.all()
    assert {(one.visits, one.failures, one.problem) for one in known} == {(1, 0, None)}
    assert Counter(line.sites.asked).most_common(1)[0][1] == 1


def _failing(one: Feed) -> Feed:
    return Feed(
        one.id, one.url, "", "", "", "", "", public=True, failures=3, problem="x", status=500
    )


@pytest.mark.parametrize(
    "answer", [CUT_OFF, Refused("timeout", "No answer."), Refused("status", "No (500).", 500)]
)
async def test_s02_our_own_outage_counts_against_nobody(line: Line, answer: Refused) -> None:
    feeds = [await line.feed(f"f{n}") for n in range(12)]
    line.sites.default = Fetched("https://x.example/", rss("a"), "text/xml")
    for one in feeds:
        await line.visit(one)
    line.sites.default = answer
    for _ in range(3):
        for one in feeds:
            await line.visit(one)
        line.now += HOUR
    known = await line.store.feeds.all()
    assert {(one.failures, one.state, one.problem) for one in known} == {(0, "active", None)}
    line.sites.default = OK
    for one in feeds:
        await line.visit(one)
    assert {one.failures for one in await line.store.feeds.all()} == {0}


async def test_s02_while_we_are_cut_off_few_are_asked_and_it_ends_by_itself(line: Line) -> None:
    feeds = [await line.feed(f"f{n}") for n in range(60)]
    line.sites.default = CUT_OFF
    outage = line.pipeline._visits.outage

    async def cut_off() -> bool:
        return outage.on and not line.pipeline._visits._unchanged

    await line.run(cut_off)
    assert len(line.sites.asked) <= 2 * IN_FLIGHT
    line.sites.default = Fetched("https://x.example/", rss("a"), "text/xml")
    for one in feeds:
        await line.visit(one)
    assert not outage.on


@pytest.mark.loopback
async def test_s03_no_name_server_no_stall(site: Site) -> None:
    """A name server that does not answer takes the time of one visit, not of all."""

    waiting, most = 0, 0

    async def nobody(host: str, port: int) -> list[str]:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        try:
            await asyncio.Event().wait()
        finally:
            waiting -= 1
        raise AssertionError

    site.lookup = nobody  # type: ignore[method-assign]
    async with fetching(site, timeout=1.0) as fetcher:
        visits = [fetcher.visit(feed(f"http://h{n}.example.org/f")) for n in range(IN_FLIGHT)]
        found = await asyncio.gather(*visits)
    assert most == IN_FLIGHT, "each waits beside the others, not behind them"
    assert {visit.kind for visit in found if isinstance(visit, Refused)} == {"timeout"}


async def test_s04_404_for_days_is_told_after_a_week_410_at_once(line: Line) -> None:
    missing, gone = await line.feed("missing"), await line.feed("gone")
    for _ in range(9):
        line.now += DAY
        await line.visit(missing, Refused("status", "Nothing (404).", 404))
        await line.visit(gone, Refused("gone", "Gone (410).", 410))
    assert ((await line.known(missing)).state, (await line.known(gone)).state) == ("active", "dead")
    told = await line.store.feeds.ailing(line.now - 7 * DAY, 9)
    assert [one.id for one in told] == [missing.id, gone.id]
    assert (await line.known(missing)).next_visit <= line.now + 8 * DAY


async def test_s05_a_permanent_move_is_believed_after_a_day(line: Line) -> None:
    daily = await line.feed()
    for hours in (0, 1, 24):
        line.now += hours * HOUR
        assert (await line.known(daily)).url == daily.url
        await line.visit(daily, NotModified(moved_to="https://new.example/"))
    assert (await line.known(daily)).url == "https://new.example/"


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("value", "most"),
    [
        ("120", 120),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 7 * DAY),
        ("-5", 0),
        ("soon", 0),
        ("9" * 99, 7 * DAY),
    ],
)
async def test_s06_retry_after_in_all_its_forms(
    site: Site, line: Line, value: str, most: int
) -> None:
    site.page("/feed", b"", 429, Retry_After=value)
    async with fetching(site) as fetcher:
        refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert (refused.retry_after or 0) == most
    now = await line.visit(await line.feed(), refused)
    assert max(60, most) <= now.next_visit - line.now <= max(most, HOUR) + HOUR


@pytest.mark.loopback
async def test_s07_a_server_that_answers_304_for_ever(site: Site) -> None:
    async def always(request: web.Request) -> web.Response:
        asked = "If-None-Match" in request.headers
        return web.Response(status=304) if asked else web.Response(body=FEED)

    site.pages["/feed"] = always
    silent = feed(
        URL, etag='"1"', validators_url=URL, last_success=NOW - HOUR, rhythm=HOUR,
        last_entry=NOW - 2 * DAY,
    )  # fmt: skip
    async with fetching(site) as fetcher:
        bodies = 0
        for n in range(24):
            site.clock = NOW + n * HOUR
            bodies += isinstance(await fetcher.visit(silent), Fetched)
    assert bodies >= 1


async def test_s07_a_new_etag_each_time_brings_nothing_twice(line: Line) -> None:
    daily = await line.feed()
    for n in range(5):
        await line.visit(daily, rss("b", "a", head=f"<pubDate>{n}</pubDate>"), etag=f'"{n}"')
    assert len(await line.articles()) == 2


async def test_s08_reordered_renamed_redated_or_five_hundred_at_once(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    titles = [f"Bridge {n} opens" for n in range(8)]
    await line.visit(daily, rss(*titles))
    for body in (
        rss(*titles[::-1]).replace(b"g", b"g"),
        rss(*titles, first=90),
        rss(*titles).replace(b"2026", b"2025"),
        rss(*(f"Bridge {n} of 500" for n in range(90)), first=1000),
    ):
        line.now += HOUR
        await line.visit(daily, body)
        assert await line.owed() == 0


async def test_s09_a_first_visit_to_a_long_feed_rings_nobody(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    await line.visit(daily, rss(*(f"Bridge {n}" for n in range(60))))
    assert (len(await line.articles()), await line.owed()) == (60, 0)


async def test_s10_a_portal_in_the_place_of_the_feed(line: Line) -> None:
    daily = await line.feed()
    await line.visit(daily, rss("a"), etag='"1"')
    now = await line.visit(daily, b"<!DOCTYPE html><title>Log in</title>", etag='"2"')
    assert (now.failures, now.etag, now.problem) == (1, '"1"', "This is a web page, not a feed.")
    await line.visit(daily, rss("b", "a"), etag='"3"')
    assert len(await line.articles()) == 2


@pytest.mark.loopback
async def test_s11_what_is_cut_short_is_not_kept(site: Site, line: Line) -> None:
    site.page("/feed", gzip.compress(rss("a"))[:-9], ETag='"1"', Content_Encoding="gzip")
    async with fetching(site) as fetcher:
        refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind == "truncated"
    now = await line.visit(await line.feed(), refused)
    assert (now.etag, now.body_hash, await line.articles()) == (None, None, [])


async def test_s12_another_owner_is_noticed(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    daily = await line.feed()
    await line.visit(daily, rss("a"))
    other = (
        rss("pills").replace(b"The Daily", b"Best Pills").replace(b"daily.example", b"p.example")
    )
    now = await line.visit(daily, other)
    assert now.title == "Best Pills"
    assert any("calls itself" in message for message in caplog.messages)
