"""A process that dies at its digest: it is sent once more, in doubt, and never a third time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import cast

import pytest

from bot.delivery.lanes import Lanes
from bot.errors import StoreFull
from bot.store import Store
from tests.delivery.house import House, Telegram, until
from tests.delivery.test_digest import digests, subscriber
from tests.test_pipeline_trouble import FullDisk

pytestmark = pytest.mark.loopback

DOUBT = "You may have received this one before."


async def killed_while_sending(house: House, telegram: Telegram) -> None:
    """The process ends between the mark and the answer; another opens the file."""
    asked = len(telegram.api.log.of("sendMessage"))
    sending = asyncio.create_task(digests(house, telegram).send_due())
    await until(lambda: len(telegram.api.log.of("sendMessage")) > asked)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    await house.reopen()


async def test_one_that_a_crash_left_in_doubt_is_sent_once_more(
    house: House, telegram: Telegram
) -> None:
    await subscriber(house)
    telegram.api.faults.add("hang", "sendMessage")
    await killed_while_sending(house, telegram)
    assert telegram.sent(7) == []
    ours = digests(house, telegram)
    assert [await ours.send_due() for _ in range(2)] == [1, 0]
    await house.reopen()
    assert await digests(house, telegram).send_due() == 0
    (text,) = telegram.sent(7)
    assert DOUBT in text
    house.time.at += 86_400
    assert await digests(house, telegram).send_due() == 1
    assert DOUBT not in telegram.sent(7)[-1]


async def test_a_second_crash_repeats_it_no_more(house: House, telegram: Telegram) -> None:
    await subscriber(house)
    telegram.api.faults.add("done-then-hang", "sendMessage", times=2)
    for _ in range(2):
        await killed_while_sending(house, telegram)
    assert await digests(house, telegram).send_due() == 0
    assert [DOUBT in text for text in telegram.sent(7)] == [False, True]


async def test_a_repeat_that_certainly_was_not_sent_is_tried_again(
    house: House, telegram: Telegram
) -> None:
    await subscriber(house)
    telegram.api.faults.add("hang", "sendMessage")
    await killed_while_sending(house, telegram)
    telegram.api.faults.add("429", "sendMessage", seconds=30)
    ours = digests(house, telegram)
    assert await ours.send_due() == 0
    house.time.at += 31
    assert await ours.send_due() == 1
    assert DOUBT in telegram.sent(7)[0]


async def test_a_crash_before_the_mark_leaves_no_doubt(house: House, telegram: Telegram) -> None:
    await subscriber(house)

    async def cut(chat: int) -> None:
        raise asyncio.CancelledError

    ours = digests(house, telegram)
    ours._lanes = cast(Lanes, SimpleNamespace(turn=cut, wait=lambda chat: 0.0))
    with pytest.raises(asyncio.CancelledError):
        await ours.send_due()
    await house.reopen()
    assert await digests(house, telegram).send_due() == 1
    assert DOUBT not in telegram.sent(7)[0]


async def test_the_process_that_knows_of_its_sending_repeats_nothing(
    house: House, telegram: Telegram
) -> None:
    """The disk fills up after the message is out: its end cannot be written down."""
    await subscriber(house)
    ours = digests(house, telegram)
    disk = FullDisk(house.store)
    disk.full_after = 1
    ours._store = cast(Store, disk)
    with pytest.raises(StoreFull):
        await ours.send_due()
    assert await ours.send_due() == 0
    assert len(telegram.sent(7)) == 1
