"""What WebSub says, as far as it needs no network (pure).

In: headers, documents, bodies, what a hub asked. Out: where a feed's hub is, whether a body is
signed by whom it should be, for how long a subscription holds. W3C Recommendation of 23 January
2018, https://www.w3.org/TR/websub/; numbers in brackets are its sections. It stores nothing.
"""

from __future__ import annotations

import hmac
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal
from urllib.parse import urljoin

from yarl import URL

from bot.model import Feed, Fetched, Instant, ParsedFeed

Mode = Literal["subscribe", "unsubscribe"]

LEASE = 10 * 86400  # what we ask for: the section on security calls it a good default (8.2)
LONGEST_LEASE = 14 * 86400  # no hub is believed for longer than that
SHORTEST_LEASE = 600
FIRST_PAUSE, LONGEST_PAUSE = 3600, 7 * 86400  # between two requests to a hub that does not do it
DENIED_PAUSE = 7 * 86400
MOST_TRUST = 9
"""Of `Feed.pushed`; eight doublings of a quarter of an hour are two and a half days."""
REMEMBERED = 32  # bodies of one subscription, so that a repetition is known

_LINK = re.compile(r"<([^<>]{1,2048})>((?:[^\",<]|\"[^\"]*\")*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s;,\"]*)))?")
_CHALLENGE = re.compile(r"[!-~]{1,1024}")
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_DIGEST = 8  # bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """Where a feed can be subscribed to. `topic` is its address as the hub knows it."""

    hub: str
    topic: str


# ── discovery (4) ────────────────────────────────────────────────────────────────────────────────


def offered(visit: Fetched, parsed: ParsedFeed, *, public: bool) -> Offer | None:
    """The hub that a feed names, in headers or in the document; one with https if there is one, and
    of several the same one every time.

    A feed that names a hub and not itself is known by the address that it was found at; unless it
    is private, for that address may hold a key that is not ours to pass on.
    """
    named = list(links(visit.links, visit.url))
    hubs = [url for rel, url in named if rel == "hub"] or _absolute(parsed.hubs, visit.url)
    own = [url for rel, url in named if rel == "self"] or _absolute([parsed.own], visit.url)
    if not own and public:
        own = [visit.url]
    if not hubs or not own:
        return None
    return Offer(min(hubs, key=lambda url: (not url.startswith("https://"), url)), own[0])


def links(headers: Sequence[str], base: str) -> Iterator[tuple[str, str]]:
    """Relation and absolute address of every link in `Link` headers (RFC 8288, 3)."""
    for header in headers:
        for link in _LINK.finditer(header):
            said = {p[1].lower(): p[2] or p[3] or "" for p in _PARAMETER.finditer(link[2])}
            if "anchor" in said:
                continue  # of another document
            for url in _absolute([link[1]], base):
                yield from ((rel, url) for rel in said.get("rel", "").lower().split())


def _absolute(addresses: Sequence[str], base: str) -> list[str]:
    found = []
    for address in filter(None, addresses):
        try:
            url = urljoin(base, address.strip()).partition("#")[0]
        except ValueError:
            continue
        if url.startswith(("https://", "http://")) and len(url) <= 2048:
            found.append(url)
    return found


def secured(hub: str) -> str:
    """The same hub with https, which is to be asked first (8.2); "" where there is no such one."""
    bare = hub.removeprefix("http://")
    host = bare.partition("/")[0]
    return "" if bare == hub or ":" in host.rpartition("]")[2] else f"https://{bare}"


# ── subscribing (5) ──────────────────────────────────────────────────────────────────────────────


def form(mode: Mode, topic: str, callback: str, secret: str) -> dict[str, str]:
    """What a hub is sent; `secret` is for https only (5.1)."""
    asked = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    if mode == "subscribe":
        asked["hub.lease_seconds"] = str(LEASE)
        if secret:
            asked["hub.secret"] = secret
    return asked


def lease(said: str | None) -> int | None:
    """Seconds that a subscription holds, two weeks at most; None: too short to live with.

    A hub that says nothing, as old ones do, is taken to grant what was asked.
    """
    if said is None:
        return LEASE
    if not said.isascii() or not said.isdigit():
        return None
    seconds = LONGEST_LEASE if len(said) > 9 else min(int(said), LONGEST_LEASE)
    return seconds if seconds >= SHORTEST_LEASE else None


def renewal(now: Instant, seconds: int, rng: random.Random) -> Instant:
    """When to ask again: after four fifths of the lease and up to a tenth more, by chance."""
    return now + seconds * 4 // 5 + rng.randint(0, seconds // 10)


def next_try(now: Instant, tries: int, asked: int | None, rng: random.Random) -> Instant:
    """When to ask a hub once more that has been asked `tries` times; its Retry-After counts."""
    own = min(FIRST_PAUSE << min(max(tries - 1, 0), 12), LONGEST_PAUSE)
    return now + max(own, asked or 0) + rng.randint(0, own // 10)


def same_topic(one: str, other: str) -> bool:
    """Whether two spellings mean one topic: hubs may decode what needs no percent sign (5.1.1)."""
    if one == other:
        return True
    try:
        return bool(other) and URL(one) == URL(other)
    except ValueError:
        return False


def is_challenge(text: str) -> bool:
    """Whether a hub may have its words back: short, and nothing but printable ASCII (8.2)."""
    return _CHALLENGE.fullmatch(text) is not None


# ── what is pushed (7) ───────────────────────────────────────────────────────────────────────────


def signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `X-Hub-Signature` says that whoever sent the body knows the secret (7.1)."""
    method, _, digest = signature.strip().partition("=")
    method = method.strip().lower()
    if method not in _METHODS or not secret:
        return False
    ours = hmac.new(secret.encode(), body, method).hexdigest()
    shown = digest.strip().lower().encode("utf-8", "surrogateescape")
    return hmac.compare_digest(ours.encode(), shown)


def digest_of(body: bytes) -> bytes:
    """What is remembered of a body."""
    return blake2b(body, digest_size=_DIGEST).digest()


def repeated(digest: bytes, known: bytes) -> bool:
    """Whether a body of that digest came before; `known` is made by `remembering`."""
    return any(known[at : at + _DIGEST] == digest for at in range(0, len(known), _DIGEST))


def remembering(digest: bytes, known: bytes) -> bytes:
    """`known` with one more, and without the oldest where there are too many."""
    return (digest + known)[: REMEMBERED * _DIGEST]


def came_by_ping(feed: Feed) -> bool:
    """Whether a visit now is one that its hub asked for, by a word without content."""
    return feed.pinged is not None and feed.pinged >= (feed.last_visit or 0)


def rarer(interval: int, pushed: int, ceiling: int) -> int:
    """Seconds between two visits of a feed that is pushed, too.

    Twice as long for every push that brought what no visit had found, never longer than `ceiling`:
    a hub may stop at any time without a word. `pushed` as in `Feed`.
    """
    return (
        interval
        if pushed < 2
        else min(interval << min(pushed - 1, MOST_TRUST), max(interval, ceiling))
    )
