"""Subscriptions at hubs: offered once, kept until hubs know; and the visits that go with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Feed, FeedRecord
from bot.model.collect import Subscription
from bot.store import Store
from bot.store.pushes import MOST
from tests.store.world import DAY, HOUR, START, World

HUB, TOPIC = "https://hub.example/", "https://paper.example/feed"
FLOOR = 900


async def offered(store: Store, feed: Feed, hub: str = HUB, topic: str = TOPIC) -> None:
    async with store.transaction() as tx:
        await tx.pushes.offer(feed.id, hub, topic, START)


async def all_of(store: Store) -> list[Subscription]:
    return await store.pushes.due(2**40, 99)


async def held(store: Store, feed: Feed, path: str = "p" * 43) -> Subscription:
    """One that its hub has verified, for a day."""
    await offered(store, feed)
    (one,) = await all_of(store)
    async with store.transaction() as tx:
        asked = replace(one, asked="subscribe", path=path, secret="s", tries=1)
        await tx.pushes.asking(asked, START + HOUR)
        await tx.pushes.holds(asked, START + DAY, START + DAY // 2)
    (one,) = await all_of(store)
    return one


async def fresh(store: Store, feed: Feed) -> Feed:
    found = await store.feeds.get(feed.id)
    assert found is not None
    return found


async def test_a_hub_is_offered_once(world: World, store: Store) -> None:
    feed = await world.feed()
    for _ in range(3):
        await offered(store, feed)
    (one,) = await all_of(store)
    assert one == Subscription(one.id, feed.id, HUB, TOPIC, "", "", "", 0, START, 0, None, b"")
    assert await store.pushes.at("") is None


async def test_it_comes_with_the_visit(world: World, store: Store) -> None:
    feed = await world.feed()
    done = FeedRecord(feed.id, START, START + HOUR, HOUR, True, hub=HUB, topic=TOPIC)
    async with store.transaction() as tx:
        await tx.feeds.record(done)
        await tx.feeds.record(replace(done, hub=None))
    assert len(await all_of(store)) == 1, "a visit that says nothing of hubs changes nothing"
    async with store.transaction() as tx:
        await tx.feeds.record(replace(done, hub="", topic=""))
        await tx.pushes.tidy()
    assert await all_of(store) == []


async def test_what_holds(world: World, store: Store) -> None:
    feed = await world.feed()
    one = await held(store, feed)
    assert (one.asked, one.lease_until, one.tries, one.problem) == ("", START + DAY, 0, None)
    assert await store.pushes.at(one.path) == one
    assert (await fresh(store, feed)).pushed == 1
    assert await store.pushes.holding(START) == 1
    assert await store.pushes.holding(START + DAY) == 0
    assert await store.pushes.standing(START) == (1, 1, 0)


@pytest.mark.parametrize(
    ("hub", "topic"), [("https://other.example/", TOPIC), (HUB, "x"), ("", "")]
)
async def test_another_hub_or_none_leaves_the_old_one(
    world: World, store: Store, hub: str, topic: str
) -> None:
    feed = await world.feed()
    one = await held(store, feed)
    await offered(store, feed, hub, topic)
    old, *new = sorted(await all_of(store), key=lambda each: each.id)
    assert (old.id, old.feed, old.due, old.lease_until) == (one.id, None, START, START + DAY)
    assert [(each.hub, each.topic) for each in new] == ([(hub, topic)] if hub else [])
    assert (await fresh(store, feed)).pushed == 0


async def test_a_feed_that_goes_leaves_what_its_hub_knows(world: World, store: Store) -> None:
    feed, other = await world.feed("one"), await world.feed("two")
    one = await held(store, feed)
    await offered(store, other)
    async with store.transaction() as tx:
        await tx.feeds.remove(feed.id)
        await tx.feeds.remove(other.id)
    (left,) = await all_of(store)
    assert (left.id, left.feed) == (one.id, None), "nobody knows of the other one"
    async with store.transaction() as tx:
        await tx.pushes.sweep(START + 60, FLOOR)
    assert (await all_of(store))[0].due == START + 60, "the hub is told at once"
    async with store.transaction() as tx:
        await tx.pushes.begin_anew(START + 90)
        await tx.pushes.sweep(START + 90, FLOOR)
    assert await all_of(store) == []


async def test_what_nobody_reads_is_left(world: World, store: Store) -> None:
    chat = await world.chat()
    feed = await world.feed("letter", owner=chat)
    await held(store, feed)
    async with store.transaction() as tx:
        await tx.pushes.sweep(START, FLOOR)
    assert (await all_of(store))[0].feed == feed.id
    async with store.transaction() as tx:
        await tx.chats.close(chat.telegram, "blocked", START)
        await tx.pushes.sweep(START, FLOOR)
    assert (await all_of(store))[0].feed is None


@pytest.mark.parametrize(
    ("visited", "planned", "wanted"),
    [
        (START - HOUR, START + 2 * DAY, START + DAY + 1),  # late: as soon as possible
        (START + DAY, START + 2 * DAY, START + DAY + FLOOR),  # no sooner than the floor allows
        (START - HOUR, START + 5, START + 5),  # due anyway
    ],
)
async def test_when_a_lease_ends_visits_come_back(
    world: World, store: Store, visited: int, planned: int, wanted: int
) -> None:
    feed = await world.feed()
    await held(store, feed)
    async with store.transaction() as tx:
        await tx.feeds.record(FeedRecord(feed.id, visited, planned, DAY, True))
        await tx.pushes.kept(feed.id, START, 0, 0)
        await tx.pushes.sweep(START + HOUR, FLOOR)
    known = await fresh(store, feed)
    assert (known.pushed, known.next_visit) == (2, planned), "it holds"
    async with store.transaction() as tx:
        await tx.pushes.sweep(START + DAY + 1, FLOOR)
    known = await fresh(store, feed)
    assert (known.pushed, known.next_visit) == (0, wanted)


async def test_trust_grows_and_one_miss_ends_it(world: World, store: Store) -> None:
    feed = await world.feed()
    await held(store, feed)
    async with store.transaction() as tx:
        for _ in range(MOST + 5):
            await tx.pushes.kept(feed.id, START, 0, 0)
    assert (await fresh(store, feed)).pushed == MOST
    done = FeedRecord(feed.id, START, START + HOUR, HOUR, True)
    async with store.transaction() as tx:
        await tx.feeds.record(done)
        await tx.feeds.record_unchanged([done])
    assert (await fresh(store, feed)).pushed == MOST
    async with store.transaction() as tx:
        await tx.feeds.record(replace(done, missed=True))
    assert (await fresh(store, feed)).pushed == 1
    async with store.transaction() as tx:
        for at in (START + 1, START + 2):  # two words, one visit: trusted once
            await tx.pushes.pinged(feed.id, at, at)
    known = await fresh(store, feed)
    assert (known.pushed, known.pinged, known.next_visit) == (2, START + 2, START + 1)


async def test_nobody_is_trusted_without_a_subscription(world: World, store: Store) -> None:
    feed = await world.feed()
    async with store.transaction() as tx:
        await tx.pushes.kept(feed.id, START, 0, 0)
        await tx.pushes.pinged(feed.id, START, START)
    assert (await fresh(store, feed)).pushed == 0


async def test_a_visit_is_hastened_and_taken_back(world: World, store: Store) -> None:
    feed = await world.feed()
    async with store.transaction() as tx:
        await tx.feeds.postpone({feed.id: START + DAY})
        await tx.pushes.hasten(feed.id, START + 60)
        await tx.pushes.hasten(feed.id, START + HOUR)  # later: nothing to hasten
        await tx.pushes.kept(feed.id, START, START + HOUR, START + DAY)  # not the one that stands
    assert (await fresh(store, feed)).next_visit == START + 60
    async with store.transaction() as tx:
        await tx.pushes.kept(feed.id, START, START + 60, START + DAY)
    assert (await fresh(store, feed)).next_visit == START + DAY
