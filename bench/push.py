"""What a push costs, and how long others wait while a hub does its worst.

    python -m bench.push [--pushes 300]

A hub on loopback pushes documents of forty entries with one new entry each; each is checked,
remembered, read, stored and matched (`tests/collector/pushing.py`, with the real worker). Then come
bodies of 4 MB with a wrong signature, eight at a time. What counts: the time of an answer, CPU per
push (hub and worker included), the lag of the loop.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles

from bot.callbacks import AT_ONCE, LARGEST
from bot.worker import Worker
from tests.collector.pushing import Desk, a_desk

FORGED = 64


@asynccontextmanager
async def lag() -> AsyncIterator[list[float]]:
    """Milliseconds by which a heartbeat of 2 ms came late."""
    late: list[float] = []

    async def beat() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.002)
            late.append(1000 * (time.perf_counter() - start) - 2)

    task = asyncio.get_running_loop().create_task(beat())
    try:
        yield late
    finally:
        task.cancel()


def cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


async def timed(work: Awaitable[object], took: list[float]) -> None:
    start = time.perf_counter()
    await work
    took.append(1000 * (time.perf_counter() - start))


def said(name: str, figures: list[float]) -> str:
    if len(figures) < 2:
        return f"{name}: nothing measured"
    return f"{name}: median {median(figures):.1f} ms, p99 {quantiles(figures, n=100)[98]:.1f} ms"


async def honest(desk: Desk, pushes: int) -> None:
    feed = await desk.subscribed()
    took: list[float] = []
    titles = [f"Story {n} of the day in Niamey" for n in range(40)]
    async with lag() as late:
        before = cpu()
        for number in range(pushes):
            desk.line.now += 1
            titles = [f"News {number}: ministers meet in Niamey", *titles[:40]]
            document = desk.document(feed, *titles, first=number)
            await timed(desk.hub.publish(document), took)
            await desk.read()
        spent = 1000 * (cpu() - before) / pushes
    print(f"{pushes} pushes of {len(document) / 1000:.0f} kB, one new entry each")
    print(f"  CPU {spent:.1f} ms a push (hub and all)")
    print("  " + said("answered in", took))
    print("  " + said("lag of the loop", late))


async def hostile(desk: Desk) -> None:
    (to,) = desk.hub.subscribers
    big, took = b"<" * LARGEST, []
    room = asyncio.Semaphore(AT_ONCE)

    async def forge() -> None:
        async with room:
            post = desk.hub.session.post(
                to, data=io.BytesIO(big), headers={"X-Hub-Signature": "sha512=" + "0" * 128}
            )
            await timed(_drop(post), took)

    async with lag() as late, asyncio.TaskGroup() as group:
        for _ in range(FORGED):
            desk.line.now += 1
            group.create_task(forge())
    print(f"{FORGED} bodies of 4 MB with a wrong signature, {AT_ONCE} at a time")
    print("  " + said("answered in", took))
    print("  " + said("lag of the loop (it is the hub's, too)", late))


async def _drop(post: object) -> None:
    async with post:  # type: ignore[attr-defined]
        pass


async def measure(pushes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_desk(Path(folder)) as desk:
            worker = Worker()
            desk.line.pipeline._visits._worker = worker
            await honest(desk, pushes)
            await hostile(desk)
            await worker.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=300)
    asyncio.run(measure(parser.parse_args().pushes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
