"""What grouping answers: an article belongs to a story, or begins one.

Plain data, for those who file articles and ring.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import StoryId


@dataclass(frozen=True, slots=True)
class Placement:
    """The story that an article belongs to."""

    story: StoryId
    score: float  # how surely, 0–1
    why: str  # "same link", "same headline", "same text", or the words that weighed most
    carries: str = ""  # the agency whose text it is ("AFP"), or who told it word for word; "" own


@dataclass(frozen=True, slots=True)
class Beginning:
    """The article begins a story; where `follows` is set, as the development of an earlier one."""

    follows: StoryId | None = None
    fresh: tuple[str, ...] = ()  # what makes it one, as it stands in title or summary, best first
    why: str = ""  # the words that it shares with the story it follows
    carries: str = ""  # as in `Placement`
    comment: bool = False  # no event, by its headline: an explainer, an opinion; it rings nobody
