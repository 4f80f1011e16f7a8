"""Orders of the command line: to the bot that runs, over a socket that only its user may open."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from bot.commands.telling import ask
from bot.errors import FeedError, StoreLocked
from bot.feeds.fetch import Fetcher
from bot.orders import AT_ONCE, LONGEST, Clerk, Orders, socket_of
from bot.store import Store, open_store
from bot.subscriptions.feeds import Subscriptions
from bot.topics.match import Percolator
from bot.worker import Worker
from tests import desk

LOCKED = StoreLocked("Another Newsbell has it open. Stop it first.")
URL = "https://daily.example/rss"
SEVERAL = (
    '<html><head><link rel="alternate" type="application/rss+xml" href="/a.xml">'
    '<link rel="alternate" type="application/rss+xml" href="/b.xml"></head></html>'
)


class Bench:
    """A bot that takes orders, with a web that is a table."""

    def __init__(self, store: Store, database: Path) -> None:
        self.store = store
        self.path = socket_of(database)
        self.web = desk.TableWeb()
        subscriptions = Subscriptions(
            store, Percolator(), cast(Fetcher, self.web), cast(Worker, desk.InlineWorker()),
            lambda: desk.NOW,
        )  # fmt: skip
        self.orders = Orders(self.path, Clerk(store, subscriptions, lambda: desk.NOW))

    async def tell(self, **order: Any) -> dict[str, Any]:
        return await ask(self.path, LOCKED, order)

    async def raw(self, line: bytes) -> list[dict[str, Any]]:
        """All that is said to these bytes."""
        reader, writer = await asyncio.open_unix_connection(str(self.path))
        writer.write(line)
        await writer.drain()
        said = [json.loads(line) async for line in reader]
        writer.close()
        return said


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = tmp_path / "news.db"
    async with await open_store(f"sqlite:///{database}", now=lambda: desk.NOW) as store:
        bench = Bench(store, database)
        await bench.orders.start()
        yield bench
        await bench.orders.stop()


async def test_a_feed_is_added_by_the_bot_that_runs(bench: Bench) -> None:
    bench.web.put(URL, desk.rss("The Daily", "One", "Two"), "application/rss+xml")
    outcome = await bench.tell(do="add", address=URL)
    assert outcome == {"created": True, "title": "The Daily", "entries": 2}
    assert (await bench.tell(do="add", address=URL))["created"] is False
    (feed,) = await bench.store.feeds.visible(None)
    assert (feed.url, feed.public, feed.next_visit) == (URL, True, desk.NOW)


async def test_what_cannot_be_added_is_said_in_a_sentence(bench: Bench) -> None:
    bench.web.put("https://daily.example/", SEVERAL)
    outcome = await bench.tell(do="add", address="https://daily.example/")
    assert [choice["url"][-6:] for choice in outcome["choices"]] == ["/a.xml", "/b.xml"]
    outcome = await bench.tell(do="add", address="no address at all")
    assert outcome["error"].startswith("Send the address of one feed")
    assert outcome["kind"] == "words"


async def test_many_are_planted(bench: Bench) -> None:
    sources = [{"url": f"https://a.example/{n}", "title": "Ä"} for n in range(100)]
    assert await bench.tell(do="plant", sources=sources) == {"planted": 100}
    assert await bench.tell(do="plant", sources=sources) == {"planted": 0}


ODD: tuple[dict[str, Any], ...] = (
    {}, {"do": "add"}, {"do": "add", "address": 7}, {"do": "remove", "address": URL},
    {"do": "plant", "sources": "x"}, {"do": "plant", "sources": [1]},
    {"do": "plant", "sources": [{"url": 1}]}, {"do": "plant", "sources": [{}]},
    {"do": "plant", "sources": [{"url": "x", "evil": "y"}]},
)  # fmt: skip


async def test_an_order_of_another_version_changes_nothing(bench: Bench) -> None:
    for order in ODD:
        outcome = await bench.tell(**order)
        assert "another version" in outcome["error"], order
    assert await bench.store.feeds.all() == []


async def test_what_is_no_order_gets_a_sentence(bench: Bench) -> None:
    for line in (b"\n", b"{\n", b"\xff\n", b"[" * 99_000 + b"\n", b"x" * (LONGEST + 9) + b"\n"):
        assert [list(said) for said in await bench.raw(line)] == [["error", "kind"]]
    assert [list(said) for said in await bench.raw(b"7\n")] == [["heard"], ["error", "kind"]]


async def test_only_our_own_user_may_open_it(bench: Bench) -> None:
    found = bench.path.stat()
    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o600


async def test_it_is_gone_when_the_bot_stops(bench: Bench) -> None:
    await bench.orders.stop()
    assert not bench.path.exists()
    with pytest.raises(StoreLocked, match="Stop it first"):
        await bench.tell(do="add", address=URL)


async def test_what_a_dead_bot_left_is_in_nobodys_way(bench: Bench) -> None:
    await bench.orders.stop()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(bench.path))
    with pytest.raises(StoreLocked, match="Stop it first"):  # another command has the database
        await bench.tell(do="plant", sources=[])
    await bench.orders.start()
    assert await bench.tell(do="plant", sources=[]) == {"planted": 0}


async def test_several_at_once_take_turns(bench: Bench) -> None:
    told = await asyncio.gather(
        *(bench.tell(do="plant", sources=[{"url": URL}]) for _ in range(AT_ONCE))
    )
    assert sorted(outcome["planted"] for outcome in told) == [0] * (AT_ONCE - 1) + [1]


async def test_more_than_it_can_do_are_told_so(bench: Bench) -> None:
    held, asked = asyncio.Event(), asyncio.Semaphore(0)

    async def page(url: str, limit: int = 0) -> Any:
        asked.release()
        await held.wait()
        raise FeedError("No.")

    bench.web.page = page  # type: ignore[method-assign]
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = [
            group.create_task(bench.tell(do="add", address=f"{URL}{n}")) for n in range(AT_ONCE)
        ]
        await asked.acquire()
        while not bench.orders._room.locked():  # noqa: ASYNC110  (nobody tells of it)
            await asyncio.sleep(0)
        with pytest.raises(StoreLocked, match="busy"):
            await bench.tell(do="plant", sources=[])
        held.set()
        assert [(await one)["error"] for one in waiting] == ["No."] * AT_ONCE


async def serving(
    path: Path, talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> asyncio.Server:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        await talk(reader, writer)
        writer.close()

    return await asyncio.start_unix_server(once, path)


async def test_a_bot_that_answers_nonsense(bench: Bench) -> None:
    heard = b'{"heard": true}\n'
    answers = [b"", b"{", b"7\n", heard, heard + b"7\n"]

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop())

    await bench.orders.stop()
    server = await serving(bench.path, talk)
    while answers:
        with pytest.raises(StoreLocked, match="does not answer"):
            await bench.tell(do="plant", sources=[])
    server.close()


@pytest.mark.parametrize("said", [b"", b'{"heard": true}\n'])
async def test_a_bot_that_never_ends(bench: Bench, said: bytes) -> None:
    end = asyncio.Event()

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await end.wait()

    await bench.orders.stop()
    server = await serving(bench.path, talk)
    with pytest.raises(StoreLocked, match="does not answer"):
        await ask(bench.path, LOCKED, {"do": "plant", "sources": []}, heard=0.2, done=0.2)
    end.set()
    server.close()


async def test_an_order_that_is_under_way_when_the_bot_stops(bench: Bench) -> None:
    asked = asyncio.Event()

    async def page(url: str, limit: int = 0) -> Any:
        asked.set()
        await asyncio.Event().wait()

    bench.web.page = page  # type: ignore[method-assign]
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        telling = group.create_task(_refused(bench))
        await asked.wait()
        await bench.orders.stop()
        assert "does not answer" in await telling


async def _refused(bench: Bench) -> str:
    with pytest.raises(StoreLocked) as refused:
        await bench.tell(do="add", address=URL)
    return str(refused.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_a_socket_of_somebody_else_is_not_told_anything(bench: Bench) -> None:
    os.chown(bench.path, 12_345, -1)
    with pytest.raises(StoreLocked, match="not of the user that the database belongs to"):
        await bench.tell(do="plant", sources=[])


async def test_a_path_that_is_too_long_only_costs_the_orders(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    orders = Orders(socket_of(tmp_path / ("x" * 120)), bench.orders._clerk)
    await orders.start()
    await orders.stop()
    assert "feeds cannot be added while the bot runs" in caplog.text
