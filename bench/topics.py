"""Topics, measured: `python -m bench.topics GOLD` scores a gold file against the obvious ways.

A gold file has `{"id","topic","label","title","summary","source","language"?|"lang"?}` per line;
`topic` is a key of QUERIES or a query itself; label 2 is about it, 0 is not, 1 is not scored.
`--speed` times 100,000 standing queries against a loop of regular expressions instead, on the texts
of GOLD or, without it, on made-up ones (`bench/standing.py`).
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench.given import files
from bench.standing import speed
from bot.model import Article, ArticleId, FeedId, TopicId
from bot.topics.match import Percolator
from bot.topics.query import parse_query

QUERIES = {
    "niger": "Niger",
    "nigeria": "Nigeria",
    "chad": "Chad",
    "mali": "Mali",
    "georgia": "Georgia (country)",
    "turkey": "Turkey (country)",
    "guinea": "Guinea",
    "drcongo": "DR Congo",
    "jordan": "Jordan (country)",
    "apple": "Apple (company)",
    "amazon": "Amazon (company)",
    "sudan": "Sudan",
    "meta": "Meta (company)",
}
Row = dict[str, Any]
Way = Callable[[Row], bool]


def article(number: int, row: Row, *, declared: bool = True) -> Article:
    return Article(
        id=ArticleId(number),
        feed=FeedId(1),
        publisher=str(row.get("publisher") or row.get("source") or ""),
        title=str(row["title"]),
        link=str(row.get("link") or ""),
        summary=str(row.get("summary") or ""),
        text=str(row.get("text") or ""),
        published=0,
        first_seen=0,
        language=str(row.get("language") or row.get("lang") or "") if declared else "",
    )


def plain(row: Row) -> str:
    query = QUERIES.get(row["topic"]) or str(row["topic"])
    return re.sub(r"\s*\(.*\)", "", query)


def substring(row: Row) -> bool:
    return plain(row).lower() in f"{row['title']} {row.get('summary') or ''}".lower()


def whole_word(row: Row) -> bool:
    text = f"{row['title']} {row.get('summary') or ''}"
    return re.search(rf"\b{re.escape(plain(row))}\b", text, re.IGNORECASE) is not None


class Ours:
    """All topics of the file stand at once, as they would."""

    def __init__(self, rows: list[Row], *, declared: bool = True) -> None:
        self.percolator = Percolator()
        self.declared = declared
        self.topics = {
            name: TopicId(n) for n, name in enumerate(sorted({r["topic"] for r in rows}))
        }
        for name, topic in self.topics.items():
            self.percolator.add(topic, parse_query(QUERIES.get(name, name)))

    def __call__(self, row: Row) -> bool:
        found = self.percolator.match(article(1, row, declared=self.declared))
        return any(match.topic == self.topics[row["topic"]] for match in found)


def score(rows: list[Row], way: Way) -> dict[str, tuple[float, float, float]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        if row["label"] == 1:
            continue
        yes, found = row["label"] == 2, way(row)
        spoken = "English" if row.get("lang") == "en" else "other languages"
        for key in ("all", spoken, "  " + row["topic"]):
            counts[key][0] += yes and found
            counts[key][1] += found and not yes
            counts[key][2] += yes and not found
    return {key: figures(*c) for key, c in counts.items()}


def figures(hit: int, wrong: int, lost: int) -> tuple[float, float, float]:
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + lost) if hit + lost else 1.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def main(args: list[str]) -> int:
    paths = files(__doc__, args, "--speed")
    rows = [json.loads(x) for p in paths for x in p.read_text("utf-8").splitlines() if x.strip()]
    if "--speed" in args:
        speed([article(n, row, declared=False) for n, row in enumerate(rows)])
        return 0
    ways: dict[str, Way] = {
        "substring": substring,
        "whole word": whole_word,
        "ours": Ours(rows),
        "ours, language unknown": Ours(rows, declared=False),
    }
    for name, way in ways.items():
        found = score(rows, way)
        shown = found if name == "ours" else {k: found[k] for k in found if not k.startswith(" ")}
        print(name)
        for key in sorted(shown, key=lambda k: (k.startswith(" "), k)):
            print("  {:20s} P {:.3f}  R {:.3f}  F1 {:.3f}".format(key, *shown[key]))
        macro = [f1 for key, (_, _, f1) in found.items() if key.startswith(" ")]
        print(f"  macro F1 over topics {sum(macro) / len(macro):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
