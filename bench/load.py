"""Many feeds at once: does the bot stay prompt, and within its memory?

    python -m bench.load [--feeds 300] [--seconds 30]

Hundreds of feeds on loopback are visited for the first time, all at once; then each of them has a
new entry every second. Hundreds of chats follow thousands of topics, and people ask meanwhile. A
probe in the bot's process tells how late its loop is, how long its writer is held and waited for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from bench.delivery import ask
from bench.documents import said, vocabulary
from bench.farm import Farm, cut
from bench.kill import until
from bench.stage import Stage
from bot.store import open_store
from bot.topics.query import parse_query

SHOWN = 40  # entries of each feed at the first visit
CHATS, TOPICS = 500, 2000
ASKERS = 5
FIRST_READER = 100_000


def document(number: int, entries: int, words: list[str], rng: random.Random) -> bytes:
    """An RSS feed of random stories, newest first."""
    now = int(time.time())
    items = "".join(
        f"<item><guid>f{number}-{entry}</guid><title>{said(words, rng, 9)}</title>"
        f"<link>http://outlet{number}.example/{entry}</link>"
        f"<description>{said(words, rng, 40)}</description><pubDate>"
        f"{format_datetime(datetime.fromtimestamp(now - 300 * place - 60, UTC))}</pubDate></item>"
        for place, entry in enumerate(range(entries, 0, -1))
    )
    head = f"<rss version='2.0'><channel><title>Outlet {number}</title><language>en</language>"
    return f"{head}{items}</channel></rss>".encode()


async def follow(url: str, words: list[str], rng: random.Random) -> None:
    """Every chat follows a few of the topics, each of them a rarer word."""
    now = time.time()
    chosen = rng.sample(sorted(set(words[len(words) // 3 :])), TOPICS)
    async with await open_store(url) as store, store.transaction() as tx:
        topics = [await tx.topics.ensure(parse_query(w).canonical, now) for w in chosen]
        for number in range(CHATS):
            chat = await tx.chats.ensure(FIRST_READER + number, 0, "private", "en", now)
            for topic in topics[number::CHATS]:
                await tx.topics.follow(chat.id, topic, "Topic", now)


@dataclass
class Round:
    """One phase, seen from outside."""

    name: str
    seconds: float = 0.0
    articles: int = 0
    waits: list[float] = field(default_factory=list)  # of people, seconds

    def line(self, probe: dict[str, dict[str, float]]) -> str:
        ordered = sorted(self.waits) or [0.0]
        p99 = ordered[int((len(ordered) - 1) * 0.99)]
        shown = " ".join(
            f"{what} p99 {probe[what]['p99']:.3f} max {probe[what]['max']:.3f};"
            for what in ("lag", "wait", "held")
        )
        return (
            f"{self.name}: {self.seconds:.1f} s, {self.articles} articles; {shown}"
            f" replies {len(self.waits)} p50 {ordered[len(ordered) // 2]:.3f}"
            f" p99 {p99:.3f} max {ordered[-1]:.3f} s"
        )


async def measure(feeds: int, seconds: int, seed: int) -> bool:
    rng = random.Random(seed)
    words = vocabulary(rng)
    farm = Farm()
    for number in range(feeds):
        body = document(number, SHOWN + seconds, words, rng)
        farm.plots[f"f{number}"] = cut(f"f{number}", body, hold=seconds)
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        report = folder / "report.json"
        stage = Stage(farm, folder, command=("-m", "bench.probe", str(report)))
        await follow(f"sqlite:///{stage.database}", words, rng)
        await stage.open()
        try:
            for number in range(CHATS):
                stage.api.user(FIRST_READER + number).chat.started = True
            rounds = await _rounds(stage, seconds, rng)
            code = await stage.end(signal.SIGTERM)
            phases = json.loads(report.read_text("utf-8"))
        except BaseException:
            sys.stderr.write(stage.log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise
        finally:
            await stage.close()
        for one, probe in zip(rounds, phases, strict=True):
            print(one.line(probe))
        peak, warnings = stage.peak, stage.warnings()
        print(f"peak memory: main {peak.main:.0f} MB, with workers {peak.all:.0f} MB; exit {code}")
        print(f"warnings in the log: {len(warnings)}", *warnings[:5], sep="\n  ")
        return peak.main <= 150 and peak.all <= 300 and not warnings


async def _rounds(stage: Stage, seconds: int, rng: random.Random) -> list[Round]:
    first, living = Round("first visits"), Round("news")
    await stage.start()
    await stage.api.wait_for(lambda: stage.api.log.of("getUpdates"), 30)
    visited = "SELECT count(*) FROM feed WHERE last_visit IS NOT NULL"
    feeds = len(stage.farm.plots)
    await _phase(stage, first, rng, lambda: until(lambda: stage.count(visited) >= feeds, 300, "it"))
    assert stage.process
    stage.process.send_signal(signal.SIGUSR1)
    await _phase(stage, living, rng, lambda: _publish(stage.farm, seconds))
    return [first, living]


async def _publish(farm: Farm, seconds: int) -> None:
    for _ in range(seconds):
        farm.reveal()
        await asyncio.sleep(1.0)


async def _phase(stage: Stage, one: Round, rng: random.Random, work: object) -> None:
    stop, began = asyncio.Event(), time.monotonic()
    number = "SELECT count(*) FROM article"
    before = stage.count(number)
    async with asyncio.TaskGroup() as group:
        for asker in range(ASKERS):
            group.create_task(ask(stage.api.user(10 + asker), one.waits, stop, rng))
        group.create_task(_weigh(stage, stop))
        await work()  # type: ignore[operator]
        stop.set()
    one.seconds = time.monotonic() - began
    one.articles = stage.count(number) - before


async def _weigh(stage: Stage, stop: asyncio.Event) -> None:
    while not stop.is_set():
        stage.measure()
        await asyncio.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    return 0 if asyncio.run(measure(chosen.feeds, chosen.seconds, chosen.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
