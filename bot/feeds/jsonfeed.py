"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser does not read.

In: a body that starts with "{". Out: a `ParsedFeed`. Lenient as the specification asks: an item
needs nothing but something that identifies it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from bot.errors import FeedError
from bot.feeds.dates import read_date
from bot.feeds.decode import to_text
from bot.markup import clean, plain, web_link
from bot.model import ParsedEntry, ParsedFeed

_MOST_ITEMS = 5000
_MOST_HUBS = 8
_WEBSUB = ("websub", "pubsubhubbub")


def parse_json(body: bytes, content_type: str | None, url: str) -> ParsedFeed:
    """Raises FeedError when the document is no JSON or no feed."""
    try:
        document = json.loads(to_text(body, content_type))
    except (ValueError, RecursionError):
        raise FeedError("This is not well-formed JSON.") from None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedError("This is JSON, but not a JSON Feed: it has no items.")
    base = _address(document, "home_page_url", url) or url
    kept = [item for item in items[:_MOST_ITEMS] if isinstance(item, dict)]
    return ParsedFeed(
        title=clean(_string(document, "title")) or None,
        link=web_link(_address(document, "home_page_url", url)) or None,
        language=_language(_string(document, "language")),
        entries=tuple(_entry(item, base) for item in kept),
        hubs=tuple(_hubs(document))[:_MOST_HUBS],
        own=_string(document, "feed_url"),
    )


def _hubs(document: Mapping[str, Any]) -> Iterator[str]:
    """Those that speak WebSub; rssCloud is another protocol."""
    named = document.get("hubs")
    for hub in named if isinstance(named, list) else ():
        if isinstance(hub, dict) and _string(hub, "type").lower() in _WEBSUB:
            yield _string(hub, "url")


def _entry(item: Mapping[str, Any], base: str) -> ParsedEntry:
    text = _lines(_string(item, "content_text")) or plain(_string(item, "content_html"))
    summary = plain(_string(item, "summary")) or text
    link = _address(item, "url", base) or _address(item, "external_url", base)
    return ParsedEntry(
        guid=clean(_identity(item)[:4096]) or None,
        title=clean(plain(_string(item, "title"), 4096)) or None,
        link=web_link(link) or None,
        published=_date(item, "date_published"),
        updated=_date(item, "date_modified"),
        summary=summary or None,
        text=text if len(text) > len(summary) else None,
        enclosure=web_link(_attachment(item, base)) or None,
    )


def _lines(text: str) -> str:
    """Plain text that may hold "<" and "&" as themselves."""
    lines = (clean(line) for line in text[:65536].split("\n"))
    return "\n".join(line for line in lines if line)


def _string(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _identity(item: Mapping[str, Any]) -> str:
    """`id` is a string; publishers send numbers too, which the specification tells us to take."""
    value = item.get("id")
    return str(value) if isinstance(value, (str, int, float)) else ""


def _address(holder: Mapping[str, Any], key: str, base: str) -> str:
    value = _string(holder, key).strip()
    try:
        return urljoin(base, value) if value else ""
    except ValueError:
        return ""


def _date(item: Mapping[str, Any], key: str) -> datetime | None:
    return read_date(_string(item, key))


def _attachment(item: Mapping[str, Any], base: str) -> str:
    files = item.get("attachments")
    first = files[0] if isinstance(files, list) and files else None
    return _address(first, "url", base) if isinstance(first, dict) else ""


def _language(text: str) -> str | None:
    code = text.strip().lower().split("-")[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else None
