"""`bot run` with a probe inside: how late the loop is, how long the writer is waited for and held.

    python -m bench.probe REPORT.json

In: the environment of the bot. Out: a JSON file, written at SIGTERM. SIGUSR1 begins a new phase;
the report has the figures of each, in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import logs
from bot.app import run
from bot.settings import load
from bot.store.engine import Session
from bot.store.sqlite import Sqlite

EVERY = 0.01  # seconds between two looks at the clock
_PHASE = dict[str, list[float]]


class Probe:
    """Figures of the present phase come last."""

    def __init__(self) -> None:
        self.phases: list[_PHASE] = []
        self.begin()

    def begin(self) -> None:
        self.phases.append({"lag": [], "wait": [], "held": []})

    def note(self, what: str, seconds: float) -> None:
        self.phases[-1][what].append(seconds)

    async def look(self) -> None:
        """How much later than asked the loop comes back."""
        clock = time.perf_counter
        while True:
            began = clock()
            await asyncio.sleep(EVERY)
            self.note("lag", max(0.0, clock() - began - EVERY))

    def watch_transactions(self) -> None:
        whole, note, clock = Sqlite.transaction, self.note, time.perf_counter

        @asynccontextmanager
        async def watched(engine: Sqlite) -> AsyncIterator[Session]:
            asked = clock()
            async with whole(engine) as session:
                got = clock()
                note("wait", got - asked)
                yield session
            note("held", clock() - got)

        Sqlite.transaction = watched  # type: ignore[method-assign,assignment]


def summed(values: list[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    last = len(ordered) - 1
    return {
        "number": len(values),
        "p50": ordered[last // 2],
        "p99": ordered[int(last * 0.99)],
        "max": ordered[-1],
    }


async def probed(report: Path) -> int:
    settings, probe = load(), Probe()
    logs.setup(settings.log_level, settings.log_format, secrets=settings.secrets())
    probe.watch_transactions()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, probe.begin)
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(probe.look())
        code = await run(settings, now=time.time, rng=random.Random())
        looking.cancel()
    phases = [{name: summed(v) for name, v in phase.items()} for phase in probe.phases]
    report.write_text(json.dumps(phases), "utf-8")
    return code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    sys.exit(asyncio.run(probed(parser.parse_args().report)))
