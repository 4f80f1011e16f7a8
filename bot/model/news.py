"""Understand and match: articles, stories, summaries, topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from bot.model.ids import ArticleId, ChatId, FeedId, Instant, StoryId, TopicId


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
    carries: str = ""  # the agency whose text it is; "" for own reporting
    former: str | None = None  # its first headline, where the feed has changed it


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
    updated: Instant  # when its latest article was published
    published: Instant  # of the lead article
    publishers: int
    articles: int
    development: int = 0  # rings once per development
    saga: StoryId | None = None  # the first of the stories that follow one another; None: alone
    fresh: tuple[str, ...] = ()  # what it brought beyond the story it follows, as it was told
    copies: int = 0  # publishers that carry an agency's text instead of their own
    agency: str = ""  # the agency that most of them carry


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


Toll: TypeAlias = Literal["killed", "injured", "missing", "abducted", "displaced", "arrested"]


class Count(NamedTuple):
    """How many people an article says were killed, hurt and so on."""

    kind: Toll
    number: int
    words: str  # the number as it stands in the article
    headline: bool = True  # or in the first sentence below it


@dataclass(frozen=True, slots=True)
class Report:
    """A count as an article of a story gave it first."""

    article: ArticleId
    count: Count
    at: Instant  # when it was published, or when the article was changed to say so
    told: bool = False  # by an alert: of the story's beginning, or of a rise


@dataclass(frozen=True, slots=True)
class Rise:
    """A toll of another order: who says so, and the figure of the report before."""

    article: ArticleId
    count: Count
    before: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Outlets that count the same people give other numbers: each, and who says so."""

    what: Toll
    told: tuple[tuple[int, str], ...]  # (number, publisher), the smallest first


@dataclass(frozen=True, slots=True)
class Summary:
    sentences: tuple[Sentence, ...]
    # What it was made from; "model": in the words of a language model.
    kind: Literal["page", "text", "teaser", "headline", "model"] = "teaser"
    differences: tuple[Difference, ...] = ()  # numbers on which its outlets do not agree


@dataclass(frozen=True, slots=True)
class Page:
    """The main text of a web page, plain."""

    title: str | None
    text: str
    published: datetime | None = None
    language: str | None = None


class Reason(NamedTuple):
    """Why an article matched: the words as they stand in it, and where."""

    name: str
    where: Literal["title", "summary", "text", "source"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A distinct query; one row however many chats follow it."""

    id: TopicId
    query: str  # canonical text


class Match(NamedTuple):
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
    rings_at: int = 1  # publishers that must tell a story before it rings; 0: only in the digest


@dataclass(frozen=True, slots=True)
class StoryFollow:
    """One story that a chat follows: what follows it rings there, whatever its topics are."""

    chat: ChatId
    story: Story
    since: Instant
