"""Mutations of feeds: each is read or refused, and reading only what is new changes nothing.

    python -m bench.fuzz [FOLDER] [--count 100000] [--seconds 90] [--seed 1]

Feeds of FOLDER (or the golden ones) are shortened to a few entries, then bytes are flipped, cut,
doubled, swapped with other feeds', and tokens that hurt are put in. Each is read in a killable
process; one in ten is also read as a later version of its original, both ways (`tests.feeds.same`).
Anything but a feed or a FeedError is reported with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from pathlib import Path

from bot.errors import FeedError, WorkerError
from bot.feeds.discover import links
from bot.feeds.entries import drafts
from bot.feeds.parse import parse
from bot.worker import Worker
from tests.feeds.golden import inputs
from tests.feeds.same import changed, compare, pieces

BATCH = 40
WORKERS = 2
URL = "https://a.example/dir/feed"
_TOKENS = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"&#0;", b"&#xD800;", b"&lt;!--",
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"<item>", b"</item>", b"<entry>",
    b"</channel>", b' xmlns="x"', b' xml:base="//["', b"<guid>", b"<link>http://[</link>", b"'", b'"',
    b"<pubDate>99999999999999</pubDate>", b'encoding="utf-16"', b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;", b"\xe2\x80\xae", b'type="application/xhtml+xml"', b'mode="base64"', b"9" * 400, b"{", b"[",
)  # fmt: skip


def shortened(body: bytes) -> bytes:
    head, items, tail = pieces(body)
    return head[:6000] + b"".join(items[:4])[:12_000] + tail[-500:]


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


async def measure(bodies: list[bytes], count: int, seconds: float, seed: int) -> bool:
    odd: list[str] = []
    began, done = time.monotonic(), 0
    starts = iter(range(seed * 1_000_000, seed * 1_000_000 + count, BATCH))

    async def run() -> None:
        nonlocal done
        worker = Worker(cpu_seconds=60)
        for start in starts:
            if time.monotonic() - began > seconds:
                break
            try:
                odd.extend(await worker.run(batch, bodies, start, timeout=120))
            except WorkerError as error:
                odd.append(f"seeds {start} to {start + BATCH}: {error}")
            done += BATCH
        await worker.close()

    await asyncio.gather(*(run() for _ in range(WORKERS)))
    print(f"{done} mutations of {len(bodies)} feeds in {time.monotonic() - began:.0f} s")
    print(f"uncaught or read otherwise: {len(odd)}", *odd[:20], sep="\n  ")
    return not odd


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    paths = sorted(chosen.folder.iterdir()) if chosen.folder else inputs()
    bodies = [shortened(path.read_bytes()) for path in paths if path.is_file()]
    good = asyncio.run(measure(bodies, chosen.count, chosen.seconds, chosen.seed))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
