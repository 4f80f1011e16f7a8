"""A web site of our own on 127.0.0.1, and a fetcher that sees it under public names.

Names resolve to public addresses; the sockets that the guard has let through are led to the site.
So every check of the guard runs, and nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.feeds.fetch import Fetcher
from bot.feeds.gate import HostGate
from bot.feeds.guard import Guard
from bot.model import Feed, FeedId

NOW = 1_770_000_000.0
PUBLIC = "93.184.216.34"
FEED = (
    b'<rss version="2.0"><channel><title>Site</title><item><title>x</title></item></channel></rss>'
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Answers by path; keeps the requests, the lookups and the addresses that were dialled."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler | web.Response] = {}
        self.names: dict[str, list[str]] = {}
        self.requests: list[web.Request] = []
        self.lookups: list[str] = []
        self.dialled: list[str] = []
        self.clock = NOW
        self.port = 0

    def now(self) -> float:
        return self.clock

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.Request)
        self.requests.append(request)
        page = self.pages.get(request.path_qs) or self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if isinstance(page, web.Response):
            return web.Response(body=page.body, status=page.status, headers=page.headers)
        return await page(request)

    async def lookup(self, host: str, port: int) -> list[str]:
        self.lookups.append(host)
        return self.names.get(host, [PUBLIC])

    def open(self, info: Any) -> socket.socket:
        site = self

        class Led(socket.socket):
            def connect(self, address: Any) -> None:
                site.dialled.append(address[0])
                six = self.family == socket.AF_INET6
                super().connect(("::ffff:127.0.0.1" if six else "127.0.0.1", site.port))

        return Led(info[0], socket.SOCK_STREAM)

    def page(self, path: str, body: bytes = FEED, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = web.Response(body=body, status=status, headers=named)

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        self.page(path, b"", status, Location=to)


@asynccontextmanager
async def serving() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    site.port = listener.getsockname()[1]
    await web.SockSite(runner, listener).start()
    try:
        yield site
    finally:
        await runner.cleanup()


@asynccontextmanager
async def fetching(
    site: Site,
    *,
    timeout: float = 20.0,  # noqa: ASYNC109
    spacing: float = 0.0,
) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(
        Guard(), contact="https://bot.example/about", timeout=timeout, now=site.now,
        lookup=site.lookup, open_socket=site.open,
    )  # fmt: skip
    fetcher._gate = HostGate(site.now, spacing=spacing)
    async with fetcher:
        yield fetcher


def feed(url: str, **values: Any) -> Feed:
    return Feed(
        **{
            "id": FeedId(1), "url": url, "title": "", "publisher": "", "site": "", "country": "",
            "language": "", "public": True,
        }
        | values
    )  # fmt: skip


async def raw_server(reply: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> asyncio.Server:
    """A server that answers any request with bytes of the test's own."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await reply(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)
