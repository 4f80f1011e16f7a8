"""Times, clocks and numbers that name things."""

from __future__ import annotations

from collections.abc import Callable
from typing import NewType, TypeAlias

Instant: TypeAlias = int
"""Whole seconds since 1970-01-01 UTC."""

Clock: TypeAlias = Callable[[], float]
"""Gives the present in Unix seconds; `time.time` outside tests."""

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
StoryId = NewType("StoryId", int)
TopicId = NewType("TopicId", int)
AlertId = NewType("AlertId", int)
ChatId = NewType("ChatId", int)
"""Our own id of a place that receives; it stays when Telegram changes the chat's id."""
