"""Does the gate in front of a language model catch invented errors, and let fair words through?

    python -m bench.gate [--file CASES.toml] [--verbose]

Claim: in each of seven languages, of invented errors (numbers, names, quotations, denials, swapped
roles, other units and months) at least 90 % are caught, of fair paraphrases at most 10 % refused.
The errors were written before the gate; a file of your own has the same form.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.given import existing
from bot.stories.gate import Fault, Numbered, judged

FOLDER = Path(__file__).parent.parent / "tests" / "data"
FILES = (FOLDER / "gate.toml", FOLDER / "gate_languages.toml")


class Case(NamedTuple):
    kind: str  # "" for a fair one
    answer: str
    offered: tuple[Numbered, ...]
    language: str


def cases(files: Sequence[Path] = FILES) -> Iterator[Case]:
    for story in (s for file in files for s in tomllib.loads(file.read_text("utf-8"))["story"]):
        offered = tuple(_offered(story))
        for answer in story["good"]:
            yield Case("", answer, offered, story["language"])
        for row in story["bad"]:
            kind, _, answer = row.partition(" | ")
            yield Case(kind, answer, offered, story["language"])


class Tally:
    """How many were seen and how many refused, by kind; "" are the fair ones."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def add(self, kind: str, *, caught: bool) -> None:
        self.seen[kind] += 1
        self.refused[kind] += caught

    @property
    def holds(self) -> bool:
        wrong = self.seen.total() - self.seen[""]
        right = self.refused.total() - self.refused[""]
        return right >= 0.9 * wrong and self.refused[""] <= 0.1 * self.seen[""]

    def __str__(self) -> str:
        wrong = self.seen.total() - self.seen[""]
        right = self.refused.total() - self.refused[""]
        kinds = "  ".join(
            f"{kind} {self.refused[kind]}/{self.seen[kind]}"
            for kind in sorted(filter(None, self.seen))
        )
        fair = f"fair ones refused {self.refused['']} of {self.seen['']}"
        return f"errors caught {right} of {wrong} ({right / wrong:.0%}), {fair}; {kinds}"


def _offered(story: dict[str, Any]) -> Iterator[Numbered]:
    for number, row in enumerate(story["said"], 1):
        outlet, _, text = row.partition(" | ")
        yield Numbered(number, text, outlet)


def faults(case: Case) -> tuple[Fault, ...]:
    return judged(case.answer, case.offered, case.language).faults


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--file", type=existing, action="append", help="cases of your own")
    parser.add_argument("--verbose", action="store_true", help="print what was judged wrongly")
    given = parser.parse_args()
    tallies: dict[str, Tally] = {}
    for case in cases(given.file or FILES):
        found = faults(case)
        tallies.setdefault(case.language, Tally()).add(case.kind, caught=bool(found))
        tallies.setdefault("all", Tally()).add(case.kind, caught=bool(found))
        if given.verbose and bool(found) != bool(case.kind):
            print(case.kind or "fair", case.answer, [f"{f.kind}: {f.what}" for f in found])
    for language in sorted(tallies, key=lambda code: (code == "all", code)):
        print(f"{language:4}{tallies[language]}")
    return 0 if all(tally.holds for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
