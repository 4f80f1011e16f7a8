"""Grouping, measured: `python -m bench.stories GOLD…` scores gold files against the obvious ways.

A gold file has `{"id","title","summary","publisher"|"source","published","language"|"lang","story",
"scored"}` per line, in time order. Prints BCubed, pairs, stories that never ring and extra rings.
`--speed GOLD…` measures a full window; `bench.choices` fits the weights.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.given import files
from bot.model import Article, ArticleId, FeedId, StoryId
from bot.stories.cluster import Grouper, GroupSettings, Placement
from bot.text import tokens

Row = dict[str, object]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def instant(value: object) -> int:
    moment = datetime.fromisoformat(str(value))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def article(number: int, row: Row) -> Article:
    when = instant(row["published"])
    return Article(
        id=ArticleId(number),
        feed=FeedId(1),
        publisher=str(row.get("publisher") or row.get("source") or ""),
        title=str(row["title"]),
        link=str(row.get("link") or ""),
        summary=str(row.get("summary") or ""),
        text=str(row.get("text") or ""),
        published=when,
        first_seen=when,
        language=str(row.get("language") or row.get("lang") or ""),
    )


def alone(rows: list[Row]) -> list[object]:
    """Doing nothing: every article rings."""
    return list(range(len(rows)))


def title_words(rows: list[Row]) -> list[object]:
    """The obvious way: half of the title's words in common with an earlier article."""
    seen: list[tuple[set[str], int]] = []
    result: list[object] = []
    for number, row in enumerate(rows):
        words = set(tokens(str(row["title"])))
        best = max(seen, key=lambda s: len(words & s[0]) / (len(words | s[0]) or 1), default=None)
        close = best and len(words & best[0]) >= 0.35 * len(words | best[0])
        story = best[1] if close and best else number
        seen.append((words, story))
        result.append(story)
    return result


def ours(rows: list[Row], settings: GroupSettings | None = None) -> list[object]:
    grouper = Grouper(settings)
    result: list[object] = []
    for number, row in enumerate(rows):
        item = article(number, row)
        placement = grouper.find(item, item.published)
        story = placement.story if isinstance(placement, Placement) else StoryId(number)
        grouper.add(item, story)
        result.append(story)
    return result


def score(rows: list[Row], found: list[object]) -> dict[str, float]:
    """BCubed and pair F1; the share of stories that never ring; extra rings per story."""
    both = [(r["story"], q) for r, q in zip(rows, found, strict=True) if r.get("scored", True)]
    gold, ours_, joint = Counter(a for a, _ in both), Counter(b for _, b in both), Counter(both)
    precision = sum(joint[x] / ours_[x[1]] for x in both) / len(both)
    recall = sum(joint[x] / gold[x[0]] for x in both) / len(both)
    hit, pred, real = pairs(joint), pairs(ours_), pairs(gold)
    first: dict[object, Row] = {}
    for row, story in zip(rows, found, strict=True):
        first.setdefault(story, row)
    rung = Counter(r["story"] for r in first.values() if r.get("scored", True))
    return {
        "bcubed": 2 * precision * recall / (precision + recall),
        "P": precision,
        "R": recall,
        "pairs": 2 * hit / (pred + real) if pred + real else 0.0,
        "missed": 1 - sum(1 for s in gold if rung[s]) / len(gold),
        "extra": sum(v - 1 for v in rung.values() if v > 1) / len(gold),
    }


def pairs(counts: Counter[object] | Counter[tuple[object, object]]) -> int:
    return sum(v * (v - 1) // 2 for v in counts.values())


WAYS: dict[str, Callable[[list[Row]], list[object]]] = {
    "nothing": alone,
    "title words": title_words,
    "ours": ours,
}


def speed(paths: list[Path], live: int = 10_000) -> None:
    """CPU time with a full window of articles mixed from those of the files."""
    rng, known = random.Random(1), [article(0, row) for path in paths for row in read(path)]
    grouper, filed = Grouper(), list[tuple[Article, StoryId]]()
    made = [mixed(rng, known, number) for number in range(live + 2_000)]
    for number, item in enumerate(made):
        if number == live:
            began = time.process_time()
        placement = grouper.find(item, item.published)
        filed.append(
            (item, placement.story if isinstance(placement, Placement) else StoryId(number))
        )
        grouper.add(*filed[-1])
    print(f"{len(grouper)} live: {2_000 / (time.process_time() - began):.0f} articles/s")
    del grouper, made
    gc.collect()  # a bot that starts has nothing else in its memory
    began = time.process_time()
    Grouper().rebuild(filed[-live:])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"rebuild: {time.process_time() - began:.2f} s; {memory} MB with the articles")


def mixed(rng: random.Random, known: list[Article], number: int) -> Article:
    """Half of one article's words and half of another's."""
    a, b = rng.choice(known), rng.choice(known)
    title, summary = (
        " ".join(x[: max(3, len(x) // 2)] + y[len(y) // 2 :])
        for x, y in ((a.title.split(), b.title.split()), (a.summary.split(), b.summary.split()))
    )
    when = 1_700_000_000 + 25 * number
    return replace(
        a,
        id=ArticleId(number), title=title, summary=summary, published=when, first_seen=when,
        link=f"https://mixed.example/{number}", publisher=b.publisher,
    )  # fmt: skip


def main(args: list[str]) -> int:
    paths = files(__doc__, args, "--speed")
    if "--speed" in args:
        speed(paths)
        return 0
    for path in paths:
        rows = read(path)
        print(f"{path.name}: {len(rows)} articles")
        for name, way in WAYS.items():
            began = time.perf_counter()
            figures = score(rows, way(rows))
            rate = len(rows) / (time.perf_counter() - began)
            text = "  ".join(f"{key} {value:.3f}" for key, value in figures.items())
            print(f"  {name:12s} {text}  {rate:6.0f}/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
