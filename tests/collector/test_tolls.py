"""A toll of another order rings again for those who know of the story, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from bot.collector.owed import Filed, queue
from bot.model import Alert, Article, Chat, Feed, Match, Reason, StoryId, TopicId
from bot.store import open_store
from tests.store.world import DAY, HOUR, Time, World, draft

WHY = Reason("Selby", "title")
_KEYS = count(1)


class Line(World):
    """The end of the line: what a feed says is filed under one story and queued."""

    story_id: StoryId | None = None
    topic: TopicId

    async def reports(
        self, title: str, *, feed: Feed | None = None, matching: bool = True, queued: int = 0,
        published: int = 0,
    ) -> Article:  # fmt: skip
        """One more article of the story; so many alerts are new."""
        feed, key = feed or await self.feed(), f"t{next(_KEYS)}"
        at = published or self.time.now
        async with self.store.transaction() as tx:
            saved = await tx.articles.add(
                feed, [draft(key, title, summary="", published=at)], self.time.now
            )
            (article,) = saved.new
            if self.story_id is None:
                self.story_id = await tx.stories.create(article, self.time.now)
            story = await tx.stories.file(article, self.story_id, self.time.now)
            matches = [Match(self.topic, WHY)] if matching else []
            new = await queue(tx, [Filed(article, story, matches)], [], self.time.now)
        assert new == queued, title
        self.time.pass_(60)
        return article

    async def changes(self, article: Article, title: str, *, queued: int) -> None:
        """The feed gives the article another headline."""
        feed = await self.store.feeds.get(article.feed)
        assert feed is not None
        async with self.store.transaction() as tx:
            words = draft(article.guid or "", title, link=article.link, summary="")
            saved = await tx.articles.add(feed, [words], self.time.now)
            assert len(saved.edited) == 1
            assert await queue(tx, [], saved.edited, self.time.now) == queued

    async def told(self) -> list[Alert]:
        """What goes out now."""
        alerts = await self.claim()
        for alert in alerts:
            await self.send(alert)
        return alerts


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    time = Time()
    async with await open_store(f"sqlite:///{tmp_path}/n.db", now=time) as store:
        yield Line(store, time)


@pytest.fixture
async def reader(line: Line) -> Chat:
    chat = await line.chat()
    line.topic = await line.follow(chat, "selby", "Selby")
    return chat


async def begun(line: Line) -> Alert:
    await line.reports("Fire in Selby kills 9", queued=1)
    (first,) = await line.told()
    return first


async def test_another_order_rings_as_an_answer_and_the_same_order_does_not(
    line: Line, reader: Chat
) -> None:
    first = await begun(line)
    await line.reports("Fire in Selby kills 11")
    await line.reports("Fire in Selby kills 120", matching=False, queued=1)
    (alert,) = await line.told()
    assert (alert.development, alert.earlier, alert.topic) == (1, 501, first.topic)
    assert alert.rise is not None
    assert (alert.rise.before, alert.rise.count.number, alert.rise.count.words) == (9, 120, "120")
    for title in ("Selby mourns its dead", "Fire in Selby kills 130", "Fire in Selby kills 12"):
        await line.reports(title)
    await line.reports("Fire in Selby kills 1,500", queued=1)
    (last,) = await line.told()
    assert (last.development, last.earlier) == (2, 501)


async def test_who_hears_of_it_first_by_the_new_figure_hears_that_alone(
    line: Line, reader: Chat
) -> None:
    await begun(line)
    other = await line.chat()
    await line.follow(other, "selby", "Selby")
    await line.reports("Fire in Selby kills 120", queued=2)
    told = {alert.chat.id: alert for alert in await line.told()}
    assert told[reader.id].earlier is not None
    assert told[other.id].earlier is None
    await line.reports("Selby mourns its dead")
    late = await line.chat()
    await line.follow(late, "selby", "Selby")
    await line.reports("Selby mourns its dead again", queued=1)
    (alert,) = await line.told()
    assert (alert.chat.id, alert.rise) == (late.id, None)


async def test_what_nobody_has_heard_yet_becomes_the_new_figure(line: Line, reader: Chat) -> None:
    await line.reports("Fire in Selby kills 9", queued=1)
    newest = await line.reports("Fire in Selby kills 120")
    (alert,) = await line.told()
    assert (alert.article.id, alert.development, alert.earlier) == (newest.id, 1, None)
    assert alert.reason == WHY
    await line.reports("Selby mourns its dead")
    assert await line.told() == []


async def test_what_is_being_sent_is_left_alone(line: Line, reader: Chat) -> None:
    await line.reports("Fire in Selby kills 9", queued=1)
    (first,) = await line.claim(lease=600)
    await line.reports("Fire in Selby kills 120", queued=1)
    await line.send(first)
    (alert,) = await line.told()
    assert alert.earlier is not None


async def test_who_does_not_want_to_hear_more_does_not(line: Line, reader: Chat) -> None:
    quiet, gone, digest = await line.chat(), await line.chat(), await line.chat()
    for chat in (quiet, gone, digest):
        await line.follow(chat, "selby", "Selby")
    await line.reports("Fire in Selby kills 9", queued=4)
    await line.told()
    assert line.story_id is not None
    async with line.store.transaction() as tx:
        await tx.stories.mute(quiet.id, line.story_id, line.time.now + DAY)
        await tx.topics.unfollow(gone.id, line.topic)
        await tx.topics.ring_at(digest.id, line.topic, 0)
    await line.reports("Fire in Selby kills 120", queued=1)
    assert [alert.chat.id for alert in await line.told()] == [reader.id]


async def test_nobody_learns_of_it_from_a_feed_of_others(line: Line, reader: Chat) -> None:
    await begun(line)
    private = await line.feed(owner=await line.chat())
    await line.reports("Fire in Selby kills 120", feed=private)


async def test_a_headline_that_is_changed_counts_and_a_correction_is_no_news(
    line: Line, reader: Chat
) -> None:
    article = await line.reports("Fire in Selby kills 9", queued=1)
    await line.told()
    await line.changes(article, "Fire in Selby kills 120", queued=1)
    (alert,) = await line.told()
    assert alert.article.title == "Fire in Selby kills 120"
    assert alert.rise is not None
    line.time.pass_(60)
    await line.changes(article, "Fire in Selby kills 12", queued=0)
    await line.changes(article, "Fire in Selby kills 130", queued=0)


async def test_whoever_is_read_first_the_same_is_told(line: Line, reader: Chat) -> None:
    start = line.time.now
    line.time.pass_(HOUR)
    await line.reports("Fire in Selby kills 120", queued=1, published=start + 600)
    await line.told()
    await line.reports("Fire in Selby kills 9", published=start)
    await line.reports("Fire in Selby kills 14", published=start + 60)
    await line.reports("Fire in Selby kills 140", published=start + 900)
    assert await line.told() == [], "the first alert said all of it"


async def test_who_follows_the_story_is_told_without_a_topic(line: Line, reader: Chat) -> None:
    await begun(line)
    watcher = await line.chat()
    assert line.story_id is not None
    async with line.store.transaction() as tx:
        for chat in (watcher, reader):
            await tx.stories.follow(chat.id, line.story_id, line.time.now)
    await line.reports("Fire in Selby kills 120", queued=2)
    told = await line.told()
    assert {alert.chat.id for alert in told} == {watcher.id, reader.id}
    assert all(alert.followed for alert in told)
    await line.reports("Selby mourns its dead")


async def test_the_dead_and_the_hurt_ring_once(line: Line, reader: Chat) -> None:
    await line.reports("Fire in Selby: 9 dead, 30 injured", queued=1)
    await line.told()
    await line.reports("Fire in Selby: 120 dead, 700 injured", queued=1)
    (alert,) = await line.told()
    assert alert.rise is not None
    assert alert.rise.count.kind == "killed"
    await line.reports("Fire in Selby: 140 dead, 800 injured")


async def test_old_stories_rest(line: Line, reader: Chat) -> None:
    await begun(line)
    line.time.pass_(4 * DAY)
    await line.reports("Fire in Selby kills 120")


async def test_two_in_one_document_ring_once(line: Line, reader: Chat) -> None:
    feed = await line.feed()
    async with line.store.transaction() as tx:
        drafts = [draft(f"d{n}", f"Fire in Selby kills {n}", summary="") for n in (9, 120)]
        saved = await tx.articles.add(feed, drafts, line.time.now)
        new = sorted(saved.new, key=lambda a: len(a.title))
        story = await tx.stories.create(new[0], line.time.now)
        filed = [
            Filed(a, await tx.stories.file(a, story, line.time.now), [Match(line.topic, WHY)])
            for a in new
        ]
        assert await queue(tx, filed, [], line.time.now) == 1
    (alert,) = await line.told()
    assert alert.article.title == "Fire in Selby kills 120"
