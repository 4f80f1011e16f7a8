"""The outbox: once per development, one in flight per chat, doubt resolved once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import (
    AlertId,
    Later,
    Moved,
    NewAlert,
    Outcome,
    Sent,
    Settlement,
    Unknown,
)
from bot.model import Never as NeverAgain
from bot.store import Store
from tests.store.world import DAY, HOUR, WHY, Time, World

# ── queue and claim ──────────────────────────────────────────────────────────────────────────────


async def test_a_development_is_owed_once(world: World, store: Store) -> None:
    chat = await world.chat()
    alert = await world.owe(chat)
    same = NewAlert(chat.id, alert.story.id, 0, alert.topic, alert.article.id, WHY)
    assert await world.queue(same, same) == 0
    assert await world.queue() == 0
    assert await world.queue(replace(same, development=1), replace(same, development=1)) == 1


async def test_closed_chats_and_muted_stories_are_owed_nothing(
    world: World, store: Store, time: Time
) -> None:
    open_, closed, deaf = [await world.chat() for _ in range(3)]
    alert = await world.owe(open_)
    async with store.transaction() as tx:
        await tx.chats.close(closed.telegram, "blocked", time.now)
        await tx.stories.mute(deaf.id, alert.story.id, time.now + 60)
    new = [
        NewAlert(chat, alert.story.id, 0, alert.topic, alert.article.id, WHY)
        for chat in (closed.id, deaf.id, type(deaf.id)(999))
    ]
    assert await world.queue(*new) == 0
    time.pass_(60)
    assert await world.queue(*new) == 1


async def test_a_claim_has_all_that_a_message_shows(world: World, store: Store) -> None:
    chat = await world.chat()
    await world.owe(chat, title="Troops leave")
    (alert,) = await world.claim()
    assert (alert.chat, alert.label, alert.reason, alert.state) == (chat, "Niger", WHY, "claimed")
    assert (alert.story.headline, alert.article.title) == ("Troops leave", "Troops leave")
    assert alert.token
    assert alert == await store.outbox.get(alert.id)
    async with store.transaction() as tx:
        await tx.topics.unfollow(chat.id, alert.topic)
    unfollowed = await store.outbox.get(alert.id)
    assert unfollowed is not None
    assert unfollowed.label == "niger"  # the topic's own words stand in


async def test_a_lead_that_the_chat_may_not_see_is_replaced(world: World, store: Store) -> None:
    one, two = await world.chat(), await world.chat()
    secret = await world.article(await world.feed("p1", owner=one), "Words of one")
    mine = await world.article(await world.feed("p2", owner=two), "Words of two")
    story = await world.story(secret, mine)
    topic = await world.follow(two)
    await world.queue(NewAlert(two.id, story, 0, topic, mine.id, WHY))
    (alert,) = await world.claim()
    assert (alert.story.headline, alert.story.lead) == ("Words of two", mine.id)


async def test_the_news_of_the_day_comes_before_what_is_newer(world: World, time: Time) -> None:
    chat = await world.chat()
    great = await world.owe(chat)
    for number in range(7):
        feed = await world.feed(f"f{number}", publisher=f"Outlet {number}")
        article = await world.article(feed)
        async with world.store.transaction() as tx:
            await tx.stories.file(article, great.story.id, now=time.at)
    time.pass_(60)
    newer = await world.owe(chat)
    for wanted in (great, newer):
        (claimed,) = await world.claim()
        assert claimed.id == wanted.id
        await world.mark(claimed)
        await world.settle(claimed, Sent(1))


async def test_one_in_flight_per_chat_and_the_newest_first(world: World, time: Time) -> None:
    chat = await world.chat()
    old = await world.owe(chat, title="Old")
    time.pass_(5)
    new = await world.owe(chat, title="New")
    (first,) = await world.claim()
    assert first.id == new.id
    assert await world.claim() == []
    await world.mark(first)
    assert await world.claim() == []
    await world.settle(first, Sent(1))
    assert [a.id for a in await world.claim()] == [old.id]


async def test_a_long_queue_does_not_keep_others_waiting(world: World, time: Time) -> None:
    loud, quiet = await world.chat(), await world.chat()
    for _ in range(3):
        await world.owe(loud)
    await world.owe(quiet)
    order = []
    for _ in range(4):
        (alert,) = await world.claim(limit=1)
        order.append(alert.chat.id)
        await world.send(alert)
        time.pass_(1)
    assert order == [loud.id, quiet.id, loud.id, loud.id]


async def test_next_due(world: World, store: Store, time: Time) -> None:
    assert await store.outbox.next_due() is None
    chat = await world.chat()
    await world.owe(chat)
    assert await store.outbox.next_due() == 0
    (alert,) = await world.claim()
    assert await store.outbox.next_due() is None
    await world.settle(alert, Later(50, "busy"))
    assert await store.outbox.next_due() == time.now + 50


async def test_a_chat_that_must_rest_is_left_alone(world: World, store: Store, time: Time) -> None:
    chat = await world.chat()
    await world.owe(chat)
    async with store.transaction() as tx:
        await tx.outbox.pause(chat.id, time.at + 36_000)
        await tx.outbox.pause(chat.id, time.at + 5)  # never shortens
    time.pass_(35_999)
    assert await world.claim() == []
    assert await store.outbox.next_due() == time.now + 1
    time.pass_(1)
    assert len(await world.claim()) == 1


# ── settle ───────────────────────────────────────────────────────────────────────────────────────


async def test_sent(world: World, store: Store, time: Time) -> None:
    chat = await world.chat()
    await world.owe(chat)
    (alert,) = await world.claim()
    assert await world.mark(alert) == {alert.id}
    assert await world.mark(alert) == set()
    assert await world.settle(alert, Sent(77, 3))
    assert not await world.settle(alert, NeverAgain("late"))
    sent = await store.outbox.by_message(chat.telegram, 77)
    assert sent is not None
    assert (sent.state, sent.message, sent.shown_publishers) == ("sent", 77, 3)
    assert (sent.attempts, sent.doubt, sent.token) == (1, False, "")
    assert await store.outbox.by_message(chat.telegram, 78) is None
    assert (await store.outbox.stats(time.at)).sent_24h == 1
    assert (await store.outbox.stats(time.at + DAY + 1)).sent_24h == 0


@pytest.mark.parametrize(
    ("outcome", "state", "claimable"),
    [
        (Later(10, "flood"), "later", 10),
        (Later(0, "at once", scope="alert"), "later", 0),
        (NeverAgain("blocked"), "closed", None),
        (Moved(-100), "ready", 0),
        (Unknown("timeout"), "ready", 0),
    ],
)
async def test_other_outcomes(
    world: World, time: Time, outcome: Outcome, state: str, claimable: int | None
) -> None:
    await world.owe(await world.chat())
    (alert,) = await world.claim()
    await world.mark(alert)
    assert await world.settle(alert, outcome)
    assert await world.state(alert) == state
    if claimable:
        time.pass_(claimable - 1)
        assert await world.claim() == []
        time.pass_(1)
    assert len(await world.claim()) == (claimable is not None)


async def test_later_rests_the_whole_chat_or_one_alert(world: World, time: Time) -> None:
    chat = await world.chat()
    first, second = await world.owe(chat), await world.owe(chat)
    (alert,) = await world.claim()
    await world.settle(alert, Later(100, "this one", scope="alert"))
    (other,) = await world.claim()
    assert {alert.id, other.id} == {first.id, second.id}
    await world.settle(other, Later(50, "flood"))
    time.pass_(49)
    assert await world.claim() == []
    time.pass_(1)
    assert [a.id for a in await world.claim()] == [other.id]


async def test_doubt_is_resolved_once(world: World, store: Store) -> None:
    await world.owe(await world.chat())
    (first,) = await world.claim()
    await world.mark(first)
    await world.settle(first, Unknown("timeout"))
    (second,) = await world.claim()
    assert (second.id, second.doubt, second.attempts) == (first.id, True, 1)
    await world.mark(second)
    await world.settle(second, Unknown("timeout again"))
    assert await world.state(second) == "closed"
    assert await world.claim() == []


async def test_a_stale_token_is_void(world: World, time: Time) -> None:
    await world.owe(await world.chat())
    (first,) = await world.claim(lease=10)
    time.pass_(10)
    assert await world.mark(first) == set()  # the lease has run out
    async with world.store.transaction() as tx:
        assert await tx.outbox.recover(time.at) == (1, 0)
    (second,) = await world.claim()
    assert not await world.settle(first, Sent(5))
    assert await world.mark(first) == set()
    assert await world.mark(second) == {second.id}


async def test_the_journal_settles_and_marks_in_one(world: World, store: Store, time: Time) -> None:
    one, two = await world.chat(), await world.chat()
    await world.owe(one)
    await world.owe(two)
    first, second = await world.claim()
    await world.mark(first)
    async with store.transaction() as tx:
        marked = await tx.outbox.journal(
            [(second.id, second.token), (AlertId(99), "x")],
            [Settlement(first.id, first.token, Sent(4), time.at)],
            time.at,
        )
        assert await tx.outbox.journal([], [], time.at) == set()
    assert marked == {second.id}
    assert (await world.state(first), await world.state(second)) == ("sent", "sending")


async def test_quiet_hours(world: World, store: Store, time: Time) -> None:
    chat = await world.chat()
    await world.owe(chat)
    (alert,) = await world.claim()
    async with store.transaction() as tx:
        assert await tx.outbox.hold([(alert.id, "wrong")], time.at + 60) == set()
        assert await tx.outbox.hold([(alert.id, alert.token)], time.at + 60) == {alert.id}
        assert await tx.outbox.hold([], time.at) == set()
    stats = await store.outbox.stats(time.at)
    assert (stats.held, stats.waiting, stats.oldest_unsent) == (1, 0, None)
    assert await world.claim() == []
    time.pass_(60)
    (again,) = await world.claim()
    async with store.transaction() as tx:
        await tx.outbox.hold([(again.id, again.token)], time.at + HOUR)
        assert await tx.outbox.release(chat.id) == 1
    assert len(await world.claim()) == 1


async def test_what_was_not_begun_is_given_back(world: World, store: Store) -> None:
    await world.owe(await world.chat())
    await world.owe(await world.chat())
    one, two = await world.claim()
    await world.mark(two)
    async with store.transaction() as tx:
        assert await tx.outbox.give_back([]) == set()
        back = await tx.outbox.give_back([(a.id, a.token) for a in (one, two)])
    assert back == {one.id}
    assert [a.id for a in await world.claim()] == [one.id]
