"""Does the gate in front of a language model catch invented errors, and let fair words through?

    python -m bench.gate [--file tests/data/gate.toml] [--verbose]

Claim: of invented errors (numbers, names, quotations, denials) at least 90 % are caught, of fair
paraphrases at most 10 % refused. The errors were written before the gate; a file of your own
has the same form.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bot.stories.gate import Fault, Numbered, judged

FILE = Path(__file__).parent.parent / "tests" / "data" / "gate.toml"


class Case(NamedTuple):
    kind: str  # "" for a fair one
    answer: str
    offered: tuple[Numbered, ...]
    language: str


def cases(file: Path = FILE) -> Iterator[Case]:
    for story in tomllib.loads(file.read_text("utf-8"))["story"]:
        offered = tuple(_offered(story))
        for answer in story["good"]:
            yield Case("", answer, offered, story["language"])
        for row in story["bad"]:
            kind, _, answer = row.partition(" | ")
            yield Case(kind, answer, offered, story["language"])


def _offered(story: dict[str, Any]) -> Iterator[Numbered]:
    for number, row in enumerate(story["said"], 1):
        outlet, _, text = row.partition(" | ")
        yield Numbered(number, text, outlet)


def faults(case: Case) -> tuple[Fault, ...]:
    return judged(case.answer, case.offered, case.language).faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--verbose", action="store_true", help="print what was judged wrongly")
    given = parser.parse_args()
    seen: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for case in cases(given.file):
        found = faults(case)
        seen[case.kind] += 1
        caught[case.kind] += bool(found)
        if given.verbose and bool(found) != bool(case.kind):
            print(case.kind or "fair", case.answer, [f"{f.kind}: {f.what}" for f in found])
    wrong, right = sum(seen.values()) - seen[""], sum(caught.values()) - caught[""]
    for kind in sorted(filter(None, seen)):
        print(f"{kind}: {caught[kind]} of {seen[kind]} caught")
    print(f"errors caught: {right} of {wrong} ({right / wrong:.1%})")
    print(f"fair ones refused: {caught['']} of {seen['']} ({caught[''] / seen['']:.1%})")
    return 0 if right >= 0.9 * wrong and caught[""] <= 0.1 * seen[""] else 1


if __name__ == "__main__":
    sys.exit(main())
