"""The control surface over HTTP, for tests that start processes. In: JSON at /control/…. Out: JSON.

Only `python -m bot.demo.api` opens it, on the loopback. A web page that some browser has open
cannot play here: the host must be this machine's, and what is sent must be declared as JSON. It
offers what bot/demo/api/server.py describes, under the same names.

    POST /control/user      {"id", "name", "language_code"}
    POST /control/group     {"id"?, "title", "kind"?, "members"?: [user ids], "admins"?, "bot"?}
    POST /control/send      {"user", "text", "chat"?, "reply_to"?, "thread"?}      → the message
    POST /control/tap       {"user", "message", "button", "chat"?}                 → {"query"}
    POST /control/block     {"user"}        /control/unblock {"user"}
    POST /control/fault     {"kind", "match"?, "times"?, "seconds"?, …}
    POST /control/update    a raw update
    POST /control/clear     forget faults and the log
    GET  /control/messages?chat=ID   /control/log?method=M   /control/answer?query=ID
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.demo.api.errors import ApiError

if TYPE_CHECKING:
    from bot.demo.api.people import Person
    from bot.demo.api.server import BotApi

Json = dict[str, Any]
Action = Callable[[Json], Awaitable[Any]]


def routes(app: web.Application, api: BotApi) -> None:
    control = _Control(api)
    app.router.add_post("/control/{action}", control.do)
    app.router.add_get("/control/messages", control.messages)
    app.router.add_get("/control/log", control.log)
    app.router.add_get("/control/answer", control.answer)


class _Control:
    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._actions: dict[str, Action] = {
            "user": self._user,
            "group": self._group,
            "send": self._send,
            "tap": self._tap,
            "block": self._block,
            "unblock": self._unblock,
            "fault": self._fault,
            "update": self._update,
            "clear": self._clear,
        }

    async def do(self, request: web.Request) -> web.Response:
        action = self._actions.get(request.match_info["action"])
        if not _from_here(request):
            return _problem(403, "only JSON, and only to 127.0.0.1")
        if action is None:
            return _problem(404, f"there are: {', '.join(self._actions)}")
        try:
            body = await request.json()
            return web.json_response(await action(body) or {})
        except ApiError as error:
            return _problem(400, error.description)
        except (KeyError, TypeError, ValueError, LookupError) as error:
            return _problem(400, f"{type(error).__name__}: {error}")

    # ── ask ──

    async def messages(self, request: web.Request) -> web.Response:
        chat = int(request.query.get("chat", "0"))
        found = self._api.shelf.of(chat, deleted=True)
        return web.json_response([message.as_seen() for message in found])

    async def log(self, request: web.Request) -> web.Response:
        method = request.query.get("method")
        calls = self._api.log.of(method) if method else list(self._api.log)
        return web.json_response([asdict(call) for call in calls])

    async def answer(self, request: web.Request) -> web.Response:
        tap = self._api.taps.get(request.query.get("query", ""))
        return web.json_response(tap.answer if tap else None)

    # ── do ──

    def _person(self, body: Json) -> Person:
        return self._api.people[int(body["user"])]

    async def _user(self, body: Json) -> Json:
        return self._api.user(**body).user.as_json()

    async def _group(self, body: Json) -> Json:
        for who in ("members", "admins"):
            body[who] = [self._api.people[int(number)] for number in body.get(who, ())]
        return self._api.group(**body).chat.as_json()

    async def _send(self, body: Json) -> Json:
        person = self._person(body)
        del body["user"]
        return (await person.send(**body)).as_seen()

    async def _tap(self, body: Json) -> Json:
        person = self._person(body)
        tap = await person.tap(int(body["message"]), str(body["button"]), body.get("chat"))
        return {"query": tap.id, "url": tap.url}

    async def _block(self, body: Json) -> None:
        await self._person(body).block()

    async def _unblock(self, body: Json) -> None:
        await self._person(body).unblock()

    async def _fault(self, body: Json) -> None:
        self._api.faults.add(**body)

    async def _update(self, body: Json) -> Json:
        return self._api.updates.put(body)

    async def _clear(self, body: Json) -> None:
        self._api.faults.clear()
        self._api.log.clear()


def _from_here(request: web.Request) -> bool:
    host = request.host.rpartition(":")[0] or request.host
    return host in ("127.0.0.1", "localhost") and request.content_type == "application/json"


def _problem(status: int, text: str) -> web.Response:
    return web.json_response({"problem": text}, status=status)
