"""The health page, the metrics and the door for the webhook."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.errors import WebError
from bot.model import FeedSource
from bot.store import open_store
from bot.web import OVERDUE, Health, Web, Webhook, look

pytestmark = pytest.mark.loopback

NOW = 1_770_000_000.0
SECRET = "a-secret-of-the-webhook"
WELL = Health(store_writable=True, courier_alive=True, last_visit=int(NOW) - 5)


class Bench:
    """A running server whose facts can be changed."""

    def __init__(self) -> None:
        self.health = WELL
        self.updates: list[dict[str, Any]] = []
        self.url = ""

    async def probe(self) -> Health:
        return self.health

    async def take(self, update: dict[str, Any]) -> None:
        self.updates.append(update)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    webhook = Webhook("/hook", SECRET, bench.take)
    web = Web("127.0.0.1", 0, probe=bench.probe, now=lambda: NOW, webhook=webhook)
    bench.url = await web.start()
    yield bench
    await web.stop()
    await web.stop()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize(
    ("health", "problems"),
    [
        (WELL, 0),
        (Health(False, True), 1),
        (Health(True, False), 1),
        (Health(True, True, next_due=int(NOW) - OVERDUE - 1), 1),
        (Health(True, True, next_due=int(NOW) - OVERDUE + 1), 0),
        (Health(False, False, next_due=0), 3),
        (Health(True, True, telegram_silent_since=int(NOW) - 90), 1),
        (Health(True, False, telegram_silent_since=int(NOW) - 90), 1),
    ],
)
async def test_health(bench: Bench, client, health: Health, problems: int) -> None:
    bench.health = health
    async with client.get(f"{bench.url}/healthz") as answer:
        body = await answer.json()
        assert answer.status == (503 if problems else 200)
        assert body["ok"] is (not problems)
        assert len(body["problems"]) == problems
        assert body["store_writable"] is health.store_writable


async def test_metrics(bench: Bench, client) -> None:
    bench.health = Health(True, True, waiting=7, oldest_unsent=int(NOW) - 60)
    async with client.get(f"{bench.url}/metrics") as answer:
        text = await answer.text()
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "newsbell_outbox_waiting 7.0" in text
    assert "newsbell_outbox_oldest_seconds 60.0" in text


async def post(bench: Bench, client, body: bytes, **headers: str) -> int:
    shown = {"Content-Type": "application/json", **headers}
    async with client.post(f"{bench.url}/hook", data=body, headers=shown) as answer:
        return answer.status


def secret(value: str = SECRET) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": value}


async def test_an_update_is_taken(bench: Bench, client) -> None:
    assert await post(bench, client, b'{"update_id": 1}', **secret()) == 200
    assert bench.updates == [{"update_id": 1}]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"{}", 401),
        (secret(""), b"{}", 401),
        (secret("wrong"), b"{}", 401),
        (secret(SECRET + "x"), b"{}", 401),
        (secret("sécret"), b"{}", 401),
        ({**secret(), "Content-Type": "text/plain"}, b"{}", 415),
        (secret(), b"{", 400),
        (secret(), b"\xff\xfe", 400),
        (secret(), b"[]", 400),
        (secret(), json.dumps({"x": "y" * 1_000_001}).encode(), 413),
        ({}, b"x" * 1_000_001, 401),
    ],
)
async def test_what_is_no_update_is_refused(bench, client, headers, body, status) -> None:
    assert await post(bench, client, body, **headers) == status
    assert bench.updates == []


async def test_other_doors_are_shut(bench: Bench, client) -> None:
    async with client.get(f"{bench.url}/hook") as answer:
        assert answer.status == 405
    async with client.get(f"{bench.url}/") as answer:
        assert answer.status == 404


async def test_without_a_webhook_there_is_no_door_for_one(client) -> None:
    web = Web("127.0.0.1", 0, probe=Bench().probe, now=lambda: NOW)
    url = await web.start()
    async with client.post(f"{url}/hook", json={}) as answer:
        assert answer.status == 404
    await web.stop()


async def test_facts_come_from_the_store(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW)
    async with store.transaction() as tx:
        await tx.feeds.add(FeedSource("https://a.example/rss"), now=NOW, public=True)
    health = await look(store, last_visit=5, courier_alive=True, now=lambda: NOW)
    assert health == Health(True, True, 5, int(NOW), 0, None)
    await store.close()
    health = await look(store, last_visit=5, courier_alive=True, now=lambda: NOW)
    assert health.problems(NOW) == ("the database cannot be written",)


@pytest.mark.parametrize("host", ["127.0.0.1", "host with spaces"])
async def test_a_port_that_is_taken_gets_a_sentence(bench: Bench, host: str) -> None:
    taken = int(bench.url.rpartition(":")[2])
    with pytest.raises(WebError, match=r"^WEB_PORT: .* cannot be listened on: .*\. Stop what"):
        await Web(host, taken, probe=bench.probe, now=lambda: NOW).start()
