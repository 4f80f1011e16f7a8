"""Transactions: all or nothing, one at a time, whoever is cancelled whenever."""

# ruff: noqa: PT012 - what fails is inside the transaction
from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.model import FeedSource
from bot.store import Store, open_store
from tests.store.world import World


async def test_an_exception_rolls_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.transaction() as tx:
            await tx.set_value("k", "v")
            assert await tx.get_value("k") == "v"
            raise ZeroDivisionError
    assert await store.get_value("k") is None


async def test_cancellation_rolls_back_wherever_it_strikes(store: Store) -> None:
    """One more step of the event loop each time, from BEGIN to after COMMIT: all or nothing."""
    seen = set()
    for steps in range(60):
        async with store.transaction() as tx:
            await tx.set_value("a", None)
            await tx.set_value("b", None)

        async def write() -> None:
            async with store.transaction() as tx:
                await tx.set_value("a", "1")
                await tx.set_value("b", "1")

        async with asyncio.TaskGroup() as group:
            task = group.create_task(write())
            for _ in range(steps):
                await asyncio.sleep(0)
                if steps % 3 == 0:
                    await store.get_value("a")  # gives the writer's thread time
            task.cancel()
            task.cancel()
        both = await store.get_value("a"), await store.get_value("b")
        assert both in ((None, None), ("1", "1"))
        seen.add(both)
    assert (None, None) in seen


async def test_a_cancelled_writer_leaves_the_lock_to_the_next(store: Store) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        async with store.transaction() as tx:
            await tx.set_value("k", "v")
            entered.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(hang())
        await entered.wait()
        waiting = group.create_task(_set(store, "other"))
        await asyncio.sleep(0)
        task.cancel()
    assert waiting.done()
    assert await store.get_value("k") is None
    assert await store.get_value("other") == "yes"


async def _set(store: Store, key: str) -> None:
    async with store.transaction() as tx:
        await tx.set_value(key, "yes")


async def test_writers_take_turns_and_readers_do_not_wait(store: Store) -> None:
    async def count() -> None:
        async with store.transaction() as tx:
            number = int(await tx.get_value("n") or 0)
            await asyncio.sleep(0)
            await tx.set_value("n", str(number + 1))

    async with asyncio.TaskGroup() as group:
        for _ in range(30):
            group.create_task(count())
    assert await store.get_value("n") == "30"
    async with store.transaction() as tx:
        await tx.set_value("n", "0")
        assert await store.get_value("n") == "30"  # as committed


async def test_a_transaction_in_a_transaction_is_refused(store: Store) -> None:
    async with store.transaction():
        with pytest.raises(StoreError, match="inside a transaction"):
            async with store.transaction():
                pass
    await _set(store, "after")


async def test_writing_outside_a_transaction_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match=r"store\.transaction\(\)"):
        await store.feeds.add(FeedSource("https://a.example/x"), now=1, public=True)


async def test_what_rests_on_nothing_is_refused(store: Store, world: World) -> None:
    chat = await world.chat()
    topic = await world.follow(chat)
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        async with store.transaction() as tx:
            await tx.chats.forget(chat.telegram)
            await tx.topics.follow(chat.id, topic, "x", 1)
    assert await store.chats.get(chat.id) is not None


async def test_half_a_character_is_refused_with_a_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="half a character"):
        await _set(store, "\ud800")


async def test_a_number_beyond_64_bits_is_refused_with_a_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="too large"):
        await store.chats.find(1 << 70)


async def test_a_closed_store_says_so(url: str) -> None:
    store = await open_store(url)
    before = {t for t in threading.enumerate() if "_connection_worker_thread" in t.name}
    assert before
    await asyncio.gather(store.close(), store.close())
    await store.close()
    for use in (store.get_value("k"), _set(store, "k"), store.backup(Path("/nowhere"))):
        with pytest.raises(StoreError, match="closed"):
            await use
    for thread in before:
        thread.join(5)
    assert not [t for t in before if t.is_alive()]


async def test_closing_waits_for_the_transaction(url: str) -> None:
    store = await open_store(url)
    begun = asyncio.Event()

    async def write() -> None:
        async with store.transaction() as tx:
            begun.set()
            await tx.set_value("k", "1")
            await asyncio.sleep(0)
            await tx.set_value("k", "2")

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        await begun.wait()
        group.create_task(store.close())
    async with await open_store(url) as again:
        assert await again.get_value("k") == "2"
