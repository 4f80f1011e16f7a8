"""The whole line while Telegram misbehaves: nothing owed is lost, nothing settled comes twice.

    python -m bench.faults [--kills 10] [--feeds FOLDER] [--seed N]

As `bench.kill`, with faults of every kind at random moments: refusals, pauses, broken connections
before and after the message is out, answers that never come, outages, and a reader who blocks the
bot. Afterwards everything is counted from outside, the blocking reader's alerts apart.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.audit import Audit, alerts_of, audit
from bench.farm import Farm
from bench.kill import HELD, SLOW, drained, first_visits, follow, killing, words_to_come
from bench.stage import Stage
from bot.demo.api import Person
from bot.demo.api.faults import Faults
from bot.demo.api.log import Call

# What goes wrong, and how often beside the others. Those that begin with "done" are out already.
KINDS = {
    "429": 4, "429-bare": 1, "500": 1, "502": 2, "503": 1, "504": 1, "not-json": 1, "empty": 1,
    "wrong-type": 1, "close": 3, "hang": 1, "done-then-close": 4, "done-then-hang": 1,
    "done-then-partial": 2, "done-then-502": 2, "delay": 4,
}  # fmt: skip
SHARE = 0.25  # of the alerts' requests meet a fault
BETWEEN = (4.0, 12.0)  # seconds from one outage of everything to the next


@dataclass
class Mischief:
    """Decides once for each call what goes wrong with it."""

    rng: random.Random
    share: float = SHARE
    _drawn: tuple[int, str] = (0, "")

    def order(self, faults: Faults) -> None:
        for kind in KINDS:
            faults.add(kind, partial(self._is, kind), None, seconds=self.rng.choice((1, 2, 3)))  # type: ignore[arg-type]

    def _is(self, kind: str, call: Call) -> bool:
        if call.method.lower() != "sendmessage" or not alerts_of(call.params):
            return False
        if self._drawn[0] != call.number:
            (drawn,) = self.rng.choices(list(KINDS), list(KINDS.values()))
            self._drawn = (call.number, drawn if self.rng.random() < self.share else "")
        return self._drawn[1] == kind


async def outages(stage: Stage, rng: random.Random, stop: asyncio.Event) -> None:
    """Now and then nobody reaches Telegram at all."""
    while not stop.is_set():
        await asyncio.sleep(rng.uniform(*BETWEEN))
        await stage.api.offline()
        await asyncio.sleep(rng.uniform(0.2, 3.0))
        await stage.api.online()


async def block_and_return(person: Person, rng: random.Random, stop: asyncio.Event) -> None:
    """A reader who leaves and comes back, over and over."""
    while not stop.is_set():
        await asyncio.sleep(rng.uniform(1.0, 4.0))
        await person.block()
        await asyncio.sleep(rng.uniform(1.0, 4.0))
        await person.unblock()
        await person.send("/start")


async def measure(farm: Farm, kills: int, seed: int, *, spread: float = 4.0) -> Audit:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        stage = Stage(farm, Path(directory))
        await stage.open()
        try:
            await stage.start()
            await first_visits(stage)
            people = await follow(stage, words_to_come(stage.farm, rng))
            after = stage.count("SELECT max(id) FROM article")
            await storm(stage, people[0], kills, rng, spread)
            await drained(stage)
            with stage.look() as connection:
                return audit(connection, stage.api, after=after, fickle={people[0].id})
        except Exception:
            sys.stderr.write(stage.log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise
        finally:
            await stage.close()


async def storm(
    stage: Stage, fickle: Person, kills: int, rng: random.Random, spread: float
) -> None:
    """Kills, faults and a fickle reader at the same time; Telegram is well again afterwards."""
    stop = asyncio.Event()
    Mischief(rng).order(stage.api.faults)
    stage.api.faults.add("delay", "sendMessage", times=None, seconds=SLOW)
    async with asyncio.TaskGroup() as group:
        group.create_task(outages(stage, rng, stop))
        group.create_task(block_and_return(fickle, rng, stop))
        await killing(stage, kills, rng, spread=spread)
        stop.set()
    stage.api.faults.clear()
    struck = Counter(call.fault for call in stage.api.log.of("sendMessage") if call.fault)
    print("faults that struck:", dict(struck), file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--feeds", type=Path, help="a folder of feed files; else sample ones")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.feeds:
        farm = Farm.of(chosen.feeds, hold=HELD)
    else:
        farm = Farm.sample(hold=HELD, now=int(time.time()))
    found = asyncio.run(measure(farm, chosen.kills, chosen.seed))
    print(f"kills {chosen.kills}, with faults: {found}")
    print(f"lost {found.lost}, given up {found.given_up}, settled ones repeated {found.repeated}")
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
