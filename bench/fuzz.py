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
import sys
import time
from pathlib import Path

from bench.mutations import BATCH, batch, shortened
from bot.errors import WorkerError
from bot.worker import Worker
from tests.feeds.golden import inputs

WORKERS = 2


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
