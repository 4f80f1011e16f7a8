"""Tell: chats, alerts, and what became of an attempt to send one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.model.ids import AlertId, ArticleId, ChatId, Instant, StoryId, TopicId
from bot.model.news import Article, Reason, Rise, Story

ChatKind: TypeAlias = Literal["private", "group", "supergroup", "channel"]

Refusal: TypeAlias = Literal["rights", "closed", "thread", "missing"]
"""Why a chat takes nothing from us: rights were removed, its forum thread was closed, or is gone,
or Telegram does not find the chat."""


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
    digest_begun: int = 0  # sends of it that began and of which no end is known
    state: Literal["open", "closed"] = "open"
    problem: str | None = None  # why it is closed
    since: Instant = 0
    keeper: int | None = None  # Telegram's id of who looks after it, where that is known
    refusal: Refusal | None = None  # the last one, until something gets through
    refusals: int = 0  # in a row
    refused: Instant | None = None  # when the first of them was


AlertState: TypeAlias = Literal[
    "ready", "claimed", "sending", "sent", "later", "held", "folded", "closed"
]
Gathers: TypeAlias = Literal["", "late", "quiet", "burst"]
"""Why one alert goes for others of its chat too: they came too late to be news, over quiet hours,
or too many at once. Empty: it goes for itself."""


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
    refused: int = 0  # times that Telegram refused it for a reason that we don't know
    doubt: bool = False  # an earlier attempt may have got through
    token: str = ""  # fencing token of the present claim
    message: int | None = None  # Telegram's id, once sent
    shown_publishers: int = 0  # the count that the sent message shows
    shown_summary: int = 0  # what its summary is worth (`bot.delivery.worth`)
    better: int = 0  # what a summary made since is worth
    stale: bool = False  # it shows a headline that was changed since
    gathers: Gathers = ""
    folded_into: AlertId | None = None  # the alert that goes, or went, for this one
    earlier: int | None = None  # the message that told this chat of the story it follows
    rise: Rise | None = None  # it tells of a toll of another order
    followed: bool = False  # owed because the chat follows the story; then it has no topic


@dataclass(frozen=True, slots=True)
class Sent:
    message: int
    shown_publishers: int = 1
    astray: bool = False  # into the group, for the chat's forum thread is gone
    shown_summary: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """Known not to have been delivered; try again."""

    seconds: float
    problem: str
    scope: Literal["alert", "chat", "bot"] = "chat"
    refusal: Refusal | Literal["odd"] | None = None  # "odd": of this alert, nobody knows why


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
class Figures:
    """What became of the alerts that were queued within 24 hours."""

    matched: int = 0  # all of them
    delivered: int = 0
    waiting: int = 0
    held: int = 0  # until quiet hours end
    failed: int = 0  # given up, or the chat was closed
    called_off: int = 0  # unfollowed or muted before they went
    half: int | None = None  # seconds from fetch to phone; None: nothing was sent
    most: int | None = None  # … enough for 95 of 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How one chat stands."""

    day: Figures
    last: Instant | None = None  # when the last alert came
    not_before: Instant = 0  # Telegram asked us to wait until then
    muted_stories: int = 0
    followed_stories: int = 0
    ailing_feeds: int = 0  # of its own


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
