"""The doctor: every finding, good and bad, against servers on loopback."""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import web

from bot.doctor import Finding, examine
from bot.model import FeedSource
from bot.settings import Settings
from bot.store import open_store
from bot.store.sqlite_file import file_of

pytestmark = pytest.mark.loopback

TOKEN = "123456789:AAE-canary_token_that_must_never_be_seen"
NOW = 1_770_000_000


class Telegram:
    """Answers getMe as it is told to."""

    def __init__(self) -> None:
        self.status = 200
        self.body: object = {"ok": True, "result": {"id": 1, "is_bot": True, "username": "my_bot"}}
        self.time = NOW
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        assert request.path == f"/bot{TOKEN}/getMe"
        date = format_datetime(datetime.fromtimestamp(self.time, UTC), usegmt=True)
        if isinstance(self.body, str):
            return web.Response(text=self.body, status=self.status, headers={"Date": date})
        return web.json_response(self.body, status=self.status, headers={"Date": date})


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram()
    app = web.Application()
    app.router.add_get("/{path:.*}", telegram.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    telegram.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield telegram
    await runner.cleanup()


@pytest.fixture
def settings(telegram: Telegram, tmp_path: Path) -> Settings:
    return Settings(
        telegram_token=TOKEN,
        telegram_api_url=telegram.url,
        database_url=f"sqlite:///{tmp_path}/news.db",
    )


async def look(settings: Settings) -> dict[str, Finding]:
    found = {finding.subject: finding for finding in await examine(settings, now=lambda: NOW)}
    said = " ".join(f"{f.said} {f.advice}" for f in found.values())
    assert "canary" not in said
    assert all(f.good or f.advice for f in found.values())
    return found


async def test_a_house_in_order(settings: Settings) -> None:
    found = await look(settings)
    assert all(finding.good for finding in found.values())
    assert found["token"].said == "belongs to @my_bot"
    assert found["clock"].said == "right"
    assert "none yet" in found["database"].said
    assert "to begin with" in found["feeds"].said


@pytest.mark.parametrize("status", [401, 404])
async def test_an_unknown_token(settings: Settings, telegram: Telegram, status: int) -> None:
    telegram.status = status
    telegram.body = {"ok": False, "error_code": status, "description": "Unauthorized"}
    token = (await look(settings))["token"]
    assert not token.good
    assert "BotFather" in token.advice


@pytest.mark.parametrize("body", ["<html>", "", "[]", {"ok": True}, {"ok": False}])
async def test_what_is_no_bot_api(settings: Settings, telegram: Telegram, body: object) -> None:
    telegram.body = body
    assert "no answer of a Bot API server" in (await look(settings))["token"].said


async def test_an_api_that_cannot_be_reached(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"telegram_api_url": "http://127.0.0.1:1"})
    token = (await look(nowhere))["token"]
    assert not token.good
    assert "cannot be reached" in token.said


async def test_a_missing_token(settings: Settings) -> None:
    token = (await look(settings.model_copy(update={"telegram_token": None})))["token"]
    assert (token.good, token.said) == (False, "missing")


@pytest.mark.parametrize(
    ("off", "said"), [(100, "100 seconds behind"), (-100, "100 seconds ahead")]
)
async def test_a_wrong_clock(settings, telegram: Telegram, off: int, said: str) -> None:
    telegram.time = NOW + off
    clock = (await look(settings))["clock"]
    assert (clock.good, clock.said) == (False, said)


async def test_a_database_in_use_and_one_at_rest(settings: Settings) -> None:
    store = await open_store(settings.database_url, now=lambda: NOW)
    async with store.transaction() as tx:
        await tx.feeds.add(FeedSource("https://a.example/rss"), now=NOW, public=True)
    found = await look(settings)
    assert "in use" in found["database"].said
    assert found["feeds"].said == "1 feeds, 0 failing", "read beside the bot"
    await store.close()
    found = await look(settings)
    assert found["database"].said == "sound"
    assert found["feeds"].said == "1 feeds, 0 failing"


async def test_a_database_that_is_gone(settings: Settings) -> None:
    await (await open_store(settings.database_url)).close()
    file_of(settings.database_url).unlink()
    found = (await look(settings))["database"]
    assert not found.good
    assert "lock is of one that was here" in found.said
    assert "--init" in found.advice


async def test_a_damaged_database(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "news.db").write_bytes(b"no database at all" * 100)
    assert not (await look(settings))["database"].good


async def test_no_feeds(settings: Settings) -> None:
    await (await open_store(settings.database_url, now=lambda: NOW)).close()
    assert not (await look(settings))["feeds"].good


async def test_feeds_that_cannot_be_read(settings: Settings) -> None:
    wrong = settings.model_copy(update={"feeds": "/nowhere/feeds.opml"})
    assert not (await look(wrong))["FEEDS"].good
    await (await open_store(settings.database_url, now=lambda: NOW)).close()
    found = await look(wrong)
    assert not found["FEEDS"].good, "it would stop the start, whatever is stored"
    assert "No such file" in found["FEEDS"].advice


async def test_a_port_that_is_taken(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found = await look(settings.model_copy(update={"web_port": port}))
    assert not found["web port"].good
    found = await look(settings.model_copy(update={"web_port": 0}))
    assert found["web port"].good


async def test_a_full_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    assert not (await look(settings))["disk"].good


@pytest.mark.parametrize(
    ("web", "holds", "good", "said"),
    [
        ({}, False, True, "1 feeds name a hub; with WEB_URL and WEB_PORT they would push"),
        ({"web_url": "https://n.example", "web_port": 0}, True, True, "1 of 1 feeds that name"),
        ({"web_url": "https://n.example", "web_port": 0}, False, False, "0 of 1 feeds that name"),
    ],
)
async def test_feeds_that_push(settings: Settings, web, holds: bool, good: bool, said: str) -> None:
    async with await open_store(settings.database_url, now=lambda: NOW) as store:
        async with store.transaction() as tx:
            feed, _ = await tx.feeds.add(FeedSource("https://a.example/rss"), now=NOW, public=True)
            await tx.pushes.offer(feed.id, "https://hub.example/", feed.url, NOW)
            (one,) = await tx.pushes.due(NOW, 1)
            await tx.pushes.asking(replace(one, asked="subscribe", path="p" * 40, tries=1), NOW)
            if holds:
                await tx.pushes.holds(one, NOW + 9000, NOW + 8000)
        found = (await look(settings.model_copy(update=web)))["pushes"]
    assert (found.good, found.said[: len(said)]) == (good, said)
    assert ("/push/" in found.advice) is not good
