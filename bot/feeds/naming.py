"""What to call a publisher that nobody has named (pure).

In: a feed and the document it gave. Out: the same feed under a name that a reader knows. A
catalogue or an OPML file names its publishers; an address alone does not, so the host stands for it
until the document has said its title. Refuses to know what a publisher has published.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from bot.model import Feed, ParsedFeed

_BETWEEN = re.compile(r"\s+[-–—>:·•]+\s+|\s*[|»«]+\s*|:\s+")
_COMMON = frozenset({"www", "feeds", "feed", "rss", "news", "com", "org", "net", "gov", "edu"})
_LONGEST = 48  # characters of a name under a headline


def named(feed: Feed, parsed: ParsedFeed | None) -> Feed:
    """The feed with a publisher made of its title, where only its host was known."""
    if parsed is None or not parsed.title or feed.publisher not in _hosts(feed):
        return feed
    return replace(feed, publisher=publisher_name(parsed.title, (parsed.link or "", feed.url)))


def publisher_name(title: str, addresses: tuple[str, ...]) -> str:
    """`World News | Reuters` of reuters.com is Reuters; else the first part of the title."""
    parts = [part.strip() for part in _BETWEEN.split(title) if part.strip()] or [title.strip()]
    labels = {label for address in addresses for label in _labels(address)}
    for part in sorted(parts, key=len):
        if any(_alike(_squashed(part), label) for label in labels):
            return part[:_LONGEST]
    return parts[0][:_LONGEST]


def _hosts(feed: Feed) -> set[str]:
    found = {urlsplit(address).hostname or "" for address in (feed.url, feed.site)}
    return found | {host.removeprefix("www.") for host in found}


def _labels(address: str) -> set[str]:
    host = urlsplit(address).hostname or ""
    return {_squashed(label) for label in host.split(".") if len(label) > 2} - _COMMON


def _squashed(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _alike(part: str, label: str) -> bool:
    return len(part) > 2 and (part in label or label in part)
