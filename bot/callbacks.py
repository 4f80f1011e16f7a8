"""Where hubs call (WebSub): `/push/<what nobody guesses>` on the bot's own web server.

In: requests. Out: answers that `bot.collector.pushes` has given. Bodies are read within bounds of
size, time and number, so that no hub holds up anybody. It refuses to know feeds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from bot import metrics

LARGEST = 4_000_000  # bytes of one push; real feeds have 2.5 MB at most
READ_SECONDS = 10.0
AT_ONCE = 8
_SAFE = {"X-Content-Type-Options": "nosniff"}


class Said(Protocol):
    """What a hub is told; `wait` in seconds."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> str: ...
    @property
    def wait(self) -> int: ...


class Hearing(Protocol):
    """Who knows what a call means."""

    async def verify(self, path: str, query: Mapping[str, str]) -> Said: ...

    async def expects(self, path: str) -> Said | None: ...

    async def receive(
        self, path: str, body: bytes, signature: str, content_type: str | None
    ) -> Said: ...


class Callbacks:
    """`path` is that of the public address below which hubs call: "" for none; `seconds` is what a
    hub has to send a body."""

    def __init__(self, path: str, pushes: Hearing, *, seconds: float = READ_SECONDS) -> None:
        self._path = f"{path.rstrip('/')}/push/{{path}}"
        self._pushes = pushes
        self._seconds = seconds
        self._room = asyncio.Semaphore(AT_ONCE)

    def add_to(self, app: web.Application) -> None:
        app.router.add_get(self._path, self._verify, allow_head=False)
        app.router.add_post(self._path, self._take)

    async def _verify(self, request: web.Request) -> web.Response:
        return _answer(await self._pushes.verify(request.match_info["path"], request.query))

    async def _take(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        refused = await self._pushes.expects(path)
        if refused is not None:
            return _answer(refused)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return web.Response(status=415)  # nobody asked for it, and it may unfold to anything
        if self._room.locked():
            return web.Response(status=503, headers={"Retry-After": "10"})
        async with self._room:
            body = await self._body(request)
        if isinstance(body, web.Response):
            return body
        signatures = request.headers.getall("X-Hub-Signature", [])
        signature = signatures[0] if len(signatures) == 1 else ""
        kind = request.headers.get("Content-Type")
        return _answer(await self._pushes.receive(path, body, signature, kind))

    async def _body(self, request: web.Request) -> bytes | web.Response:
        """The whole of it, or why not."""
        body = bytearray()
        if (request.content_length or 0) > LARGEST:
            return _refused(413, "large")
        try:
            async with asyncio.timeout(self._seconds):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > LARGEST:
                        return _refused(413, "large")
        except TimeoutError:
            return _refused(408, "slow")
        except (ConnectionError, web.RequestPayloadError):
            return _refused(400, "broken")
        return bytes(body)


def _refused(status: int, result: str) -> web.Response:
    metrics.PUSHES.labels(result).inc()
    return web.Response(status=status, headers={"Connection": "close"})


def _answer(said: Said) -> web.Response:
    """A challenge goes back as bytes that no browser runs (5.3.1, 8.2)."""
    headers = _SAFE | ({"Retry-After": str(said.wait)} if said.wait else {})
    return web.Response(
        status=said.status,
        body=said.body.encode(),
        content_type="application/octet-stream",
        headers=headers,
    )
