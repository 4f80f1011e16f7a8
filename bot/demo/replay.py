"""The press of the sample world on loopback: feeds with validators, front pages, articles.

In: a world and the clock. Out: HTTP, and `publish_next`, which plays the next scene of the script.
`run` publishes by itself once `begin` was called. Knows nothing of the bot.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from bot.demo.world import syndication
from bot.demo.world.press import Item, Outlet, Scene, World
from bot.model import Clock, FeedSource

_SHOWN = 60  # entries a feed holds


class Replay:
    """An async context manager; `url` is set while it serves."""

    def __init__(self, world: World, *, now: Clock) -> None:
        self.world = world
        self.url = ""
        self.published: list[Scene] = []
        self.automatic = True
        self._now = now
        self._upcoming = deque(world.script)
        self._items: dict[int, Item] = {item.number: item for item in world.archive}
        self._bodies: dict[str, tuple[str, str, float]] = {}  # body, ETag, modified
        self._begun = asyncio.Event()
        self._unread = {outlet.id for outlet in world.outlets}
        self._read = asyncio.Event()
        self._visits: Counter[str] = Counter()
        self._visit = asyncio.Event()  # of the next one
        self._changed = asyncio.Event()
        self._watchers: list[Callable[[], None]] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Replay:
        app = web.Application()
        app.add_routes(
            [
                web.get("/{outlet}", self._front),
                web.get("/{outlet}/{number:[0-9]+}", self._page),
                web.get("/{outlet}/{name}", self._feed),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # ── the script ──

    @property
    def upcoming(self) -> Scene | None:
        return self._upcoming[0] if self._upcoming else None

    @property
    def begun(self) -> bool:
        return self._begun.is_set()

    @property
    def read(self) -> bool:
        """Whoever reads the feeds came back to each of them with its validators: it holds what was
        there before. A bot is silent about a feed's first content, so nothing is published sooner.
        """
        return not self._unread

    async def wait_read(self) -> None:
        await self._read.wait()

    def begin(self) -> None:
        """Somebody follows something: from now on `run` publishes by itself."""
        if not self._begun.is_set():
            self._begun.set()
            self._tell()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call it after every change of what is published or of the pace."""
        self._watchers.append(watcher)

    def pause(self, paused: bool) -> None:
        self.automatic = not paused
        self._tell()

    def publish_next(self) -> Scene | None:
        """The next scene, published now; None when the script has ended."""
        if not self._upcoming:
            return None
        scene = self._upcoming.popleft()
        now = int(self._now())
        item = replace(scene.item, published=now)
        if scene.corrects:
            first = self._items[item.number]
            item = replace(item, published=first.published, updated=now)
        self._items[item.number] = item
        self._bodies.pop(item.outlet.id, None)
        self.published.append(scene)
        self._tell()
        return scene

    async def run(self) -> None:
        """Publish each scene when its time has come; returns after the last one."""
        await self._begun.wait()
        await self.wait_read()
        while scene := self.upcoming:
            if not self.automatic:
                await self._changes()
            elif not await self._changes(scene.after):
                self.publish_next()

    async def _changes(self, seconds: float | None = None) -> bool:
        """Whether something changed within that time: by hand, or the pace."""
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _tell(self) -> None:
        self._changed.set()
        for watcher in self._watchers:
            watcher()

    # ── the sites ──

    @property
    def address(self) -> str:
        """host:port, for FETCH_ALLOW."""
        return self.url.removeprefix("http://")

    def sources(self) -> list[FeedSource]:
        return [
            FeedSource(
                url=self.url + syndication.feed_path(outlet),
                title=outlet.name,
                publisher=outlet.name,
                site=f"{self.url}/{outlet.id}",
                country=outlet.country,
                language=outlet.language,
            )
            for outlet in self.world.outlets
        ]

    def items(self, outlet: Outlet) -> list[Item]:
        """What stands in an outlet's feed, newest first."""
        own = [item for item in self._items.values() if item.outlet == outlet]
        own.sort(key=lambda item: (item.published, item.number), reverse=True)
        return own[:_SHOWN]

    def item_at(self, url: str) -> Item | None:
        """The article behind a link, None for any other address."""
        outlet, _, number = url.removeprefix(f"{self.url}/").partition("/")
        item = self._items.get(int(number)) if number.isdecimal() else None
        return item if item is not None and item.outlet.id == outlet else None

    def _outlet(self, request: web.Request) -> Outlet:
        for outlet in self.world.outlets:
            if outlet.id == request.match_info["outlet"]:
                return outlet
        raise web.HTTPNotFound(text="No such outlet.")

    async def _front(self, request: web.Request) -> web.Response:
        outlet = self._outlet(request)
        text = syndication.front(outlet, self.items(outlet))
        return web.Response(text=text, content_type="text/html")

    async def _page(self, request: web.Request) -> web.Response:
        item = self._items.get(int(request.match_info["number"]))
        if item is None or item.outlet != self._outlet(request):
            raise web.HTTPNotFound(text="No such article.")
        return web.Response(text=syndication.page(item), content_type="text/html")

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = self._outlet(request)
        if request.path != syndication.feed_path(outlet):
            raise web.HTTPNotFound(text="No such feed.")
        text, etag, modified = self._bodies.get(outlet.id) or self._write(outlet)
        known = any(tag.value in (etag, "*") for tag in request.if_none_match or ())
        self._visited(outlet, known)
        response = web.Response(status=304) if known else web.Response(text=text)
        if not known:
            response.content_type = syndication.TYPES[outlet.format]
        response.etag = etag
        response.last_modified = modified
        return response

    def _visited(self, outlet: Outlet, known: bool) -> None:
        if known:
            self._visits[outlet.id] += 1
            self._unread.discard(outlet.id)
        if self.read:
            self._read.set()
        visit, self._visit = self._visit, asyncio.Event()
        visit.set()

    async def wait_taken(self, outlet: Outlet) -> None:
        """Until the reader of the outlet's feed proves that it holds what is there now."""
        wanted = self._visits[outlet.id] + 1
        while self._visits[outlet.id] < wanted:
            await self._visit.wait()

    def _write(self, outlet: Outlet) -> tuple[str, str, float]:
        items = self.items(outlet)
        text = syndication.feed(outlet, items, self.url)
        etag = hashlib.sha256(text.encode()).hexdigest()[:16]
        modified = max((item.updated or item.published for item in items), default=0)
        self._bodies[outlet.id] = (text, etag, modified)
        return self._bodies[outlet.id]
