"""Requests to a Bot API server through aiohttp, telling truly whether one was written.

In: requests of the library. Out: status and body, or the library's errors with a cause that
`outcome` can judge. It refuses to know what is asked, and never says which URL, for that holds the
token.

The library's own transport takes five times the work for a request, and collapses above sixteen in
flight (https://github.com/encode/httpx/issues/3215; docs/decisions/0007-http-to-telegram.md).
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

_CONNECT_SECONDS = 5.0
_KEPT_SECONDS = 20.0  # an idle connection; Telegram's side closes it after about a minute
_JSON = {"Content-Type": "application/json"}


_WRITE = json.JSONEncoder(separators=(",", ":")).encode  # `json.dumps` makes one for every call


class Words:
    """Parameters of a method that is called with plain values and no files."""

    __slots__ = ("body",)

    def __init__(self, values: Mapping[str, object]) -> None:
        given = {key: value for key, value in values.items() if value is not None}
        self.body = _WRITE(given).encode()


class Wire(BaseRequest):
    """`connections` at most at a time; `silence`: the longest wait for an answer, in seconds."""

    def __init__(self, connections: int, silence: float) -> None:
        self._connections = connections
        self._silence = silence
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._silence

    async def initialize(self) -> None:
        """Connections are made when they are needed, also after a `shutdown`."""

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | Words | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut and NetworkError; the cause tells the truth."""
        silence = read_timeout if isinstance(read_timeout, int | float) else self._silence
        try:
            async with self._opened().request(
                method,
                URL(url, encoded=True),
                timeout=_timeout(silence),
                allow_redirects=False,
                **_content(request_data),
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, ValueError, OSError) as error:
            truth = _told_truly(error)
        raise _failed(truth) from truth

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=_KEPT_SECONDS, ssl=_tls()
                ),
                headers={"User-Agent": self.USER_AGENT},
                auto_decompress=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


@cache
def _tls() -> ssl.SSLContext:
    """One for all bots: reading the certificates takes 20-50 ms."""
    return httpx.create_ssl_context()


@cache
def _timeout(silence: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, connect=_CONNECT_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=silence
    )


def _content(data: RequestData | Words | None) -> dict[str, Any]:
    if data is None:
        return {}
    if isinstance(data, Words):
        return {"data": data.body, "headers": _JSON}
    if not data.contains_files:
        return {"data": data.json_parameters}
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in cast(Any, data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _failed(truth: httpx.TransportError) -> NetworkError:
    if isinstance(truth, httpx.TimeoutException):
        return TimedOut(str(truth))
    return NetworkError(f"httpx.{type(truth).__name__}: {truth}")


def _told_truly(error: Exception) -> httpx.TransportError:
    """The kind of failure, as `outcome` knows them; the texts of aiohttp hold the URL."""
    match error:
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError("no connection")
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout("no connection in time")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return httpx.UnsupportedProtocol("no address of a Bot API server")
        case TimeoutError():
            return httpx.ReadTimeout("no answer in time")
    return httpx.ReadError(f"the connection broke ({type(error).__name__})")
