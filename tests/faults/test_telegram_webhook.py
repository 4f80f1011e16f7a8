"""G09 and the webhook: what Telegram hands over is safe, or it is not taken.

The real bot, as `app.run` composes it, with Telegram posting to its door; crashes in between.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Update

from bot.app import run
from bot.delivery.lanes import Lanes
from bot.delivery.telegram import reply_application
from bot.demo.api import BotApi, Limits
from bot.errors import SettingsError, StoreFull
from bot.settings import Settings, load
from bot.store import Store, open_store
from bot.store.inbox import TRIES
from bot.web import Health, Web, Webhook
from handlers import InOrder
from handlers.updates import Address, Conversation
from tests.handlers.conftest import Clock, Room

pytestmark = pytest.mark.loopback

SECRET = "a-secret-of-the-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
JSON = {"Content-Type": "application/json"}
AMINA = {"id": 1001, "is_bot": False, "first_name": "Amina"}


def words(number: int, text: str) -> dict[str, Any]:
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    chat = {"id": 1001, "type": "private", "first_name": "Amina"}
    message = {"message_id": number, "date": int(time.time()), "chat": chat, "from": AMINA}
    return {"update_id": number, "message": message | {"text": text, "entities": entities}}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def a_bot(api: BotApi, folder: Path) -> AsyncIterator[str]:
    """The whole bot in webhook mode, from being ready to having stopped; the address of its door.

    Settings take https only, for Telegram does; the local server posts to plain http.
    """
    port = free_port()
    settings = Settings(
        _env_file=None,
        telegram_token=api.token,
        telegram_api_url=api.url,
        telegram_webhook_url="https://news.example/hook",
        telegram_webhook_secret=SECRET,
        database_url=f"sqlite:///{folder / 'newsbell.db'}",
        feeds="https://nowhere.invalid/rss",
        web_port=port,
    ).model_copy(update={"telegram_webhook_url": f"http://127.0.0.1:{port}/hook"})
    stop, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        bot = group.create_task(
            run(settings, now=time.time, rng=random.Random(1), stop=stop, ready=ready.set)
        )
        await ready.wait()
        yield f"http://127.0.0.1:{port}/hook"
        stop.set()
        assert await bot == 0


async def test_g09_the_bot_talks_through_its_webhook_and_takes_nothing_from_others(
    tmp_path: Path,
) -> None:
    async with BotApi(limits=Limits.off()) as api, aiohttp.ClientSession() as client:
        amina = api.user(1001, "Amina")
        async with a_bot(api, tmp_path) as door:
            assert api.webhook.secret == SECRET
            assert "What I can do" in (await amina.ask("/help")).text

            async def post(body: bytes, headers: dict[str, str]) -> int:
                try:
                    async with client.post(door, data=io.BytesIO(body), headers=headers) as answer:
                        return answer.status
                except aiohttp.ClientOSError:  # shut while we were still pushing
                    return 0

            body, shown = json.dumps(words(5, "/status")).encode(), JSON | {HEADER: SECRET}
            assert await post(body, JSON) == 401
            assert await post(body, JSON | {HEADER: ""}) == 401
            assert await post(body, JSON | {HEADER: SECRET[:-1]}) == 401
            assert await post(b"x" * 10_000_000, JSON) in (401, 0)
            assert await post(b"x" * 10_000_000, shown) in (413, 0)
            assert await post(b"x" * 1_000_001, shown) == 413
            assert await post(body, {HEADER: SECRET, "Content-Type": "text/xml"}) == 415
            assert await post(b"{", shown) == 400
            assert [await post(body, shown) for _ in range(3)] == [200] * 3
            await amina.wait(lambda m: "This chat" in m.text)
            assert [await post(body, shown) for _ in range(3)] == [200] * 3
            await amina.ask("/privacy")
        told = [message for message in amina.messages if "This chat" in message.text]
        assert len(told) == 1
        assert api.webhook.last_error == ""


# ── what a crash leaves ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(f"sqlite:///{tmp_path}/w.db", now=Clock()) as store:
        yield store


def conversation(room: Room, store: Store) -> Conversation:
    """One that is not running: as between the answer 200 and the handler."""
    order = InOrder(store)
    builder = reply_application(room.api.token, room.api.url, Lanes(1000.0))
    application = builder.concurrent_updates(order).update_queue(order.backlog()).build()
    services = room.services
    object.__setattr__(services, "store", store)
    return Conversation(application, services, Address("http://127.0.0.1:9/hook", SECRET))


async def left(store: Store) -> list[int]:
    """What the store would take up, without taking it up."""
    try:
        async with store.transaction() as tx:
            found = [update["update_id"] for update in await tx.inbox.take_up()]
            raise LookupError
    except LookupError:
        return found


async def test_g09_what_was_taken_before_a_crash_is_handled_after_it_once(
    room: Room, store: Store
) -> None:
    before = conversation(room, store)
    for number in (11, 12, 11):
        await before.take(words(number, "/help"))
    assert await left(store) == [11, 12]
    after = conversation(room, store)
    await after._take_up()
    await after.take(words(12, "/help"))  # Telegram never heard the 200
    waiting = after._application.update_queue
    assert [waiting.get_nowait().update_id for _ in range(waiting.qsize())] == [11, 12]
    processor = after._application.update_processor
    handled = []

    async def handle(number: int) -> None:
        handled.append(number)

    for number in (11, 12, 12):
        await processor.process_update(Update(number), handle(number))
    assert handled == [11, 12]
    assert await left(store) == []


async def test_g09_an_update_that_ends_the_process_each_time_is_let_go(
    room: Room, store: Store
) -> None:
    await conversation(room, store).take(words(11, "/help"))
    for start in range(TRIES + 1):
        fresh = conversation(room, store)
        await fresh._take_up()
        assert fresh._application.update_queue.qsize() == (1 if start < TRIES else 0)


async def test_g09_odd_numbers_are_taken_and_forgotten(room: Room, store: Store) -> None:
    talk = conversation(room, store)
    for number in (None, "7", -1, 2**63, 2**80, 1.5, []):
        await talk.take({"update_id": number})
    assert talk._application.update_queue.empty()


async def test_g09_a_full_disk_makes_telegram_come_again() -> None:
    async def full(_: dict[str, Any]) -> None:
        raise StoreFull("The disk is full.")

    async def probe() -> Health:
        return Health(True, True)

    web = Web("127.0.0.1", 0, probe=probe, now=time.time, webhook=Webhook("/h", SECRET, full))
    url = await web.start()
    async with aiohttp.ClientSession() as client:
        headers = JSON | {HEADER: SECRET}
        async with client.post(f"{url}/h", data=b'{"update_id":1}', headers=headers) as answer:
            assert answer.status == 503
    await web.stop()


# ── no secret, and somebody else's webhook ───────────────────────────────────────────────────────


def test_g09_there_is_no_webhook_without_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take(_: dict[str, Any]) -> None: ...

    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET"):
        Webhook("/hook", "", take)
    monkeypatch.setenv("TELEGRAM_TOKEN", "4242:TEST")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://news.example/hook")
    monkeypatch.setenv("WEB_PORT", "0")
    for secret in ("", "short"):
        monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", secret)
        with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET"):
            load(None)


async def test_t17_a_webhook_that_somebody_took_away_is_set_again(
    room: Room, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    talk = conversation(room, store)
    address = Address("http://127.0.0.1:9/hook", SECRET)
    async with talk._application.bot:
        for theirs in ("", "http://127.0.0.1:9/theirs"):
            room.api.webhook.url = theirs
            await talk._look_after(address)
            assert (room.api.webhook.url, room.api.webhook.secret) == (address.url, SECRET)
    assert "somebody took the webhook" in caplog.text
    room.api.webhook.remove()
