"""The group commit when the disk says no: nothing unwritten is sent, nothing is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.delivery.journal import Journal
from bot.errors import StoreFull
from bot.model import AlertId, Sent, Settlement
from tests.delivery.test_render import ALERT


class Outbox:
    def __init__(self) -> None:
        self.settled: list[Settlement] = []
        self.returned: list[Any] = []

    async def settle(self, settlements: list, now: float) -> set[AlertId]:
        self.settled += settlements
        return {settlement.alert for settlement in settlements}

    async def mark(self, marks: list, now: float) -> set[AlertId]:
        return {alert for alert, _ in marks}

    async def give_back(self, claims: list) -> None:
        self.returned += claims


class Store:
    """Refuses as often as it is told to."""

    def __init__(self) -> None:
        self.outbox = Outbox()
        self.refusals = 0
        self.transactions = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        self.transactions += 1
        if self.refusals:
            self.refusals -= 1
            raise StoreFull("The disk is full.")
        yield self


def journal(store: Store) -> Journal:
    return Journal(store, lambda: 0.0, lambda: None)  # type: ignore[arg-type]


async def marked(ours: Journal) -> asyncio.Task[bool]:
    task = asyncio.create_task(ours.mark(ALERT))
    await asyncio.sleep(0)
    return task


async def test_marks_and_outcomes_share_a_transaction() -> None:
    store = Store()
    ours = journal(store)
    ours.settle(ALERT, Sent(5))
    first, second = await marked(ours), await marked(ours)
    assert await ours.commit()
    assert (await first, await second, store.transactions) == (True, True, 1)
    assert [settled.outcome for settled in store.outbox.settled] == [Sent(5)]


async def test_a_full_disk_sends_nothing_and_forgets_nothing() -> None:
    store = Store()
    store.refusals = 2
    ours = journal(store)
    ours.settle(ALERT, Sent(5))
    mark = await marked(ours)
    assert not await ours.commit()
    assert await mark is False
    assert not await ours.commit()
    assert await ours.commit()
    assert [settled.outcome for settled in store.outbox.settled] == [Sent(5)]
    assert store.outbox.returned == [(ALERT.id, ALERT.token)]


async def test_an_empty_page_costs_nothing() -> None:
    store = Store()
    assert await journal(store).commit()
    assert store.transactions == 0
