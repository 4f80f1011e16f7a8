"""Summaries, measured: `python -m bench.summaries GOLD` scores a data file against Lead.

A gold file has `{"id","set","lang","docs":[{"title","text"}],"refs":[…]}` per line. Lead is the
obvious way: the first sentences of the texts, in turn. Prints ROUGE-1, -2 and -L (F1), the time and
how many summaries have a mechanical defect (dangling beginning, cut sentence, unbalanced quotes).
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from bench.given import files
from bot.model import Source
from bot.stories.leaning import is_dangling
from bot.stories.prose import is_cut
from bot.stories.splitting import balanced, sentences
from bot.stories.summary import summarise
from bot.text import tokens

Row = dict[str, Any]


def lead(row: Row, count: int, limit: int) -> list[str]:
    """The first sentences of each text in turn."""
    columns = [sentences(d["text"], row["lang"]) for d in row["docs"]]
    taken: list[str] = []
    for number in range(count):
        for column in columns:
            fits = number < len(column) and len(taken) < count
            if fits and sum(map(len, taken)) + len(column[number]) <= limit:
                taken.append(column[number])
    return taken


def ours(row: Row, count: int, limit: int) -> list[str]:
    sources = [
        Source(f"Outlet {n}", d["text"], title=d["title"], language=row["lang"])
        for n, d in enumerate(row["docs"])
    ]
    made = summarise(sources, title=row["docs"][0]["title"], sentences=count, limit=limit)
    return [s.text for s in made.sentences]


def rouge(made: str, reference: str) -> tuple[float, float, float]:
    a, b = tokens(made), tokens(reference)
    pairs_a, pairs_b = list(pairwise(a)), list(pairwise(b))
    return f1(Counter(a), Counter(b)), f1(Counter(pairs_a), Counter(pairs_b)), longest(a, b)


def f1(a: Counter[Any], b: Counter[Any]) -> float:
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values())) if common else 0.0


def longest(a: list[str], b: list[str]) -> float:
    """F1 of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for word in a:
        before = 0
        for at, other in enumerate(b, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return 2 * row[-1] / (len(a) + len(b)) if row[-1] else 0.0


def defects(made: list[str], language: str) -> bool:
    first = bool(made) and is_dangling(made[0], language)
    return first or any(is_cut(s) or not balanced(s) for s in made)


def main(args: list[str]) -> int:
    gold = files(__doc__, args)[0]
    rows = [json.loads(x) for x in gold.read_text("utf-8").splitlines() if x.strip()]
    figures: dict[tuple[str, str], list[tuple[float, ...]]] = defaultdict(list)
    times: list[float] = []
    for row in rows:
        story = len(row["docs"]) > 1
        size = (4, 740) if story else (3, 500)
        for name, way in (("lead", lead), ("ours", ours)):
            began = time.process_time()
            made = way(row, *size)
            if name == "ours":
                times.append(time.process_time() - began)
            scores = [rouge(" ".join(made), reference) for reference in row["refs"]]
            best = tuple(100 * sum(c) / len(c) for c in zip(*scores, strict=True))
            figures[row["set"], name].append(
                (*best, 100.0 * defects(made, row["lang"]), 100.0 * (not made))
            )
    for (group, name), found in sorted(figures.items()):
        mean = [sum(column) / len(found) for column in zip(*found, strict=True)]
        text = "R1 {:5.2f}  R2 {:5.2f}  RL {:5.2f}  defects {:4.1f} %  empty {:4.1f} %".format(
            *mean
        )
        print(f"{group:12s} {name:5s} n {len(found):4d}  {text}")
    times.sort()
    half, most = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
    print(f"CPU p50 {half:.1f} ms, p95 {most:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
