"""How a feed fares, told to the operator's log when it changes (pure).

In: a feed before a visit, what the visit taught. Out: a sentence, or nothing worth one. An address
may hold a key of its reader's: the feed's number and name stand for it.
"""

from __future__ import annotations

from bot.model import Feed, FeedRecord

_HOUR = 3600


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


def condition(feed: Feed, now: float) -> str:
    """How a feed fares, for those who run the bot: what is wrong, how long, when it is tried."""
    if feed.state == "dead":
        return f"gone: {feed.problem or 'no longer there'}"
    if not feed.failures:
        return _well(feed, now) if feed.last_success else "not visited yet"
    times = "once" if feed.failures == 1 else f"{feed.failures} times in a row"
    said = f"failed {times}: {feed.problem or 'no reason known'}"
    if feed.since is not None and now - feed.since >= _HOUR:
        said += f" For {_span(now - feed.since)} now;"
        said += f" next try in {_span(max(60, feed.next_visit - now))}."
    return said


def _well(feed: Feed, now: float) -> str:
    if not feed.pushed:
        return "well"
    latest = max(feed.last_push or 0, feed.pinged or 0)
    if not pushes(feed) or not latest:
        return "well; its hub has taken our subscription"
    return f"well; it pushes, last {_span(max(60, now - latest))} ago"


def pushes(feed: Feed) -> bool:
    """Whether its hub has sent something since a visit last found what it had not."""
    return feed.pushed > 1


def _span(seconds: float) -> str:
    """`3 days`, `4 h`, `5 min`."""
    if seconds >= 2 * 86400:
        return f"{round(seconds / 86400)} days"
    return f"{round(seconds / _HOUR)} h" if seconds >= _HOUR else f"{round(seconds / 60)} min"
