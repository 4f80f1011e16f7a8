"""Does reading only what is new give what reading all of it gives?

`changed` makes later versions of a document; `compare` reads the old one and then the new one both
ways. Used by the tests and by `bench.fuzz`.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from bot.errors import FeedError
from bot.feeds import delta
from bot.feeds.entries import drafts
from bot.feeds.parse import parse
from bot.model import Draft, ParsedFeed

URL = "https://feeds.example/dir/feed.xml"
NOW = 1_770_000_000
_ITEM = re.compile(rb"<((?:\w+:)?(?:item|entry))[\s>].*?</\1\s*>", re.DOTALL)


def pieces(body: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Head, entries, tail: as near as a regular expression comes."""
    found = list(_ITEM.finditer(body))
    if not found:
        return body, [], b""
    return body[: found[0].start()], [m[0] for m in found], body[found[-1].end() :]


def changed(body: bytes, rng: random.Random) -> bytes:
    """A later version: entries come, go, move and are edited; the head ages; now and then worse."""
    head, items, tail = pieces(body)
    for _ in range(rng.randint(1, 3)):
        head, items, tail = rng.choice(_CHANGES)(head, list(items), tail, rng)
    return head + b"\n".join(items) + tail


def _newer(head, items, tail, rng):  # type: ignore[no-untyped-def]
    fresh = (
        re.sub(rb"(<(?:guid|id)\b[^>]*>)", rb"\1new" + _word(rng), rng.choice(items))
        if items
        else b""
    )
    return head, [fresh, *items] if fresh else items, tail


def _drop(head, items, tail, rng):  # type: ignore[no-untyped-def]
    return head, items[: -rng.randint(1, 3)] or items, tail


def _shuffle(head, items, tail, rng):  # type: ignore[no-untyped-def]
    rng.shuffle(items)
    return head, items, tail


def _edit(head, items, tail, rng):  # type: ignore[no-untyped-def]
    if items:
        at = rng.randrange(len(items))
        items[at] = re.sub(rb"(<title\b[^>]*>)", rb"\1" + _word(rng) + b" ", items[at], count=1)
    return head, items, tail


def _guid(head, items, tail, rng):  # type: ignore[no-untyped-def]
    """Two entries share a guid or a link, or one loses its own."""
    if len(items) > 1:
        one, other = rng.sample(range(len(items)), 2)
        name = rng.choice([b"guid", b"id", b"link"])
        found = re.search(rb"<%s\b.*?</%s>" % (name, name), items[one], re.DOTALL)
        with_ = rng.choice([found[0] if found else b"", b""])
        items[other] = re.sub(
            rb"<%s\b.*?</%s>" % (name, name), lambda _: with_, items[other], flags=re.DOTALL
        )
    return head, items, tail


def _age(head, items, tail, rng):  # type: ignore[no-untyped-def]
    stamp = b"<lastBuildDate>%s</lastBuildDate>" % _word(rng)
    return re.sub(rb"(<channel\b[^>]*>|<feed\b[^>]*>)", rb"\1" + stamp, head, count=1), items, tail


def _site(head, items, tail, rng):  # type: ignore[no-untyped-def]
    word = _word(rng)
    return re.sub(rb"(<link>https?://)", rb"\1" + word, head, count=1), items, tail


def _root(head, items, tail, rng):  # type: ignore[no-untyped-def]
    extra = rng.choice([b' xmlns:q="urn:q"', b' xml:lang="fr"', b' xml:base="http://b.example/"'])
    return re.sub(rb"(<(?:rss|feed|rdf:RDF)\b)", rb"\1" + extra, head, count=1), items, tail


def _cut(head, items, tail, rng):  # type: ignore[no-untyped-def]
    """Truncated, or spoiled in the middle of an entry."""
    if items and rng.random() < 0.5:
        at = rng.randrange(len(items))
        where = rng.randrange(len(items[at]))
        items[at] = items[at][:where] + rng.choice([b"<", b"&", b"\xff", b"]]>", b"<b>", b"<!--"])
        return head, items, tail
    return head, items[: len(items) // 2], b""


_CHANGES = (
    _newer,
    _newer,
    _newer,
    _drop,
    _shuffle,
    _edit,
    _edit,
    _guid,
    _age,
    _age,
    _site,
    _root,
    _cut,
)


def _word(rng: random.Random) -> bytes:
    return bytes(rng.choices(b"abcdefghij", k=6))


def compare(old: bytes, new: bytes, content_type: str | None = None) -> str:
    """ "" where both ways agree, else what differs. `how` the new one was read stands in front."""
    before = delta.read(old, content_type, URL, b"", 100)
    try:
        whole = parse(new, content_type=content_type, url=URL)
    except FeedError:
        try:
            delta.read(new, content_type, URL, before.pieces, 101)
        except FeedError:
            return ""
        return "a document that is no feed was read"
    reading = delta.read(new, content_type, URL, before.pieces, 101)
    assert before.feed is not None
    got = reading.feed or replace(before.feed, entries=())
    if replace(got, entries=()) != replace(whole, entries=()):
        return f"the feed: {replace(got, entries=())} for {replace(whole, entries=())}"
    wanted = _drafts(whole)
    known = _drafts(before.feed)
    found = _drafts(got)
    for key, draft in found.items():
        if wanted.get(key) != draft:
            return f"read {draft}, wanted {wanted.get(key)}"
    for key, draft in wanted.items():
        if key not in found and known.get(key) != draft:
            return f"missed {draft}; known was {known.get(key)}"
    return ""


def was_partial(old: bytes, new: bytes) -> bool:
    before = delta.read(old, None, URL, b"", 100)
    return not delta.read(new, None, URL, before.pieces, 101).whole


def _drafts(feed: ParsedFeed) -> dict[str, Draft]:
    return {d.key: d for d in drafts(feed, url=URL, language="", now=NOW)}
