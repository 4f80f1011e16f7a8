"""A burst of alerts through the whole bot: how fast, how many refusals, who waits for an answer.

    python -m bench.delivery [--alerts 2000] [--chats 500] [--rate 28] [--limits] [--latency 0.06]

The outbox is filled beforehand; the bot starts and delivers it to a Bot API server that enforces
Telegram's limits (`--limits`) and takes its time for every message. Meanwhile people ask for help.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.audit import alerts_of, lists_of
from bench.farm import Farm, Plot
from bench.stage import Stage
from bot.demo.api import Limits, Person
from bot.model import ChatId, Draft, FeedSource, NewAlert, Reason
from bot.store import Store, Transaction, open_store

FIRST = 100_000  # Telegram's id of the first reader
ASKERS = 5  # people who talk to the bot meanwhile
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    alerts: int
    chats: int
    rate: float
    limits: Limits
    latency: float  # seconds that Telegram takes for a message


@dataclass(frozen=True, slots=True)
class Found:
    delivered: int
    lost: int
    repeated: int
    refused: int  # 429 answers
    rate: float  # alerts a second, from the first to the last
    reply_p50: float  # seconds from a person's message to the answer
    reply_p99: float
    cpu: float  # milliseconds of the bot's processor time for an alert
    memory: float  # MB at its highest, main process
    grown: float  # MB, from before the first alert to the highest


async def owe(url: str, load: Load) -> None:
    """Fill the outbox: stories that everybody follows, and that are news."""
    now = time.time()
    async with await open_store(url) as store:
        each = -(-load.alerts // load.chats)
        alerts = await _stories(store, load, each, now)
        for start in range(0, len(alerts), 1000):
            async with store.transaction() as tx:
                await tx.outbox.queue(alerts[start : start + 1000], now)


async def _stories(store: Store, load: Load, number: int, now: float) -> list[NewAlert]:
    drafts = [_draft(place, int(now)) for place in range(number)]
    source = FeedSource("https://wire.example/rss", "Wire", "Wire", language="en")
    async with store.transaction() as tx:
        feed, _ = await tx.feeds.add(source, now=now, public=False)
        topic = await tx.topics.ensure("niger", now)
        saved = await tx.articles.add(feed, drafts, now)
        chats = await _chats(tx, load.chats, now)
        for chat in chats:
            await tx.topics.follow(chat, topic, "Niger", now)
        told = [(article.id, await tx.stories.create(article, now)) for article in saved.new]
    alerts = [
        NewAlert(chat, story, 0, topic, article, Reason("Niger", "title"))
        for article, story in told
        for chat in chats
    ]
    return alerts[: load.alerts]


async def _chats(tx: Transaction, number: int, now: float) -> list[ChatId]:
    made = [await tx.chats.ensure(FIRST + n, 0, "private", "en", now) for n in range(number)]
    return [chat.id for chat in made]


def _draft(number: int, now: int) -> Draft:
    return Draft(
        key=f"n{number}",
        guid=None,
        title=f"Niger river stands {number} centimetres higher than last year",
        link=f"https://wire.example/{number}",
        summary=f"Gauge {number} near the old town rose again on Monday. Ferries still run.",
        text="",
        published=now - 60,
        updated=None,
        language="en",
    )


async def ask(person: Person, waits: list[float], stop: asyncio.Event, rng: random.Random) -> None:
    """One person who asks, waits for the answer, thinks, and asks again."""
    while not stop.is_set():
        began = time.perf_counter()
        await person.ask("/help", timeout=30)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(rng.uniform(0.8, 2.0))


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


async def measure(load: Load, seed: int = 1) -> Found:
    with tempfile.TemporaryDirectory() as directory:
        stage = Stage(_quiet(), Path(directory), floor="1h", rate=load.rate, limits=load.limits)
        await owe(f"sqlite:///{stage.database}", load)
        await stage.open()
        try:
            for number in range(load.chats):
                stage.api.user(FIRST + number).chat.started = True
            if load.latency:
                stage.api.faults.add("delay", "sendMessage", times=None, seconds=load.latency)
            return await _run(stage, load, random.Random(seed))
        except BaseException:
            sys.stderr.write(stage.log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise
        finally:
            await stage.close()


def _quiet() -> Farm:
    """One feed without news: a bot without any would begin with the catalogue."""
    return Farm({"quiet": Plot("quiet", b"<rss version='2.0'><channel/></rss>", [], b"")})


async def _run(stage: Stage, load: Load, rng: random.Random) -> Found:
    waits: list[float] = []
    stop = asyncio.Event()
    await stage.start()
    assert stage.process
    pid = stage.process.pid
    await stage.api.wait_for(lambda: stage.api.log.of("sendMessage"), 30)
    used, memory = processor(pid), stage.measure().main
    async with asyncio.TaskGroup() as group:
        for number in range(ASKERS):
            group.create_task(ask(stage.api.user(10 + number), waits, stop, rng))
        owing = "SELECT count(*) FROM alert WHERE state NOT IN ('sent', 'closed')"
        end = time.monotonic() + 60 + 3 * load.alerts / load.rate
        while stage.count(owing):
            if time.monotonic() > end:
                raise TimeoutError(f"{stage.count(owing)} alerts are still owed")
            await asyncio.sleep(0.25)
        stop.set()
    used = processor(pid) - used
    return _found(stage, load, waits, used, memory)


def _found(stage: Stage, load: Load, waits: Sequence[float], used: float, memory: float) -> Found:
    calls = stage.api.log.of("sendMessage")
    with stage.look() as connection:
        lists = lists_of(connection)
    mine = [(call, alert) for call in calls for alert in alerts_of(call.params, lists)]
    seen = Counter(alert for call, alert in mine if call.done)
    times = [call.at for call, _ in mine if call.done]
    ordered = sorted(waits) or [0.0]
    highest = stage.measure().main
    return Found(
        delivered=sum(seen.values()),
        lost=load.alerts - len(seen),
        repeated=sum(seen.values()) - len(seen),
        refused=sum(call.status == 429 for call in calls),
        rate=(len(times) - 1) / max(1e-9, max(times) - min(times)),
        reply_p50=ordered[len(ordered) // 2],
        reply_p99=ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        cpu=1000 * used / max(1, len(seen)),
        memory=highest,
        grown=highest - memory,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=2000)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--rate", type=float, default=28)
    parser.add_argument("--limits", action="store_true", help="Telegram's limits, strictly")
    parser.add_argument("--latency", type=float, default=0.06, help="seconds for a message")
    chosen = parser.parse_args()
    limits = Limits() if chosen.limits else Limits.off()
    load = Load(chosen.alerts, chosen.chats, chosen.rate, limits, chosen.latency)
    found = asyncio.run(measure(load))
    print(found)
    good = not (found.lost or found.repeated or found.refused)
    return 0 if good and found.rate >= 0.9 * load.rate else 1


if __name__ == "__main__":
    sys.exit(main())
