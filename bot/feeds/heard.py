"""What may have rung already, before a backup was put back (pure).

In: a feed, its new articles, when the database was restored. Out: the ids that stay silent. The bot
that ran after the backup was made told people news that the backup does not know of: on the first
visit since, whatever was published before the restore is not told again. Refuses to know topics.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Article, ArticleId, Feed, Instant


def heard(
    feed: Feed, new: Sequence[Article], restored: Instant, now: Instant
) -> frozenset[ArticleId]:
    """`restored` is 0 where nothing ever was; times in Unix seconds.

    An entry without a date of its own bears that of the visit, and may be old as well.
    """
    if not restored or (feed.last_success or 0) >= restored:
        return frozenset()
    return frozenset(a.id for a in new if not restored < a.published < now)
