"""Asking a language model: any OpenAI-compatible server, over plain HTTP.

In: what to say to it and the form of the answer. Out: the text it answers, or a `ModelError` that
never holds the address or the key. No redirect is followed, no answer read beyond 256 KB, none
waited for longer than 20 s; a server that keeps failing is left alone for five minutes. Imported
only where LLM_URL is set. It refuses to know what is asked, and believes nothing of the answer.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.errors import ModelError

SECONDS = 20.0  # for one question, with all the forms that are tried
CONNECT_SECONDS = 3.0
LARGEST = 256 << 10  # bytes of an answer; three sentences have one
TOKENS = 500  # of an answer
AT_ONCE = 2
WAITING = 8  # questions, beyond those under way; more are refused
FAILURES = 3  # in a row, then
REST_SECONDS = 300.0  # it is left alone

_UNFIT = frozenset((400, 404, 415, 422, 501))  # how servers refuse a form they do not know
_FORMS = ("json_schema", "json_object", "text", "bare")

Spend = Callable[[], Awaitable[bool]]


class Model:
    """One server and one model. `spend` says before each request whether the day has one left."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        model: str,
        key: str = "",
        *,
        spend: Spend,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
    ) -> None:
        self.name = model
        self._session = session
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._key = key
        self._spend = spend
        self._clock = clock
        self._seconds = seconds
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._failures = 0
        self._rests_until = 0.0
        self._form = 0  # the best one that the server took so far

    async def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> str:
        """The text of its answer. Raises ModelError."""
        if self._waiting >= WAITING:
            raise ModelError("busy")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._watched(system, user, schema)
        finally:
            self._places.release()

    async def _watched(self, system: str, user: str, schema: Mapping[str, Any]) -> str:
        """One question; what went wrong counts, unless it was the budget."""
        if self._clock() < self._rests_until:
            raise ModelError("resting")
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._in_some_form(system, user, schema)
        except ModelError as error:
            if error.kind != "budget":
                self._failed()
            raise
        except TimeoutError:
            self._failed()
            raise ModelError("slow") from None
        except (aiohttp.ClientError, OSError, ValueError):
            self._failed()
            raise ModelError("network") from None  # its words may hold the address
        self._failures = 0
        return answer

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._rests_until = self._clock() + REST_SECONDS

    async def _in_some_form(self, system: str, user: str, schema: Mapping[str, Any]) -> str:
        """The form that worked last; where the server refuses it, the next simpler one."""
        for form in range(self._form, len(_FORMS)):
            if not await self._spend():
                raise ModelError("budget")
            status, body = await self._post(_request(self.name, system, user, schema, _FORMS[form]))
            if status == 200:
                answer = _content(body)
                self._form = form
                return answer
            if status not in _UNFIT:
                break
        raise ModelError("refused", status)

    async def _post(self, question: Mapping[str, Any]) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        async with self._session.post(
            self._url, json=question, headers=headers, allow_redirects=False
        ) as response:
            if response.status != 200:
                return response.status, b""
            body = bytearray()
            async for chunk in response.content.iter_chunked(16 << 10):
                body += chunk
                if len(body) > LARGEST:
                    raise ModelError("size")
            return response.status, bytes(body)


def _request(
    model: str, system: str, user: str, schema: Mapping[str, Any], form: str
) -> dict[str, Any]:
    """The body; the simplest form has nothing that a server could not know."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
    }
    if form == "bare":
        return body
    body |= {"temperature": 0, "max_tokens": TOKENS}
    if form == "json_schema":
        named = {"name": "summary", "strict": True, "schema": schema}
        body["response_format"] = {"type": form, "json_schema": named}
    elif form == "json_object":
        body["response_format"] = {"type": form}
    return body


def _content(body: bytes) -> str:
    """The words of the first choice. Raises ModelError for what is no such answer."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        raise ModelError("answer") from None
    if not isinstance(content, str) or not content.strip():
        raise ModelError("answer")
    return content


@asynccontextmanager
async def connected() -> AsyncIterator[aiohttp.ClientSession]:
    """A session that takes no cookie, reads no proxy of the environment and unpacks nothing."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=SECONDS, sock_connect=CONNECT_SECONDS),
        connector=aiohttp.TCPConnector(limit=AT_ONCE),
        auto_decompress=False,
    ) as session:
        yield session
