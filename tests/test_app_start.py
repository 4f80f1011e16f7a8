"""How a start fails, and how it ends before it has begun."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import _ending_on_signals, run
from bot.demo.api import BotApi, Limits
from bot.settings import Settings

pytestmark = pytest.mark.loopback

TOKEN = "4242:TEST"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi(token=TOKEN, limits=Limits.off())
    await server.start()
    yield server
    await server.stop()


async def ended(folder: Path, stop: asyncio.Event | None = None, **given: Any) -> int:
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'newsbell.db'}",
        feeds="https://nowhere.invalid/rss",
        **{"telegram_token": TOKEN, **given},
    )
    async with asyncio.timeout(60):
        return await run(settings, now=time.time, rng=random.Random(1), stop=stop)


async def test_a_webhook_that_telegram_does_not_take(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code = await ended(
        tmp_path,
        telegram_api_url=api.url,
        telegram_webhook_url="https://news.example.org/hook",
        telegram_webhook_secret="a-secret-of-the-webhook",
        web_port=0,
    )
    assert code == 78
    (error,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert error.getMessage().startswith("TELEGRAM_WEBHOOK_URL: Bad webhook")


async def test_a_port_that_is_taken(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert await ended(tmp_path, telegram_api_url=api.url, web_port=port) == 1
    (error,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert error.getMessage().startswith(f"WEB_PORT: 127.0.0.1:{port} cannot be listened on")


async def test_a_stop_before_telegram_was_reached_leaves_nothing_open(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "cannot be reached" in record.getMessage():
                stop.set()

    told = Told()
    logging.getLogger("handlers.updates").addHandler(told)
    try:
        assert await ended(tmp_path, stop, telegram_api_url="http://127.0.0.1:1") == 0
    finally:
        logging.getLogger("handlers.updates").removeHandler(told)
    assert "Unclosed" not in caplog.text


async def test_a_wrong_token_is_said_once(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    token = "4343:OTHER"
    assert await ended(tmp_path, telegram_api_url=api.url, telegram_token=token) == 78
    errors = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "refused the token" in errors[0]
    assert "Unclosed" not in caplog.text


async def test_p02_who_asks_twice_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: asyncio.Queue[int] = asyncio.Queue()
    monkeypatch.setattr(os, "_exit", ended.put_nowait)
    stop = asyncio.Event()
    with _ending_on_signals(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(60):
            await stop.wait()
            assert ended.empty()
            os.kill(os.getpid(), signal.SIGINT)
            assert await ended.get() == 128 + signal.SIGTERM
