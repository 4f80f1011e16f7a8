"""The feeds that ship with the bot: well-known world news in several languages.

In: nothing. Out: `FeedSource`s from `catalogue.opml`, which anyone can edit or replace (setting
FEEDS).
"""

from __future__ import annotations

from importlib.resources import files

from bot.feeds.opml import read
from bot.model import FeedSource


def catalogue() -> tuple[FeedSource, ...]:
    """All of them, in the order of the file."""
    return read(files("bot.feeds").joinpath("catalogue.opml").read_bytes())
