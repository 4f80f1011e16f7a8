"""Lists of feeds: OPML in and out.

In: a file that a person exported somewhere, or `FeedSource`s. Out: the other. It asks for none of
the addresses in it. Our own attributes (`publisher`, `country`, `language`) stand beside the usual
ones, as OPML 2.0 allows (http://opml.org/spec2.opml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree as ET

from bot.errors import FeedError
from bot.feeds.decode import tidy_xml, to_text
from bot.markup import clean, web_link
from bot.model import FeedSource

_LARGEST = 5_000_000
_MOST = 5000
_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?:)|^feed://", re.IGNORECASE)


def read(data: bytes) -> tuple[FeedSource, ...]:
    """The feeds of an OPML file, each once, in its order; at most 5,000.

    Raises FeedError when it is too large or lists no feed.
    """
    if len(data) > _LARGEST:
        raise FeedError("The file is too large for a list of feeds.")
    text = tidy_xml(to_text(data))
    found: dict[str, FeedSource] = {}
    for attributes in _outlines(text):
        source = _source(attributes)
        if source and len(found) < _MOST:
            found.setdefault(source.url, source)
    if not found:
        raise FeedError("No feeds were found in the file. It should be an OPML file.")
    return tuple(found.values())


def write(sources: Iterable[FeedSource]) -> bytes:
    """An OPML 2.0 file that `read` turns back into the same sources."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Newsbell"
    body = ET.SubElement(root, "body")
    for source in sources:
        named = {
            "type": "rss",
            "text": clean(source.title) or source.url,
            "title": clean(source.title),
            "xmlUrl": source.url,
            "htmlUrl": source.site,
            "publisher": clean(source.publisher),
            "country": source.country,
            "language": source.language,
        }
        ET.SubElement(body, "outline", {key: value for key, value in named.items() if value})
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _outlines(text: str) -> Iterator[Mapping[str, str]]:
    """The attributes of what lists a feed, names in lower case."""
    try:
        root = ET.fromstring(text)  # noqa: S314  (its DOCTYPE is cut out)
    except (ET.ParseError, ValueError):
        yield from _lenient(text)
        return
    outlines = [
        {key.rpartition("}")[2].lower(): value for key, value in element.attrib.items()}
        for element in root.iter()
        if element.tag.rpartition("}")[2].lower() == "outline"
    ]
    yield from outlines or _lenient(text)


def _lenient(text: str) -> Iterator[Mapping[str, str]]:
    """What is not well-formed, or not OPML (FOAF, iGoogle), as far as listparser understands it."""
    import listparser  # loads lxml, which few imports need

    for feed in listparser.parse(text.encode("utf-8", "replace"))["feeds"]:
        yield {"xmlurl": str(feed["url"]), "title": str(feed["title"])}


def _source(attributes: Mapping[str, str]) -> FeedSource | None:
    address = attributes.get("xmlurl", "").strip()
    url = web_link(_FEED_SCHEME.sub(_plain_scheme, address))
    if not url:
        return None
    title = clean(attributes.get("title") or attributes.get("text") or "")[:300]
    return FeedSource(
        url=url,
        title="" if title == url else title,
        publisher=clean(attributes.get("publisher", ""))[:100],
        site=web_link(attributes.get("htmlurl")),
        country=_code(attributes.get("country", ""), (2,)).upper(),
        language=_code(attributes.get("language", ""), (2, 3)),
    )


def _plain_scheme(match: re.Match[str]) -> str:
    return "http://" if match[0].lower() == "feed://" else ""


def _code(text: str, lengths: tuple[int, ...]) -> str:
    code = re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0]
    return code if len(code) in lengths and code.isascii() and code.isalpha() else ""
