"""The manners of asking, rows 1 to 16: validators, redirects, what a status means.

The rows are those of the checklist of good pollers that docs/polling.md lists.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.feeds.answers import LONGEST_WAIT
from bot.feeds.fetch import Fetcher
from bot.feeds.schedule import body_hash
from bot.model import Feed, NotModified, Refused
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


async def test_row_01_validators_are_opaque_bytes(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed")
    odd = ['"q"', "W/\"'x'\"", "unquoted", "Tue, 99 Foo 2026 25:61 CET", "0"]
    for etag, modified in zip(odd, reversed(odd), strict=True):
        await fetcher.visit(replace(KNOWN, etag=etag, last_modified=modified))
        sent = site.requests[-1].headers
        assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (etag, modified)
    await fetcher.visit(replace(KNOWN, etag=None, last_modified=None))
    assert "If-Modified-Since" not in site.requests[-1].headers, "never one of our own making"


async def test_row_02_a_pair_of_one_answer_absent_is_deleted(line: Line) -> None:
    daily = await line.feed()
    now = await line.visit(daily, rss("a"), etag='"1"', last_modified="Mon")
    assert (now.etag, now.last_modified) == ('"1"', "Mon")
    now = await line.visit(daily, rss("b", "a"), etag='"2"')
    assert (now.etag, now.last_modified) == ('"2"', None)


async def test_row_03_a_304_renews_what_it_carries(line: Line) -> None:
    daily = await line.feed()
    await line.visit(daily, rss("a"), etag='"1"', last_modified="Mon")
    now = await line.visit(daily, NotModified(etag='"3"'))
    assert (now.etag, now.last_modified) == ('"3"', "Mon")


async def test_row_04_validators_belong_to_a_url(site: Site, fetcher: Fetcher) -> None:
    site.redirect("/feed", "/elsewhere")
    site.page("/elsewhere")
    await fetcher.visit(KNOWN)
    await fetcher.visit(replace(KNOWN, validators_url="http://news.example.org/elsewhere"))
    bare = ["If-None-Match" not in request.headers for request in site.requests]
    assert bare == [False, True, True, False]


async def test_row_05_validators_come_with_the_articles_or_not_at_all(line: Line) -> None:
    daily = await line.feed()
    now = await line.visit(daily, b"<html>not a feed</html>", etag='"1"')
    assert (now.etag, now.body_hash, now.visits) == (None, None, 0)
    now = await line.visit(daily, rss("a"), etag='"1"')
    assert (now.etag, len(await line.articles())) == ('"1"', 1)


async def test_row_06_validators_are_dropped_within_eight_days(
    site: Site, fetcher: Fetcher
) -> None:
    """At most; a feed that fell silent is asked without them once a day (S07)."""
    site.page("/feed")
    for silent, most in ((False, 2), (True, 16)):
        before, bare = len(site.requests), 0
        for n in range(16):
            site.clock = NOW + n * DAY
            last = int(site.clock) - DAY
            said = last - 60 if silent else int(site.clock) - 60
            await fetcher.visit(replace(KNOWN, last_success=last, last_entry=said))
        bare = sum("If-None-Match" not in r.headers for r in site.requests[before:])
        assert bare == most


async def test_row_07_a_200_that_repeats_the_body_brings_nothing(line: Line) -> None:
    """The bytes decide: a server that repeats its validators over another body is still read."""
    daily = await line.feed()
    await line.visit(daily, rss("a"), etag='"1"')
    now = await line.visit(daily, rss("a"), etag='"2"')
    assert (now.etag, now.visits, now.failures) == ('"2"', 2, 0)
    await line.visit(daily, rss("b", "a"), etag='"2"')
    assert len(await line.articles()) == 2


async def test_row_08_a_new_way_of_reading_reads_once_more(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed")
    for known, sent in ((body_hash(FEED), True), ("0:" + "a" * 32, False), ("a" * 32, False)):
        await fetcher.visit(replace(KNOWN, body_hash=known))
        assert ("If-None-Match" in site.requests[-1].headers) == sent


async def test_row_09_no_delta_encoding_is_asked_for(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed", b"", 226)
    assert isinstance(await fetcher.visit(KNOWN), Refused)
    assert "A-IM" not in site.requests[0].headers


async def test_row_10_no_cookie_no_referer_no_query_of_ours(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed", Set_Cookie="id=1")
    for _ in range(2):
        await fetcher.visit(KNOWN)
    assert not {"Cookie", "Referer", "Pragma", "Cache-Control"} & set(site.requests[1].headers)
    assert site.requests[1].path_qs == "/feed"


async def test_row_11_a_feed_moves_when_its_server_insists(line: Line) -> None:
    daily, to = await line.feed(), "https://new.example/f"
    for n in range(3):
        assert (await line.known(daily)).url == daily.url
        await line.visit(daily, rss(f"t{n}"), moved_to=to)
        line.now += 13 * HOUR
    now = await line.known(daily)
    assert (now.url, now.moved_times) == (to, 0)
    assert (await line.store.feeds.by_url(daily.url)) == now, "its old name still means it"


async def test_row_11_not_for_hotels_nor_for_temporary_moves(line: Line) -> None:
    daily, portal = await line.feed(), "https://hotel.example/login"
    for n in range(9):
        await line.visit(daily, rss(f"t{n}"), moved_to=portal)
        line.now += HOUR
    await line.visit(daily, rss("x"))
    line.now += DAY
    now = await line.visit(daily, NotModified(moved_to=portal))
    assert (now.url, now.moved_times) == (daily.url, 1)


async def test_row_11_tls_at_the_same_address_at_once(line: Line) -> None:
    plain = await line.feed()
    async with line.store.transaction() as tx:
        await tx.feeds.record(_adopting(plain, "http://plain.example/f"))
    daily = await line.store.feeds.by_url("http://plain.example/f")
    assert daily
    now = await line.visit(daily, rss("a"), moved_to="https://plain.example/f")
    assert now.url == "https://plain.example/f"


async def test_row_11_where_another_feed_lives_its_readers_join_that_one(line: Line) -> None:
    mine, other = await line.feed("mine", owner=5), await line.feed("other", owner=6)
    public = await line.feed("all")
    async with line.store.transaction() as tx:
        await tx.feeds.record(_adopting(mine, other.url))
        chat = await tx.chats.ensure(5, 0, "private", "en", line.now)
        await tx.feeds.record(_adopting(public, other.url))
    assert (await line.known(mine)).state == "dead"
    assert {f.id for f in await line.store.feeds.own(chat.id)} == {mine.id, other.id}
    still = await line.store.feeds.by_url("https://all.example/all")
    assert still
    assert still.state == "active", "a public feed makes no private one known to all"


def _adopting(of: Feed, url: str):  # type: ignore[no-untyped-def]
    from bot.model import FeedRecord

    return FeedRecord(of.id, NOW, NOW, 60, True, adopt=url)


async def test_row_12_five_hops_no_circle_each_past_the_guard(site: Site, fetcher: Fetcher) -> None:
    for n in range(8):
        site.redirect(f"/{n}", f"/{n + 1}")
    site.redirect("/circle", "/circle")
    site.redirect("/in", "http://10.0.0.1/")
    kinds = [
        (await fetcher.page(f"http://news.example.org/{path}")).kind  # type: ignore[union-attr]
        for path in ("0", "circle", "in")
    ]
    assert kinds == ["redirects", "redirects", "address"]


async def test_row_13_a_404_is_an_ordinary_failure(line: Line) -> None:
    daily = await line.feed()
    for n in range(1, 9):
        now = await line.visit(daily, Refused("status", "There is nothing (404).", 404))
        assert (now.failures, now.state) == (n, "active")
        assert now.next_visit - line.now <= 7 * DAY + HOUR
    now = await line.visit(daily, OK)
    assert (now.failures, now.problem, now.since) == (0, None, None)


async def test_row_14_410_for_a_day_ends_a_feed(line: Line) -> None:
    daily, gone = await line.feed(), Refused("gone", "It is gone (410).", 410)
    await line.visit(daily, Refused("status", "No (500).", 500))
    for hours, state in ((30, "active"), (1, "active"), (24, "dead")):
        line.now += hours * HOUR
        assert (await line.visit(daily, gone)).state == state


async def test_row_15_retry_after_holds_for_the_host(site: Site, fetcher: Fetcher) -> None:
    for status, value, seconds in (
        (429, "120", 120),
        (503, "Tue, 03 Feb 2026 02:42:00 GMT", 120),
        (429, "99999999999", LONGEST_WAIT),
        (503, "Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
    ):
        host = f"http://h{len(site.requests)}.example.org"
        site.page("/f", b"", status, Retry_After=value, Date="Tue, 03 Feb 2026 02:40:00 GMT")
        refused = await fetcher.visit(feed(f"{host}/f"))
        assert isinstance(refused, Refused)
        assert (refused.kind, refused.retry_after) == ("wait", seconds)
        before = len(site.requests)
        other = await fetcher.visit(feed(f"{host}/other"))
        assert isinstance(other, Refused)
        assert (other.kind, other.status, len(site.requests)) == ("wait", None, before)
        assert (other.retry_after or 0) <= min(seconds, DAY) + 1, "one feed shuts no host for long"


async def test_row_15_who_was_not_asked_has_not_failed(line: Line) -> None:
    daily = await line.feed()
    await line.visit(daily, rss("a"))
    now = await line.visit(daily, Refused("wait", "A pause.", None, 500))
    assert (now.failures, now.problem) == (0, None)
    assert 500 <= now.next_visit - line.now <= 560


async def test_row_16_a_429_that_names_no_time_backs_off(line: Line) -> None:
    daily, waits = await line.feed(), []
    for _ in range(8):
        now = await line.visit(daily, Refused("wait", "Fewer visits (429).", 429))
        waits.append(now.next_visit - line.now)
    assert waits[0] >= HOUR / 2
    assert waits[1] > waits[0]
    assert max(waits) <= 6.7 * HOUR
