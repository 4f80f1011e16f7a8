"""The weights of grouping, fitted: `python -m bench.choices GOLD…` (gold as for `bench.stories`).

Where does an article belong: to one of the stories near it, or to none? One softmax over them, the
stories so far taken from the gold. It fits nine weights and the threshold, all files alike in
weight; a small penalty keeps them from running away. For every file it prints how a fit on the
others alone groups it: the honest figure. Then the fit on all, as `GroupSettings`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bench.stories import Row, article, ours, read, score
from bot.model import Instant, StoryId
from bot.stories.cluster import Grouper, GroupSettings
from bot.stories.joining import mixed
from bot.stories.likeness import Query
from bot.stories.window import Window

NAMES = ("words", "rare", "retold", "letters", "headings", "marks", "quiet", "own", "only")
SCALE = 16.0  # of a logit to a likeness
PENALTY = 2.0
ROUNDS = 150


class Choice(NamedTuple):
    """An article's near stories by `NAMES`, and which of them is right; -1 for none."""

    near: list[list[float]]
    right: int


def choices(rows: list[Row]) -> list[Choice]:
    """One of every scored article but for bulletins, the stories so far as in the gold."""
    grouper, window, found = Grouper(), Window(Grouper().background), list[Choice]()
    numbers: dict[object, StoryId] = {}
    for number, row in enumerate(rows):
        item = article(number, row)
        window.expire(item.published - grouper.settings.window, grouper.settings.limit)
        story = numbers.setdefault(row["story"], StoryId(number))
        asked = grouper.sketch(item)
        query = Query(asked, window, grouper.settings)
        if row.get("scored", True) and not asked.bulletin:
            found.append(_choice(query, story, item.published))
        window.add(item.id, asked, story)
    return found


def _choice(query: Query, story: StoryId, now: Instant) -> Choice:
    near = [(near, told) for near in query.near if (told := _told(query, near, now))]
    right = [at for at, (number, _) in enumerate(near) if number == story]
    return Choice([told for _, told in near], right[0] if right else -1)


def _told(query: Query, story: StoryId, now: Instant) -> list[float]:
    window, group = query.window, query.window.groups[story]
    members = window.members(story, query.chosen.articles)
    spoken = [m for m in members if window.live[m][0].language == query.sketch.language]
    parts = [part for m in spoken if (part := query.parts(m)) is not None]
    if not parts:
        return []
    known = query.sketch.publisher in group.publishers
    hours = max(0, now - group.articles[-1][0]) / 3600
    return [
        *(mixed(column, query.chosen.nearest) for column in zip(*parts, strict=True)),
        -math.log1p(hours),
        -float(known and len(group.publishers) > 1),
        -float(known and len(group.publishers) == 1),
    ]


def fit(files: Sequence[list[Choice]]) -> tuple[list[float], float]:
    """Weights by `NAMES`, and the threshold, in logits: steps that grow while the slope holds."""
    columns = zip(*(told for file in files for choice in file for told in choice.near), strict=True)
    spread = [_spread(column) for column in columns]
    scaled = [
        (Choice([_over(told, spread) for told in near], right), 60.0 / _joined(file))
        for file in files
        for near, right in file
    ]
    point, step = [0.0] * (len(NAMES) + 1), [0.1] * (len(NAMES) + 1)
    before = [0.0] * len(point)
    for _ in range(ROUNDS):
        slope = _slope(scaled, point)
        for at, (now, was) in enumerate(zip(slope, before, strict=True)):
            step[at] = min(1.0, step[at] * 1.2) if now * was > 0 else max(1e-5, step[at] * 0.5)
            point[at] -= math.copysign(step[at], now)
        before = slope
    return [p / s for p, s in zip(point, spread, strict=False)], -point[-1]


def _joined(file: list[Choice]) -> int:
    return sum(choice.right >= 0 for choice in file) or 1


def _spread(column: Sequence[float]) -> float:
    mean = sum(column) / len(column)
    return math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0


def _over(told: list[float], spread: list[float]) -> list[float]:
    return [*(x / s for x, s in zip(told, spread, strict=True)), 1.0]


def _slope(weighed: list[tuple[Choice, float]], point: list[float]) -> list[float]:
    slope = [*(2 * PENALTY * p for p in point[:-1]), 0.0]
    for (near, right), weight in weighed:
        powers = [math.exp(min(50.0, sum(map(_times, told, point)))) for told in near]
        whole = 1.0 + sum(powers)
        for at, told in enumerate(near):
            off = weight * (powers[at] / whole - (at == right))
            for place, value in enumerate(told):
                slope[place] += off * value
    return slope


def _times(a: float, b: float) -> float:
    return a * b


def settings(fitted: tuple[list[float], float], lower: float) -> GroupSettings:
    """`lower`: logits off the fitted threshold, for stories as found are less whole than gold."""
    weights = {name: w / SCALE for name, w in zip(NAMES, fitted[0], strict=True)}
    base = GroupSettings()
    return replace(base, threshold=base.floor + (fitted[1] - lower) / SCALE, **weights)


def report(paths: list[Path]) -> Iterator[str]:
    files = [read(path) for path in paths]
    found = [choices(rows) for rows in files]
    for left, path in enumerate(paths):
        fitted = fit([file for at, file in enumerate(found) if at != left])
        yield f"{path.name}, fitted on the others:"
        for lower in (0.0, 0.5, 0.75, 1.0, 1.5):
            figures = score(files[left], ours(files[left], settings(fitted, lower)))
            yield f"  lower {lower}  " + "  ".join(f"{k} {v:.3f}" for k, v in figures.items())
    yield str(settings(fit(found), 0.75))


if __name__ == "__main__":
    for line in report([Path(name) for name in sys.argv[1:]]):
        print(line, flush=True)
