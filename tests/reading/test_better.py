"""What a better summary can be made from, and who may be shown it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model import Alert, Article, Chat, NewAlert, Reason, Sent, Settlement, TopicId
from bot.reading.better import FRESH, Better
from bot.reading.stories import Reading
from bot.store import Store, open_store
from bot.store.living import COALESCE
from tests.delivery.house import FakeTime
from tests.desk import NOW, InlineWorker, TableWeb, article, chat, feed
from tests.reading.test_stories import LONG, page_of


class Room:
    def __init__(self, store: Store, time: FakeTime) -> None:
        self.store, self.time, self.web = store, time, TableWeb()
        self.reading = Reading(store, self.web, InlineWorker(), time)  # type: ignore[arg-type]
        self.better = Better(store, self.reading, time, page=4)

    async def rings(self, told: Article, reader: Chat, worth: int = 0) -> None:
        """The reader gets an alert of the article, with a summary that is worth so much."""
        assert told.story is not None
        new = NewAlert(reader.id, told.story, 0, await self.topic(), told.id, Reason("", "title"))
        async with self.store.transaction() as tx:
            assert await tx.outbox.queue([new], self.time()) == 1
            (alert,) = await tx.outbox.claim(self.time(), 1, 60)
            await tx.outbox.mark([(alert.id, alert.token)], self.time())
            sent = Settlement(alert.id, alert.token, Sent(9, 1, False, worth), self.time())
            await tx.outbox.settle([sent], self.time())

    async def topic(self) -> TopicId:
        async with self.store.transaction() as tx:
            return await tx.topics.ensure("niger", self.time())

    async def due(self) -> list[Alert]:
        self.time.at += COALESCE
        return await self.store.outbox.edits(self.time(), 9)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    time = FakeTime(NOW)
    async with await open_store(f"sqlite:///{tmp_path}/news.db", now=time) as store:
        yield Room(store, time)


async def bare(room: Room) -> Article:
    return await article(room.store, await feed(room.store, "post"), "Last soldiers leave Agadez")


async def test_a_bare_headline_gets_what_its_page_says(room: Room) -> None:
    told, reader = await bare(room), await chat(room.store)
    room.web.put(told.link, page_of(LONG))
    await room.rings(told, reader)
    assert await room.better.look()
    assert not await room.better.look(), "it was looked into"
    (alert,) = await room.due()
    summary = await room.better.of(alert)
    assert summary is not None
    assert summary.kind == "page"
    assert "Agadez" in summary.sentences[0].text


async def test_another_outlet_does_not_make_it_forgotten(room: Room) -> None:
    told, reader = await bare(room), await chat(room.store)
    room.web.put(told.link, page_of(LONG))
    await room.rings(told, reader)
    await room.better.look()
    (alert,) = await room.due()
    known = await room.better.of(alert)
    await article(room.store, await feed(room.store, "herald"), "They have left", story=told.story)
    assert known is not None
    assert await room.better.of(alert) == known


async def test_a_page_that_says_nothing_is_asked_once(room: Room) -> None:
    await room.rings(await bare(room), await chat(room.store))
    assert await room.better.look()
    assert not await room.better.look()
    assert await room.due() == []


async def test_who_was_told_more_or_long_ago_is_not_looked_into(room: Room) -> None:
    told = await bare(room)
    await room.rings(told, await chat(room.store), worth=2)
    assert not await room.better.look()
    await room.rings(told, await chat(room.store, 2))
    room.time.at += FRESH + 1
    assert not await room.better.look()


async def test_what_one_chat_alone_may_see_is_shown_to_no_other(room: Room) -> None:
    owner, stranger = await chat(room.store), await chat(room.store, 2)
    told = await bare(room)
    private = await feed(room.store, "secret", owner=owner)
    secret = await article(room.store, private, "They left Bilma", story=told.story)
    for link, text in ((told.link, LONG), (secret.link, LONG.replace("Agadez", "Bilma"))):
        room.web.put(link, page_of(text))
    await room.rings(told, stranger)
    assert told.story is not None
    await room.reading.summary(told.story, owner)
    async with room.store.transaction() as tx:
        await tx.outbox.improved(told.story, 5, room.time())
    (alert,) = await room.due()
    assert await room.better.of(alert) is None, "nobody made one of what this chat may see"


async def test_it_runs_until_it_is_told_to_stop(room: Room) -> None:
    told = await bare(room)
    room.web.put(told.link, page_of(LONG))
    await room.rings(told, await chat(room.store))
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.better.run(stop))
        async with asyncio.timeout(30):
            while await room.store.outbox.bare(0) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        stop.set()
