"""`make bench`: the benches that need nothing but this repository, one after the other.

    python -m bench [--list] [NAME…]

Each prints its own figures and says by its exit code whether what it promises was kept; the numbers
are small. Those that score a file with labels are run by hand: their module docstrings say how.
Promises about time hold on a machine that has nothing else to do: on a busy one they are not kept.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bench:
    """A command that needs no data of the outside, and the claim that it checks."""

    claim: str
    command: tuple[str, ...]


BENCHES = {
    "topics": Bench(
        "100,000 standing queries against a loop of regular expressions",
        ("bench.topics", "--speed"),
    ),
    "kill": Bench("kill -9 loses nothing owed", ("bench.kill", "--kills", "5")),
    "faults": Bench("neither does a Telegram that misbehaves", ("bench.faults", "--kills", "3")),
    "delivery": Bench(
        "alerts go out within Telegram's limits while people get answers",
        ("bench.delivery", "--alerts", "500", "--limits"),
    ),
    "broadcast": Bench(
        "a part of a broadcast at Telegram's own pace: none repeated or refused",
        ("bench.broadcast", "--allowed", "30", "--rate", "28", "--seconds", "20"),
    ),
    "poll": Bench(
        "a poll costs a twentieth of what httpx and feedparser take",
        ("bench.poll", "--polls", "600"),
    ),
    "many": Bench("ten thousand feeds fit into one bot", ("bench.many",)),
    "hostile": Bench(
        "no server and no feed stops it or swells it", ("bench.hostile", "--every", "23")
    ),
    "fuzz": Bench("no mutation of a feed surprises it", ("bench.fuzz", "--seconds", "15")),
    "gate": Bench("a model's invented errors are caught, its fair words pass", ("bench.gate",)),
    "load": Bench(
        "hundreds of feeds at once, and the bot stays prompt",
        ("bench.load", "--feeds", "200", "--seconds", "8"),
    ),
}


def run(name: str) -> bool:
    """Runs one of them in a process of its own; whether it kept its promise."""
    bench = BENCHES[name]
    print(f"── {name}: {bench.claim}", flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", *bench.command], check=False)
    verdict = "kept" if done.returncode == 0 else f"NOT kept (exit code {done.returncode})"
    print(f"── {name}: {verdict}, {time.monotonic() - began:.0f} s\n", flush=True)
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[*BENCHES, []], help="all of them, unless named")
    parser.add_argument("--list", action="store_true", help="say which there are")
    wanted = parser.parse_args()
    if wanted.list:
        for name, bench in BENCHES.items():
            print(f"{name:10} {bench.claim}: python -m {' '.join(bench.command)}")
        return 0
    kept = [run(name) for name in wanted.name or BENCHES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
