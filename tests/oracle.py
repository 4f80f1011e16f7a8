"""A stand-in for a language model's server on the loopback, which can misbehave in every way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Reply = Callable[[dict[str, Any]], "web.StreamResponse | str"]
KEY = "sk-canary-7f3a"  # must be seen nowhere but in the header


def said(*claims: tuple[str, list[int]]) -> str:
    """What a well-behaved model answers."""
    return json.dumps({"sentences": [{"text": text, "sources": cites} for text, cites in claims]})


class Oracle:
    """Replies are taken in turn, the last one again and again."""

    def __init__(self) -> None:
        self.replies: list[Reply] = [lambda _: said()]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()  # replies wait for it
        self.gate.set()
        self.arrived = asyncio.Event()
        self.url = ""

    def answers(self, *replies: Reply | str) -> None:
        self.replies = [reply if callable(reply) else _always(reply) for reply in replies]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        question = await request.json()
        self.asked.append(question)
        self.keys.append(request.headers.get("Authorization"))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.arrived.set()
        try:
            await self.gate.wait()
        finally:
            self.at_once -= 1
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        found = reply(question)
        if not isinstance(found, str):
            return found
        return web.json_response({"choices": [{"message": {"content": found}}]})


def _always(text: str) -> Reply:
    return lambda _: text


@asynccontextmanager
async def an_oracle() -> AsyncIterator[Oracle]:
    oracle = Oracle()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", oracle.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    oracle.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield oracle
    finally:
        oracle.gate.set()
        await runner.cleanup()
