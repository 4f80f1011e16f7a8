"""What outlives a courier, what waits for the morning, and what grows after it was sent."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.model import AlertId
from bot.store.settle import CRASHES
from tests.delivery.house import House, Telegram, until, working

pytestmark = pytest.mark.loopback


async def all_sent(house: House) -> bool:
    house.time.at += 0.2
    return set(await house.states()) == {"sent"}


async def all_settled(house: House) -> bool:
    house.time.at += 0.2
    return set(await house.states()) <= {"sent", "closed"}


async def settled(house: House) -> set[AlertId]:
    return {alert.id for alert in await house.alerts() if alert.state in ("sent", "closed")}


@pytest.mark.parametrize("seed", [1, 2])
async def test_cancelled_anywhere_it_loses_nothing_and_repeats_nothing_settled(
    house: House, telegram: Telegram, seed: int
) -> None:
    rng = random.Random(seed)
    chats = [await house.chat(number) for number in range(100, 120)]
    for chat in chats:
        await telegram.reader(chat.telegram)
        for _ in range(2):
            await house.owe(chat)
    telegram.api.faults.add("delay", "sendMessage", times=None, seconds=0.01)
    crashes = 0
    doubts: Counter[str] = Counter()
    while len(await settled(house)) < 40 and crashes < 40:
        before = await settled(house)
        calls = len(telegram.api.log.all)
        doubts += await crash(
            house, telegram, after=rng.randint(1, 8), later=rng.uniform(0.0, 0.02)
        )
        titles = {a.article.title for a in await house.alerts() if a.id in before}
        for call in telegram.api.log.all[calls:]:
            said = str(call.params.get("text", ""))
            assert not any(f"<b>{title}</b>" in said for title in titles)
        crashes += 1
    async with working(telegram.courier(house)):
        await until(lambda: all_settled(house))
    heard = Counter(text.split("\n")[0] for c in chats for text in telegram.sent(c.telegram))
    assert crashes > 3
    # A crash may repeat what it caught in flight, and nothing else: each repeat has its doubt.
    assert {title for title, times in heard.items() if times > 1 + doubts[title]} == set()
    given_up = {a.article.title for a in await house.alerts() if a.state == "closed"}
    assert all(doubts[title] > CRASHES for title in given_up)
    assert len(heard.keys() | given_up) == 40


async def crash(house: House, telegram: Telegram, *, after: int, later: float) -> Counter[str]:
    """Cancels a courier a moment after its n-th request, wherever it is; reopens the file.

    The titles of what it left in doubt.
    """
    target = len(telegram.api.log.of("sendMessage")) + after
    task = asyncio.create_task(telegram.courier(house).run(asyncio.Event()))
    with suppress(TimeoutError):
        await until(lambda: len(telegram.api.log.of("sendMessage")) >= target, 0.5)
    await asyncio.sleep(later)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    doubtful = Counter(a.article.title for a in await house.alerts() if a.state == "sending")
    await house.reopen()
    house.time.at += 1
    return doubtful


async def test_it_ends_what_it_began_when_told_to_stop(house: House, telegram: Telegram) -> None:
    for number in (7, 8):
        await telegram.reader(number)
        for _ in range(3):
            await house.owe(await house.chat(number))
    telegram.api.faults.add("delay", "sendMessage", times=None, seconds=0.2)
    async with working(telegram.courier(house)):
        await until(lambda: len(telegram.api.log.of("sendMessage")) >= 2)
    states = Counter(await house.states())
    assert states["sent"] == len(telegram.api.log.of("sendMessage"))
    assert states["ready"] + states["later"] == 6 - states["sent"] > 0
    assert not any(alert.doubt for alert in await house.alerts())


async def test_it_does_not_wait_longer_than_it_may(house: House, telegram: Telegram) -> None:
    telegram.api.faults.add("hang", "sendMessage", times=None)
    await house.owe(await house.chat(7))
    async with working(telegram.courier(house, drain=0.1)):
        await until(lambda: len(telegram.api.log.of("sendMessage")) == 1)
    assert await house.states() == ["sending"]


async def test_quiet_hours_hold_alerts_for_one_message_at_their_end(
    house: House, telegram: Telegram
) -> None:
    chat = await house.chat(7)
    async with house.store.transaction() as tx:
        await tx.chats.change(
            chat.id, timezone="Africa/Niamey", quiet_from=12 * 60, quiet_to=14 * 60 + 30
        )
    for _ in range(2):
        await house.owe(chat)
    began = house.time()
    async with working(telegram.courier(house)):
        await until(lambda: held(house))
        house.time.at = began + 5390
        telegram.wake.set()
        await asyncio.sleep(0.1)
        assert telegram.sent(7) == []
        house.time.at = began + 5401  # 14:30 in Niamey, which is an hour ahead
        await until(lambda: all_sent(house))
    (text,) = telegram.sent(7)
    assert text.startswith("During your quiet hours: 2 stories\n")


async def held(house: House) -> bool:
    return set(await house.states()) == {"held"}


async def test_a_sent_alert_grows_where_it_stands(house: House, telegram: Telegram) -> None:
    story = await house.publish("Troops leave Niger")
    await house.owe(await house.chat(7), story)
    async with working(telegram.courier(house)):
        await until(lambda: all_sent(house))
        await house.join(story, "Delhi Daily")
        telegram.wake.set()
        await until(lambda: "· 2 outlets" in telegram.sent(7)[0])
        await until(lambda: shown(house, 2))
    (message,) = telegram.messages(7)
    assert message.labels[0] == "Summary"
    assert len(telegram.api.log.of("sendMessage")) == 1


async def shown(house: House, publishers: int) -> bool:
    (alert,) = await house.alerts()
    return alert.shown_publishers == publishers


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("Bad Request: message is not modified: specified new message content …", 2),
        ("Bad Request: message to edit not found", 1),
    ],
)
async def test_an_edit_that_fails_is_not_tried_for_ever(
    house: House, telegram: Telegram, words: str, shows: int
) -> None:
    story = await house.publish("Troops leave Niger")
    await house.owe(await house.chat(7), story)
    telegram.api.faults.add("error", "editMessageText", times=None, description=words)
    async with working(telegram.courier(house)):
        await until(lambda: all_sent(house))
        await house.join(story, "Delhi Daily")
        telegram.wake.set()
        await until(lambda: telegram.api.log.of("editMessageText"))
        await asyncio.sleep(0.1)
    assert len(telegram.api.log.of("editMessageText")) == 1
    assert await shown(house, shows)


async def test_an_edit_waits_out_a_429_and_a_broken_connection(
    house: House, telegram: Telegram
) -> None:
    story = await house.publish("Troops leave Niger")
    await house.owe(await house.chat(7), story)
    telegram.api.faults.add("429", "editMessageText", seconds=20)
    telegram.api.faults.add("502", "editMessageText")
    async with working(telegram.courier(house)):
        await until(lambda: all_sent(house))
        await house.join(story, "Delhi Daily")
        began = house.time()

        async def grown() -> bool:
            house.time.at += 0.5
            return await shown(house, 2)

        await until(grown)
    assert house.time() - began >= 20
    assert len(telegram.sent(7)) == 1


async def test_another_courier_cannot_send_what_one_has_claimed(
    house: House, telegram: Telegram
) -> None:
    await house.owe(await house.chat(7))
    async with house.store.transaction() as tx:
        (claimed,) = await tx.outbox.claim(house.time(), 1, 60)
    courier = telegram.courier(house)
    stale = replace(claimed, token="of-an-earlier-claim")
    courier._claimed[stale.id] = (stale, house.time())
    journal = asyncio.create_task(courier._journal.run())
    await courier._deliver(stale)
    journal.cancel()
    assert telegram.sent(7) == []
    assert await house.states() == ["claimed"]


async def test_nothing_is_sent_in_the_last_half_of_a_lease(
    house: House, telegram: Telegram
) -> None:
    await house.owe(await house.chat(7))
    courier = telegram.courier(house)
    assert await courier._claim()
    house.time.at += 31
    await courier._deliver(courier._queue.get_nowait())
    await courier._journal.commit()
    assert telegram.sent(7) == []
    assert await house.states() == ["ready"]
