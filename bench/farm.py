"""Feeds on loopback that reveal their newest entries one visit after another.

In: a folder of feed files as sites served them, or the sample world. Out: an HTTP server with ETags
whose documents grow. Each document is cut at its items; the first `hold` of them are kept back and
come out one by one, as a living site would publish them. Everything else of it stays as it is.
No command of its own: `python -m bench.kill` and others visit it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.demo.world.press import load
from bot.demo.world.syndication import feed

_ITEM = re.compile(rb"<(item|entry)[\s>].*?</\1\s*>", re.DOTALL | re.IGNORECASE)


@dataclass
class Plot:
    """One feed: its document cut into a head, items and a tail."""

    name: str
    head: bytes
    items: list[bytes]
    tail: bytes
    content_type: str = "application/xml"
    held: int = 0  # items kept back still
    served: int = 0  # how often the full document went out

    def document(self) -> bytes:
        return self.head + b"\n".join(self.items[self.held :]) + self.tail


@dataclass
class Farm:
    """Serves plots under /<name>; `reveal()` lets one more item of every plot out."""

    plots: dict[str, Plot] = field(default_factory=dict)
    requests: int = 0
    unmodified: int = 0
    origin: str = ""
    _runner: web.AppRunner | None = None

    @classmethod
    def of(cls, folder: Path, *, hold: int) -> Farm:
        farm = cls()
        for path in sorted(folder.iterdir()):
            if path.suffix in {"", ".xml", ".rss", ".atom", ".rdf"} and path.is_file():
                farm.plots[path.stem] = cut(path.stem, path.read_bytes(), hold=hold)
        return farm

    @classmethod
    def sample(cls, *, hold: int, now: int) -> Farm:
        """The outlets of the demo's sample world, with their week of news."""
        farm, world = cls(), load(now)
        for outlet in world.outlets:
            items = [item for item in world.archive if item.outlet == outlet]
            items.sort(key=lambda item: item.published, reverse=True)
            if items and outlet.format != "json":
                body = feed(outlet, items, "https://sample.example").encode()
                farm.plots[outlet.id] = cut(outlet.id, body, hold=hold)
        return farm

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def urls(self) -> list[str]:
        return [f"{self.origin}/{name}" for name in self.plots]

    @property
    def waiting(self) -> int:
        """Items that are kept back still."""
        return sum(plot.held for plot in self.plots.values())

    def reveal(self) -> None:
        for plot in self.plots.values():
            plot.held = max(0, plot.held - 1)

    async def _serve(self, request: web.Request) -> web.Response:
        self.requests += 1
        plot = self.plots.get(request.match_info["name"])
        if plot is None:
            raise web.HTTPNotFound
        body = plot.document()
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            self.unmodified += 1
            return web.Response(status=304, headers={"ETag": etag})
        plot.served += 1
        return web.Response(body=body, headers={"ETag": etag, "Content-Type": plot.content_type})


def cut(name: str, body: bytes, *, hold: int) -> Plot:
    """Cut a document at its items; at least one of them is shown from the start."""
    found = list(_ITEM.finditer(body))
    if not found:
        return Plot(name, body, [], b"")
    items = [match.group() for match in found]
    return Plot(
        name,
        body[: found[0].start()],
        items,
        body[found[-1].end() :],
        held=min(hold, len(items) - 1),
    )
