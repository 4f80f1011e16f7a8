"""From an outlet's feed to a reader's phone: everything is real but the outside.

A press on loopback, the strict Bot API server for Telegram, the bot as `app.run` composes it, a
real database file. The story is the one that Newsbell is for.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import run
from bot.demo.api import BotApi, Limits, Message, Person
from bot.settings import Settings
from tests.fakes import Press, a_press

pytestmark = pytest.mark.loopback


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi(limits=Limits.off())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    async with a_press() as press:
        for name in ("Sahel Wire", "Northern Herald", "Delhi Courier"):
            outlet = press.outlet(name)
            outlet.publish("Council opens a new bridge", "The bridge took four years to build.")
        yield press


@asynccontextmanager
async def a_bot(api: BotApi, press: Press, folder: Path) -> AsyncIterator[None]:
    """The bot, from the moment it takes updates until it has stopped in order."""
    settings = Settings(
        _env_file=None,
        telegram_token=api.token,
        telegram_api_url=api.url,
        database_url=f"sqlite:///{folder / 'newsbell.db'}",
        feeds=press.urls,
        fetch_allow=(press.door,),
        poll_floor=1,
        poll_ceiling=1,
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        bot = group.create_task(
            run(settings, now=time.time, rng=random.Random(1), stop=stop, ready=ready.set)
        )
        async with asyncio.timeout(60):
            await ready.wait()
            yield
            stop.set()
            assert await bot == 0


async def visited(press: Press, slug: str, times: int = 1) -> None:
    """Until the outlet has been visited so many times more, and what it said has been kept."""
    wanted = press.visits.get(slug, 0) + times + 1
    async with asyncio.timeout(60):
        while press.visits.get(slug, 0) < wanted:  # noqa: ASYNC110  (counted by another server)
            await asyncio.sleep(0.05)


def alerts(reader: Person) -> list[Message]:
    """Messages with a button that says why, whatever they show now."""
    return [m for m in reader.messages if _data(m, "w:")]


def _data(message: Message, start: str) -> list[str]:
    found = [button.get("callback_data", "") for button in message.buttons]
    return [data for data in found if data.startswith(start)]


async def following(api: BotApi, press: Press, topic: str) -> Person:
    """A reader who follows a topic, once every feed has had its silent first visit."""
    await asyncio.gather(*(visited(press, slug) for slug in press.outlets))
    reader = api.user(1001, "Amina", "en")
    await reader.ask("/start")
    await reader.ask(f"/follow {topic}")
    return reader


async def test_one_ring_that_grows_and_none_for_nigeria(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    wire, herald, courier = press.outlets.values()
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "Niger")
        assert not alerts(reader), "a first visit is silent"

        wire.publish(
            "American troops to leave Niger after talks with junta",
            "The United States agreed to withdraw its troops from Niger, officials said on Friday.",
        )
        alert = await reader.wait(lambda m: "troops to leave Niger" in m.text)
        assert "Sahel Wire" in alert.text

        herald.publish(
            "US agrees to withdraw American troops from Niger",
            "Officials said the troops will leave Niger after talks with the military junta.",
        )
        courier.publish(
            "Nigeria raises fuel price as Niger Delta pipelines close",
            "Abuja said petrol will cost more. Oil firms in the Niger Delta shut two lines.",
        )
        grown = await reader.wait(lambda m: "2 outlets" in m.text)
        await visited(press, "delhi-courier")

        assert grown.id == alert.id, "the message grows, it does not come again"
        assert len(alerts(reader)) == 1


async def test_what_the_buttons_say(api: BotApi, press: Press, tmp_path: Path) -> None:
    wire = press.outlets["sahel-wire"]
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "Niger")
        wire.publish(
            "Niamey markets reopen after three days",
            "Traders in Niger's capital opened their stalls on Monday. Prices of millet fell.",
        )
        alert = await reader.wait(lambda m: "Niamey markets" in m.text)
        await reader.tap(alert, "Why")
        why = await reader.wait(lambda m: "Niamey" in m.text and "Niger" in m.text)
        assert why.text
        found = await reader.ask("/search millet")
        assert "Niamey markets reopen" in found.text
        assert "Niamey markets reopen" in (await reader.ask("/headlines")).text
        assert "Niger" in (await reader.ask("/topics")).text


async def test_one_story_is_followed_without_its_topic_through_a_restart(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    wire = press.outlets["sahel-wire"]
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "Selby")
        wire.publish(
            "Ferry sinks off Port Selby with hundreds on board",
            "The ferry Adelina sank in a storm off Port Selby; rescuers search for passengers.",
        )
        alert = await reader.wait(lambda m: "Ferry sinks" in m.text)
        await reader.tap(alert, "Summary")
        await reader.wait(lambda m: "Follow this story" in m.labels)
        await reader.tap(alert, "Follow this story")
        await reader.wait(lambda m: "Unfollow story" in m.labels)
        await reader.ask("/unfollow Selby")
    wire.publish(
        "Captain Ruud Marten arrested after the sinking of the ferry Adelina",
        "A judge in Lorne ordered him held for negligence; the ship was overloaded, police say.",
    )
    async with a_bot(api, press, tmp_path):
        told = await reader.wait(lambda m: "Ruud Marten" in m.text and bool(_data(m, "e:")))
        await visited(press, "sahel-wire")
        assert told.text.startswith("New:")
        assert told.reply_to is alert
        assert len(alerts(reader)) == 2
        await reader.tap(told, "Why")
        await reader.wait(lambda m: "You follow the story" in m.text)


async def test_a_toll_of_another_order_answers_the_alert(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    wire, herald, courier = press.outlets.values()
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "Selby")
        wire.publish(
            "At least 9 dead in explosion at Port Selby fuel depot",
            "A fuel depot exploded in Port Selby on Monday night, officials said.",
        )
        alert = await reader.wait(lambda m: "9 dead" in m.text)
        herald.publish(
            "Port Selby fuel depot explosion kills 14",
            "Rescuers found more bodies after the explosion at the fuel depot in Port Selby.",
        )
        await reader.wait(lambda m: "2 outlets" in m.text)
        courier.publish(
            "Death toll in Port Selby fuel depot explosion rises to 120",
            "The explosion at the fuel depot in Port Selby killed far more people than thought.",
        )
        told = await reader.wait(lambda m: "rises to 120" in m.text)
        assert told.text.startswith("New: Death toll")
        assert told.reply_to is alert
        assert len(alerts(reader)) == 2, "from 9 to 14 the first message grows"
        await reader.tap(told, "Why")
        await reader.wait(lambda m: "Killed: 9 before, 120 now" in m.text)


async def test_a_restart_owes_nothing_twice(api: BotApi, press: Press, tmp_path: Path) -> None:
    wire = press.outlets["sahel-wire"]
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "earthquake")
        wire.publish("Earthquake shakes the coast of Chile", "No one was hurt, officials said.")
        await reader.wait(lambda m: "shakes the coast" in m.text)
    wire.publish("Strong earthquake near Lima", "Buildings swayed in the capital of Peru.")
    async with a_bot(api, press, tmp_path):
        await reader.wait(lambda m: "near Lima" in m.text)
        await visited(press, "sahel-wire")
        assert len(alerts(reader)) == 2


async def test_who_waits_for_a_second_publisher_is_rung_by_it_after_a_restart_too(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    wire, herald, _ = press.outlets.values()
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "Niger")
        card = await reader.ask("/topics")
        for button in ("Niger", "When I ring…", "≥ 2 publishers"):
            await reader.wait(lambda m, b=button: b in m.labels)  # type: ignore[misc]
            await reader.tap(card, button)
        await reader.wait(lambda m: "once 2 publishers" in m.text)
        wire.publish(
            "American troops to leave Niger after talks with junta",
            "The United States agreed to withdraw its troops from Niger, officials said on Friday.",
        )
        await visited(press, "sahel-wire", 2)
        assert not alerts(reader)
    herald.publish(
        "US agrees to withdraw American troops from Niger",
        "Officials said the troops will leave Niger after talks with the military junta.",
    )
    async with a_bot(api, press, tmp_path):
        alert = await reader.wait(lambda m: "2 outlets" in m.text)
        await visited(press, "northern-herald")
        assert alerts(reader) == [alert]


async def test_what_is_owed_while_telegram_is_away_comes_when_it_is_back(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    wire = press.outlets["sahel-wire"]
    async with a_bot(api, press, tmp_path):
        reader = await following(api, press, "volcano")
        await api.offline()
        wire.publish("Volcano wakes on Java after a decade", "Villages were told to be ready.")
        await visited(press, "sahel-wire", 2)
        await api.online()
        await reader.wait(lambda m: "Volcano wakes" in m.text)
        assert len(alerts(reader)) == 1


async def test_an_update_that_nobody_can_read_does_not_make_it_deaf(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    async with a_bot(api, press, tmp_path):
        reader = api.user(1001, "Amina", "en")
        await reader.ask("/start")
        api.updates.put({"message": {"message_id": "none", "date": "never", "chat": 7}})
        assert (await reader.ask("/help")).text
