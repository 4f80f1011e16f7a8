"""Updates in order: at once across chats, one after the other within one, none twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Update

from bot.store import Store, open_store
from handlers.order import WAITING, InOrder, Seen
from tests.handlers.conftest import Clock


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/n.db", now=Clock())
    yield store
    await store.close()


def update(number: int, chat: int, kind: str = "message") -> Update:
    place = {"id": chat, "type": "private", "first_name": "A"}
    user = {"id": chat, "is_bot": False, "first_name": "A"}
    if kind == "my_chat_member":
        member = {"user": user, "status": "member"}
        body = {"chat": place, "from": user, "date": 1, "old_chat_member": member}
        return Update.de_json({"update_id": number, kind: body | {"new_chat_member": member}})
    body = {"message_id": number, "date": 1, "chat": place, "from": user, "text": "hi"}
    return Update.de_json({"update_id": number, kind: body})


async def test_ordered_within_a_chat_and_at_once_across(store: Store) -> None:
    processor, gate, other = InOrder(store), asyncio.Event(), asyncio.Event()
    log: list[str] = []

    async def handle(name: str, wait: bool) -> None:
        log.append(f"{name} begins")
        if wait:
            await gate.wait()
        log.append(f"{name} ends")
        if name == "b1":
            other.set()

    async with asyncio.TaskGroup() as tasks:
        for number, (chat, name, wait) in enumerate(
            ((1, "a1", True), (1, "a2", False), (2, "b1", False))
        ):
            tasks.create_task(processor.process_update(update(number, chat), handle(name, wait)))
        await other.wait()
        assert "a2 begins" not in log
        gate.set()
    assert log.index("a1 ends") < log.index("a2 begins")


async def test_none_twice_also_after_a_restart(store: Store) -> None:
    handled: list[int] = []

    async def handle(number: int) -> None:
        handled.append(number)

    for processor in (InOrder(store), InOrder(store)):
        await processor.initialize()
        for number in (1, 2, 2, 1, 3):
            await processor.process_update(update(number, 7), handle(number))
    assert handled == [1, 2, 3]


async def test_one_that_failed_is_not_forgotten_half_way(store: Store) -> None:
    """A crash while handling leaves the id out: Telegram brings it again."""
    processor = InOrder(store)

    async def dies() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await processor.process_update(update(1, 7), dies())
    seen = Seen(store)
    await seen.load()
    assert 1 not in seen


async def test_a_flood_of_one_chat_is_cut_but_membership_is_not(store: Store) -> None:
    processor, gate = InOrder(store), asyncio.Event()
    handled: list[int] = []

    async def handle(number: int) -> None:
        await gate.wait()
        handled.append(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(WAITING + 20):
            tasks.create_task(processor.process_update(update(number, 1), handle(number)))
        left = update(9000, 1, "my_chat_member")
        tasks.create_task(processor.process_update(left, handle(9000)))
        await asyncio.sleep(0)
        gate.set()
    assert handled == [*range(WAITING), 9000]


async def test_garbage_in_the_stored_ids_is_forgotten(store: Store) -> None:
    for value in ("", "x", "{}", '["a"]', "null", "[[1]]"):
        async with store.transaction() as tx:
            await tx.set_value("telegram.seen", value)
        seen = Seen(store)
        await seen.load()
        assert 1 not in seen
