"""The order of headlines: how many publishers tell a story, how fresh it is, how much is told.

In: stories and the present. Out: the same stories, the most important now first. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.model import Instant, Story

HALF_LIFE = 8 * 3600
"""Seconds in which a story's weight halves after its last report."""


def weight(story: Story, now: Instant) -> float:
    """Publishers count by their logarithm, further articles little, age by its half-life.

    A story of one publisher ranks with one of three after about eight hours.
    """
    age = max(0, now - max(story.updated, story.published))
    told = 1.0 + math.log2(max(1, story.publishers)) + 0.2 * math.log2(max(1, story.articles))
    return float(told * 0.5 ** (age / HALF_LIFE))


def rank(stories: Sequence[Story], now: Instant) -> list[Story]:
    """Most important first; equal ones by what came last, then by id: pages never shuffle."""
    return sorted(stories, key=lambda s: (-weight(s, now), -s.updated, s.id))
