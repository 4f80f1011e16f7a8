"""The bot on a folder of real feeds: what is stored, what rings, what it costs in memory.

    python -m bench.real_feeds FOLDER

Every entry that the parser finds must be in the database; headlines and search answer from them;
one alert comes per new story; no warning is logged.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from pathlib import Path

from bench.audit import audit
from bench.farm import Farm
from bench.given import existing
from bench.kill import HELD, drained, first_visits, follow, words_to_come
from bench.stage import Stage
from bot.errors import FeedError
from bot.feeds.entries import drafts
from bot.feeds.parse import parse


def expected(farm: Farm) -> dict[str, int]:
    """Entries of each complete document, as the parser alone sees them; 0 where it is no feed."""
    found = {}
    for plot in farm.plots.values():
        body = plot.head + b"\n".join(plot.items) + plot.tail
        url = f"{farm.origin}/{plot.name}"
        try:
            parsed = parse(body, content_type=plot.content_type, url=url)
        except FeedError:
            found[url] = 0
            continue
        found[url] = len(drafts(parsed, url=url, language="", now=2_000_000_000))
    return found


async def weigh(stage: Stage, stop: asyncio.Event) -> None:
    while not stop.is_set():
        stage.measure()
        await asyncio.sleep(0.2)


async def measure(folder: Path, seed: int) -> bool:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        stage = Stage(Farm.of(folder, hold=HELD), Path(directory))
        await stage.open()
        stop = asyncio.Event()
        try:
            await stage.start()
            async with asyncio.TaskGroup() as group:
                group.create_task(weigh(stage, stop))
                await first_visits(stage)
                people = await follow(stage, words_to_come(stage.farm, rng))
                after = stage.count("SELECT max(id) FROM article")
                await drained(stage)
                await say(stage, people[0])
                stop.set()
            good = report(stage, after)
            code = await stage.end(signal.SIGTERM)
        except BaseException:
            sys.stderr.write(stage.log.read_text(encoding="utf-8", errors="replace")[-6000:])
            raise
        finally:
            stop.set()
            await stage.close()
        print(f"exit code after SIGTERM: {code}")
        return good and code == 0


async def say(stage: Stage, person: object) -> None:
    word = stage.count("SELECT max(id) FROM article")
    with stage.look() as connection:
        title = connection.execute("SELECT title FROM article WHERE id = ?", (word,)).fetchone()[0]
    words = " ".join([w for w in title.split() if w.isalnum()][:2])
    for text in ("/headlines", f"/search {words}"):
        answer = await person.ask(text)  # type: ignore[attr-defined]
        print(f"{text} -> {answer.text[:300]!r}")


def report(stage: Stage, after: int) -> bool:
    wanted, missing = expected(stage.farm), {}
    with stage.look() as connection:
        stored = dict(
            connection.execute(
                "SELECT feed.url, count(entry.key) FROM feed LEFT JOIN entry"
                " ON entry.feed = feed.id GROUP BY feed.id"
            ).fetchall()
        )
        articles = connection.execute("SELECT count(*) FROM article").fetchone()[0]
        stories = connection.execute("SELECT count(*) FROM story").fetchone()[0]
        found = audit(connection, stage.api, after=after)
    for url, number in wanted.items():
        if stored.get(url, 0) < number:
            missing[url.rsplit("/", 1)[-1]] = (number, stored.get(url, 0))
    print(f"feeds {len(wanted)}, entries {sum(wanted.values())}, stored {sum(stored.values())}")
    print(f"articles {articles}, stories {stories}; feeds with entries missing: {missing}")
    print(f"alerts: {found}")
    print(f"peak memory: main {stage.peak.main:.0f} MB, with workers {stage.peak.all:.0f} MB")
    warnings = stage.warnings()
    print(f"warnings in the log: {len(warnings)}", *warnings[:10], sep="\n  ")
    return not missing and found.good and not warnings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=existing)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    return 0 if asyncio.run(measure(chosen.folder, chosen.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
