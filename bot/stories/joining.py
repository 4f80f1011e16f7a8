"""Whether an article joins a story: its likeness to the story's articles, the time, who told it.

In: a query and a story of its window. Out: by how much the article is above the threshold; it joins
where that is more than nothing. It refuses to know which stories there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.model import ArticleId, Instant, StoryId
from bot.stories.likeness import Query


def above(query: Query, story: StoryId, time: Instant) -> float:
    """Of the story's newest articles those in the article's language; in others if there is none.

    `time`: of the article, or the present where that is earlier.
    """
    window, chosen = query.window, query.chosen
    members = window.members(story, chosen.articles)
    if not query.sketch.comment and all(window.live[m][0].comment for m in members):
        return -1.0  # an event rings, whoever wrote about the affair before
    spoken = [m for m in members if window.live[m][0].language == query.sketch.language]
    likeness = _spoken(query, spoken) if spoken else _across(query, members)
    return likeness - _distance(query, story, time)


def _spoken(query: Query, members: Sequence[ArticleId]) -> float:
    chosen = query.chosen
    likeness = mixed([query.alike(m) for m in members], chosen.nearest)
    return likeness - chosen.threshold


def _across(query: Query, members: Sequence[ArticleId]) -> float:
    chosen = query.chosen
    likeness = mixed([query.across(m) for m in members], chosen.nearest)
    return chosen.across_weight * (likeness - chosen.across)


def mixed(scores: Sequence[float], near: float) -> float:
    """The nearest and the mean; by the nearest alone, chains would swallow follow-ups."""
    return near * max(scores) + (1.0 - near) * sum(scores) / len(scores)


def _distance(query: Query, story: StoryId, time: Instant) -> float:
    """What time and publisher take away: nothing for a story just told by others."""
    chosen, group = query.chosen, query.window.groups[story]
    hours = max(0, time - group.articles[-1][0]) / 3600
    away = chosen.quiet * math.log1p(hours) + chosen.old * (hours / 24) ** 2
    if query.sketch.publisher and query.sketch.publisher in group.publishers:
        away += chosen.own if len(group.publishers) > 1 else chosen.only
    return away
