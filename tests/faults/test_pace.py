"""Telegram says "too many" (rows T01–T04): it is believed, nothing is lost, nobody else waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.delivery.lanes import SLOWEST
from tests.delivery.house import (
    FakeTime,
    House,
    Telegram,
    open_house,
    open_telegram,
    until,
    working,
)

pytestmark = pytest.mark.loopback

TEN_HOURS = 36_000
HOUR = 3600


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def house(tmp_path: Path, time: FakeTime) -> AsyncIterator[House]:
    async with open_house(tmp_path, time) as house:
        yield house


@pytest.fixture
async def telegram(time: FakeTime) -> AsyncIterator[Telegram]:
    async with open_telegram(time, rate=28) as telegram:
        yield telegram


async def owed(house: House, telegram: Telegram, *readers: int) -> None:
    """One alert for each."""
    for reader in readers:
        await telegram.reader(reader)
        await house.owe(await house.chat(reader))


async def settled(house: House, *states: str) -> bool:
    return await house.states() == list(states)


async def test_t01_a_429_of_three_seconds_stops_that_chat_and_no_other(
    house: House, telegram: Telegram, time: FakeTime
) -> None:
    await owed(house, telegram, 7, 8)
    await house.owe(await house.chat(7))
    telegram.api.faults.add("429", {"method": "sendMessage", "chat_id": 7}, seconds=3)
    async with working(telegram.courier(house)):
        await until(lambda: telegram.sent(8))
        await until(lambda: telegram.api.log.of("sendMessage", 7))
        refused = time()
        await until(lambda: telegram.lanes.wait(7) > 2)
        assert telegram.sent(7) == []

        async def there() -> bool:
            time.at += 0.25
            telegram.wake.set()
            if telegram.sent(7):
                return True
            assert time() < refused + 6
            return False

        await until(there)
        assert time() >= refused + 3
        await until(lambda: settled(house, "sent", "sent", "sent"))
    assert len(telegram.sent(7)) == 2


async def test_t02_a_429_of_ten_hours_is_on_disk_and_in_nobodys_hands(
    house: House, telegram: Telegram, time: FakeTime
) -> None:
    await owed(house, telegram, 7)
    telegram.api.faults.add("429", "sendMessage", seconds=TEN_HOURS)
    courier = telegram.courier(house)
    async with working(courier):
        await until(lambda: settled(house, "later"))
        assert courier._claimed == {}
        assert courier._queue.empty()
        assert await house.store.outbox.next_due() == pytest.approx(time() + TEN_HOURS, abs=2)
    await house.reopen()
    async with open_telegram(time) as another:  # new lanes, that know nothing of it
        await another.reader(7)
        async with working(another.courier(house)):
            time.at += TEN_HOURS - 60
            another.wake.set()
            await until(lambda: not another.wake.is_set())  # it has looked
            assert another.api.log.of("sendMessage", 7) == []
            time.at += 61
            another.wake.set()
            await until(lambda: settled(house, "sent"))


async def test_t02_ten_hours_for_everybody_hold_no_alert_in_hand(
    house: House, telegram: Telegram, time: FakeTime
) -> None:
    """Two chats report it, so it is meant for the bot: the third is not even tried."""
    await owed(house, telegram, 7, 8)
    telegram.api.faults.add("429", "sendMessage", times=2, seconds=TEN_HOURS)
    courier = telegram.courier(house)
    async with working(courier):
        await until(lambda: settled(house, "later", "later"))
        await owed(house, telegram, 9)
        telegram.wake.set()
        time.at += HOUR
        await until(lambda: not courier._claimed and not telegram.wake.is_set())
        assert telegram.api.log.of("sendMessage", 9) == []
        time.at += TEN_HOURS - HOUR + 1

        async def there() -> bool:
            time.at += 1
            return await settled(house, "sent", "sent", "sent")

        await until(there)


async def test_t03_a_429_that_names_no_time_means_thirty_seconds(
    house: House, telegram: Telegram, time: FakeTime
) -> None:
    await owed(house, telegram, 7)
    telegram.api.faults.add("429-bare", "sendMessage", times=3)
    began = time()
    tries: list[float] = []

    async def there() -> bool:
        if len(telegram.api.log.of("sendMessage")) > len(tries):
            tries.append(time())
        elif await house.states() != ["sending"]:
            time.at += 2
            telegram.wake.set()
        return await settled(house, "sent")

    async with working(telegram.courier(house)):
        await until(there)
    assert len(telegram.sent(7)) == 1
    assert len(telegram.api.log.of("sendMessage")) == 4
    assert time() - began >= 90
    assert all(later - earlier >= 28 for earlier, later in pairwise(tries))


async def test_t04_an_hour_of_429s_loses_nothing_and_the_pace_recovers(
    house: House, telegram: Telegram, time: FakeTime
) -> None:
    calm, readers = range(100, 110), range(110, 130)
    await owed(house, telegram, *calm)
    courier, lowest = telegram.courier(house), telegram.lanes.full
    end = 0.0

    async def over() -> bool:
        nonlocal lowest
        if not courier._sending:
            time.at += 10
            telegram.wake.set()
        lowest = min(lowest, telegram.lanes.rate)
        return time() >= end

    async with working(courier):
        await until(lambda: settled(house, *["sent"] * len(calm)))  # many may be in flight by now
        storm = telegram.api.faults.add("429", "sendMessage", times=None, seconds=30)
        await owed(house, telegram, *readers)
        end = time() + HOUR
        await until(over)
        # A storm takes all that are in flight; then half a minute is waited, over and over.
        assert 20 < storm.hits < 2 * HOUR / 30 * len(readers)
        assert SLOWEST <= lowest < telegram.lanes.full
        assert not any(telegram.sent(reader) for reader in readers)
        telegram.api.faults.clear()
        end = time() + 300
        await until(over)
        await until(lambda: settled(house, *["sent"] * (len(calm) + len(readers))))
        assert telegram.lanes.rate == telegram.lanes.full
    assert all(len(telegram.sent(reader)) == 1 for reader in readers)
    assert not any(alert.doubt for alert in await house.alerts())
