"""The feeds that are there from the start.

In: the value of FEEDS. Out: sources, and rows of the store made of them. It asks no feed anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.errors import FeedError, SettingsError
from bot.feeds.catalogue import catalogue
from bot.feeds.opml import read
from bot.model import Feed, FeedSource, Instant
from bot.store import Store


def sources_named(feeds: str) -> tuple[FeedSource, ...]:
    """The value of FEEDS: blank is the bundled catalogue, else addresses or an OPML file.

    Raises SettingsError.
    """
    text = feeds.strip()
    if not text:
        return catalogue()
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if all(part.startswith(("https://", "http://")) for part in parts):
        return tuple(FeedSource(part) for part in parts)
    try:
        return sources_in(Path(text).expanduser())
    except FeedError as error:
        cause = error.__cause__
        why = cause.strerror if isinstance(cause, OSError) else "it lists no feeds"
        raise SettingsError(
            "FEEDS: expected an OPML file that can be read, or addresses with commas between them "
            f"(as a file: {why})"
        ) from None


def sources_in(file: Path) -> tuple[FeedSource, ...]:
    """The feeds of an OPML file; raises FeedError when it cannot be read or names none."""
    try:
        return read(file.read_bytes())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "odd name"
        raise FeedError(f"{file} cannot be read: {why}.") from error


def source_of(feed: Feed) -> FeedSource:
    """A stored feed as a file would name it."""
    return FeedSource(feed.url, feed.title, feed.publisher, feed.site, feed.country, feed.language)


async def plant(store: Store, sources: Iterable[FeedSource], now: Instant) -> int:
    """Make public feeds of the sources, those known stay as they are; the number that is new."""
    async with store.transaction() as tx:
        added = [(await tx.feeds.add(source, now=now, public=True))[1] for source in sources]
    return sum(added)
