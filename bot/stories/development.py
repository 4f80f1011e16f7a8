"""Which story a new one develops, and by what it is new.

In: an article that belongs to no story, and what it was compared with. Out: a `Beginning`. A later
event of an earlier story shares some rare words with it, too few to be the same event, and brings
words that the earlier one did not have.
"""

from __future__ import annotations

from bot.model import Article, StoryId
from bot.stories.fresh import fresh
from bot.stories.kinds import comments
from bot.stories.likeness import Query
from bot.stories.placement import Beginning
from bot.stories.sketch import Sketch
from bot.stories.weights import GroupSettings
from bot.stories.window import Window


def begun(article: Article, query: Query, window: Window, chosen: GroupSettings) -> Beginning:
    """The beginning of a story, and of a development where an earlier story is related enough."""
    asked, comment = query.sketch, comments(article.title)
    rated = ((_related(query, story, window, chosen), -story) for story in query.near)
    most, nearest = max(rated, default=(0.0, 0))
    if most < chosen.related:
        return Beginning(carries=asked.carries, comment=comment)
    told = window.told(StoryId(-nearest), chosen.articles)
    known = {term for sketch in told for term in sketch.terms}
    new = fresh(
        article, asked.language, known, window.rarity, least=chosen.fresh_rarity, most=chosen.fresh
    )
    if not new:
        return Beginning(carries=asked.carries, comment=comment)
    return Beginning(StoryId(-nearest), new, query.shared(told), asked.carries, comment)


def _related(query: Query, story: StoryId, window: Window, chosen: GroupSettings) -> float:
    """The likeness of the nearest of its articles that names somebody or some place in common."""
    scores = [
        query.alike(article)
        for article in window.members(story, chosen.articles)
        if _named(query.sketch, window.live[article][0])
    ]
    return max(scores, default=0.0)


def _named(asked: Sketch, told: Sketch) -> bool:
    shared = asked.marks.keys() & told.marks.keys()
    return asked.language == told.language and any(mark[0] in "=~" for mark in shared)
