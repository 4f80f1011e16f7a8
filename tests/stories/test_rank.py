"""The order of headlines."""

from __future__ import annotations

from dataclasses import replace

from bot.model import ArticleId, Story, StoryId
from bot.stories.rank import HALF_LIFE, rank

NOW = 1_764_000_000
BASE = Story(StoryId(1), "A", "", "P", "en", ArticleId(1), NOW, NOW, NOW, publishers=1, articles=1)


def order(*stories: Story) -> list[int]:
    return [s.id for s in rank(stories, NOW)]


def test_more_publishers_rank_higher() -> None:
    assert order(BASE, replace(BASE, id=StoryId(2), publishers=3)) == [2, 1]


def test_the_fresher_ranks_higher() -> None:
    old = replace(BASE, id=StoryId(2), updated=NOW - HALF_LIFE, published=NOW - HALF_LIFE)
    assert order(old, BASE) == [1, 2]


def test_an_old_big_story_gives_way() -> None:
    old = replace(
        BASE, id=StoryId(2), publishers=8, updated=NOW - 40 * 3600, published=NOW - 40 * 3600
    )
    assert order(old, BASE) == [1, 2]


def test_dates_from_the_future_gain_nothing() -> None:
    future = replace(BASE, id=StoryId(2), updated=NOW + 90_000)
    assert order(BASE, future) == [2, 1]  # by what came last; the weight is the same
