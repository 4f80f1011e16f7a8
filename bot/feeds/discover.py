"""From any address a person pastes to the feeds behind it.

In: an address, with or without scheme, of a feed or of a page. Out: the feeds found there, best
first. Everything is fetched through the one fetcher and read in the worker. It adds nothing
anywhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urljoin, urlsplit

from bot.errors import FeedError, WorkerError
from bot.feeds.decode import to_text
from bot.feeds.fetch import FEED_LIMIT, Fetcher
from bot.feeds.parse import parse
from bot.markup import clean, plain, web_link
from bot.model import FeedSource, Fetched, ParsedFeed, Refused
from bot.worker import Worker

_READ = 1_000_000  # characters of a page in which links are looked for
_TAG = re.compile(
    r"<(link|a|base)\s((?:[^<>\"']|\"[^\"<>]{0,4096}\"|'[^'<>]{0,4096}'){1,2000})>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_FEED_TYPE = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/(?:rss|atom)\+xml", re.IGNORECASE
)
_LIKELY = re.compile(
    r"(?:^|[/._=?-])(?:rss|feed|feeds|atom|rdf)(?:$|[/._=?&-])|\.(?:rss|rdf|atom)$", re.IGNORECASE
)
_NEVER = re.compile(
    r"/wp-json/|oembed|/comments/|mailto:|\.(?:png|jpe?g|gif|svg|css|js|ico)$", re.IGNORECASE
)
_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
_MOST_TRIED = 4
_MOST_FOUND = 10


async def discover(fetcher: Fetcher, address: str, worker: Worker) -> tuple[FeedSource, ...]:
    """The feed at the address, or those its page names, or those at the usual places.

    Raises FeedError with a sentence that says what to try.
    """
    found = await _ask(fetcher, address)
    feed = await _read(worker, found)
    if feed:
        return (_source(found, feed, _lasting(address, found)),)
    named, likely = await _links(worker, found)
    if named:
        return named[:_MOST_FOUND]
    usual = [urljoin(found.url, path) for path in _PATHS]
    for url in [*likely[:_MOST_TRIED], *usual]:
        answer = await fetcher.page(url, FEED_LIMIT)
        feed = await _read(worker, answer) if isinstance(answer, Fetched) else None
        if feed and isinstance(answer, Fetched):
            return (_source(answer, feed, url),)
    host = urlsplit(found.url).hostname
    raise FeedError(
        f"No feed was found at {host}. Look there for a link named “RSS” or “Feed” and send its "
        "address."
    )


async def _ask(fetcher: Fetcher, address: str) -> Fetched:
    """What is at the address; one without a scheme is tried with https, then with http."""
    address = re.sub(r"^feed:(?://)?", "", address.strip(), flags=re.IGNORECASE)
    bare = "://" not in address
    urls = [f"https://{address}", f"http://{address}"] if bare else [address]
    answer: Fetched | Refused = Refused("url", "That is no address.")
    for url in urls:
        answer = await fetcher.page(url, FEED_LIMIT)
        if isinstance(answer, Fetched) or answer.kind not in ("network", "timeout"):
            break
    if isinstance(answer, Refused):
        raise FeedError(answer.problem, answer.kind, answer.status)
    return answer


async def _read(worker: Worker, found: Fetched) -> ParsedFeed | None:
    try:
        return await worker.run(_parse, found.body, found.content_type, found.url)
    except (FeedError, WorkerError):
        return None


def _parse(body: bytes, content_type: str | None, url: str) -> ParsedFeed:
    """Runs in the worker. Only the head of the feed is of interest."""
    return replace(parse(body, content_type=content_type, url=url), entries=())


def _lasting(address: str, found: Fetched) -> str:
    """The address to keep: the one asked for; a temporary redirect may lead elsewhere tomorrow."""
    asked = address.strip()
    kept = asked if "://" in asked and asked.lower().startswith("http") else found.url
    return found.moved_to or kept


def _source(found: Fetched, feed: ParsedFeed, url: str) -> FeedSource:
    site = feed.link or urljoin(found.url, "/")
    return FeedSource(
        url=web_link(url) or found.url,
        title=feed.title or "",
        publisher=_publisher(site),
        site=site,
        language=feed.language or "",
    )


def _publisher(site: str) -> str:
    """The host without "www.", until somebody names it better."""
    return (urlsplit(site).hostname or "").removeprefix("www.")


# ── links of a page ──────────────────────────────────────────────────────────────────────────────


async def _links(worker: Worker, found: Fetched) -> tuple[tuple[FeedSource, ...], list[str]]:
    try:
        return await worker.run(links, found.body, found.content_type, found.url)
    except WorkerError:
        return (), []


def links(
    body: bytes, content_type: str | None, url: str
) -> tuple[tuple[FeedSource, ...], list[str]]:
    """The feeds a page names in its head, and links in its text that look like feeds."""
    base = url
    named: dict[str, FeedSource] = {}
    likely: dict[str, None] = {}
    for tag, attributes in _tags(to_text(body, content_type)[:_READ]):
        href = attributes.get("href", "").strip()
        if tag == "base":
            base = _join(url, href) or url
            continue
        target = web_link(_join(base, href))
        if not target or _NEVER.search(target):
            continue
        if tag == "link" and _names_feed(attributes):
            named.setdefault(target, _named(target, attributes, url))
        elif tag == "a" and _LIKELY.search(urlsplit(target).path + "?" + urlsplit(target).query):
            likely.setdefault(target)
    return tuple(named.values()), list(likely)


def _tags(text: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for match in _TAG.finditer(text):
        attributes = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(match[2])
        }
        found.append((match[1].lower(), attributes))
    return found


def _names_feed(attributes: dict[str, str]) -> bool:
    rel = attributes.get("rel", "").lower().split()
    return "alternate" in rel and bool(_FEED_TYPE.match(attributes.get("type", "").strip()))


def _named(url: str, attributes: dict[str, str], page: str) -> FeedSource:
    title = clean(plain(attributes.get("title", ""), 300))
    return FeedSource(url=url, title=title, publisher=_publisher(page), site=web_link(page))


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href) if href else ""
    except ValueError:
        return ""
