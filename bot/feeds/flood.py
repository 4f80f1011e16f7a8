"""Which new articles of a feed are news (pure).

In: a feed, its really new articles, the times of the latest ones that were known. Out: the ids that
may ring. A feed that is met for the first time, that changes all its guids, republishes its archive
or jumps back in time rings nobody. Refuses to know topics and chats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from bot.model import Article, ArticleId, Feed, Instant

OLD = 3 * 86400  # seconds; an entry so much older than the newest of its feed is archive
FLOOD_FLOOR = 25  # fewer new entries than this are never a flood
FLOOD_FACTOR = 6  # … nor less than this many times what the feed's own rhythm explains


def ringing(
    feed: Feed,
    new: Sequence[Article],
    known: Sequence[Instant],
    now: Instant,
    *,
    among: int = 0,
) -> frozenset[ArticleId]:
    """Which new articles may ring: none of a first visit, of a flood, or of an archive.

    `among`: how many are new in the whole document, where `new` is a helping of it.
    """
    if feed.visits == 0 or flooded(feed, max(among, len(new)), known, now):
        return frozenset()
    newest = max(known, default=0)
    return frozenset(article.id for article in new if article.published >= newest - OLD)


def as_if_visited(feed: Feed, now: Instant, floor: int) -> Feed:
    """For what is pushed: the feed as a visit would find it that came no more often than `floor`.

    What it brought since counts as one document, so pushes ring no more than visits would.
    """
    return replace(feed, last_success=max(now - floor, feed.last_success or 0))


def flooded(feed: Feed, new: int, known: Sequence[Instant], now: Instant) -> bool:
    """Did a feed change its guids or republish its archive?

    `known` are the times of its latest articles. More new entries than FLOOD_FLOOR, and than
    FLOOD_FACTOR times what its own rhythm explains since the last success, are no news.
    """
    if new <= FLOOD_FLOOR:
        return False
    times = sorted(known)
    gaps = [b - a for a, b in pairwise(times)]
    rhythm = max(60.0, median(gaps)) if gaps else 3600.0
    elapsed = now - (feed.last_success or now)
    return new > FLOOD_FACTOR * (1 + elapsed / rhythm)
