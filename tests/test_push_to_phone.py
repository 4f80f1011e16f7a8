"""From an outlet's hub to a reader's phone: nobody polls, and it rings all the same.

Everything is real but the outside: the bot as `app.run` composes it, a hub and a press on loopback,
the strict Bot API server.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import run
from bot.demo.api import BotApi, Limits, Message, Person
from bot.settings import Settings
from tests.fakes import Press, a_press
from tests.hub import Hub, a_hub

pytestmark = pytest.mark.loopback

DAY = 86_400


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi(limits=Limits.off())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with a_hub() as hub:
        yield hub


@pytest.fixture
async def press(hub: Hub) -> AsyncIterator[Press]:
    async with a_press() as press:
        outlet = press.outlet("Sahel Wire")
        outlet.publish("Council opens a new bridge", "The bridge took four years to build.")
        outlet.head = hub.links(f"{press.origin}/sahel-wire")
        yield press


@asynccontextmanager
async def a_bot(api: BotApi, press: Press, hub: Hub, folder: Path) -> AsyncIterator[str]:
    """The bot, with a public address that hubs can call; feeds are visited once a day."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = Settings(
        _env_file=None,
        telegram_token=api.token,
        telegram_api_url=api.url,
        database_url=f"sqlite:///{folder / 'newsbell.db'}",
        feeds=press.urls,
        fetch_allow=(press.door, hub.door),
        poll_floor=DAY,
        poll_ceiling=DAY,
        web_port=port,
        web_url=f"{address}/bot",
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        bot = group.create_task(
            run(settings, now=time.time, rng=random.Random(1), stop=stop, ready=ready.set)
        )
        async with asyncio.timeout(60):
            await ready.wait()
            yield address
            stop.set()
            assert await bot == 0


def alerts(reader: Person) -> list[Message]:
    return [m for m in reader.messages if "w:" in str([b.get("callback_data") for b in m.buttons])]


async def test_it_rings_though_nobody_polled_and_after_a_restart_too(
    api: BotApi, press: Press, hub: Hub, tmp_path: Path
) -> None:
    wire = press.outlets["sahel-wire"]
    async with a_bot(api, press, hub, tmp_path) as address:
        await hub.until(lambda: hub.subscribers)
        (asked,) = hub.asked
        assert asked["hub.callback"].startswith(f"{address}/bot/push/")
        reader = api.user(1001, "Amina", "en")
        await reader.ask("/start")
        await reader.ask("/follow Niger")
        wire.publish("American troops to leave Niger", "The US agreed to withdraw its troops.")
        assert await hub.publish(wire.document()) == [202]
        alert = await reader.wait(lambda m: "troops to leave Niger" in m.text)
        assert "Sahel Wire" in alert.text
        assert press.visits == {"sahel-wire": 1}
        assert await hub.publish(wire.document()) == [202], "again, and it rings no more"
        await reader.ask("/sources")

    hub.subscribers.clear()
    async with a_bot(api, press, hub, tmp_path) as moved:
        await hub.until(lambda: hub.subscribers)
        (renewed,) = hub.subscribers
        assert renewed.startswith(moved), "the hub is told that we have moved"
        wire.publish("Floods cut roads in Niger", "Two bridges near Niamey were swept away.")
        assert await hub.publish(wire.document()) == [202]
        await reader.wait(lambda m: "Floods cut roads" in m.text)
        assert press.visits == {"sahel-wire": 1}
        assert len(alerts(reader)) == 2
