"""T23, T04 and the night: what could not be sent for hours arrives in order and in few messages.

The clock is ours, so hours pass in moments; the Bot API enforces its limits by the same clock.
"""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.delivery.courier import Courier
from bot.delivery.lanes import Lanes
from bot.delivery.telegram import bulk_bot
from bot.demo.api import BotApi, Limits
from bot.demo.api.messages import Message
from tests.delivery.house import TOKEN, FakeTime, House, Telegram, open_house, until, working

pytestmark = pytest.mark.loopback

HOUR = 3600
READERS = (7, 8, 9)


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def house(tmp_path: Path, time: FakeTime) -> AsyncIterator[House]:
    async with open_house(tmp_path, time) as house:
        yield house


@pytest.fixture
async def strict(time: FakeTime) -> AsyncIterator[Telegram]:
    """Telegram with its limits, by the simulated clock; each reader pressed Start."""
    api = BotApi(token=TOKEN, limits=Limits(), now=time)
    lanes = Lanes(28, now=time, sleep=time.sleep)
    async with bulk_bot(TOKEN, await api.start(), lanes, timeout=20) as bot:
        found = Telegram(api, lanes, bot)
        for reader in READERS:
            await found.reader(reader)
        yield found
    await api.stop()


@asynccontextmanager
async def unreachable(telegram: Telegram) -> AsyncIterator[None]:
    """Nobody listens: every connection is refused."""
    port = int(telegram.api.url.rpartition(":")[2])
    await telegram.api.stop()
    yield
    await telegram.api.start(port)


def headings(messages: list[Message]) -> list[str]:
    return [message.text.split("\n")[0] for message in messages]


def growth(courier: Courier) -> tuple[int, int, int]:
    """Tasks, alerts in hand, objects: what a courier that piles up would have more of."""
    gc.collect()
    in_hand = len(courier._claimed) + courier._queue.qsize()
    return len(asyncio.all_tasks()), in_hand, len(gc.get_objects())


async def pass_time(house: House, telegram: Telegram, seconds: float, step: float) -> None:
    """Lets the clock run, and the courier with it."""
    end = house.time.at + seconds
    while house.time.at < end:
        house.time.at += step
        telegram.wake.set()
        await asyncio.sleep(0.01)


async def all_held(house: House, number: int) -> bool:
    return (await house.store.outbox.stats(house.time())).held == number


async def settled(house: House, telegram: Telegram) -> bool:
    house.time.at += 0.5
    telegram.wake.set()
    stats = await house.store.outbox.stats(house.time())
    return stats.waiting + stats.in_flight + stats.held == 0


async def test_t23_eight_hours_without_network(house: House, strict: Telegram) -> None:
    """The queue is on disk, nothing piles up; then it drains in order, the old ones as a list."""
    chats = [await house.chat(reader) for reader in READERS]
    courier = strict.courier(house)
    async with working(courier):
        async with unreachable(strict):
            sizes = {}
            for half_hour in range(16):
                for chat in chats:
                    await house.owe(chat, title=f"News {half_hour} for {chat.telegram}")
                await pass_time(house, strict, HOUR / 2, step=300)
                if half_hour in (3, 15):
                    sizes[half_hour] = growth(courier)
        (tasks, in_hand, objects), (tasks_now, in_hand_now, objects_now) = sizes.values()
        assert tasks_now <= tasks + 3, "a connection that is just tried has tasks of its own"
        assert max(in_hand, in_hand_now) <= 1, "no answer from anybody: one alert at risk"
        assert objects_now - objects < 2_000, "of 36 alerts that came meanwhile, none is kept"
        assert {a.doubt for a in await house.alerts()} == {False}
        stats = await house.store.outbox.stats(house.time())
        assert stats.waiting + stats.in_flight == 48
        await until(lambda: settled(house, strict))
    assert not [call for call in strict.api.log.all if call.status == 429]
    for reader in READERS:
        told = headings(strict.messages(reader))
        assert told[:-1] == [f"News {n} for {reader}" for n in (15, 14, 13)], "the newest ring"
        assert told[-1] == "While I could not reach you: 13 stories"
        whole = strict.messages(reader)[-1].text
        assert all(f"News {n} for {reader}" in whole for n in range(13))


async def test_t04_an_hour_of_429_on_every_call_loses_nothing(
    house: House, strict: Telegram
) -> None:
    chats = [await house.chat(reader) for reader in READERS]
    strict.api.faults.add("429", "sendMessage", times=None, seconds=60)
    async with working(strict.courier(house)):
        for _ in range(6):
            for chat in chats:
                await house.owe(chat)
            await pass_time(house, strict, HOUR / 6, step=60)
        strict.api.faults.clear()
        await until(lambda: settled(house, strict))
    assert set(await house.states()) == {"sent"}
    calls = strict.api.log.of("sendMessage")
    assert sum(call.status == 429 for call in calls) <= 2 * 60 * len(chats), "each pause is kept"
    for reader in READERS:
        told = headings(strict.messages(reader))
        assert len(told) == 4
        assert told[-1] == "A lot at once: 3 more stories"


async def test_the_night_ends_with_one_message(house: House, strict: Telegram) -> None:
    """Owed at night, held, claimed in the morning, sent as one, opened, not edited."""
    chat = await house.chat(7)
    async with house.store.transaction() as tx:
        await tx.chats.change(chat.id, timezone="UTC", quiet_from=22 * 60, quiet_to=7 * 60)
    house.time.at += 11 * HOUR  # 23:00
    rng, stories = random.Random(1), []
    async with working(strict.courier(house)):
        for number in range(12):
            stories.append(await house.publish(f"Night {number}"))
            await house.owe(chat, stories[-1])
            await pass_time(house, strict, rng.uniform(60, 1800), step=300)
        await house.join(stories[3], "Delhi Daily")
        assert strict.messages(7) == []
        await until(lambda: all_held(house, 12))
        house.time.at = 1_795_003_200 + 19 * HOUR - 1
        await until(lambda: settled(house, strict))
        await house.join(stories[5], "Delhi Daily")
        await pass_time(house, strict, 60, step=10)
    (message,) = strict.messages(7)
    assert message.text.startswith("During your quiet hours: 12 stories\n\n1. Night 3\n")
    assert "Example Times" in message.text
    assert "2 outlets" in message.text
    assert [label for label in message.labels if label.isdigit()] == [str(n) for n in range(1, 11)]
    assert all(f"Night {number}" in message.text for number in range(12))
    assert not strict.api.log.of("editMessageText")


async def test_one_alert_of_the_night_is_an_alert(house: House, strict: Telegram) -> None:
    chat = await house.chat(7)
    async with house.store.transaction() as tx:
        await tx.chats.change(chat.id, timezone="UTC", quiet_from=11 * 60, quiet_to=13 * 60)
    await house.owe(chat, title="Alone")
    async with working(strict.courier(house)):
        await pass_time(house, strict, HOUR - 300, step=300)
        await until(lambda: all_held(house, 1))
        assert strict.messages(7) == []
        house.time.at = 1_795_003_200 + HOUR
        await until(lambda: settled(house, strict))
    (message,) = strict.messages(7)
    assert message.labels == ["Summary", "Mute story", "Unfollow", "Why?"]
