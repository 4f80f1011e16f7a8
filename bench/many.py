"""Ten thousand feeds in one bot: what the collector's own bookkeeping costs, and its memory.

    python -m bench.many [--feeds 10000]

The feeds are in a real database, each with what is remembered of its last document; the network is
a table that answers 304 at once, so what is measured is everything but the fetching: due times,
claims, lines in front of hosts, records. `python -m bench.poll` measures the rest of a poll.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

from bot.collector.sources import plant
from bot.feeds.fetch import Fetcher
from bot.model import Feed, FeedRecord, FeedSource, NotModified
from bot.pipeline import Pace, Pipeline
from bot.store import Store, open_store
from bot.stories.cluster import Grouper
from bot.topics.match import Percolator
from bot.worker import Worker

PIECES = 32 + 16 * 40  # bytes remembered of a document of forty entries
INTERVAL = 1800


class Unchanged:
    """A web where nothing is ever new."""

    async def visit(self, feed: Feed) -> NotModified:
        await asyncio.sleep(0)
        return NotModified()

    def line_of(self, feed: Feed) -> str:
        return feed.url.split("/")[2]


async def fill(store: Store, number: int) -> None:
    sources = [FeedSource(f"https://outlet{n}.example/feed", f"Outlet {n}") for n in range(number)]
    await plant(store, sources, 0)
    async with store.transaction() as tx:
        for feed in await tx.feeds.all():
            await tx.feeds.record(
                FeedRecord(
                    feed.id, 0, 0, INTERVAL, True, 200, etag='"0123456789abcdef"',
                    last_modified="Mon, 02 Feb 2026 10:00:00 GMT", validators_url=feed.url,
                    body_hash="1:" + "a" * 32, rhythm=INTERVAL, pieces=os.urandom(PIECES),
                )
            )  # fmt: skip


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


async def measure(number: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{folder}/news.db", now=time.time)
        await fill(store, number)
        line = Pipeline(
            store, cast(Fetcher, Unchanged()), Worker(), Grouper(), Percolator(),
            pace=Pace(INTERVAL, 86400), wake=asyncio.Event(), now=time.time, rng=random.Random(1),
        )  # fmt: skip
        stop, before, began = asyncio.Event(), time.process_time(), time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(line.run(stop))
            while (await store.feeds.next_due() or 0) <= time.time():
                await asyncio.sleep(0.2)
            stop.set()
        cpu, took = time.process_time() - before, time.monotonic() - began
        await store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    share = cpu / INTERVAL
    print(
        f"{number} feeds visited in {took:.0f} s: {1000 * cpu / number:.2f} ms of CPU each beside "
        f"the fetching; one each 30 min: {share:.2%} of a core; memory {resident():.0f} MB, "
        f"{peak:.0f} MB at most"
    )
    return share <= 0.01 and peak <= 150


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=10_000)
    return 0 if asyncio.run(measure(parser.parse_args().feeds)) else 1


if __name__ == "__main__":
    sys.exit(main())
