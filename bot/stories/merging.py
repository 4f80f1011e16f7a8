"""Stories that have turned out to be one, while an edit can still repair it.

In: the window and the stories that grew. Out: pairs to make one. Conservative, for a split is a
ring too many, a wrong merge one too few: every article of the one must belong to the other by a
margin, or one that joined the one must belong to the other by a wide one, as a bridge does that has
both banks.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.model import Instant, StoryId
from bot.stories.joining import above
from bot.stories.likeness import Query
from bot.stories.weights import GroupSettings
from bot.stories.window import Window


def merges(
    window: Window, grown: Collection[StoryId], chosen: GroupSettings, now: Instant
) -> list[tuple[StoryId, StoryId]]:
    """(keep, gone) for each pair; a story stands in one pair at most, the older one is kept."""
    found: list[tuple[StoryId, StoryId]] = []
    taken: set[StoryId] = set()
    for story in sorted(grown):
        other = None if story in taken else _twin(window, story, chosen, now, taken)
        if other is not None:
            pair = sorted((story, other), key=lambda s: (window.groups[s].articles[0][0], s))
            found.append((pair[0], pair[1]))
            taken.update(pair)
    return found


def _twin(
    window: Window, story: StoryId, chosen: GroupSettings, now: Instant, taken: set[StoryId]
) -> StoryId | None:
    if not _mendable(window, story, chosen, now):
        return None
    told = window.told(story, chosen.articles)
    if any(sketch.bulletin for sketch in told):
        return None
    queries = [Query(sketch, window, chosen) for sketch in told]
    likely = (s for s in queries[-1].near if s not in taken and _apart(window, s, story))
    rated = [(_shares(queries, s, chosen), -s) for s in likely if _mendable(window, s, chosen, now)]
    most, best = max(rated, default=(-1.0, 0))
    return StoryId(-best) if most >= 0 else None


def _apart(window: Window, story: StoryId, other: StoryId) -> bool:
    """Two stories that no publisher tells both: who tells twice tells of two things."""
    both = window.groups[story].publishers.keys() & window.groups[other].publishers.keys()
    return story != other and not both - {""}  # "" is nobody in particular


def _mendable(window: Window, story: StoryId, chosen: GroupSettings, now: Instant) -> bool:
    """Whether its first message may still be edited."""
    group = window.groups.get(story)
    return group is not None and group.articles[0][0] >= now - chosen.mend


def _shares(queries: list[Query], story: StoryId, chosen: GroupSettings) -> float:
    """By how much every article of one story would join the other, or its newest does so without
    doubt; less than 0 where they stay two.
    """
    joined = [above(query, story, query.sketch.time) for query in queries]
    bridge = joined[-1] - chosen.bridge if len(joined) > 1 else -1.0
    return max(min(joined) - chosen.merge, bridge)
