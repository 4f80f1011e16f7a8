"""The body of an answer, read within bounds.

In: the raw bytes of an answer as they arrive, and how they are coded. Out: the decoded body, or
`Spoiled` when it is too large, cut short or not decodable. No more is inflated than may be kept: a
thousand bytes can unfold to gigabytes, and a length check afterwards comes too late. Nobody waits
for a large body either: it is unfolded a step at a time.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable, Iterator
from typing import Protocol

from bot.errors import FeedError
from bot.model import RefusedKind

CODINGS = "gzip, deflate"
"""What we ask for; Brotli and zstd decoders in Python cannot be held within bounds."""

_STEP = 1 << 18  # bytes inflated before others have their turn: about a millisecond


class Spoiled(FeedError):  # noqa: N818  (a verdict, not a fault)
    """A body that is not used; `kind` as in `Refused`."""

    def __init__(self, kind: RefusedKind, problem: str) -> None:
        super().__init__(problem)
        self.kind: RefusedKind = kind


class _Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def complete(self) -> bool: ...


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def complete(self) -> bool:
        return True


class _Inflate:
    """gzip (several members too), zlib, or bare deflate, which some servers mean by "deflate"."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inner = zlib.decompressobj(bits)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not self._started and data:
            self._started = True
            if self._bits == zlib.MAX_WBITS and data[0] & 0x0F != 8:
                self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
        while data:
            if self._inner.eof:
                if not data.strip(b"\0"):
                    break  # padding after the last member
                self._inner = zlib.decompressobj(self._bits)
            yield self._inner.decompress(data, _STEP)
            data = self._inner.unused_data or self._inner.unconsumed_tail

    def complete(self) -> bool:
        return self._inner.eof or not self._started


def _decoder(coding: str) -> _Decoder:
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return _Identity()
    if coding in ("gzip", "x-gzip"):
        return _Inflate(zlib.MAX_WBITS | 16)
    if coding == "deflate":
        return _Inflate(zlib.MAX_WBITS)
    raise Spoiled("network", "The server answered in a coding that was not asked for.")


async def read_body(chunks: AsyncIterable[bytes], coding: str, limit: int) -> bytes:
    """All of the decoded body, at most `limit` bytes of it; raises Spoiled."""
    decoder = _decoder(coding)
    body = bytearray()
    received = 0
    try:
        async for chunk in chunks:
            received += len(chunk)
            for count, piece in enumerate(decoder.feed(chunk)):
                if count:
                    await asyncio.sleep(0)
                body += piece
                if len(body) > limit or received > limit:
                    raise Spoiled("size", f"The document is larger than {limit // 1_000_000} MB.")
    except zlib.error:
        raise Spoiled("truncated", "The document arrived damaged.") from None
    if not decoder.complete():
        raise Spoiled("truncated", "The document ended before it was complete.")
    return bytes(body)
