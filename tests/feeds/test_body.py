"""Bodies within bounds."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.body import Spoiled, read_body

TEXT = b"<rss>" + b"words " * 1000 + b"</rss>"


async def chunks(data: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP ", gzip.compress(TEXT, mtime=0) + b"\0" * 20),
        ("x-gzip", gzip.compress(TEXT[:50], mtime=0) + gzip.compress(TEXT[50:], mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
    ],
)
async def test_every_coding_that_is_asked_for(coding: str, data: bytes) -> None:
    assert await read_body(chunks(data), coding, 10_000) == TEXT
    assert await read_body(chunks(data, 1), coding, 10_000) == TEXT


@pytest.mark.parametrize(
    ("coding", "data", "kind"),
    [
        ("", b"x" * 20_000, "size"),
        ("gzip", gzip.compress(bytes(50_000_000), mtime=0), "size"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-9], "truncated"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:5], "truncated"),
        ("deflate", zlib.compress(TEXT)[:-5], "truncated"),
        ("gzip", b"not gzip at all", "truncated"),
        ("br", TEXT, "network"),
        ("gzip, gzip", TEXT, "network"),
    ],
)
async def test_what_is_not_used(coding: str, data: bytes, kind: str) -> None:
    with pytest.raises(Spoiled) as spoiled:
        await read_body(chunks(data, 4096), coding, 10_000)
    assert spoiled.value.kind == kind


async def test_an_empty_body_is_empty() -> None:
    for coding in ("", "gzip", "deflate"):
        assert await read_body(chunks(b""), coding, 10) == b""


@given(st.binary(max_size=3000), st.integers(1, 500))
async def test_what_was_packed_comes_out(data: bytes, size: int) -> None:
    assert await read_body(chunks(gzip.compress(data), size), "gzip", 3000) == data


async def test_others_have_their_turn_while_much_is_unfolded() -> None:
    """One chunk of a few thousand bytes that holds five million."""
    data, turns = gzip.compress(bytes(5_000_000), mtime=0), 0
    reading = asyncio.ensure_future(read_body(chunks(data, len(data)), "gzip", 10_000_000))
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    assert len(await reading) == 5_000_000
    assert turns > 15
