"""Rows of the database as the nouns of `bot.model`. Nothing is decided here."""

from __future__ import annotations

from bot.model import (
    Article,
    ArticleId,
    Chat,
    ChatId,
    Feed,
    FeedId,
    Follow,
    Reason,
    Story,
    StoryId,
    Topic,
    TopicId,
)
from bot.store.engine import Row


def feed_of(row: Row) -> Feed:
    return Feed(
        id=FeedId(row["id"]),
        url=row["url"],
        title=row["title"],
        publisher=row["publisher"],
        site=row["site"],
        country=row["country"],
        language=row["language"],
        public=bool(row["public"]),
        state=row["state"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        validators_url=row["validators_url"],
        body_hash=row["body_hash"],
        visits=row["visits"],
        last_visit=row["last_visit"],
        last_success=row["last_success"],
        last_entry=row["last_entry"],
        next_visit=row["next_visit"],
        interval=row["interval"],
        failures=row["failures"],
        problem=row["problem"],
        status=row["status"],
        since=row["since"],
        rhythm=row["rhythm"],
        moved_to=row["moved_to"],
        moved_since=row["moved_since"],
        moved_times=row["moved_times"],
        pushed=row["pushed"],
        last_push=row["last_push"],
        pinged=row["pinged"],
    )


def article_of(row: Row) -> Article:
    story = row["story"]
    return Article(
        id=ArticleId(row["id"]),
        feed=FeedId(row["feed"]),
        publisher=row["publisher"],
        title=row["title"],
        link=row["link"],
        summary=row["summary"],
        text=row["text"],
        published=row["published"],
        first_seen=row["first_seen"],
        language=row["language"],
        country=row["country"],
        guid=row["guid"],
        story=None if story is None else StoryId(story),
        carries=row["carries"],
        former=row["former"],
    )


def story_of(row: Row) -> Story:
    return Story(
        id=StoryId(row["id"]),
        headline=row["headline"],
        link=row["link"],
        publisher=row["publisher"],
        language=row["language"],
        lead=ArticleId(row["lead"]),
        first_seen=row["first_seen"],
        updated=row["updated"],
        published=row["published"],
        publishers=row["publishers"],
        articles=row["articles"],
        development=row["development"],
        saga=None if row["saga"] is None else StoryId(row["saga"]),
        fresh=tuple(row["fresh"].splitlines()),
        copies=row["copies"],
        agency=row["agency"],
    )


def topic_of(row: Row) -> Topic:
    return Topic(TopicId(row["id"]), row["query"])


def follow_of(row: Row) -> Follow:
    return Follow(
        chat=ChatId(row["chat"]),
        topic=TopicId(row["topic"]),
        query=row["query"],
        label=row["label"],
        since=row["since"],
        muted_until=row["muted_until"],
        rings_at=row["rings_at"],
    )


def chat_of(row: Row) -> Chat:
    return Chat(
        id=ChatId(row["id"]),
        telegram=row["telegram"],
        thread=row["thread"],
        kind=row["kind"],
        language=row["language"],
        timezone=row["timezone"],
        quiet_from=row["quiet_from"],
        quiet_to=row["quiet_to"],
        digest_at=row["digest_at"],
        digest_on=row["digest_on"],
        digest_begun=row["digest_begun"],
        state=row["state"],
        problem=row["problem"],
        since=row["since"],
        keeper=row["keeper"],
        refusal=row["refusal"],
        refusals=row["refusals"],
        refused=row["refused"],
    )


def reason_of(row: Row) -> Reason:
    return Reason(row["name"], row["place"])
