"""P09 and P10: clocks that jump stop nothing and repeat nothing; summer time skips no digest."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.courier import Courier, Pace
from bot.delivery.digest import Digests, is_due
from bot.delivery.lanes import Lanes
from bot.delivery.quiet import quiet_until
from bot.delivery.sender import Sender
from bot.delivery.telegram import bulk_bot
from bot.demo.api import BotApi, Limits
from bot.i18n import texts_for, zone_of
from bot.model import Chat, ChatId
from tests.delivery.house import NOON, TOKEN, FakeTime, House, Telegram, open_house, until, working

NINE = 9 * 60
READER = Chat(ChatId(1), 7, 0, "private", "en", digest_at=NINE)


@pytest.fixture
def time() -> FakeTime:
    """The wall clock, which may jump."""
    return FakeTime()


@pytest.fixture
async def house(tmp_path: Path, time: FakeTime) -> AsyncIterator[House]:
    async with open_house(tmp_path, time) as house:
        yield house


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """With lanes on a clock that never jumps, as the bot's are."""
    steady = FakeTime()
    api = BotApi(token=TOKEN, limits=Limits.off())
    lanes = Lanes(1000, now=steady, sleep=steady.sleep)
    async with bulk_bot(TOKEN, await api.start(), lanes, timeout=20) as bot:
        found = Telegram(api, lanes, bot)
        await found.reader(7)
        yield found
    await api.stop()


def courier(house: House, telegram: Telegram) -> Courier:
    return Courier(
        house.store,
        telegram.bot,
        texts_for,
        lanes=telegram.lanes,
        now=house.time,
        rng=random.Random(1),
        wake=telegram.wake,
        pace=Pace(tick=0.0, poll=0.02),
    )


async def nothing_owed(house: House) -> bool:
    stats = await house.store.outbox.stats(house.time())
    return stats.waiting + stats.in_flight + stats.held == 0


# ── P09 ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("start", "jump"), [(NOON, -3600), (NOON, 86_400), (60, NOON), (NOON, 60 - NOON)]
)
async def test_p09_a_clock_that_jumps_stops_and_repeats_nothing(
    house: House, telegram: Telegram, start: float, jump: float
) -> None:
    """Back by an hour, on by a day, from 1970 to now and back to 1970, with alerts around it."""
    house.time.at = start
    chat = await house.chat(7)
    async with working(courier(house, telegram)):
        for title in ("Before", "At the jump"):
            await house.owe(chat, title=title)
            telegram.wake.set()
            if title == "Before":
                await until(lambda: nothing_owed(house))
        house.time.at += jump
        await until(lambda: nothing_owed(house))
        await house.owe(chat, title="After")
        telegram.wake.set()
        await until(lambda: nothing_owed(house))
    assert [text.split("\n")[0] for text in telegram.sent(7)] == ["Before", "At the jump", "After"]


@pytest.mark.loopback
@pytest.mark.parametrize("jump", [-3600, 86_400])
async def test_p09_a_crash_around_a_jump_leaves_no_claim_behind(
    house: House, telegram: Telegram, jump: float
) -> None:
    await house.owe(await house.chat(7))
    async with house.store.transaction() as tx:
        assert len(await tx.outbox.claim(house.time(), 1, 60)) == 1
    house.time.at += jump
    await house.reopen()
    async with working(courier(house, telegram)):
        await until(lambda: nothing_owed(house))
    assert len(telegram.sent(7)) == 1


# ── P10 ──────────────────────────────────────────────────────────────────────────────────────────


def digests_of(chat: Chat, around: datetime) -> list[str]:
    """Local times of the digests within two days, looking every five minutes."""
    found, at = [], around - timedelta(days=2)
    while at < around + timedelta(days=2):
        if is_due(chat, at.timestamp()):
            local = at.astimezone(zone_of(chat.timezone))
            found.append(local.strftime("%d %H:%M"))
            chat = replace(chat, digest_on=local.date().isoformat())
        at += timedelta(minutes=5)
    return found


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),  # by half an hour
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Santiago", "2026-09-06"),  # at midnight
        ("Africa/Casablanca", "2026-02-15"),  # around Ramadan, backwards
        ("No/Such_Zone", "2026-03-29"),  # a name that the database of zones lacks
    ],
)
def test_p10_a_digest_at_nine_comes_once_a_day(zone: str, day: str) -> None:
    evening = datetime.fromisoformat(f"{day}T18:00").replace(tzinfo=zone_of(zone))
    found = digests_of(replace(READER, timezone=zone), evening.astimezone(UTC))
    days = [(evening + timedelta(days=n)).strftime("%d 09:00") for n in range(-1, 3)]
    assert found == days


@pytest.mark.parametrize("minute", [0, 30, 60, 119, 120, 150, 179, 180])
@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"),
                      ("America/Santiago", "2026-09-06"), ("America/Santiago", "2026-04-05")],
)  # fmt: skip
def test_p10_so_does_one_at_any_time_that_is_skipped_or_comes_twice(
    zone: str, day: str, minute: int
) -> None:
    evening = datetime.fromisoformat(f"{day}T18:00").replace(tzinfo=ZoneInfo(zone))
    found = digests_of(replace(READER, timezone=zone, digest_at=minute), evening.astimezone(UTC))
    days = [text[:2] for text in found]
    assert len(days) == len(set(days)) == 4


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_p10_a_night_of_seven_or_nine_hours_ends_at_seven(day: str) -> None:
    chat = replace(READER, timezone="Europe/Berlin", quiet_from=22 * 60, quiet_to=7 * 60)
    zone = ZoneInfo(chat.timezone)
    end = datetime.fromisoformat(f"{day}T07:00").replace(tzinfo=zone).timestamp()
    evening = datetime.fromisoformat(f"{day}T22:00").replace(tzinfo=zone) - timedelta(days=1)
    at = evening.timestamp()
    while at < end:
        assert quiet_until(chat, at) == end
        at += 600
    assert quiet_until(chat, end) is None


@pytest.mark.loopback
async def test_p10_the_whole_way_over_the_end_of_summer_time(
    house: House, telegram: Telegram
) -> None:
    """At half past two, which comes twice that night, with a restart between the two."""
    chat = await house.chat(7)
    await house.topic(chat)
    async with house.store.transaction() as tx:
        await tx.chats.change(chat.id, timezone="Europe/Berlin", digest_at=150)
    house.time.at = datetime(2026, 10, 24, 23, 0, tzinfo=UTC).timestamp()
    sent = []
    for _ in range(30):
        sender = Sender(telegram.bot, seconds=5)
        ours = Digests(house.store, sender, texts_for, lanes=telegram.lanes, now=house.time)
        sent.append(await ours.send_due())
        house.time.at += 600
        if house.time.at % 3600 == 0:
            await house.reopen()
    assert sum(sent) == len(telegram.sent(7)) == 1
    assert sent.index(1) == 9  # half past midnight in UTC, the first half past two
