"""The HTTP side of the server. In: requests to /bot<token>/<method>. Out: Telegram's envelopes, or
the faults that were ordered, and an entry in the log for each.

Knows no method: they are in bot/demo/api/methods.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.demo.api import control, methods, params
from bot.demo.api.errors import ApiError, flooded, forbidden
from bot.demo.api.faults import Fault
from bot.demo.api.log import Call

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_PAGES = {
    "500": (500, "<html><body><h1>500 Internal Server Error</h1></body></html>"),
    "502": (502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>"),
    "done-then-502": (502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>"),
    "503": (503, ""),
    "504": (504, "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n</html>"),
    "not-json": (200, "<!doctype html><title>Sign in to the network</title>"),
    "empty": (200, ""),
}
_BODIES: dict[str, tuple[int, Any]] = {
    "429-bare": (429, {"ok": False, "error_code": 429, "description": "Too Many Requests"}),
    "blocked": (403, forbidden("bot was blocked by the user").envelope()),
    "not-ok": (200, {"ok": False}),
    "no-result": (200, {"ok": True}),
    "wrong-type": (200, {"ok": True, "result": 42}),
}


class Front:
    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    async def listen(self, port: int) -> str:
        app = web.Application(client_max_size=self._api.limits.uploads + 1_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        if self._api.controlled:
            control.routes(app, self._api)
        # A client that goes away ends its long poll at once.
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2
        )
        self._closing = asyncio.Event()
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Breaks what hangs."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # ── one call ──

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != self._api.token:
            return _json(*_refusal(token))
        call = self._api.log.begin(self._api.now(), method, {})
        try:
            return await self._answer(request, call)
        finally:
            self._api.events.wake()

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        try:
            given = await params.read(request)
        except ApiError as error:
            return self._finish(call, error.code, error.envelope())
        call.params = given.shown()
        fault = self._api.faults.pick(call)
        call.fault = fault.kind if fault else None
        if fault is not None and not fault.done_first:
            return await self._instead(request, call, fault)
        if fault is not None and fault.kind == "delay":
            await self._sleep(fault.seconds)
        status, body = await self._carry_out(call, given)
        if fault is not None and fault.kind != "delay":
            return await self._instead(request, call, fault, body)
        answer = self._finish(call, status, body)
        call.answered = request.transport is not None and not request.transport.is_closing()
        return answer

    async def _carry_out(self, call: Call, given: params.Params) -> tuple[int, dict[str, Any]]:
        method = methods.find(call.method)
        try:
            if method is None:
                raise ApiError(404, "Not Found: method not found")
            result = await method(self._api, given, call)
        except ApiError as error:
            call.answer = error.envelope()
            call.status = error.code
            return error.code, call.answer
        call.done = True
        return 200, {"ok": True, "result": result}

    def _finish(self, call: Call, status: int, body: Any) -> web.Response:
        call.status, call.answer, call.answered = status, body, True
        return _json(status, body)

    # ── faults ──

    async def _instead(
        self, request: web.Request, call: Call, fault: Fault, body: Any = None
    ) -> web.StreamResponse:
        """What the bot gets instead of `body`, which it should have got."""
        call.answer = body
        if fault.kind in _PAGES:
            call.status, text = _PAGES[fault.kind]
            return web.Response(status=call.status, text=text, content_type="text/html")
        if fault.kind in _BODIES:
            return self._finish(call, *_BODIES[fault.kind])
        if fault.kind == "429":
            error = flooded(int(fault.seconds))
            return self._finish(call, error.code, error.envelope())
        if fault.kind == "error":
            return self._finish(call, fault.code, _custom(fault))
        if fault.kind in ("hang", "done-then-hang"):
            await self._closing.wait()
        return await self._break(request, body if fault.kind == "done-then-partial" else None)

    async def _break(self, request: web.Request, body: Any) -> web.StreamResponse:
        """Close the connection, after half an answer if there is one."""
        transport = request.transport
        if transport is not None and body is not None:
            whole = json.dumps(body).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(whole)}\r\n\r\n".encode()
            transport.write(head + whole[: len(whole) // 2])
            transport.close()
        elif transport is not None:
            transport.abort()
        return web.Response(status=500)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass

    async def _file(self, request: web.Request) -> web.StreamResponse:
        body = self._api.files.get(request.match_info["path"])
        if request.match_info["token"] != self._api.token or body is None:
            return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return web.Response(body=body, content_type="application/octet-stream")


def _refusal(token: str) -> tuple[int, dict[str, Any]]:
    error = ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")
    return error.code, error.envelope()


def _custom(fault: Fault) -> dict[str, Any]:
    body = ApiError(fault.code, fault.description).envelope()
    return body | ({"parameters": dict(fault.parameters)} if fault.parameters else {})


def _json(status: int, body: Any) -> web.Response:
    return web.json_response(body, status=status)
