"""Names into addresses and addresses into sockets, each past the guard.

In: a guard. Out: a connector for aiohttp. TLS still checks the certificate against the host's name,
because only the socket's address is pinned, not the URL. A resolver alone would not do: aiohttp
does not ask it about IP literals; the socket factory sees every address that is connected to.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.feeds.guard import Guard

Lookup: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""A name and a port into addresses; raises OSError when there are none."""
OpenSocket: TypeAlias = Callable[[aiohttp.AddrInfoType], socket.socket]

_LOOKUP_SECONDS = 10.0
_LOOKUPS = 4  # at a time; one that hangs keeps its thread for as long as the system lets it hang
_MOST_ADDRESSES = 4
_CONNECTIONS = 40
_WINDOW = 65536  # bytes a server may send before we have read them; 2.5 MB take seconds at most
_SIP = 1 << 15  # bytes read at a time; as many bytes of tiny answers are some 15 ms of reading


def connector(
    guard: Guard,
    lookup: Lookup | None = None,
    open_socket: OpenSocket | None = None,
    *,
    connections: int = _CONNECTIONS,
) -> aiohttp.TCPConnector:
    """For one fetcher; closed with its session."""
    opened = open_socket or _open

    def guarded(info: aiohttp.AddrInfoType) -> socket.socket:
        address, port = info[4][:2]
        guard.check_socket(str(address), int(port))
        return opened(info)

    return aiohttp.TCPConnector(
        resolver=Resolver(guard, lookup),
        socket_factory=guarded,
        ssl=_secure(),
        use_dns_cache=False,
        limit=connections,
        keepalive_timeout=15,
    )


class _Checked(ssl.SSLObject):
    """OpenSSL checks certificate and name; asyncio then asks for a dict of it that nobody reads."""

    def getpeercert(self, binary_form: bool = False) -> Any:
        """The certificate in bytes, or nothing."""
        return super().getpeercert(True) if binary_form else {}


def _secure() -> ssl.SSLContext:
    """What aiohttp uses by itself, with the system's authorities."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    context.sslobject_class = _Checked
    return context


class _Sipping(socket.socket):
    """What arrives at once is read at once: a flood of empty answers would hold up everybody else.

    asyncio asks for 256 kB at a time.
    """

    def recv(self, size: int, flags: int = 0) -> bytes:
        """At most a sip; asyncio calls this for http."""
        return super().recv(min(size, _SIP), flags)

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        """At most a sip; asyncio calls this for https."""
        return super().recv_into(buffer, min(size or len(buffer), _SIP), flags)


def _open(info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, proto, _name, _address = info
    opened = _Sipping(family, kind, proto)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WINDOW)
    return opened


class Resolver(AbstractResolver):
    """Asks the system in threads of its own, so that slow name servers stall nothing else.

    A thread cannot be stopped: while all of them hang, names are refused at once, for waiting
    behind them would take every visit its whole time.
    """

    def __init__(
        self, guard: Guard, lookup: Lookup | None = None, *, seconds: float = _LOOKUP_SECONDS
    ) -> None:
        self._guard = guard
        self._threads: ThreadPoolExecutor | None = None
        self._lookup = lookup or self._ask_system
        self._seconds = seconds
        self._hanging = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses of a name, every one let through by the guard; raises Forbidden or OSError."""
        try:
            async with asyncio.timeout(self._seconds):
                addresses = await self._lookup(host, port)
        except TimeoutError:
            raise OSError(f"no answer for {host}") from None
        self._guard.check_answers(host, port, addresses)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses[:_MOST_ADDRESSES]
        ]

    async def _ask_system(self, host: str, port: int) -> list[str]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")
        if self._hanging >= _LOOKUPS:
            raise OSError("the name servers do not answer")
        asked = self._threads.submit(_getaddrinfo, host)
        try:
            found = await asyncio.wrap_future(asked)
        except asyncio.CancelledError:
            self._give_up(asked)
            raise
        return list(dict.fromkeys(found))

    def _give_up(self, asked: Future[list[str]]) -> None:
        """Nobody waits for it any more; if it runs, it keeps its thread until it ends."""
        loop = asyncio.get_running_loop()
        if asked.cancel():
            return
        self._hanging += 1

        def ended(_: Future[list[str]]) -> None:
            with suppress(RuntimeError):  # the loop is gone
                loop.call_soon_threadsafe(self._freed)

        asked.add_done_callback(ended)

    def _freed(self) -> None:
        self._hanging -= 1

    async def close(self) -> None:
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(host: str) -> list[str]:
    infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [str(info[4][0]) for info in infos]
