"""What a model answered, taken apart.

In: the text of an answer: the JSON that was asked for, or sentences with their numbers in brackets.
Out: sentences without those marks, each with the numbers it cites. It refuses to know whether they
are true.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

LONGEST = 8_000
"""Characters of an answer that are looked at; three sentences have a tenth of it."""

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)  # how small models think aloud
_FENCE = re.compile(r"\A\s*```\w*\s*|\s*```\s*\Z")
_MARK = re.compile(r"\s*\[\s*S?\d+(?:\s*[,;]\s*S?\d+)*[^\[\]]{0,40}\]")
_ENDS = re.compile(r"(?:\s*\[\s*S?\d[^\[\]]{0,60}\])+[.!?。]?")
_NUMBER = re.compile(r"\d{1,3}")


class Claim(NamedTuple):
    """A sentence of a model, and the numbers of the sentences that are to hold it."""

    text: str
    cites: tuple[int, ...]


def claims_in(answer: str) -> list[Claim]:
    """The sentences of an answer; none when there are none to be found."""
    bare = _FENCE.sub("", _THOUGHT.sub("", answer[:LONGEST])).strip()
    try:
        found = json.loads(bare)
    except (ValueError, RecursionError):
        return [] if bare.startswith(("{", "[{")) else list(_written(bare))
    return list(_listed(found))


def _listed(found: Any) -> Iterator[Claim]:
    """`{"sentences": [{"text": …, "sources": [1, 3]}]}`, or the list alone."""
    rows = found.get("sentences") if isinstance(found, dict) else found
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            continue
        cited = row.get("sources")
        numbers = [_number(n) for n in cited] if isinstance(cited, list) else []
        inside = [int(n) for mark in _MARK.findall(row["text"]) for n in _NUMBER.findall(mark)]
        yield _claim(_MARK.sub("", row["text"]), [*numbers, *inside])


def _number(value: object) -> int:
    """1 of 1, "1", "S1"; 0, which no sentence has, of anything else."""
    found = re.fullmatch(r"\[?S?(\d{1,3})\]?", str(value).strip())
    return int(found[1]) if found and not isinstance(value, bool) else 0


def _written(text: str) -> Iterator[Claim]:
    """`First sentence. [1] Second one. [S2][S5]`; what follows the last mark cites nothing."""
    at = 0
    for mark in _ENDS.finditer(text):
        said, at = text[at : mark.start()], mark.end()
        end = mark[0][-1] if mark[0][-1] in ".!?。" else ""
        yield _claim(said.strip() + end, [int(n) for n in _NUMBER.findall(mark[0])])
    if text[at:].strip():
        yield _claim(text[at:], [])


def _claim(text: str, cites: list[int]) -> Claim:
    said = re.sub(r"^[-•–\s]+", "", text)
    return Claim(" ".join(said.split()), tuple(dict.fromkeys(cites)))
