"""RSS, Atom, RDF and CDF, through feedparser called the one safe way.

In: text that looks like XML. Out: a `ParsedFeed` of plain text. It knows nothing of HTTP; the
address of the document serves only to make links absolute.

feedparser opens files and addresses that it is handed as text or bytes, so it gets a `BytesIO`;
it derives ids from `content-location`, so it never learns one (the same feed under another address
would look all new); its sanitizer and its link rewriting are off: only plain text leaves here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

from bot.errors import FeedError
from bot.feeds.dates import read_date
from bot.feeds.decode import tidy_xml, to_text
from bot.markup import clean, plain, web_link
from bot.model import ParsedEntry, ParsedFeed

MOST_ENTRIES = 5000
MOST_HUBS = 8
_HTTP = {"content-type": "application/xml; charset=utf-8"}
_ENTRY = re.compile(r"<(?:[A-Za-z]+:)?(?:item|entry)[\s/>]")
_LAST_ENTRY = re.compile(
    r".*(?:</(?:[A-Za-z]+:)?(?:item|entry)\s*>|<(?:item|entry)\s*/>)", re.DOTALL
)
_HTML = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_RDF = re.compile(r"<rdf:RDF[\s>]")
_OPML = re.compile(r"^\s*(?:<[?!][^>]*>\s*)*<opml[\s>]", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{16384,}")
_MOST_ATTRIBUTES = 500
_BREAKS = (  # what feedparser has been seen to raise on hostile documents
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError,
    RuntimeError, SAXException,
)  # fmt: skip
_PERIODS = {
    "hourly": 3600,
    "daily": 86400,
    "weekly": 604800,
    "monthly": 2592000,
    "yearly": 31536000,
}


@dataclass(frozen=True, slots=True)
class XmlFeed:
    """`strict`: the document is well-formed; `base` is what relative links of entries go by."""

    feed: ParsedFeed
    strict: bool
    base: str


def parse_xml(body: bytes, content_type: str | None, url: str) -> ParsedFeed:
    """Raises FeedError when the document is no feed or cannot be read."""
    return read_xml(to_text(body, content_type), url).feed


def read_xml(text: str, url: str) -> XmlFeed:
    """The same from characters. Raises FeedError."""
    _refuse(text)
    document = _run(_at_most(tidy_xml(text), MOST_ENTRIES))
    feed, entries = document["feed"], document["entries"]
    title = plain(_text(feed, "title"), 2000) or None
    if not (entries or title or document.get("version") or _RDF.search(text[:4096])):
        raise FeedError("This is no feed: neither RSS nor Atom, and no entries in it.")
    site = _absolute(_text(feed, "link"), url)
    base = site if site and not str(document.get("version")).startswith("atom") else url
    parsed = ParsedFeed(
        title=clean(title) if title else None,
        link=web_link(site) or None,
        language=_language(_text(feed, "language")),
        entries=tuple(_entry(entry, base) for entry in entries[:MOST_ENTRIES]),
        ttl=_ttl(feed),
        hubs=tuple(_related(feed, "hub"))[:MOST_HUBS],
        own=next(_related(feed, "self"), ""),
    )
    return XmlFeed(parsed, not document.get("bozo"), base)


def _refuse(text: str) -> None:
    head = text[:4096].lstrip("\ufeff \t\r\n")
    if not head:
        raise FeedError("The document is empty.")
    if _HTML.match(re.sub(r"^(?:<\?[^>]*>|<!--.*?-->|\s)+", "", head, flags=re.DOTALL)):
        raise FeedError("This is a web page, not a feed.")
    if _OPML.search(head):
        raise FeedError("This is a list of feeds (OPML), not a feed.")
    for tag in _LONG_TAG.finditer(text):
        if tag[0].count("=") > _MOST_ATTRIBUTES and "base64" not in tag[0]:
            raise FeedError("The document has a tag of unreasonable size.")


def _at_most(text: str, most: int) -> str:
    """The document with the first `most` entries; those after them are cut out of its middle."""
    starts = (match.start() for match in _ENTRY.finditer(text))
    cut = next((start for count, start in enumerate(starts) if count == most), None)
    if cut is None:
        return text
    last = _LAST_ENTRY.match(text, cut)
    return text[:cut] + (text[last.end() :] if last else "")


def _run(text: str) -> Any:
    import feedparser

    _prepare(feedparser)
    body = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        return feedparser.parse(
            body, response_headers=_HTTP, sanitize_html=False, resolve_relative_uris=False
        )
    except _BREAKS as error:
        raise FeedError(f"The feed cannot be read ({type(error).__name__}).") from error


def _prepare(feedparser: Any) -> None:
    """Once per process: our SAX driver, and nothing of what no reader sees.

    The expression that looks for an author's e-mail address is quadratic (kurtmckee/feedparser#562:
    40 kB of author cost four seconds), and so is the list of categories. Every element joins its
    base to the one around it, nearly always the same two; and every character past the first that
    is not ASCII is looked for in a table, which a list does in half the time that a dict takes.
    """
    drivers = feedparser.api.PREFERRED_XML_PARSERS
    if "bot.feeds.sax" in drivers:
        return
    drivers.insert(0, "bot.feeds.sax")
    module, remembered = feedparser.mixin, lru_cache(8)
    module.make_safe_absolute_uri = remembered(module.make_safe_absolute_uri)
    module._urljoin = remembered(module._urljoin)  # noqa: SLF001  (no public way to mend it)
    module._cp1252 = [module._cp1252.get(n, n) for n in range(0x10000)]  # noqa: SLF001
    mixin = module._FeedParserMixin  # noqa: SLF001
    mixin._sync_author_detail = lambda _self, key="author": None  # noqa: SLF001
    mixin._add_tag = _last_tag  # noqa: SLF001


def _last_tag(self: Any, term: Any, scheme: Any, label: Any) -> None:
    """Only the last category, for feedparser completes it when its text has come."""
    self._get_context()["tags"] = [{"term": term, "scheme": scheme, "label": label}]


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


def _entry(entry: dict[str, Any], base: str) -> ParsedEntry:
    summary, text = _texts(entry)
    enclosure = next((href for rel, href in _hrefs(entry) if rel == "enclosure"), "")
    published = _date(entry, "published") or _date(entry, "created")
    return ParsedEntry(
        guid=clean(_text(entry, "id")[:4096]) or None,
        title=clean(plain(_text(entry, "title"), 4096)) or None,
        link=_link(entry, base) or None,
        published=published,
        updated=_date(entry, "updated"),
        summary=summary,
        text=text,
        enclosure=web_link(_absolute(enclosure, base)) or None,
    )


def _text(holder: dict[str, Any], key: str) -> str:
    """What is really there: FeedParserDict would put one field in the place of another."""
    value = dict.get(holder, key)
    return value if isinstance(value, str) else ""


def _several(holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """A list of feedparser's own; an element of that name makes a mere text of it."""
    value = dict.get(holder, key)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _texts(entry: dict[str, Any]) -> tuple[str | None, str | None]:
    """The teaser, and the full text where the feed has one that says more."""
    summary = plain(_text(entry, "summary"))
    contents = _several(entry, "content")
    text = max((plain(str(part.get("value") or "")) for part in contents), key=len, default="")
    if len(text) <= len(summary):
        return (summary or text or None), None
    return summary or None, text


def _date(entry: dict[str, Any], key: str) -> Any:
    return read_date(_text(entry, key), dict.get(entry, f"{key}_parsed"))


def _hrefs(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for link in _several(entry, "links"):
        href = link.get("href")
        if isinstance(href, str) and href:
            yield str(link.get("rel") or "alternate"), href


def _related(feed: dict[str, Any], wanted: str) -> Iterator[str]:
    """Addresses of that relation among the links of the document itself."""
    return (href for rel, href in _hrefs(feed) if wanted in rel.lower().split())


def _link(entry: dict[str, Any], base: str) -> str:
    """The page of an entry: FeedBurner's original, the link, an alternate, the guid, the file."""
    links = list(_hrefs(entry))
    guid, link = _text(entry, "id"), _text(entry, "link")
    if link == guid and not link.startswith(("http://", "https://", "/")):
        link = ""  # a number that nobody marked as "no permalink"
    candidates = [
        _text(entry, "feedburner_origlink"),
        link,
        *(href for rel, href in links if rel == "alternate"),
        guid if guid.startswith(("http://", "https://")) else "",
        *(href for rel, href in links if rel in ("enclosure", "related", "via")),
    ]
    found = (web_link(_absolute(candidate, base)) for candidate in candidates if candidate)
    return next(filter(None, found), "")


def _absolute(link: str, base: str) -> str:
    link = link.strip()
    if not link:
        return ""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _language(text: str) -> str | None:
    """ISO 639 code of `en-GB`, `pt_br`, `FR`."""
    code = re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else None


def _ttl(feed: dict[str, Any]) -> int | None:
    """Seconds between visits that the document asks for: the longer of `ttl` and `sy:update…`."""
    ttl = _number(_text(feed, "ttl")) * 60
    period = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower(), 0)
    every = period / max(1.0, _number(_text(feed, "sy_updatefrequency")))
    return int(max(ttl, every)) or None


def _number(text: str) -> float:
    match = re.match(r"\s*(\d{1,9}(?:\.\d{1,3})?)", text)
    return float(match[1]) if match else 0.0
