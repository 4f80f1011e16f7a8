"""Servers and feeds made to hurt: all end in time, within memory, and the next one is served.

    python -m bench.hostile [servers|feeds] [--every N]

`servers`: what a server can do to who asks it, from slow drips to bombs; each visit must end by its
deadline and a second, memory grow by no more than 60 MB, the loop never be late by more than 250
ms. `feeds`: hundreds of documents (`bench.bad_feeds`), each read in the worker within 8 seconds and
512 MB; nothing but FeedError and WorkerError may come of it. `--every 5` takes every fifth.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from functools import partial
from pathlib import Path

from bench.bad_feeds import every
from bench.bad_servers import BEHAVIOURS
from bot.errors import FeedError, WorkerError
from bot.feeds import delta
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Feed, FeedId, Fetched, Refused
from bot.worker import Worker

DEADLINE = 3.0
AT_ONCE = 4


def resident() -> float:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


async def look(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - began - 0.005)


async def servers() -> bool:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.bad_servers", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    port = int(await process.stdout.readline())
    room, slow, answers, lags = asyncio.Semaphore(AT_ONCE), [], {}, [0.0]
    async with Fetcher(
        Guard(["127.0.0.0/8"]), contact="", timeout=DEADLINE, now=time.time
    ) as fetcher:
        await fetcher.page(f"http://127.0.0.1:{port}/good")
        before, peak = resident(), 0.0
        looking = asyncio.get_running_loop().create_task(look(lags))

        async def one(name: str) -> None:
            nonlocal peak
            url = f"http://127.0.0.1:{port}/{name}"
            async with room:
                began = time.monotonic()
                visit = await fetcher.visit(Feed(FeedId(1), url, "", "", "", "", "", public=True))
                took = time.monotonic() - began
            peak = max(peak, resident())
            answers[name] = visit.kind if isinstance(visit, Refused) else type(visit).__name__
            if took > DEADLINE + 1:
                slow.append((name, took))

        await asyncio.gather(*(one(name) for name in BEHAVIOURS))
        good = isinstance(await fetcher.page(f"http://127.0.0.1:{port}/good"), Fetched)
        looking.cancel()
    process.kill()
    await process.wait()
    print(f"{len(BEHAVIOURS)} behaviours: {len(slow)} beyond the deadline {slow}")
    print(f"memory grew by {peak - before:.0f} MB; loop late by {1000 * max(lags):.0f} ms at most")
    print(", ".join(f"{name}: {said}" for name, said in sorted(answers.items())))
    return good and not slow and peak - before <= 60 and max(lags) <= 0.25


async def feeds(step: int) -> bool:
    worker = Worker()
    cases = list(every())[::step]
    before, slowest, killed, odd = resident(), (0.0, ""), [], []
    for name, make in cases:
        body = make()
        began = time.monotonic()
        try:
            await worker.run(
                partial(delta.read, content_type=None, url="https://a.example/f", known=b"", day=1),
                body[:10_000_000], timeout=8.0,
            )  # fmt: skip
        except FeedError:
            pass
        except WorkerError as error:
            killed.append(name)
            if ":" in str(error):  # the name of an exception that nobody expected
                odd.append((name, str(error)))
        slowest = max(slowest, (time.monotonic() - began, name))
    grown = resident() - before
    good = b"<rss><channel><title>good</title><item><title>x</title></item></channel></rss>"
    fine = await worker.run(delta.read, good, None, "https://a.example/f", b"", 1)
    await worker.close()
    print(f"{len(cases)} feeds: slowest {slowest[0]:.1f} s ({slowest[1]}); uncaught: {odd}")
    print(f"stopped by a limit: {len(killed)} {killed[:12]}; this process grew by {grown:.0f} MB")
    return not odd and slowest[0] <= 9.0 and fine.feed is not None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["servers", "feeds"])
    parser.add_argument("--every", type=int, default=1)
    chosen = parser.parse_args()
    good = True
    if chosen.what != "feeds":
        good &= asyncio.run(servers())
    if chosen.what != "servers":
        good &= asyncio.run(feeds(chosen.every))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
