"""Every fault on the list has a test that bears its number: `test_d05_…` is one for D05.

The list is what a trusted system must live through: Telegram (T), sources (S), database (D),
process (P), groups and people (G). A test may stand for several rows, `test_t14_t15_…`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent

ROWS = {
    "T01": "429 with a time: that chat waits, others go on",
    "T02": "429 of ten hours: kept on disk, survives a restart",
    "T03": "429 without a time",
    "T04": "429 on every call for an hour",
    "T05": "blocked, deactivated, kicked, group deleted",
    "T06": "bots can't write to bots",
    "T07": "chat not found",
    "T08": "rights are missing",
    "T09": "forum topic closed or gone",
    "T10": "a group becomes a supergroup",
    "T11": "can't parse entities",
    "T12": "too long, or empty",
    "T13": "an optional part is refused; an unknown 400",
    "T14": "token revoked",
    "T15": "404: wrong token or address",
    "T16": "two pollers on one token",
    "T17": "a webhook is set while polling",
    "T18": "500, 502, 503, 504",
    "T19": "an answer without sense",
    "T20": "no connection, no name, no TLS",
    "T21": "no free connection",
    "T22": "no answer after the request was written",
    "T23": "no network for eight hours",
    "T24": "Telegram takes 20 seconds for an answer",
    "T25": "updates twice, out of order, with gaps",
    "T26": "updates that can't be read",
    "T27": "an update that always fails",
    "T28": "a long backlog of updates after a downtime",
    "T29": "a stranger adds the bot to a thousand groups",
    "T30": "messages that are gone",
    "S01": "304 everywhere",
    "S02": "our own network is down",
    "S03": "no name server",
    "S04": "404 for days, 410",
    "S05": "a permanent move",
    "S06": "Retry-After in all its forms",
    "S07": "validators that lie",
    "S08": "entries reordered, renamed, redated, or 500 at once",
    "S09": "a first visit to a long feed",
    "S10": "a portal in the place of a feed",
    "S11": "a body cut short",
    "S12": "a feed with another owner",
    "S13": "a bad certificate",
    "S14": "300 feeds of one host",
    "S15": "a parser that hangs or dies",
    "S16": "dates beyond all bounds",
    "D01": "another program writes",
    "D02": "a read that becomes a write",
    "D03": "the disk is full",
    "D04": "the disk fails, or is read-only",
    "D05": "a damaged file, or no database",
    "D06": "the write-ahead log grows",
    "D07": "a newer schema; a migration killed half-way",
    "D08": "a backup of three days ago is put back",
    "D09": "two processes on one file; a paused one",
    "D10": "the database is gone",
    "P01": "kill -9 at any moment",
    "P02": "SIGTERM in mid-send",
    "P03": "SIGTERM while starting",
    "P04": "out of memory",
    "P05": "the loop stands still",
    "P06": "a task dies",
    "P07": "no file descriptors are left",
    "P08": "name lookups that hang",
    "P09": "the clock jumps",
    "P10": "summer time",
    "P11": "read-only root, no home",
    "P12": "nobody takes the log",
    "P13": "wrong settings",
    "P14": "dependencies that move",
    "P15": "months of running",
    "G01": "a member without rights uses an admin's command",
    "G02": "anonymous admins, channels, linked channels",
    "G03": "a button pressed by another, forged, or from before a restart",
    "G04": "forwarded, edited and other bots' commands",
    "G05": "what a deep link brings",
    "G06": "floods and quotas",
    "G07": "a feed with a secret in its address",
    "G08": "erased while something is under way",
    "G09": "the webhook without its secret, too large, of another type, replayed",
}

_NUMBERS = re.compile(r"test_((?:[tsdpg]\d\d_)+)")


def names() -> Iterator[str]:
    """The names of all test functions, methods of test classes too."""
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name


def numbers(name: str) -> set[str]:
    """The rows that a test bears in its name."""
    found = _NUMBERS.match(name)
    return {part.upper() for part in found[1].split("_") if part} if found else set()


TESTED = {row for name in names() for row in numbers(name)}


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_fault_has_a_test(row: str) -> None:
    assert row in TESTED, f"{row}, {ROWS[row]}: no test is called test_{row.lower()}_…"


def test_no_test_bears_a_number_that_is_not_on_the_list() -> None:
    assert not TESTED - ROWS.keys()
