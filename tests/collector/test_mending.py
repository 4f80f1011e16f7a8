"""The collector keeps what the grouper finds out: what follows what, whose text, what is one."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from bot.feeds.fetch import Fetcher
from bot.model import AlertId, Article, Feed, Fetched, Instant, Sent, Settlement, StoryId
from bot.pipeline import Pace, Pipeline
from bot.store import Store, open_store
from bot.stories.cluster import Beginning, Grouper, Placement
from bot.topics.match import Percolator
from bot.topics.query import parse_query
from bot.worker import Worker
from tests.desk import NOW, InlineWorker, chat, feed, rss


class Told(Grouper):
    """A grouper that is told what it finds out; what it knows is what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Placement | Beginning] = {}
        self.ones: list[tuple[StoryId, StoryId]] = []
        self.merged: list[tuple[StoryId, StoryId]] = []

    def find(self, article: Article, now: Instant) -> Placement | Beginning:
        return self.answers.get(article.title) or Beginning()

    def merges(self, now: Instant) -> Sequence[tuple[StoryId, StoryId]]:
        ones, self.ones = self.ones, []
        return ones

    def merge(self, keep: StoryId, gone: StoryId) -> None:
        self.merged.append((keep, gone))
        super().merge(keep, gone)


class Pages:
    """Documents of feeds, which keep the headlines they had."""

    def __init__(self) -> None:
        self.headlines: defaultdict[str, list[str]] = defaultdict(list)

    async def visit(self, feed: Feed) -> Fetched:
        body = rss(feed.title, *self.headlines[feed.title], site=f"{feed.url}/site/")
        return Fetched(feed.url, body.encode(), "application/rss+xml")

    def line_of(self, feed: Feed) -> str:
        return ""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW) as store:
        yield store


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def grouper() -> Told:
    return Told()


@pytest.fixture
def percolator() -> Percolator:
    return Percolator()


@pytest.fixture
def line(store: Store, pages: Pages, grouper: Told, percolator: Percolator) -> Pipeline:
    return Pipeline(
        store,
        cast(Fetcher, pages),
        cast(Worker, InlineWorker()),
        grouper,
        percolator,
        pace=Pace(1, 1),
        wake=asyncio.Event(),
        now=lambda: NOW,
        rng=random.Random(1),
    )


async def tells(line: Pipeline, store: Store, pages: Pages, name: str, headline: str) -> StoryId:
    """An outlet's feed brings one article; the story that it is in."""
    outlet = await feed(store, name)
    pages.headlines[outlet.title].append(headline)
    await line.visit(outlet)
    (article,) = [a for a in await store.articles.recent(since=0) if a.title == headline]
    assert article.story is not None
    return article.story


async def test_a_development_follows_its_story(
    line: Pipeline, store: Store, pages: Pages, grouper: Told
) -> None:
    first = await tells(line, store, pages, "post", "Ferry sinks off Port Selby")
    grouper.answers["Captain arrested"] = Beginning(first, ("Captain", "Lorne"), "ferry")
    second = await tells(line, store, pages, "times", "Captain arrested")
    story = await store.stories.get(second)
    assert story is not None
    assert story.fresh == ("Captain", "Lorne")
    assert [s.id for s in await store.stories.saga(second, None)] == [first]


@pytest.mark.parametrize("comment", [True, False])
async def test_an_explainer_rings_nobody_again(
    line: Pipeline, store: Store, pages: Pages, grouper: Told, percolator: Percolator, comment: bool
) -> None:
    reader = await chat(store)
    async with store.transaction() as tx:
        topic = await tx.topics.ensure("ferry", NOW)
        await tx.topics.follow(reader.id, topic, "Ferry", NOW)
    percolator.add(topic, parse_query("ferry"))
    first = await tells(line, store, pages, "post", "Ferry sinks off Port Selby")
    await tells(line, store, pages, "times", "Bridge opens")  # its silent first visit
    title = "Why the ferry was so old"
    grouper.answers[title] = Beginning(first, ("old",), "ferry", comment=comment)
    await tells(line, store, pages, "times", title)
    owed = [alert.article.title for alert in await store.outbox.many([AlertId(1), AlertId(2)])]
    assert (title in owed) is not comment


async def test_a_copy_is_counted_as_one(
    line: Pipeline, store: Store, pages: Pages, grouper: Told
) -> None:
    first = await tells(line, store, pages, "post", "Ferry sinks off Port Selby")
    grouper.answers["Ferry sinks"] = Placement(first, 1.0, "same text", carries="AFP")
    assert await tells(line, store, pages, "times", "Ferry sinks") == first
    story = await store.stories.get(first)
    assert story is not None
    assert (story.publishers, story.copies, story.agency) == (2, 1, "AFP")


async def test_stories_that_are_one_become_one(
    line: Pipeline, store: Store, pages: Pages, grouper: Told, percolator: Percolator
) -> None:
    reader, query = await chat(store), parse_query("ferry")
    async with store.transaction() as tx:
        topic = await tx.topics.ensure(query.canonical, NOW)
        await tx.topics.follow(reader.id, topic, "Ferry", NOW)
        await tx.topics.ring_at(reader.id, topic, 2)
    percolator.add(topic, query)
    keep = await tells(line, store, pages, "post", "Ferry sinks off Port Selby")
    gone = await tells(line, store, pages, "times", "Ship lost in storm")
    assert await store.outbox.many([AlertId(1)]) == []
    grouper.ones = [(keep, gone), (keep, StoryId(999))]
    await tells(line, store, pages, "star", "Bridge opens")
    assert grouper.merged == [(keep, gone)]
    assert await store.stories.get(gone) is None
    story = await store.stories.get(keep)
    assert story is not None
    assert (story.publishers, story.articles) == (2, 2)
    (alert,) = await store.outbox.many([AlertId(1)])
    assert alert.story.id == keep, "who waited for a second publisher hears of it now"


async def test_a_message_of_the_one_grows_by_the_other(
    line: Pipeline, store: Store, pages: Pages, grouper: Told, percolator: Percolator
) -> None:
    reader, query = await chat(store), parse_query("ferry OR storm")
    async with store.transaction() as tx:
        topic = await tx.topics.ensure(query.canonical, NOW)
        await tx.topics.follow(reader.id, topic, "Ferry", NOW)
    percolator.add(topic, query)
    for name in ("post", "times"):
        await tells(line, store, pages, name, f"Nothing new at the {name}")  # silent first visits
    keep = await tells(line, store, pages, "post", "Ferry sinks off Port Selby")
    async with store.transaction() as tx:
        (first,) = await tx.outbox.claim(NOW, 1, 60)
        await tx.outbox.mark([(first.id, first.token)], NOW)
        await tx.outbox.settle([Settlement(first.id, first.token, Sent(7, 1), NOW)], NOW)
    gone = await tells(line, store, pages, "times", "Ship lost in storm")
    grouper.ones = [(keep, gone)]
    await tells(line, store, pages, "star", "Bridge opens")
    assert await store.outbox.next_due() is None, "the second alert is called off"
    (due,) = await store.outbox.edits(NOW, 5)
    assert (due.id, due.story.publishers) == (first.id, 2)
