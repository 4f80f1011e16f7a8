"""Collect: feeds, what a visit brings, entries and drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.ids import ChatId, FeedId, Instant


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed as the catalogue, an OPML file or a person names it."""

    url: str
    title: str = ""
    publisher: str = ""
    site: str = ""
    country: str = ""  # ISO 3166-1 alpha-2, upper case, or ""
    language: str = ""  # ISO 639-1, lower case, or ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored, with what the last visits taught us."""

    id: FeedId
    url: str
    title: str
    publisher: str
    site: str
    country: str
    language: str
    public: bool  # in everyone's headlines and alerts; False: only for the chats that added it
    state: Literal["active", "dead"] = "active"
    etag: str | None = None  # verbatim, sent back as it came
    last_modified: str | None = None
    validators_url: str | None = None  # the URL that issued the validators
    body_hash: str | None = None
    visits: int = 0  # successful ones; 0: the next one is silent
    last_visit: Instant | None = None
    last_success: Instant | None = None
    last_entry: Instant | None = None  # when an article was last really new
    next_visit: Instant = 0
    interval: int = 3600  # seconds
    failures: int = 0  # in a row
    problem: str | None = None  # in plain words, while failures > 0
    status: int | None = None  # of the last HTTP answer
    since: Instant | None = None  # when the present problem began
    rhythm: int | None = None  # seconds: half the typical gap between entries
    moved_to: str | None = None  # where its server says it has moved for good
    moved_since: Instant | None = None
    moved_times: int = 0  # how often in a row it said so
    pushed: int = 0  # 0: not subscribed at a hub; 1: nothing came yet; above: so well it goes
    last_push: Instant | None = None
    pinged: Instant | None = None  # when its hub said that there is news, not which


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 200 with a body."""

    url: str  # where the body came from, after redirects
    body: bytes
    content_type: str | None = None
    status: int = 200
    etag: str | None = None
    last_modified: str | None = None
    max_age: int | None = None  # seconds the server asks us to stay away
    moved_to: str | None = None  # every hop from the start was permanent
    links: tuple[str, ...] = ()  # `Link` headers, as they came


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304; validators that it carries replace ours."""

    etag: str | None = None
    last_modified: str | None = None
    max_age: int | None = None
    moved_to: str | None = None  # every hop from the start was permanent


RefusedKind: TypeAlias = Literal[
    "address",  # the guard: a private or reserved address
    "url",  # not an http(s) URL that we would ask
    "words",  # not written as addresses are
    "status",  # an HTTP status that is no success
    "gone",  # 410
    "wait",  # 429 or 503
    "blocked",  # a challenge page
    "timeout",
    "network",  # DNS, TLS, reset
    "size",  # too large, or a bomb
    "truncated",  # ended early
    "redirects",  # too many, or a loop
    "feed",  # a body that is no feed
]


@dataclass(frozen=True, slots=True)
class Refused:
    """No body for us, and why; `problem` is a sentence for a person."""

    kind: RefusedKind
    problem: str
    status: int | None = None
    retry_after: int | None = None  # seconds
    url: str = ""


Visit: TypeAlias = Fetched | NotModified | Refused


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item as a feed gives it, cleaned: plain text only, no markup."""

    guid: str | None
    title: str | None
    link: str | None
    published: datetime | None
    updated: datetime | None
    summary: str | None
    text: str | None = None  # the full text, where the feed holds it
    enclosure: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A document that is a feed; `entries` in its order."""

    title: str | None
    link: str | None
    language: str | None
    entries: tuple[ParsedEntry, ...]
    ttl: int | None = None  # seconds between visits the document asks for (ttl, sy:update*)
    hubs: tuple[str, ...] = ()  # where it can be subscribed to (WebSub), as it says
    own: str = ""  # its own address, as it says


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry, normalised, before it is stored."""

    key: str  # identity within its feed
    guid: str | None
    title: str
    link: str
    summary: str
    text: str
    published: Instant | None
    updated: Instant | None
    language: str


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What a visit leaves behind on its feed; written in the transaction that stores articles."""

    feed: FeedId
    visited: Instant
    next_visit: Instant
    interval: int
    success: bool
    status: int | None = None
    problem: str | None = None
    failures: int = 0
    state: Literal["active", "dead"] = "active"
    etag: str | None = None
    last_modified: str | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    title: str = ""  # "" leaves the stored one
    site: str = ""
    language: str = ""
    publisher: str = ""
    since: Instant | None = None
    rhythm: int | None = None  # None leaves the stored one
    moved_to: str | None = None
    moved_since: Instant | None = None
    moved_times: int = 0
    adopt: str = ""  # the address it has moved to and is visited at from now on; "" for none
    pieces: bytes | None = None  # of a new document; None leaves those stored
    hub: str | None = None  # that its document names; "" for none; None leaves the stored one
    topic: str = ""  # what the hub knows it by
    missed: bool = False  # the visit found what no push had brought


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed at its hub (WebSub), and where that stands."""

    id: int
    feed: FeedId | None  # None: it is gone, or names another hub now; this one is to be told
    hub: str
    topic: str
    path: str  # last part of the address that the hub calls; "" until it is asked
    secret: str  # "": the hub was asked without encryption, and what it sends is not believed
    asked: Literal["", "subscribe", "unsubscribe"]  # what the hub may verify
    lease_until: Instant  # 0: it does not hold
    due: Instant  # when something is to be done about it
    tries: int  # since something worked
    problem: str | None
    bodies: bytes  # digests of what came lately


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told once of a feed that ails."""

    id: int
    feed: FeedId
    chat: ChatId | None  # None: those who run the bot
    address: str  # where the feed may be found now; "": nobody knows
