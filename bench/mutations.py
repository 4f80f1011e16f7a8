"""One mutation after the other: what is done to a feed, and what must not come of it.

In: feeds and a seed. Out: sentences about what nobody expected. A module of its own, for the worker
process must find `batch` by name. No command of its own: `python -m bench.fuzz` runs it.
"""

from __future__ import annotations

import random

from bot.errors import FeedError
from bot.feeds.discover import links
from bot.feeds.entries import drafts
from bot.feeds.parse import parse
from tests.feeds.same import changed, compare, pieces

BATCH = 40
URL = "https://a.example/dir/feed"
_TOKENS = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?",
    b"&#0;",
    b"&#xD800;",
    b"&lt;!--",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"<item>",
    b"</item>",
    b"<entry>",
    b"</channel>",
    b' xmlns="x"',
    b' xml:base="//["',
    b"<guid>",
    b"<link>http://[</link>",
    b"'",
    b'"',
    b"<pubDate>99999999999999</pubDate>",
    b'encoding="utf-16"',
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;",
    b"\xe2\x80\xae",
    b'type="application/xhtml+xml"',
    b'mode="base64"',
    b"9" * 400,
    b"{",
    b"[",
)


def shortened(body: bytes) -> bytes:
    head, items, tail = pieces(body)
    return head[:1500] + b"".join(items[:3])[:4000] + tail[-300:]


def mutated(body: bytes, others: list[bytes], rng: random.Random) -> bytes:
    found = bytearray(body)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(found) + 1)
        end = min(len(found), at + rng.randint(1, 200))
        match rng.randrange(7):
            case 0 if found:
                found[at % len(found)] ^= 1 << rng.randrange(8)
            case 1:
                del found[at:end]
            case 2:
                found[at:at] = found[at:end] * rng.randint(1, 5)
            case 3:
                other = rng.choice(others)
                begin = rng.randrange(len(other) + 1)
                found[at:end] = other[begin : begin + rng.randint(1, 300)]
            case 4:
                del found[at:]
            case _:
                found[at:at] = rng.choice(_TOKENS)
    return bytes(found)


def batch(bodies: list[bytes], seed: int) -> list[str]:
    """Runs in the worker: what nobody expected, with the seed that makes it again."""
    odd = []
    for number in range(seed, seed + BATCH):
        rng = random.Random(number)
        body = rng.choice(bodies)
        try:
            problem = _one(body, bodies, rng)
        except FeedError:
            problem = ""
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        if problem:
            odd.append(f"seed {number}: {problem[:300]}")
    return odd


def _one(body: bytes, bodies: list[bytes], rng: random.Random) -> str:
    later = changed(body, rng) if rng.random() < 0.05 else mutated(body, bodies, rng)
    label = rng.choice([None, "text/xml", "text/xml; charset=koi8-r", "x" * 99])
    if rng.random() < 0.1:
        return compare(body, later, label)
    links(later, label, URL)
    parsed = parse(later, content_type=label, url=URL)
    for draft in drafts(parsed, url=URL, language="", now=1_770_000_000):
        "".join((draft.title, draft.link, draft.summary, draft.text, draft.key)).encode()
    return ""
