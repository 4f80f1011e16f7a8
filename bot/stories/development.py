"""Which story a new one develops, and by what it is new.

In: an article that belongs to no story, and what it was compared with. Out: a `Beginning`. A later
event of an earlier story shares some rare words with it, too few to be the same event, and brings
words that the earlier one did not have.
"""

from __future__ import annotations

from bot.model import Article, StoryId
from bot.stories.fresh import fresh
from bot.stories.likeness import Query
from bot.stories.placement import Beginning
from bot.stories.weights import GroupSettings
from bot.stories.window import Window


def begun(article: Article, query: Query, window: Window, chosen: GroupSettings) -> Beginning:
    """The beginning of a story, and of a development where an earlier story is related enough."""
    asked = query.sketch
    rated = ((_related(query, story, window, chosen), -story) for story in query.near)
    most, nearest = max(rated, default=(0.0, 0))
    if most < chosen.related:
        return Beginning(carries=asked.carries)
    told = window.told(StoryId(-nearest), chosen.articles)
    known = {term for sketch in told for term in sketch.terms}
    new = fresh(
        article, asked.language, known, window.rarity, least=chosen.fresh_rarity, most=chosen.fresh
    )
    if not new:
        return Beginning(carries=asked.carries)
    return Beginning(StoryId(-nearest), new, query.shared(told), asked.carries)


def _related(query: Query, story: StoryId, window: Window, chosen: GroupSettings) -> float:
    """The likeness of the nearest of its articles, in one language."""
    scores = [
        query.alike(article)
        for article in window.members(story, chosen.articles)
        if window.live[article][0].language == query.sketch.language
    ]
    return max(scores, default=0.0)
