"""The fetcher against real servers on loopback: politeness, safety, and every way to be refused."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Fetched, NotModified, Refused
from tests.feeds.site import FEED, NOW, Site, feed, fetching, serving

pytestmark = pytest.mark.loopback

URL = "https://news.example.org/feed".replace("https", "http")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    async with fetching(site) as made:
        yield made


async def test_a_feed_is_fetched_with_all_that_the_next_visit_needs(
    site: Site, fetcher: Fetcher
) -> None:
    site.page(
        "/feed", ETag='W/"7"', Last_Modified="whenever", Cache_Control="max-age=600",
        Content_Type="text/xml; charset=utf-8",
    )  # fmt: skip
    assert await fetcher.visit(feed(URL)) == Fetched(
        URL, FEED, "text/xml; charset=utf-8", 200, 'W/"7"', "whenever", 600
    )
    assert site.lookups == ["news.example.org"]


async def test_who_we_are_and_what_we_do_not_send(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed", Set_Cookie="a=b")
    await fetcher.visit(feed(URL))
    await fetcher.visit(feed(URL))
    sent = site.requests[1].headers
    assert sent["User-Agent"] == "Newsbell/0.1.0 (+https://bot.example/about)"
    assert sent["Accept-Encoding"] == "gzip, deflate"
    assert "application/rss+xml" in sent["Accept"]
    assert not {"Cookie", "Referer", "If-None-Match", "If-Modified-Since"} & set(sent)


async def test_validators_go_back_as_they_came_and_only_to_where_they_came_from(
    site: Site, fetcher: Fetcher
) -> None:
    async def conditional(request: web.Request) -> web.Response:
        same = request.headers.get("If-None-Match") == 'W/"7"'
        return (
            web.Response(status=304, headers={"ETag": '"8"'}) if same else web.Response(body=FEED)
        )

    site.pages["/feed"] = conditional
    known = feed(
        URL, etag='W/"7"', last_modified="odd text", validators_url=URL, last_success=int(NOW) - 60
    )
    assert await fetcher.visit(known) == NotModified(etag='"8"')
    assert site.requests[0].headers["If-Modified-Since"] == "odd text"
    site.redirect("/old", "/feed")
    moved = feed(
        "http://news.example.org/old", etag='W/"7"', validators_url="http://news.example.org/old",
        last_success=int(NOW) - 60,
    )  # fmt: skip
    assert isinstance(await fetcher.visit(moved), Fetched)
    assert "If-None-Match" in site.requests[1].headers
    assert "If-None-Match" not in site.requests[2].headers


async def test_within_eight_days_one_visit_is_unconditional(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed")
    day = 86400
    bare = 0
    for n in range(16):
        site.clock = NOW + n * day
        last = int(site.clock) - day
        await fetcher.visit(feed(URL, etag='"1"', validators_url=URL, last_success=last))
        bare += "If-None-Match" not in site.requests[-1].headers
    assert bare == 2


async def test_a_304_that_nobody_asked_for_is_refused(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed", b"", 304)
    refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind == "status"


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301, 308), True), ((301, 302), False), ((307, 301), False), ((303, 303), False)],
)
async def test_only_a_wholly_permanent_chain_moves_a_feed(
    site: Site, fetcher: Fetcher, statuses: tuple[int, int], moved: bool
) -> None:
    site.redirect("/feed", "http://b.example.org/2", statuses[0])
    site.redirect("/2", "/3?x=1", statuses[1])
    site.page("/3?x=1")
    found = await fetcher.visit(feed(URL))
    assert isinstance(found, Fetched)
    assert found.url == "http://b.example.org/3?x=1"
    assert found.moved_to == (found.url if moved else None)


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        ("http://127.0.0.1/", "address"),
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://[::ffff:127.0.0.1]/", "address"),
        ("http://intern.example.org/", "address"),
        ("http://localhost:80/", "address"),
        ("http://user:pw@news.example.org/", "words"),
        ("http:\\\\127.0.0.1\\", "words"),
        ("file:///etc/passwd", "url"),
        ("ftp://news.example.org/", "url"),
        ("javascript:alert(1)", "url"),
        ("http://news.example.org/feed", "redirects"),
    ],
)
async def test_no_redirect_leads_inside(site: Site, fetcher: Fetcher, to: str, kind: str) -> None:
    site.names["intern.example.org"] = ["93.184.216.34", "10.0.0.7"]
    site.redirect("/feed", to)
    refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind == kind
    assert len(site.requests) == 1
    assert site.dialled == ["93.184.216.34"]


async def test_a_name_that_turns_private_is_refused_at_the_next_connection(
    site: Site, fetcher: Fetcher
) -> None:
    site.page("/feed")
    assert isinstance(await fetcher.visit(feed(URL)), Fetched)
    site.names["news.example.org"] = ["127.0.0.1"]
    refused = await fetcher.page("http://news.example.org:8080/feed")
    assert isinstance(refused, Refused)
    assert refused.kind == "address"
    assert len(site.requests) == 1


async def test_private_addresses_are_refused_without_a_test_of_ours_in_between(
    site: Site,
) -> None:
    async with Fetcher(Guard(), contact="", now=site.now) as plain:
        for url in (f"http://127.0.0.1:{site.port}/", f"http://localhost:{site.port}/"):
            assert isinstance(await plain.page(url), Refused)
    async with Fetcher(Guard([f"127.0.0.1:{site.port}"]), contact="", now=site.now) as allowed:
        site.page("/feed")
        assert isinstance(await allowed.page(f"http://127.0.0.1:{site.port}/feed"), Fetched)
    assert len(site.requests) == 1


async def test_a_proxy_in_the_environment_is_ignored(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    site.page("/feed")
    assert isinstance(await fetcher.visit(feed(URL)), Fetched)


async def test_more_than_five_redirects(site: Site, fetcher: Fetcher) -> None:
    for n in range(9):
        site.redirect(f"/{n}", f"/{n + 1}")
    refused = await fetcher.page("http://news.example.org/0")
    assert isinstance(refused, Refused)
    assert refused.kind == "redirects"
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (404, {}, "status"),
        (410, {}, "gone"),
        (403, {"cf_mitigated": "challenge"}, "blocked"),
        (500, {}, "status"),
        (301, {}, "status"),
    ],
)
async def test_statuses(
    site: Site, fetcher: Fetcher, status: int, headers: dict[str, str], kind: str
) -> None:
    site.page("/feed", b"", status, **headers)
    refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert (refused.kind, refused.status) == (kind, status)
    assert refused.problem.endswith(".")


async def test_a_host_that_asks_for_rest_gets_it_from_all_its_feeds(
    site: Site, fetcher: Fetcher
) -> None:
    site.page("/feed", b"", 429, Retry_After="120")
    site.page("/other")
    refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert (refused.kind, refused.retry_after) == ("wait", 120)
    again = await fetcher.visit(feed("http://news.example.org/other"))
    assert isinstance(again, Refused)
    assert again.kind == "wait"
    assert 110 <= (again.retry_after or 0) <= 121
    assert len(site.requests) == 1
    assert isinstance(await fetcher.visit(feed("http://b.example.org/other")), Fetched)
    site.clock += 130
    assert isinstance(await fetcher.visit(feed("http://news.example.org/other")), Fetched)


async def test_at_most_two_requests_at_a_host_and_seconds_apart(site: Site) -> None:
    here, most = 0, 0

    async def count(request: web.Request) -> web.Response:
        nonlocal here, most
        here += 1
        most = max(most, here)
        await asyncio.sleep(0.05)
        here -= 1
        return web.Response(body=FEED)

    site.pages["/feed"] = count
    async with fetching(site, spacing=0.01) as fetcher:
        found = await asyncio.gather(*(fetcher.visit(feed(URL)) for _ in range(8)))
    assert all(isinstance(visit, Fetched) for visit in found)
    assert most == 2


async def test_a_cancelled_visit_frees_its_place(site: Site, fetcher: Fetcher) -> None:
    arrived, never = asyncio.Event(), asyncio.Event()

    async def stuck(request: web.Request) -> web.Response:
        arrived.set()
        await never.wait()
        return web.Response()

    site.pages["/stuck"] = stuck
    site.page("/feed")
    for _ in range(3):
        arrived.clear()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(fetcher.page("http://news.example.org/stuck"))
            await arrived.wait()
            task.cancel()
    assert isinstance(await fetcher.visit(feed(URL)), Fetched)
    never.set()
