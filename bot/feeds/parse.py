"""From the body of an answer to a feed: the public face of parsing.

In: bytes, their Content-Type, the address they came from. Out: a `ParsedFeed`, plain text only,
times aware. It decides by the content, for labels lie. Run it in `bot.worker`: what it reads is
hostile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bot.errors import FeedError
from bot.feeds.jsonfeed import parse_json
from bot.feeds.xmlfeed import parse_xml
from bot.model import ParsedFeed

Parser: TypeAlias = Callable[[bytes, str | None, str], ParsedFeed]

_JSON_STARTS = (b"{", b"\xef\xbb\xbf{")


def is_json(body: bytes) -> bool:
    """Whether a body is JSON, or nothing; byte order marks and blanks do not count."""
    return body[:256].lstrip(b" \t\r\n").startswith(_JSON_STARTS)


def _is_marked_up(body: bytes) -> bool:
    return b"<" in body[:4096]


PARSERS: tuple[tuple[Callable[[bytes], bool], Parser], ...] = (
    (is_json, parse_json),
    (_is_marked_up, parse_xml),
)
"""The first whose test holds reads the document. A new format is a new row."""


def parse(body: bytes, *, content_type: str | None, url: str) -> ParsedFeed:
    """Read a feed of any format.

    `url` makes relative links absolute. Raises FeedError with a sentence for a person when the body
    is no feed.
    """
    if not body.strip():
        raise FeedError("The document is empty.")
    for fits, parser in PARSERS:
        if fits(body):
            return parser(body, content_type, url)
    raise FeedError("This is no feed: neither XML nor JSON.")
