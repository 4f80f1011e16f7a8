"""The chat page's server. In: a Bot API server, the press, the cast. Out: static files, events as
they happen (https://html.spec.whatwg.org/multipage/server-sent-events.html), and what the person in
the browser does.

Answers only to its own address, so that no page on the web can play with it. Knows nothing of the
bot but what stands in the chats.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from importlib import resources
from typing import Any

from aiohttp import web

from bot.demo.api import BotApi, Event, Message
from bot.demo.page.cast import Seat, seen, stop_bot
from bot.demo.replay import Replay
from bot.demo.world.press import Scene

Json = dict[str, Any]

_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEARTBEAT = 15.0  # seconds
_SHOWN = ("message", "edited", "deleted")


class Page:
    """An async context manager on 127.0.0.1; `pump` must run beside it."""

    def __init__(self, api: BotApi, replay: Replay, seats: tuple[Seat, ...], port: int) -> None:
        self._api = api
        self._replay = replay
        self._seats = {seat.key: seat for seat in seats}
        self._port = port
        self._browsers: set[asyncio.Queue[Json | None]] = set()
        self._events = api.subscribe()
        self._files = _files()
        self._runner: web.AppRunner | None = None
        self._acts: Mapping[str, Callable[[Json], Awaitable[Json]]] = {
            "send": self._send,
            "tap": self._tap,
            "block": self._block,
            "publish": self._publish,
            "pace": self._pace,
        }
        replay.watch(lambda: self._tell({"event": "newsroom", "newsroom": self._newsroom()}))

    async def __aenter__(self) -> Page:
        app = web.Application(middlewares=[self._guarded], client_max_size=64 * 1024)
        app.add_routes(
            [
                web.get("/", self._file),
                web.get("/events", self._stream),
                web.get("/{name}", self._file),
                web.post("/do/{what}", self._act),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._events.close()
        for browser in self._browsers:
            browser.put_nowait(None)
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    async def pump(self) -> None:
        """Pass on what happens in the chats, until cancelled."""
        async for event in self._events:
            self._pass_on(event)

    # ── to the browser ──

    def _pass_on(self, event: Event) -> None:
        if event.kind in _SHOWN:
            message: Message = event.message
            if any(seat.holds(message) for seat in self._seats.values()):
                self._tell({"event": event.kind, "message": self._drawn(message)})
        elif event.kind in ("member", "commands"):
            for seat in self._seats.values():
                self._tell({"event": "chat", "chat": seen(seat, self._api)})
        elif event.kind in ("answer", "typing"):
            self._tell(event.as_json())

    def _tell(self, news: Json) -> None:
        for browser in self._browsers:
            browser.put_nowait(news)

    def _hello(self) -> Json:
        me = self._api.me
        return {
            "event": "hello",
            "bot": {"name": me.first_name, "username": me.username},
            "chats": [self._chat(seat) for seat in self._seats.values()],
            "newsroom": self._newsroom(),
        }

    def _chat(self, seat: Seat) -> Json:
        messages = [m for m in self._api.messages(seat.chat) if seat.holds(m)]
        return seen(seat, self._api) | {"messages": [self._drawn(m) for m in messages[-300:]]}

    def _drawn(self, message: Message) -> Json:
        return message.as_seen() | {"history": [], "card": self._card(message)}

    def _card(self, message: Message) -> Json | None:
        """The link preview, of articles of the sample world."""
        options = message.content.preview or {}
        if options.get("is_disabled"):
            return None
        links = (e["url"] for e in message.entities if e["type"] == "text_link")
        url = options.get("url") or next(links, "")
        item = self._replay.item_at(url)
        if item is None:
            return None
        return {
            "url": url,
            "site": item.outlet.name,
            "title": item.title,
            "teaser": item.caption,
        }

    def _newsroom(self) -> Json:
        upcoming = self._replay.upcoming
        return {
            "next": _scene(upcoming) if upcoming else None,
            "published": [_scene(scene) for scene in self._replay.published],
            "begun": self._replay.begun,
            "automatic": self._replay.automatic,
        }

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        browser: asyncio.Queue[Json | None] = asyncio.Queue()
        self._browsers.add(browser)
        try:
            await _write(response, self._hello())
            while (news := await _next(browser)) is not None:
                await _write(response, news)
        except ConnectionResetError:  # the tab was closed
            pass
        finally:
            self._browsers.discard(browser)
        return response

    # ── from the browser ──

    async def _act(self, request: web.Request) -> web.Response:
        what = self._acts.get(request.match_info["what"])
        if what is None or request.content_type != "application/json":
            raise web.HTTPNotFound(text="The page does not do that.")
        try:
            answer = await what(await request.json())
        except (LookupError, TypeError, ValueError):
            answer = {
                "problem": "That did not work: the page and the demo do not agree. Reload it."
            }
        return web.json_response(answer)

    async def _send(self, asked: Json) -> Json:
        seat = self._seats[asked["chat"]]
        text = str(asked["text"]).strip()[:4096]
        reply = int(asked.get("reply") or 0)
        await seat.person.send(text, seat.place, thread=seat.thread, reply_to=reply or None)
        self._tell({"event": "chat", "chat": seen(seat, self._api)})
        if text.startswith("/follow "):
            self._replay.begin()
        return {}

    async def _tap(self, asked: Json) -> Json:
        """Any first tap begins the news: on /start's card it follows a topic."""
        seat = self._seats[asked["chat"]]
        message = self._api.message(seat.chat, int(asked["message"]))
        data = str(asked["data"])
        if message is None or all(b.get("callback_data") != data for b in message.buttons):
            return {"problem": "That button is no longer there."}
        tap = await seat.person.tap(message, data)
        self._replay.begin()
        return {"query": tap.id}

    async def _block(self, asked: Json) -> Json:
        await stop_bot(self._seats[asked["chat"]], bool(asked["blocked"]))
        return {}

    async def _publish(self, _: Json) -> Json:
        if not self._replay.read:
            return {"problem": "A moment: the bot is still reading last week's news."}
        scene = self._replay.publish_next()
        return {} if scene else {"problem": "The script has ended."}

    async def _pace(self, asked: Json) -> Json:
        self._replay.pause(not asked["automatic"])
        return {}

    # ── files ──

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        if name not in self._files:
            raise web.HTTPNotFound(text="No such file.")
        headers = {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        kind = _TYPES[name.rpartition(".")[2]]
        return web.Response(
            body=self._files[name], content_type=kind, charset="utf-8", headers=headers
        )

    @web.middleware
    async def _guarded(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """DNS rebinding and foreign pages end here."""
        own = {f"{host}:{self._port}" for host in ("127.0.0.1", "localhost")}
        origin = request.headers.get("Origin", "").removeprefix("http://")
        if request.host not in own or (origin and origin not in own):
            raise web.HTTPForbidden(text="This page answers only on its own address.")
        return await handler(request)


def _scene(scene: Scene) -> Json:
    return {
        "id": scene.id,
        "outlet": scene.item.outlet.name,
        "title": scene.item.title,
        "expect": scene.expect,
    }


async def _next(browser: asyncio.Queue[Json | None]) -> Json | None:
    """The next event; after a silence an empty one that keeps the connection."""
    with suppress(TimeoutError):
        return await asyncio.wait_for(browser.get(), _HEARTBEAT)
    return {"event": "silence"}


async def _write(response: web.StreamResponse, news: Json) -> None:
    await response.write(f"data: {json.dumps(news, ensure_ascii=False)}\n\n".encode())


def _files() -> dict[str, bytes]:
    folder = resources.files(__package__) / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
