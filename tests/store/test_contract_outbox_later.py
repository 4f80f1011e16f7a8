"""The outbox after a change of mind, a crash, and a story that grows."""

from __future__ import annotations

import pytest

from bot.model import (
    Later,
    Moved,
    NewAlert,
    OutboxStats,
    Outcome,
    Sent,
    Settlement,
    StoryId,
    Unknown,
)
from bot.model import Never as NeverAgain
from bot.store import Store, open_store
from bot.store.settle import CRASHES
from tests.store.world import DAY, HOUR, WHY, Time, World

# ── unfollow, mute ───────────────────────────────────────────────────────────────────────────────


async def test_what_is_called_off_is_not_sent(world: World, store: Store) -> None:
    chat, other = await world.chat(), await world.chat()
    topic_alert, story_alert, kept = [await world.owe(chat) for _ in range(3)]
    foreign = await world.owe(other)
    second = await world.follow(chat, "war", "War")
    await world.queue(NewAlert(chat.id, foreign.story.id, 0, second, foreign.article.id, WHY))
    async with store.transaction() as tx:
        assert await tx.outbox.close_for(chat.id, story=story_alert.story.id) == 1
        assert await tx.outbox.close_for(chat.id, topic=second) == 1
        assert await tx.outbox.close_for(chat.id, topic=second, story=kept.story.id) == 0
    assert await world.state(topic_alert) == "ready"
    async with store.transaction() as tx:
        assert await tx.outbox.close_for(chat.id) == 2
    assert [a.id for a in await world.claim()] == [foreign.id]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Sent(5), "sent"), (Later(1, "x"), "closed"), (Unknown("x"), "closed"), (Moved(1), "closed")],
)
async def test_called_off_in_the_middle_of_sending(
    world: World, store: Store, outcome: Outcome, state: str
) -> None:
    chat = await world.chat()
    await world.owe(chat)
    (alert,) = await world.claim()
    await world.mark(alert)
    async with store.transaction() as tx:
        assert await tx.outbox.close_for(chat.id) == 1
    assert await world.settle(alert, outcome)
    assert await world.state(alert) == state
    assert (await store.outbox.stats(world.time.at)).waiting == 0


async def test_a_claim_that_was_called_off_cannot_be_marked(world: World, store: Store) -> None:
    chat = await world.chat()
    await world.owe(chat)
    (alert,) = await world.claim()
    async with store.transaction() as tx:
        await tx.outbox.close_for(chat.id)
    assert await world.mark(alert) == set()


# ── crashes ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_process_frees_what_the_old_one_claimed_at_once(url: str, time: Time) -> None:
    async with await open_store(url, now=time) as store:
        world = World(store, time)
        for _ in range(3):
            await world.owe(await world.chat())
        claimed, sending, sent = await world.claim(lease=600)
        await world.mark(sending)
        await world.send(sent)
    async with await open_store(url, now=time) as store:
        world = World(store, time)
        async with store.transaction() as tx:
            assert await tx.outbox.recover(time.at) == (1, 1)
            assert await tx.outbox.recover(time.at) == (0, 0)
        alerts = {a.id: a for a in await world.claim()}
        assert set(alerts) == {claimed.id, sending.id}
        assert not alerts[claimed.id].doubt
        assert alerts[sending.id].doubt


async def test_an_alert_outlives_three_crashes_but_not_a_crash_loop(url: str, time: Time) -> None:
    async with await open_store(url, now=time) as store:
        world = World(store, time)
        await world.owe(await world.chat())
    states = []
    for _ in range(CRASHES + 1):
        async with await open_store(url, now=time) as store:
            world = World(store, time)
            (alert,) = await world.claim()
            await world.mark(alert)
        async with await open_store(url, now=time) as store, store.transaction() as tx:
            assert await tx.outbox.recover(time.at) == (0, 1)
            found = await tx.outbox.get(alert.id)
            assert found is not None
            states.append(found.state)
    assert states == ["ready"] * CRASHES + ["closed"]


async def test_a_crash_does_not_spend_what_a_lost_answer_may_repeat(url: str, time: Time) -> None:
    async with await open_store(url, now=time) as store:
        world = World(store, time)
        await world.owe(await world.chat())
        (alert,) = await world.claim()
        await world.mark(alert)
    async with await open_store(url, now=time) as store:
        world = World(store, time)
        async with store.transaction() as tx:
            assert await tx.outbox.recover(time.at) == (0, 1)
        states = []
        for _ in range(2):
            (alert,) = await world.claim()
            await world.mark(alert)
            await world.settle(alert, Unknown("no answer"))
            states.append(await world.state(alert))
    assert states == ["ready", "closed"]


async def test_a_lease_that_runs_on_is_left_alone(world: World, store: Store, time: Time) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim(lease=60)
    await world.mark(alert)
    async with store.transaction() as tx:
        assert await tx.outbox.recover(time.at + 59) == (0, 0)
        assert await tx.outbox.recover(time.at + 60, "drop") == (0, 1)
    assert await world.state(alert) == "closed"


# ── living messages ──────────────────────────────────────────────────────────────────────────────


async def tell(world: World, story: StoryId, times: int) -> None:
    """So many other publishers tell the story too."""
    for _ in range(times):
        article = await world.article(await world.feed())
        async with world.store.transaction() as tx:
            await tx.stories.file(article, story, world.time.now)
            await tx.outbox.refresh([story], world.time.now)


async def test_a_message_grows_with_the_first_few_then_with_each_doubling(
    world: World, store: Store
) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim()
    await world.send(alert)
    edits = []
    for publishers in range(2, 10):
        await tell(world, alert.story.id, 1)
        for due in await store.outbox.edits(world.time.at, 5):
            assert due.id == alert.id
            edits.append(publishers)
            async with store.transaction() as tx:
                await tx.outbox.edited(due, due.story.publishers, True)
    assert edits == [2, 3, 4, 8]
    found = await store.outbox.get(alert.id)
    assert found is not None
    assert found.shown_publishers == 8


async def test_an_outlet_that_joins_while_the_alert_is_on_its_way_is_not_overlooked(
    world: World, store: Store
) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim()
    await world.mark(alert)
    await tell(world, alert.story.id, 1)
    assert await store.outbox.edits(world.time.at, 5) == []
    async with store.transaction() as tx:
        sent = Settlement(alert.id, alert.token, Sent(77, 1), world.time.now)
        await tx.outbox.settle([sent], world.time.now)
    (due,) = await store.outbox.edits(world.time.at, 5)
    assert (due.id, due.story.publishers) == (alert.id, 2)


async def test_a_message_that_is_being_read_grows_later(
    world: World, store: Store, time: Time
) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim()
    await world.send(alert)
    async with store.transaction() as tx:
        await tx.outbox.opened(alert.id, time.now + 900)
    await tell(world, alert.story.id, 1)
    assert await store.outbox.edits(time.at, 5) == []
    time.pass_(901)
    assert [a.id for a in await store.outbox.edits(time.at, 5)] == [alert.id]


async def test_a_message_that_was_opened_but_has_not_grown_is_left_alone(
    world: World, store: Store, time: Time
) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim()
    await world.send(alert)
    async with store.transaction() as tx:
        await tx.outbox.opened(alert.id, time.now)
    time.pass_(60)
    assert await store.outbox.edits(time.at, 5) == []


async def test_an_edit_that_fails_comes_back_with_the_next_growth(
    world: World, store: Store
) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim()
    await world.send(alert)
    await tell(world, alert.story.id, 1)
    async with store.transaction() as tx:
        await tx.outbox.edited(alert.id, 2, False)
    assert await store.outbox.edits(world.time.at, 5) == []
    await tell(world, alert.story.id, 1)
    assert [a.id for a in await store.outbox.edits(world.time.at, 5)] == [alert.id]


async def test_no_edit_after_six_hours_nor_where_it_is_muted_or_closed(
    world: World, store: Store, time: Time
) -> None:
    chats = [await world.chat() for _ in range(4)]
    first = await world.owe(chats[0])
    topic = first.topic
    for chat in chats[1:]:
        await world.queue(NewAlert(chat.id, first.story.id, 0, topic, first.article.id, WHY))
    for alert in await world.claim():
        await world.send(alert)
    async with store.transaction() as tx:
        await tx.stories.mute(chats[0].id, first.story.id, time.now + DAY)
        await tx.chats.close(chats[1].telegram, "blocked", time.now)
        await tx.outbox.pause(chats[2].id, time.at + 60)
    await tell(world, first.story.id, 1)
    assert [a.chat.id for a in await store.outbox.edits(time.at, 9)] == [chats[3].id]
    async with store.transaction() as tx:
        await tx.stories.mute(chats[3].id, first.story.id, time.now + DAY)
    assert await store.outbox.edits(time.at, 9) == []
    time.pass_(6 * HOUR)
    assert await store.outbox.edits(time.at, 9) == []
    await tell(world, first.story.id, 5)
    assert await store.outbox.edits(time.at, 9) == []


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


async def test_the_numbers(world: World, store: Store, time: Time) -> None:
    assert await store.outbox.stats(time.at) == OutboxStats()
    chats = [await world.chat() for _ in range(4)]
    start = time.now
    for chat in chats:
        await world.owe(chat)
        time.pass_(1)
    sent, closed, flying = await world.claim(limit=3)
    await world.send(sent)
    await world.settle(closed, NeverAgain("x", scope="alert"))
    stats = await store.outbox.stats(time.at)
    assert (stats.waiting, stats.in_flight, stats.sent_24h, stats.closed_24h) == (1, 1, 1, 1)
    assert stats.oldest_unsent == start + 2
    assert flying.queued == start + 2
    mine = await store.outbox.chat_stats(sent.chat.id, start)
    assert mine == OutboxStats(sent_24h=1)
    totals = await store.totals(time.at)
    assert (totals.chats, totals.open_chats, totals.follows, totals.topics) == (4, 4, 4, 1)
    assert (totals.feeds, totals.failing_feeds, totals.articles, totals.stories) == (4, 0, 4, 4)
    assert totals.outbox == stats


async def test_what_eight_publishers_tell_passes_the_queues_of_all_chats(
    world: World, store: Store, time: Time
) -> None:
    waiting = [await world.chat() for _ in range(3)]
    for chat in waiting:
        await world.owe(chat)
    late = await world.chat()
    old, wide = await world.owe(late), await world.owe(late)
    assert [a.chat.id for a in await world.claim(1)] == [waiting[0].id]
    await tell(world, wide.story.id, 7)
    assert [a.id for a in await world.claim(1)] == [wide.id]
    assert [a.chat.id for a in await world.claim(9)] == [chat.id for chat in waiting[1:]]
    await world.send((await store.outbox.get(wide.id)) or wide)
    await tell(world, old.story.id, 7)
    time.pass_(7 * HOUR)  # by then it is as old as everything else
    again = await world.chat()
    first = await world.owe(again)
    time.pass_(1)
    assert [a.id for a in await world.claim(9)][-2:] == [first.id, old.id]
