"""kill -9 at random moments of the whole line: nothing owed is lost, nothing settled comes twice.

    python -m bench.kill [--kills 50] [--feeds FOLDER] [--seed N] [--quick]

Feeds on loopback publish one entry after another; readers follow words of what is to come; the bot
is killed and started again, over and over. Afterwards everything is counted from outside.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.audit import Audit, audit
from bench.farm import Farm
from bench.stage import Stage
from bot.demo.api import Person

READERS = 12
WORDS = 8  # topics of each reader
HELD = 24  # entries that each feed keeps back at first
QUICK = 1.2  # seconds: the longest life of a bot that starts in no time
PATIENCE = 20.0  # seconds that a busy machine may need to begin
OWED = "SELECT count(*) FROM alert WHERE state IN ('ready', 'claimed', 'sending')"
SLOW = 0.15  # seconds that Telegram takes to answer a message that is out already
_WORD = re.compile(r"<title[^>]*>(?:<!\[CDATA\[)?([^<\]]*)", re.IGNORECASE)


def words_to_come(farm: Farm, rng: random.Random) -> list[str]:
    """Words in the titles of entries that are kept back."""
    found: set[str] = set()
    for plot in farm.plots.values():
        for item in plot.items[: plot.held]:
            title = _WORD.search(item.decode("utf-8", "replace"))
            found.update(w for w in re.findall(r"[A-Za-z]{5,14}", title[1] if title else ""))
    words = sorted({word.lower() for word in found})
    rng.shuffle(words)
    return words


async def until(condition: object, seconds: float, what: str) -> None:
    """Wait for something that only another process can bring about."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError(what)
        await asyncio.sleep(0.1)


async def first_visits(stage: Stage) -> None:
    feeds = len(stage.farm.plots)
    await until(
        lambda: stage.count("SELECT count(*) FROM feed WHERE last_visit IS NOT NULL") >= feeds,
        60,
        "first visits",
    )


async def follow(stage: Stage, words: list[str]) -> list[Person]:
    people = [stage.api.user(1000 + n, f"Reader {n}", "en") for n in range(READERS)]
    for number, person in enumerate(people):
        for word in words[number * WORDS : (number + 1) * WORDS]:
            await person.ask(f'/follow "{word}"')
    return people


async def killing(
    stage: Stage, kills: int, rng: random.Random, *, spread: float, patience: float = PATIENCE
) -> None:
    """Kill and start again while the feeds publish; entries last until the last kill."""
    rounds = max((plot.held for plot in stage.farm.plots.values()), default=0)
    for number in range(kills):
        if rng.random() < rounds / max(1, kills):
            stage.farm.reveal()
        await moment(stage, rng, spread, patience)
        await stage.end(signal.SIGKILL)
        await stage.start()
        print(f"\r{number + 1}/{kills} kills", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


async def moment(stage: Stage, rng: random.Random, spread: float, patience: float) -> None:
    """Any moment of a life; or one while Telegram has a message and has not said so; or one after
    a feed was asked. For those two it waits until the bot is so far, also where starts take long.
    """
    owed = stage.count(OWED) > 0
    kind = rng.choice(("any", "sending", "sending") if owed else ("any", "fetching"))
    if kind == "any":
        await asyncio.sleep(rng.uniform(0.05, spread))
        return
    calls, requests = len(stage.api.log.of("sendMessage")), stage.farm.requests
    try:
        async with asyncio.timeout(patience):
            while not (
                len(stage.api.log.of("sendMessage")) > calls
                if kind == "sending"
                else stage.farm.requests > requests
            ):
                await asyncio.sleep(0.005)
    except TimeoutError:
        return
    await asyncio.sleep(rng.uniform(0.0, 1.3 * SLOW if kind == "sending" else spread))


async def drained(stage: Stage, pause: float = 1.5) -> None:
    """All entries are out, visited and delivered."""
    while stage.farm.waiting:
        stage.farm.reveal()
        await asyncio.sleep(pause)
    served = stage.farm.requests
    feeds = len(stage.farm.plots)
    await until(lambda: stage.farm.requests >= served + 3 * feeds, 420, "visits to end")
    owing = "SELECT count(*) FROM alert WHERE state NOT IN ('sent', 'closed')"
    await until(lambda: stage.count(owing) == 0, 180, "the outbox to empty")


async def measure(
    farm: Farm,
    kills: int,
    seed: int,
    *,
    spread: float = 3.0,
    patience: float = PATIENCE,
    quick: bool = False,
) -> Audit:
    """`spread`: the longest life in seconds, `patience`: that of one which is killed while it sends
    or fetches; `quick`: starts cost no imports.
    """
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        stage = Stage(farm, Path(directory), quick=quick)
        await stage.open()
        try:
            await stage.start()
            await first_visits(stage)
            await follow(stage, words_to_come(stage.farm, rng))
            after = stage.count("SELECT max(id) FROM article")
            stage.api.faults.add("delay", "sendMessage", times=None, seconds=SLOW)
            await killing(stage, kills, rng, spread=spread, patience=patience)
            await drained(stage, spread / 2)
            with stage.look() as connection:
                return audit(connection, stage.api, after=after)
        except Exception:
            sys.stderr.write(stage.log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise
        finally:
            await stage.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--feeds", type=Path, help="a folder of feed files; else sample ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="starts are forks: no imports")
    chosen = parser.parse_args()
    if chosen.feeds:
        farm = Farm.of(chosen.feeds, hold=HELD)
    else:
        farm = Farm.sample(hold=HELD, now=int(time.time()))
    spread = QUICK if chosen.quick else 3.0
    found = asyncio.run(measure(farm, chosen.kills, chosen.seed, spread=spread, quick=chosen.quick))
    print(f"kills {chosen.kills}: {found}")
    print(f"lost {found.lost}, settled ones repeated {found.repeated}")
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(main())
