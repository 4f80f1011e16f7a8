"""A server for every way in which a server can hurt who asks it; the path names the way.

    python -m bench.bad_servers     (prints its port, then serves)

In: requests. Out: bytes that no honest server would send. Used by `bench.hostile` and by the tests.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import sys
import zlib
from collections.abc import Awaitable, Callable
from functools import cache

FEED = b"<rss><channel><title>t</title><item><title>x</title></item></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\n"
Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]
BEHAVIOURS: dict[str, Behaviour] = {}
BODIES: dict[str, Callable[[], bytes]] = {}  # made when first asked for


def says(name: str, *pieces: bytes, hang: bool = False) -> None:
    """These bytes, then the end of the connection, or nothing more."""

    async def behaviour(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if hang:
            await asyncio.sleep(60)

    BEHAVIOURS[name] = behaviour


def goes_on(name: str, first: bytes, *more: bytes, pause: float = 0.0) -> None:
    """The first bytes, then the others again and again."""

    async def behaviour(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        for piece in itertools.cycle(more):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    BEHAVIOURS[name] = behaviour


def made(name: str, coding: str, body: Callable[[], bytes]) -> None:
    """A body that is made when it is first asked for."""

    BODIES[name] = cache(body)

    async def behaviour(writer: asyncio.StreamWriter) -> None:
        packed = BODIES[name]()
        head = f"Content-Encoding: {coding}\r\nContent-Length: {len(packed)}\r\n\r\n"
        writer.write(OK + head.encode() + packed)
        await writer.drain()

    BEHAVIOURS[name] = behaviour


def zeros(megabytes: int, bits: int = 31) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def sized(body: bytes, length: int | None = None, more: bytes = b"") -> bytes:
    return (
        OK + more + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body
    )


def location(to: bytes, status: bytes = b"302 Found") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nLocation: " + to + b"\r\nContent-Length: 0\r\n\r\n"


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

says("good", sized(FEED))
# bombs
made("bomb-gzip", "gzip", lambda: zeros(200))
made("bomb-deflate", "deflate", lambda: zeros(200, 15))
made("bomb-raw-deflate", "deflate", lambda: zeros(200, -15))
made("bomb-members", "gzip", lambda: zeros(8) * 64)
made("bomb-twice", "gzip, gzip", lambda: gzip.compress(zeros(150)))
made("bomb-thrice", "gzip, gzip, gzip", lambda: gzip.compress(gzip.compress(zeros(150))))
made("bomb-brotli", "br", lambda: b"\x5b\xff\xff\x3f" * 900)
made("bomb-zstd", "zstd", lambda: b"\x28\xb5\x2f\xfd" * 900)
made("coding-unknown", "x-nobody", lambda: FEED)
made("coding-lie", "gzip", lambda: FEED)
made("coding-long", "gzip" + " " * 3000, lambda: gzip.compress(FEED))
made("gzip-cut", "gzip", lambda: gzip.compress(FEED * 99)[:-9])
made("gzip-spoilt", "gzip", lambda: gzip.compress(FEED * 99)[:60] + b"\xff" * 60)
made("gzip-empty", "gzip", lambda: b"")
made("gzip-padding", "gzip", lambda: gzip.compress(FEED) + bytes(4096))
made("gzip-garbage-after", "gzip", lambda: gzip.compress(FEED) + b"garbage")
# slow
goes_on("drip-body", OK + b"Content-Length: 9000000\r\n\r\n", b"x", pause=0.05)
goes_on("drip-chunks", CHUNKED, b"1\r\nx\r\n", pause=0.05)
goes_on("drip-headers", OK, b"X-A: b\r\n", pause=0.05)
goes_on("drip-header", OK + b"X-A: ", b"b", pause=0.05)
goes_on("drip-status", b"HTTP/1.1 200 ", b"O", pause=0.05)
says("silent", hang=True)
says("silent-after-status", OK, hang=True)
says("silent-after-head", OK + b"Content-Length: 9\r\n\r\n", hang=True)
says("silent-mid-body", sized(FEED, 900), hang=True)
says("no-length-hang", OK + b"\r\n" + FEED, hang=True)
# endless
goes_on("endless-body", OK + b"\r\n", b"x" * 65536)
goes_on("endless-chunks", CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n")
goes_on("endless-tiny-chunks", CHUNKED, b"1\r\nx\r\n" * 4096)
goes_on("endless-headers", OK, b"X-A: b\r\n" * 512)
goes_on("endless-header", OK + b"X-A: ", b"b" * 65536)
goes_on("endless-status", b"HTTP/1.1 200 ", b"O" * 65536)
goes_on("endless-100", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 256)
goes_on("endless-103", b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 256)
goes_on("endless-trailers", CHUNKED + b"0\r\n", b"X-T: y\r\n" * 512)
goes_on("endless-chunk-extension", CHUNKED + b"1;a=", b"b" * 65536)
goes_on("endless-chunk-size", CHUNKED, b"0" * 65536)
goes_on("endless-gzip", OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(1 << 20)))
goes_on("endless-blank-lines", b"", b"\r\n" * 4096)
# lies about length
says("length-short", sized(FEED, 10))
says("length-long", sized(FEED, 9000))
says("length-huge", sized(FEED, 10**18))
says("length-negative", OK + b"Content-Length: -5\r\n\r\n" + FEED)
says("length-twice", OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + FEED)
says("length-words", OK + b"Content-Length: many\r\n\r\n" + FEED)
says("length-and-chunks", CHUNKED[:-2] + b"Content-Length: 9\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
says("chunk-cut", CHUNKED + b"50\r\n<rss>")
says("chunk-size-words", CHUNKED + b"zz\r\n<rss>\r\n0\r\n\r\n")
says("chunk-size-huge", CHUNKED + b"ffffffffffffffff\r\n<rss>")
says("chunk-size-negative", CHUNKED + b"-5\r\n<rss>\r\n0\r\n\r\n")
# odd heads
says("empty")
says("ssh", b"SSH-2.0-OpenSSH_9.6\r\n")
says("http-0.9", FEED)
says("http-2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
says("status-words", b"HTTP/1.1 OK fine\r\n\r\n" + FEED)
says("status-999", b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n")
says("status-0", b"HTTP/1.1 000 No\r\nContent-Length: 0\r\n\r\n")
says("switching", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
says("header-giant", OK + b"X-A: " + b"b" * 1_000_000 + b"\r\n\r\n")
says("header-many", OK + b"X-A: b\r\n" * 100_000 + b"\r\n")
says("header-nul", OK + b"X-A: \x00\r\n\r\n" + FEED)
says("header-without-colon", OK + b"nothing\r\n\r\n" + FEED)
says("header-folded", OK + b"X-A: b\r\n  c\r\nContent-Length: 0\r\n\r\n")
says("cookies", OK + b"Set-Cookie: a=b\r\n" * 10_000 + b"\r\n" + FEED)
says("etag-giant", sized(FEED, more=b'ETag: "' + b"e" * 8000 + b'"\r\n'))
says("type-giant", sized(FEED, more=b"Content-Type: text/xml; charset=" + b"x" * 7000 + b"\r\n"))
says("answer-twice", sized(FEED) * 2)
says("304-unasked", b"HTTP/1.1 304 Not Modified\r\n\r\n")
says("204", b"HTTP/1.1 204 No Content\r\n\r\n")
says("206", b"HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\n<rss>")
says("401", b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
says("retry-after-year", b"HTTP/1.1 429 No\r\nRetry-After: 31536000\r\nContent-Length: 0\r\n\r\n")
says("retry-after-words", b"HTTP/1.1 503 No\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n")
# redirects
says("redirect-self", location(b"/redirect-self"))
says("redirect-pair", location(b"/redirect-back"))
says("redirect-back", location(b"/redirect-pair"))
says("redirect-inside", location(b"http://169.254.169.254/latest/"))
says("redirect-file", location(b"file:///etc/passwd"))
says("redirect-empty", location(b""))
says("redirect-giant", location(b"/" + b"x" * 7000))
says("redirect-odd", location(b"http://\xff\xfe/\x00"))
says("redirect-user", location(b"http://good@127.0.0.1/"))
says("redirect-then-drip", location(b"/drip-body"))
says("redirect-many", location(b"/redirect-1"))
for number in range(1, 9):
    says(f"redirect-{number}", location(b"/redirect-%d" % (number + 1), b"301 Moved"))


async def serve(port: int = 0) -> asyncio.Server:
    """Listen on loopback; behaviours that nobody waits for end with their connection."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.split(b" ", 2)[1].decode("latin-1").strip("/")
            if name in BEHAVIOURS:
                await BEHAVIOURS[name](writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(one, "127.0.0.1", port)


async def main() -> None:
    """Serves until it is stopped; its port is the first line."""
    server = await serve()
    for body in BODIES.values():  # before anybody waits for them
        body()
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(asyncio.run(main()))
