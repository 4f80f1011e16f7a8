"""A toll of another order: when a count of people deserves a new ring.

In: all counts that the reports of one story have given, and which of them somebody was told. Out:
what to ring for, if there is anything. It refuses to know who is told, and it asks no clock.

The rule: the figure has a digit more than the one before, and is three times that at least. "A
few, dozens, hundreds, thousands" is how people think of a toll: from 9 to 120, from 30 to 100. Ten
times as many alone would be silent about the way from 9 to 85; a digit more alone would ring for 9
and 10, which is what tolls do all day; three times alone would ring for 3 and 9.

Only a headline rings: further down, articles look back on sums of months. The counts are put in the
order in which they were published, not in which they came, and each order rings once at most. So
whoever is read first, no order stays untold that would ring if all came in time; where the higher
figure was in the first alert, nothing is left to ring for. A correction downwards rings nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.model import Report, Rise, Toll

LEAST = 3
"""Times the figure before."""


def risen(reports: Iterable[Report]) -> list[Rise]:
    """For each kind the highest rise of an order that nobody was told of, the dead first."""
    by_kind: dict[Toll, list[Report]] = {}
    for report in reports:
        by_kind.setdefault(report.count.kind, []).append(report)
    new = [rise for known in by_kind.values() if (rise := _untold(known)) is not None]
    return sorted(new, key=lambda rise: _KINDS.index(rise.count.kind))


_KINDS: tuple[Toll, ...] = ("killed", "abducted", "missing", "injured", "displaced", "arrested")


def _untold(known: list[Report]) -> Rise | None:
    told = max((order(r.count.number) for r in known if r.told), default=0)
    steps = [rise for rise in _steps(known) if order(rise.count.number) > told]
    return steps[-1] if steps else None


def _steps(known: list[Report]) -> Iterator[Rise]:
    """Each rise from one order to another, as they were published."""
    in_time = sorted(known, key=lambda r: (r.at, r.count.number, r.article))
    base = in_time[0].count.number
    for report in in_time[1:]:
        number = report.count.number
        if report.count.headline and rises(base, number):
            yield Rise(report.article, report.count, base)
            base = number


def rises(before: int, after: int) -> bool:
    """Whether a toll is of another order: a digit more, and three times as many."""
    return order(after) > order(before) and after >= LEAST * before


def order(number: int) -> int:
    """Digits of a count; 0 for nobody."""
    return len(str(number)) if number > 0 else 0
