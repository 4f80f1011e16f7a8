"""The fetcher against servers that lie, stumble, drip and explode; on loopback."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Fetched, Refused
from tests.feeds.site import FEED, Site, feed, fetching, raw_server, serving

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


async def test_an_empty_document_is_no_feed(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed", b" \n")
    refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind == "feed"


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        (gzip.compress(bytes(200_000_000), mtime=0), {"Content_Encoding": "gzip"}, "size"),
        (b"x" * 10_000_001, {}, "size"),
        (gzip.compress(FEED, mtime=0)[:-6], {"Content_Encoding": "gzip"}, "truncated"),
        (gzip.compress(FEED, mtime=0), {"Content_Encoding": "gzip, gzip"}, "network"),
        (b"\x8b\x01", {"Content_Encoding": "br"}, "network"),
    ],
)
async def test_bodies_out_of_bounds(
    site: Site, fetcher: Fetcher, body: bytes, headers: dict[str, str], kind: str
) -> None:
    site.page("/feed", body, **headers)
    refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind == kind


async def test_a_body_of_just_ten_megabytes_is_taken(site: Site, fetcher: Fetcher) -> None:
    site.page("/feed", b"x" * 10_000_000)
    found = await fetcher.visit(feed(URL))
    assert isinstance(found, Fetched)
    assert len(found.body) == 10_000_000
    refused = await fetcher.page(URL)
    assert isinstance(refused, Refused)
    assert refused.kind == "size"


@asynccontextmanager
async def answered_by(site: Site, *pieces: bytes, forever: bool = False) -> AsyncIterator[None]:
    async def reply(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
        await writer.drain()
        while forever:
            writer.write(pieces[-1])
            await writer.drain()
            await asyncio.sleep(0.01)

    server = await raw_server(reply)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss"], "truncated"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"], "truncated"),
        ([b""], "network"),
        ([b"SSH-2.0-OpenSSH\r\n\r\n"], "network"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"], "network"),
        ([b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n"], "network"),
        ([b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\n\r\n"], "words"),
    ],
)
async def test_servers_that_stumble(site: Site, pieces: list[bytes], kind: str) -> None:
    async with answered_by(site, *pieces), fetching(site) as fetcher:
        refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind == kind


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n", b"x"],
        [b"HTTP/1.1 100 Continue\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nX-", b"a"],
    ],
)
async def test_a_slow_drip_ends_at_the_one_deadline(site: Site, pieces: list[bytes]) -> None:
    async with answered_by(site, *pieces, forever=True), fetching(site, timeout=0.3) as fetcher:
        refused = await fetcher.visit(feed(URL))
    assert isinstance(refused, Refused)
    assert refused.kind in ("timeout", "network")


async def test_the_deadline_covers_the_whole_chain(site: Site) -> None:
    async def slowly(request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        raise web.HTTPFound(f"/{int(request.path[1:]) + 1}")

    for n in range(6):
        site.pages[f"/{n}"] = slowly
    async with fetching(site, timeout=0.3) as fetcher:
        refused = await fetcher.page("http://news.example.org/0")
    assert isinstance(refused, Refused)
    assert refused.kind == "timeout"


async def test_names_without_servers_and_servers_without_ears(site: Site) -> None:
    async def nothing(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    async with Fetcher(Guard(), contact="", now=site.now, lookup=nothing) as fetcher:
        refused = await fetcher.page(URL)
    assert isinstance(refused, Refused)
    assert (refused.kind, refused.problem) == ("network", "No server of that name was found.")
    site.port = 1
    async with fetching(site) as fetcher:
        refused = await fetcher.page(URL)
    assert isinstance(refused, Refused)
    assert refused.problem == "The server could not be reached."
