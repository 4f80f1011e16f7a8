"""Whether an article has to do with a story that it does not follow directly.

In: an article, and what was told of an earlier story of its saga. Out: yes where they name somebody
or some place in common. From link to link a saga may drift: from a war to the drones in it, to a
law on drones elsewhere. It refuses to know sagas.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Article
from bot.stories.sketch import sketch
from bot.stories.weights import GroupSettings

_WEIGHT = GroupSettings().title_weight


def touches(article: Article, told: Iterable[Article]) -> bool:
    """Whether the article names what one of those names, too."""
    named = _named(article)
    return any(not named.isdisjoint(_named(other)) for other in told)


def _named(article: Article) -> set[str]:
    """Countries, people and places; not what happens, and not figures."""
    return {mark for mark in sketch(article, article.title, _WEIGHT).marks if mark[0] in "=~"}
