"""A hub (WebSub) of our own on 127.0.0.1, honest unless it is told otherwise.

It keeps what it was asked, verifies it, and sends what a test publishes to whoever subscribed.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

CHALLENGE = "a-Challenge_0.9/=+"


@dataclass
class Told:
    """How a call to a subscriber ended."""

    status: int
    body: str
    headers: dict[str, str]


@dataclass
class Hub:
    """`subscribers`: callback → secret, of those who said that they meant it."""

    session: aiohttp.ClientSession
    origin: str = ""
    lease: str | None = "864000"
    status: int = 202
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: list[Told] = field(default_factory=list)
    subscribers: dict[str, str] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"{self.origin}/hub"

    @property
    def door(self) -> str:
        """What FETCH_ALLOW must let through."""
        return self.origin.removeprefix("http://")

    def links(self, topic: str) -> str:
        """What a feed says that has it for a hub."""
        return "".join(
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{rel}" href="{href}"/>'
            for rel, href in (("hub", self.url), ("self", topic))
        )

    async def serve(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        async with self._changed:
            self.asked.append(form)
            self._changed.notify_all()
        if self.answer is not None:
            return await self.answer(request)
        if self.status == 202:
            task = asyncio.get_running_loop().create_task(self.verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.status)

    async def verify(self, form: dict[str, str], **other: str) -> Told:
        """Ask the subscriber whether it meant that; `other` replaces what is asked."""
        said = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": CHALLENGE,
        }
        if self.lease is not None:
            said["hub.lease_seconds"] = self.lease
        said |= {name.replace("_", ".", 1): value for name, value in other.items()}
        async with self.session.get(form["hub.callback"], params=said) as answer:
            told = Told(answer.status, await answer.text(), dict(answer.headers))
        if told.status == 200 and told.body == CHALLENGE:
            if said["hub.mode"] == "subscribe":
                self.subscribers[form["hub.callback"]] = form.get("hub.secret", "")
            else:
                self.subscribers.pop(form["hub.callback"], None)
        async with self._changed:
            self.verified.append(told)
            self._changed.notify_all()
        return told

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something about it is so."""
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: bool(holds()))

    async def publish(self, body: bytes, method: str = "sha256", **headers: str) -> list[int]:
        """Send a document to all subscribers, signed; the statuses they answered with."""
        return [await self.push(to, body, secret, method, **headers)
                for to, secret in self.subscribers.items()]  # fmt: skip

    async def push(
        self, to: str, body: bytes, secret: str = "", method: str = "sha256", **headers: str
    ) -> int:
        said = {"Content-Type": "application/rss+xml"}
        if secret:
            digest = hmac.new(secret.encode(), body, method).hexdigest()
            said["X-Hub-Signature"] = f"{method}={digest}"
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(to, data=body, headers=said) as answer:
            return answer.status


@asynccontextmanager
async def a_hub() -> AsyncIterator[Hub]:
    async with aiohttp.ClientSession() as session:
        hub = Hub(session)
        app = web.Application()
        app.router.add_post("/hub", hub.serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            hub.origin = f"http://{host}:{port}"
            yield hub
        finally:
            for task in hub._tasks:
                task.cancel()
            await runner.cleanup()
