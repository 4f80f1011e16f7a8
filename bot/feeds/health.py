"""How a feed fares, told to the operator's log when it changes (pure).

In: a feed before a visit, what the visit taught. Out: a sentence, or nothing worth one. An address
may hold a key of its reader's: the feed's number and name stand for it.
"""

from __future__ import annotations

from bot.model import Feed, FeedRecord


def news_of(feed: Feed, visit: FeedRecord) -> str | None:
    """The first failure, the last one, and the recovery; None for more of the same."""
    name = f"feed {feed.id} ({feed.title or feed.publisher or 'no name yet'})"
    if visit.adopt:
        return f"{name} has moved, and is visited at its new address"
    if visit.title and feed.visits and not _words(visit.title) & _words(feed.title):
        return f"{name} now calls itself {visit.title!r}: see whether it is still the same"
    if visit.success:
        return f"{name} answers again" if feed.failures else None
    if visit.state == "dead" and feed.state != "dead":
        return f"{name} is visited no more: {visit.problem}"
    if feed.failures:
        return None
    minutes = max(1, round((visit.next_visit - visit.visited) / 60))
    return (
        f"{name} failed: {visit.problem} It is tried again in {minutes} min, then ever more rarely"
    )


def _words(title: str) -> set[str]:
    return set(title.casefold().split())
