"""Stories that have turned out to be one, while an edit can still repair it.

In: the window and the stories that grew. Out: pairs to make one. Conservative: every article of the
one is compared with every one of the other, for a split is a second ring, a wrong merge a lost one.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.model import Instant, StoryId
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
    members = window.members(story, chosen.articles)
    queries = [Query(window.live[m][0], window, chosen) for m in members]
    likely = (s for s in queries[-1].near if s != story and s not in taken)
    rated = [
        (_alike(window, queries, s, chosen.articles), -s)
        for s in likely
        if _mendable(window, s, chosen, now)
    ]
    most, best = max(rated, default=(0.0, 0))
    return StoryId(-best) if most >= chosen.threshold + chosen.merge else None


def _mendable(window: Window, story: StoryId, chosen: GroupSettings, now: Instant) -> bool:
    """Whether its first message may still be edited."""
    group = window.groups.get(story)
    return group is not None and group.articles[0][0] >= now - chosen.mend


def _alike(window: Window, queries: list[Query], story: StoryId, most: int) -> float:
    """The mean over all pairs of one language; 0 where there is none."""
    others = window.members(story, most)
    scores = [
        query.alike(other)
        for query in queries
        for other in others
        if window.live[other][0].language == query.sketch.language
    ]
    return sum(scores) / len(scores) if scores else 0.0
