"""Servers and feeds made to hurt: all end in time, within memory, and the next one is served.

    python -m bench.hostile [servers|feeds|pages] [--every N]

`servers`: what a server can do to who asks it, from slow drips to bombs; each visit must end by its
deadline and a second, memory grow by no more than 60 MB, the loop never be late by more than 250
ms. `feeds`: hundreds of documents (`bench.bad_feeds`), each read in the worker within 8 seconds and
512 MB; nothing but FeedError and WorkerError may come of it. `pages`: the article is looked for in
pages (`bench.bad_pages`), each within 6 seconds and 256 MB, with the loop late by 20 ms at most in
99 of a hundred looks. `--every 5` takes every fifth.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from functools import partial
from pathlib import Path

from bench import bad_pages
from bench.bad_feeds import every
from bench.bad_servers import BEHAVIOURS
from bot.collector.visits import PARSE_SECONDS
from bot.errors import FeedError, PageError, WorkerError
from bot.feeds import delta
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Feed, FeedId, Fetched, Refused
from bot.stories.extract import extract
from bot.worker import Worker

DEADLINE = 3.0
_PAGE_SECONDS = 5.0  # as in bot/reading/stories.py
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
    worker, peak = Worker(), 0.0
    cases = list(every())[::step]
    before, slowest, killed, odd = resident(), (0.0, ""), [], []
    for name, make in cases:
        body = make()
        began = time.monotonic()
        try:
            await worker.run(
                partial(delta.read, content_type=None, url="https://a.example/f", known=b"", day=1),
                body[:10_000_000], timeout=PARSE_SECONDS,
            )  # fmt: skip
        except FeedError:
            pass
        except WorkerError as error:
            killed.append(name)
            if ":" in str(error):  # the name of an exception that nobody expected
                odd.append((name, str(error)))
        slowest = max(slowest, (time.monotonic() - began, name))
        peak = max(peak, most(worker.pid))
    grown = resident() - before
    good = b"<rss><channel><title>good</title><item><title>x</title></item></channel></rss>"
    fine = await worker.run(delta.read, good, None, "https://a.example/f", b"", 1)
    await worker.close()
    print(f"{len(cases)} feeds: slowest {slowest[0]:.1f} s ({slowest[1]}); uncaught: {odd}")
    print(f"stopped by a limit: {len(killed)} {killed[:12]}; this process grew by {grown:.0f} MB")
    print(f"the worker had {peak:.0f} MB at most where it went on")
    return not odd and slowest[0] <= 8.0 and fine.feed is not None


async def pages(step: int) -> bool:
    worker, lags, peak = Worker(), [0.0], 0.0
    cases = list(bad_pages.every())[::step]
    times, killed, odd = [], [], []

    async def weigh() -> None:
        nonlocal peak
        while True:
            peak = max(peak, most(worker.pid))
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as tasks:
        watching = [tasks.create_task(look(lags)), tasks.create_task(weigh())]
        for name, make in cases:
            body = await asyncio.to_thread(make)
            began = time.monotonic()
            try:
                reader = partial(extract, url="https://a.example/p", content_type="text/html")
                await worker.run(reader, body, timeout=_PAGE_SECONDS)
            except PageError:
                pass
            except WorkerError as error:
                killed.append(name)
                if ":" in str(error):
                    odd.append((name, str(error)))
            times.append((time.monotonic() - began, name))
        for task in watching:
            task.cancel()
    await worker.close()
    lag, slowest = sorted(lags)[int(len(lags) * 0.99)], max(times)
    print(f"{len(cases)} pages: slowest {slowest[0]:.1f} s ({slowest[1]}); uncaught: {odd}")
    print(f"stopped by a limit: {len(killed)} {killed[:12]}")
    print(f"the worker had {peak:.0f} MB at most; loop late by {1000 * lag:.0f} ms (p99)")
    return not odd and slowest[0] <= 6.0 and peak <= 256 and lag <= 0.02


def most(pid: int | None) -> float:
    """MB that a process ever had."""
    try:
        said = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1024 for x in said.splitlines() if x.startswith("VmHWM")), 0.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["servers", "feeds", "pages"])
    parser.add_argument("--every", type=int, default=1)
    chosen = parser.parse_args()
    good = True
    if chosen.what in (None, "servers"):
        good &= asyncio.run(servers())
    if chosen.what in (None, "feeds"):
        good &= asyncio.run(feeds(chosen.every))
    if chosen.what in (None, "pages"):
        good &= asyncio.run(pages(chosen.every))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
