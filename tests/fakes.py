"""Stand-ins for the outside, at its edge: news sites on loopback."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from xml.sax.saxutils import escape

from aiohttp import web


@dataclass
class Outlet:
    """One outlet's RSS feed; `publish` puts an entry on top."""

    name: str
    language: str = "en"
    items: list[str] = field(default_factory=list)
    head: str = ""  # more of the channel, before its items

    def publish(self, title: str, summary: str = "", *, guid: str = "", link: str = "") -> None:
        number = len(self.items) + 1
        link = link or f"https://{self.name.lower().replace(' ', '-')}.example/{number}"
        self.items.insert(
            0,
            f"<item><title>{escape(title)}</title><description>{escape(summary)}</description>"
            f"<link>{escape(link)}</link><guid>{escape(guid or link)}</guid>"
            f"<pubDate>{formatdate(time.time())}</pubDate></item>",
        )

    def document(self) -> bytes:
        return (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>{escape(self.name)}</title><link>https://example.org/</link>"
            f"<language>{self.language}</language>{self.head}{''.join(self.items)}</channel></rss>"
        ).encode()


class Press:
    """All outlets on one loopback port, with ETags."""

    def __init__(self) -> None:
        self.outlets: dict[str, Outlet] = {}
        self.visits: dict[str, int] = {}
        self.origin = ""

    def outlet(self, name: str, language: str = "en") -> Outlet:
        outlet = Outlet(name, language)
        self.outlets[name.lower().replace(" ", "-")] = outlet
        return outlet

    @property
    def urls(self) -> str:
        return ",".join(f"{self.origin}/{slug}" for slug in self.outlets)

    @property
    def door(self) -> str:
        """What FETCH_ALLOW must let through."""
        return self.origin.removeprefix("http://")

    async def serve(self, request: web.Request) -> web.Response:
        slug = request.match_info["slug"]
        if slug not in self.outlets:
            raise web.HTTPNotFound
        self.visits[slug] = self.visits.get(slug, 0) + 1
        body = self.outlets[slug].document()
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=body, headers={"ETag": etag}, content_type="application/rss+xml")


@asynccontextmanager
async def a_press() -> AsyncIterator[Press]:
    press = Press()
    app = web.Application()
    app.router.add_get("/{slug}", press.serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        press.origin = f"http://{host}:{port}"
        yield press
    finally:
        await runner.cleanup()
