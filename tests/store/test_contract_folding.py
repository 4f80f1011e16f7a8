"""Several alerts in one message: who goes for whom, and what becomes of them in every case."""

from __future__ import annotations

import pytest

from bot.model import Alert, AlertId, Later, Outcome, Sent, Unknown
from bot.model import Never as NeverAgain
from bot.store import Store
from bot.store.folding import FoldingRules
from bot.store.store import begin
from tests.store.world import DAY, HOUR, World

RULES = FoldingRules(stale=3 * HOUR, wide=3, rings=5, first=3, window=300, breath=30)


async def owed(world: World, number: int) -> list[Alert]:
    chat = await world.chat()
    return [await world.owe(chat) for _ in range(number)]


async def a_list(world: World, number: int = 3) -> tuple[Alert, list[Alert]]:
    """A claim that goes for others, and these, after hours in which nothing could be sent."""
    alerts = await owed(world, number)
    world.time.pass_(4 * HOUR)
    (carrier,) = await world.claim(rules=RULES)
    assert carrier.gathers == "late"
    return carrier, [alert for alert in alerts if alert.id != carrier.id]


async def states(store: Store, *alerts: Alert) -> list[str]:
    return [alert.state for alert in await store.outbox.many([a.id for a in alerts])]


async def told(store: Store, carrier: Alert, now: float) -> list[AlertId]:
    return [alert.id for alert in (await store.outbox.carried(carrier.id, now, 50))[0]]


async def test_news_that_is_hours_old_goes_in_one_message(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    assert await states(store, *others) == ["folded", "folded"]
    assert await world.claim(rules=RULES) == []
    assert await told(store, carrier, world.time.at) == [3, 2, 1]
    stats = await store.outbox.stats(world.time.at)
    assert (stats.waiting, stats.in_flight) == (2, 1)
    assert stats.oldest_unsent == world.time.now - 4 * HOUR
    await world.send(carrier)
    assert await states(store, carrier, *others) == ["sent"] * 3
    stats = await store.outbox.stats(world.time.at)
    assert (stats.sent_24h, stats.oldest_unsent) == (3, None)
    assert await told(store, carrier, world.time.at) == [3, 2, 1]  # it can be opened again


async def test_fresh_and_wide_news_rings_for_itself(world: World, store: Store) -> None:
    chat = await world.chat()
    wide = await world.owe(chat)
    for _ in range(2):
        article = await world.article(await world.feed())
        async with store.transaction() as tx:
            await tx.stories.file(article, wide.story.id, world.time.now)
    stale = [await world.owe(chat) for _ in range(2)]
    world.time.pass_(4 * HOUR)
    fresh = await world.owe(chat)
    order = []
    while claimed := await world.claim(rules=RULES):
        order.append((claimed[0].id, claimed[0].gathers))
        await world.send(claimed[0])
    assert order == [(fresh.id, ""), (stale[1].id, "late"), (wide.id, "")]


async def test_one_that_is_late_is_an_alert_like_any_other(world: World) -> None:
    await owed(world, 1)
    world.time.pass_(DAY)
    (alert,) = await world.claim(rules=RULES)
    assert alert.gathers == ""


async def test_what_was_held_goes_together_with_what_is_late(world: World, store: Store) -> None:
    alerts = await owed(world, 3)
    until = world.time.at + 8 * HOUR
    for _ in alerts[1:]:
        (alert,) = await world.claim()
        async with store.transaction() as tx:
            await tx.outbox.hold([(alert.id, alert.token)], until)
    assert (await store.outbox.stats(world.time.at)).held == 2
    world.time.at = until
    (carrier,) = await world.claim(rules=RULES)
    assert (carrier.id, carrier.gathers) == (3, "quiet")
    assert await told(store, carrier, until) == [3, 2, 1]


async def test_a_list_that_meets_quiet_hours_is_held_whole(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    until = world.time.at + HOUR
    async with store.transaction() as tx:
        await tx.outbox.hold([(carrier.id, carrier.token)], until)
    assert (await store.outbox.stats(world.time.at)).held == 3
    newer = await world.owe(carrier.chat)
    world.time.at = until
    (first,) = await world.claim(rules=RULES)
    await world.send(first)
    (again,) = await world.claim(rules=RULES)
    assert (first.id, again.id, again.gathers) == (newer.id, carrier.id, "quiet")
    assert len(await told(store, again, until)) == 1 + len(others)


async def test_the_first_of_a_burst_ring_and_the_rest_is_a_list(world: World, store: Store) -> None:
    await owed(world, 9)
    heard = []
    while claimed := await world.claim(rules=RULES):
        heard.append((claimed[0].gathers, len(await told(store, claimed[0], world.time.at))))
        await world.send(claimed[0])
        world.time.pass_(1)
    assert heard == [("", 1), ("", 1), ("", 1), ("burst", 6)]


async def test_a_chat_that_heard_much_catches_its_breath(world: World, store: Store) -> None:
    chat, other = await world.chat(), await world.chat()
    for _ in range(5):
        await world.owe(chat)
        (alert,) = await world.claim(rules=RULES)
        assert alert.gathers == ""
        await world.send(alert)
        world.time.pass_(10)
    for one in (chat, chat, other):
        await world.owe(one)
    (alert,) = await world.claim(rules=RULES)
    assert alert.chat.id == other.id
    assert await store.outbox.next_due() == world.time.now + 20
    world.time.pass_(20)
    (alert,) = await world.claim(rules=RULES)
    assert alert.gathers == "burst"
    await world.send(alert)
    world.time.pass_(300)
    await world.owe(chat)
    assert [a.gathers for a in await world.claim(rules=RULES)] == [""]


async def test_a_clock_that_was_set_back_keeps_nobody_waiting(world: World) -> None:
    chat = await world.chat()
    for _ in range(5):
        await world.owe(chat)
        (alert,) = await world.claim(rules=RULES)
        await world.send(alert)
    world.time.pass_(-DAY)
    await world.owe(chat)
    assert len(await world.claim(rules=RULES)) == 1


@pytest.mark.parametrize(
    ("outcome", "carrier_is", "others_are"),
    [
        (Sent(9), "sent", "sent"),
        (Later(5, "busy"), "later", "folded"),
        (Unknown("?"), "ready", "folded"),
        (NeverAgain("no", "alert"), "ready", "ready"),  # each for itself
        (NeverAgain("blocked"), "closed", "closed"),
    ],
)
async def test_every_outcome_is_that_of_all(
    world: World, store: Store, outcome: Outcome, carrier_is: str, others_are: str
) -> None:
    carrier, others = await a_list(world)
    await world.mark(carrier)
    await world.settle(carrier, outcome)
    assert await states(store, carrier, *others) == [carrier_is, others_are, others_are]


async def test_a_list_that_was_refused_never_forms_again(world: World, store: Store) -> None:
    carrier, _ = await a_list(world)
    await world.mark(carrier)
    assert not await world.settle(carrier, NeverAgain("no", "alert"))
    for _ in range(3):
        (alert,) = await world.claim(rules=RULES)
        assert (alert.gathers, alert.doubt) == ("", False)
        await world.send(alert)


async def test_doubt_is_that_of_all_and_ends_as_it_does_for_one(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await world.mark(carrier)
    await world.settle(carrier, Unknown("?"))
    newer = await world.owe(carrier.chat)
    world.time.pass_(4 * HOUR)
    (alone,) = await world.claim(rules=RULES)  # what came since does not join what may be out
    assert (alone.id, alone.gathers) == (newer.id, "")
    await world.send(alone)
    (again,) = await world.claim(rules=RULES)
    assert (again.id, again.doubt, len(await told(store, again, world.time.at))) == (3, True, 3)
    await world.mark(again)
    await world.settle(again, Unknown("?"))
    assert await states(store, carrier, *others) == ["closed"] * 3
    closed = (await store.outbox.many([others[0].id]))[0]
    assert closed.doubt


async def test_a_crash_frees_the_list_as_a_whole(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await world.mark(carrier)
    world.store = await begin(store._engine, world.time)
    async with world.store.transaction() as tx:
        assert await tx.outbox.recover(world.time.at) == (0, 1)
    assert await states(store, carrier, *others) == ["ready", "folded", "folded"]
    (again,) = await world.claim(rules=RULES)
    assert (again.gathers, again.doubt) == ("late", True)
    await world.send(again)
    assert await states(store, carrier, *others) == ["sent"] * 3


async def withdraw(store: Store, alert: Alert, how: str) -> None:
    async with store.transaction() as tx:
        if how == "mute":
            await tx.stories.mute(alert.chat.id, alert.story.id, 2**40)
            await tx.outbox.close_for(alert.chat.id, story=alert.story.id)
        else:
            await tx.chats.close(alert.chat.telegram, "blocked", 0)


async def test_who_mutes_one_of_the_stories_hears_the_others(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await withdraw(store, others[0], "mute")
    assert await states(store, carrier, *others) == ["claimed", "closed", "folded"]
    await withdraw(store, carrier, "mute")
    assert await states(store, carrier, *others) == ["closed", "closed", "ready"]
    assert not await world.mark(carrier)
    (last,) = await world.claim(rules=RULES)
    assert (last.id, last.gathers) == (others[1].id, "")


async def test_a_list_that_is_on_the_way_goes_on_for_the_others(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await world.mark(carrier)
    await withdraw(store, carrier, "mute")
    await world.settle(carrier, Later(1, "busy"))
    world.time.pass_(1)
    (again,) = await world.claim(rules=RULES)
    assert await told(store, again, world.time.at) == [a.id for a in reversed(others)]
    async with store.transaction() as tx:
        for other in others:
            await tx.stories.mute(other.chat.id, other.story.id, 2**40)
            await tx.outbox.close_for(other.chat.id, story=other.story.id)
        assert await tx.outbox.carried(again.id, world.time.at, 9) == ([], 0)
        await tx.outbox.drop(again, world.time.at)
    assert set(await states(store, carrier, *others)) == {"closed"}


async def test_a_chat_that_closes_closes_all_of_it(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await world.mark(carrier)
    await withdraw(store, carrier, "close")
    assert await states(store, carrier, *others) == ["sending", "closed", "closed"]
    await world.settle(carrier, Later(1, "busy"))
    assert await states(store, carrier) == ["closed"]


async def test_delete_me_leaves_nothing_of_a_list(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    async with store.transaction() as tx:
        await tx.chats.forget(carrier.chat.telegram)
    assert await states(store, carrier, *others) == []
    assert await store.check() == []


async def test_a_list_moves_to_the_supergroup(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await world.chat(-100_777, kind="supergroup")
    await world.mark(carrier)
    async with store.transaction() as tx:
        await tx.chats.migrate(carrier.chat.telegram, -100_777)
    for alert in await world.claim(rules=RULES):
        await world.send(alert)
    await world.settle(carrier, Sent(8))
    assert await states(store, carrier, *others) == ["sent"] * 3


async def test_a_story_that_goes_leaves_the_others(world: World, store: Store) -> None:
    chat = await world.chat()
    private = await world.feed("mine", owner=chat)
    others = [await world.owe(chat) for _ in range(2)]
    await world.owe(chat, feed=private)
    world.time.pass_(4 * HOUR)
    (carrier,) = await world.claim(rules=RULES)
    assert carrier.article.feed == private.id
    async with store.transaction() as tx:
        await tx.feeds.remove(private.id)
    assert await states(store, carrier, *others) == ["ready", "ready"]


async def test_a_list_is_no_alert_to_edit_or_to_reply_to(world: World, store: Store) -> None:
    carrier, others = await a_list(world)
    await world.send(carrier, message=77)
    assert await store.outbox.by_message(carrier.chat.telegram, 77) is None
    for alert in (carrier, *others):
        article = await world.article(await world.feed())
        async with store.transaction() as tx:
            await tx.stories.file(article, alert.story.id, world.time.now)
            await tx.outbox.refresh([alert.story.id], world.time.at)
            await tx.outbox.opened(alert.id, world.time.at)
    assert await store.outbox.edits(world.time.at + 1, 9) == []
