"""The nouns of every stage, from a feed's entry to an alert on a phone.

Frozen data without behaviour. Times are `Instant`s: whole Unix seconds, UTC; only `ParsedEntry`, the
public face of the parser, carries aware datetimes. This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType, TypeAlias

Instant: TypeAlias = int
"""Whole seconds since 1970-01-01 UTC."""

Clock: TypeAlias = Callable[[], float]
"""Gives the present in Unix seconds; `time.time` outside tests."""

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
StoryId = NewType("StoryId", int)
TopicId = NewType("TopicId", int)
AlertId = NewType("AlertId", int)
ChatId = NewType("ChatId", int)
"""Our own id of a place that receives; it stays when Telegram changes the chat's id."""


# ── collect ──────────────────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304; validators that it carries replace ours."""

    etag: str | None = None
    last_modified: str | None = None
    max_age: int | None = None


RefusedKind: TypeAlias = Literal[
    "address",  # the guard: a private, reserved or odd address
    "url",  # not an http(s) URL that we would ask
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
    """What a visit leaves behind on its feed; written in the transaction that stores the articles."""

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


# ── understand ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Article:
    """A stored entry."""

    id: ArticleId
    feed: FeedId
    publisher: str
    title: str
    link: str
    summary: str
    text: str
    published: Instant  # the feed's, clamped; else first_seen
    first_seen: Instant
    language: str
    country: str = ""  # of the publisher
    guid: str | None = None
    story: StoryId | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What `add` made of a feed's drafts."""

    new: tuple[Article, ...]
    edited: tuple[Article, ...]  # same identity, other words


@dataclass(frozen=True, slots=True)
class Story:
    """The articles of all publishers on one event, as the store sums them up."""

    id: StoryId
    headline: str
    link: str  # of the lead article
    publisher: str  # of the lead article
    language: str
    lead: ArticleId
    first_seen: Instant
    updated: Instant
    published: Instant  # of the lead article
    publishers: int
    articles: int
    development: int = 0  # rings once per development


@dataclass(frozen=True, slots=True)
class Source:
    """One text a summary may quote: its outlet and when it was published."""

    publisher: str
    text: str
    published: Instant | None = None
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    source: str  # publisher


@dataclass(frozen=True, slots=True)
class Summary:
    sentences: tuple[Sentence, ...]
    kind: Literal["page", "text", "teaser", "headline"] = "teaser"  # what it was made from


@dataclass(frozen=True, slots=True)
class Page:
    """The main text of a web page, plain."""

    title: str | None
    text: str
    published: datetime | None = None
    language: str | None = None


# ── match ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article matched: the words as they stand in it, and where."""

    name: str
    where: Literal["title", "summary", "text", "source"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A distinct query; one row however many chats follow it."""

    id: TopicId
    query: str  # canonical text


@dataclass(frozen=True, slots=True)
class Match:
    topic: TopicId
    reason: Reason


@dataclass(frozen=True, slots=True)
class Follow:
    """A chat's own choice of a topic."""

    chat: ChatId
    topic: TopicId
    query: str
    label: str  # as the reader wrote it
    since: Instant
    muted_until: Instant | None = None


# ── tell ─────────────────────────────────────────────────────────────────────────────────────────

ChatKind: TypeAlias = Literal["private", "group", "supergroup", "channel"]


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat, group, forum thread or channel that receives."""

    id: ChatId
    telegram: int
    thread: int  # 0: no forum thread
    kind: ChatKind
    language: str  # of the interface, ISO 639-1
    timezone: str = "UTC"  # IANA name
    quiet_from: int | None = None  # minutes after local midnight
    quiet_to: int | None = None
    digest_at: int | None = None  # minutes after local midnight; None: no digest
    digest_on: str | None = None  # local date of the last one, ISO 8601
    state: Literal["open", "closed"] = "open"
    problem: str | None = None  # why it is closed
    since: Instant = 0


AlertState: TypeAlias = Literal["ready", "claimed", "sending", "sent", "later", "held", "closed"]


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A story owed to a chat; unique per (chat, story, development)."""

    chat: ChatId
    story: StoryId
    development: int
    topic: TopicId
    article: ArticleId
    reason: Reason


@dataclass(frozen=True, slots=True)
class Alert:
    """A row of the outbox, with what the courier needs to render and send it."""

    id: AlertId
    chat: Chat
    story: Story
    development: int
    topic: TopicId
    label: str  # the chat's own name of the topic
    reason: Reason
    article: Article
    state: AlertState
    queued: Instant
    attempts: int = 0
    doubt: bool = False  # an earlier attempt may have got through
    token: str = ""  # fencing token of the present claim
    message: int | None = None  # Telegram's id, once sent
    shown_publishers: int = 0  # the count that the sent message shows


@dataclass(frozen=True, slots=True)
class Sent:
    message: int
    shown_publishers: int = 1


@dataclass(frozen=True, slots=True)
class Later:
    """Known not to have been delivered; try again."""

    seconds: float
    problem: str
    scope: Literal["alert", "chat", "bot"] = "chat"


@dataclass(frozen=True, slots=True)
class Never:
    """Will not be delivered: this alert, or anything to this chat."""

    problem: str
    scope: Literal["alert", "chat"] = "chat"


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup with another id."""

    telegram: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been delivered."""

    problem: str


Outcome: TypeAlias = Sent | Later | Never | Moved | Unknown


@dataclass(frozen=True, slots=True)
class Settlement:
    """An outcome on its way to its row; void when the token is no longer the row's."""

    alert: AlertId
    token: str
    outcome: Outcome
    at: float


@dataclass(frozen=True, slots=True)
class OutboxStats:
    waiting: int = 0  # ready or later
    in_flight: int = 0
    held: int = 0
    sent_24h: int = 0
    closed_24h: int = 0
    oldest_unsent: Instant | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of /admin."""

    chats: int = 0
    open_chats: int = 0
    follows: int = 0
    topics: int = 0
    feeds: int = 0
    failing_feeds: int = 0
    articles: int = 0
    stories: int = 0
    outbox: OutboxStats = field(default_factory=OutboxStats)
