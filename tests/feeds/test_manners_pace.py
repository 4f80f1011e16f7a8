"""The manners of pace and transport, rows 21 to 36 of docs/polling.md."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.collector.rounds import IN_FLIGHT
from bot.feeds.fetch import FEED_LIMIT, Fetcher
from bot.feeds.gate import SPACING, WIDTH, HostGate
from bot.feeds.schedule import next_interval, record, rhythm_of
from bot.model import Fetched, NotModified, Refused
from tests.feeds.line import DAY, HOUR, NOW, OK, Line, a_line, rss
from tests.feeds.site import FEED, Site, feed, fetching, raw_server, serving

pytestmark = pytest.mark.loopback

SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
URL = "http://news.example.org/feed"
GOOD = feed(URL, etag='"1"', visits=9, last_entry=NOW, last_success=NOW - 60)


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


def pace(rhythm: int | None, of=GOOD, newest: int | None = NOW, **more: int) -> int:  # type: ignore[no-untyped-def]
    rest = {"floor": 900, "ceiling": DAY, "now": NOW} | more
    return next_interval(of, rhythm=rhythm, newest=newest, **rest)


def test_row_21_half_the_median_gap_within_bounds_idle_feeds_rarely() -> None:
    assert rhythm_of([NOW - 4 * HOUR * n for n in range(20)]) == 2 * HOUR
    assert [pace(60), pace(2 * HOUR), pace(9 * DAY)] == [900, 2 * HOUR, DAY]
    assert pace(60, newest=NOW - 31 * DAY) == DAY


async def test_row_22_the_server_sets_a_lower_bound(site: Site, fetcher: Fetcher) -> None:
    date = "Tue, 03 Feb 2026 02:40:00 GMT"
    for headers, age in (
        ({"Cache_Control": "max-age=7200", "Expires": date}, 7200),
        ({"Cache_Control": "no-cache, max-age=7200"}, None),
        ({"Date": date, "Expires": "Tue, 03 Feb 2026 03:40:00 GMT"}, 3600),
    ):
        site.page("/feed", **headers)
        found = await fetcher.visit(feed(URL))
        assert isinstance(found, Fetched)
        assert found.max_age == age
    assert pace(60, max_age=7200) == 7200
    assert pace(60, max_age=31_536_000) == DAY


def test_row_23_floors_and_none_below_the_hour_without_validators() -> None:
    bare = replace(GOOD, etag=None)
    assert [pace(60), pace(60, of=bare), pace(60, of=bare, newest=NOW - 8 * DAY)] == [
        900, HOUR, 6 * HOUR,
    ]  # fmt: skip
    assert pace(60, floor=1200, max_age=1) == 1200


async def test_row_24_ttl_and_syndication_count_for_later_visits_too(line: Line) -> None:
    daily = await line.feed()
    for head, wanted in (
        ("<ttl>180</ttl>", 3 * HOUR),
        (f"<sy:updatePeriod xmlns:sy='{SYNDICATION}'>daily</sy:updatePeriod>", DAY),
    ):
        now = await line.visit(daily, rss("a", head=head), etag='"1"')
        assert now.interval == wanted
        assert (await line.visit(daily, OK)).interval == wanted


def test_row_25_jitter_spreads_and_never_hurries() -> None:
    waits = {
        record(GOOD, NotModified(), now=NOW, floor=900, ceiling=DAY, rng=random.Random(seed))
        .next_visit - NOW
        for seed in range(60)
    }  # fmt: skip
    assert min(waits) >= HOUR
    assert max(waits) <= 1.1 * HOUR
    assert len(waits) > 30


async def test_row_26_claimed_before_it_is_asked_a_restart_asks_nobody_again(line: Line) -> None:
    daily = await line.feed()
    held = asyncio.Event()

    async def slow(_: object) -> NotModified:
        held.set()
        await asyncio.Event().wait()
        raise AssertionError

    line.sites.say(daily.url, slow)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(line.pipeline.run(stop))
        await held.wait()
        running.cancel()  # as a kill would
    assert (await line.known(daily)).next_visit == line.now + 900
    again = Line(line.store)
    again.sites = line.sites
    assert await again.store.feeds.next_due() == line.now + 900


async def test_row_27_one_visit_for_all_and_none_for_nobody(line: Line) -> None:
    mine = await line.feed("mine", owner=5)
    assert await line.feed("mine", owner=6) == mine
    async with line.store.transaction() as tx:
        for reader in (5, 6):
            assert len(await tx.feeds.due(line.now, 9, 60)) == (reader == 5)
            await tx.feeds.postpone({mine.id: int(line.now)})
            await tx.chats.close(reader, "blocked", line.now)
            if reader == 5:
                await tx.feeds.postpone({mine.id: int(line.now) + 9})
        assert await tx.feeds.due(line.now + 99, 9, 60) == []


async def test_row_29_robots_are_not_asked(site: Site, fetcher: Fetcher) -> None:
    """No reader does for addresses that people named; what a site wants it says with a status."""
    site.page("/feed")
    await fetcher.visit(feed(URL))
    assert [request.path for request in site.requests] == ["/feed"]


async def test_row_30_and_31_who_we_are_and_what_we_take(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed")
    await fetcher.visit(feed(URL))
    sent = site.requests[0].headers
    assert sent["User-Agent"].startswith("Newsbell/")
    assert "(+https://bot.example/about" in sent["User-Agent"]
    assert sent["Accept"].startswith("application/rss+xml, application/atom+xml, application/feed+")
    assert sent["Accept-Encoding"] == "gzip, deflate"


async def test_row_32_one_deadline_and_a_bound_on_what_is_unfolded(site: Site) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    server = await raw_server(drip)
    good, site.port = site.port, server.sockets[0].getsockname()[1]
    async with server, fetching(site, timeout=0.2) as fetcher:
        found = await fetcher.visit(feed(URL))
        assert isinstance(found, Refused)
        assert found.kind == "timeout"
    site.port = good
    async with fetching(site) as fetcher:
        site.page("/big", b"x" * (FEED_LIMIT + 1))
        big = await fetcher.visit(feed("http://news.example.org/big"))
        assert isinstance(big, Refused)
        assert big.kind == "size"


async def test_row_33_the_address_that_is_dialled_is_the_one_that_was_checked(site: Site) -> None:
    site.page("/feed")
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["10.0.0.1", "93.184.216.34"]])
    async with fetching(site) as fetcher:
        fetcher_kinds = []
        for n in range(3):
            site.names["news.example.org"] = next(answers)
            url = f"http://news.example.org{':8080' if n else ''}/feed"
            visit = await fetcher.visit(feed(url))
            fetcher_kinds.append(getattr(visit, "kind", "fetched"))
    assert fetcher_kinds == ["fetched", "address", "address"]
    assert site.dialled == ["93.184.216.34"]


async def test_row_34_two_at_a_host_a_second_apart_twenty_in_all(site: Site) -> None:
    assert (WIDTH, SPACING, IN_FLIGHT) == (2, 1.0, 20)
    gate = HostGate(site.now, spacing=0.03)
    starts: list[float] = []
    clock = asyncio.get_running_loop().time

    async def ask() -> None:
        async with gate.turn("news.example.org"):
            starts.append(clock())

    began = clock()
    await asyncio.gather(*(ask() for _ in range(4)))
    assert all(start - began >= 0.03 * n - 0.002 for n, start in enumerate(starts))


async def test_row_35_names_beyond_ascii(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed")
    await fetcher.visit(feed("http://bücher.example.org/feed"))
    assert site.lookups == ["xn--bcher-kva.example.org"]


async def test_row_36_a_slip_of_the_line_is_tried_once_more(site: Site) -> None:
    """aiohttp does, for questions that change nothing. Certificates: S13 in test_sources.py."""
    asked = 0

    async def slips(writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        if asked != 2:
            writer.close()
            return
        size = str(len(FEED)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: " + size + b"\r\n\r\n" + FEED)

    server = await raw_server(slips)
    site.port = server.sockets[0].getsockname()[1]
    async with server, fetching(site) as fetcher:
        assert isinstance(await fetcher.visit(feed(URL)), Fetched)
        assert isinstance(await fetcher.visit(feed(URL)), Refused)
    assert asked == 4
