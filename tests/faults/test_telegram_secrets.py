"""A canary token at DEBUG: it is in no log, message, exception, file, metric or health page.

The whole bot runs with it through a start, sends, errors of every kind and a crash.
"""

from __future__ import annotations

import asyncio
import io
import logging
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot import logs
from bot.app import run
from bot.delivery.lanes import Lanes
from bot.delivery.telegram import bulk_bot
from bot.demo.api import BotApi, Limits
from bot.settings import Settings
from tests.delivery.house import until
from tests.test_logs import _restored

pytestmark = pytest.mark.loopback

CANARY = "AAE-canary_token_that_must_never_be_seen"
TOKEN = f"123456789:{CANARY}"
restored = _restored


class Raw(logging.Handler):
    """Every record as its logger made it, traceback and all, before anything is taken out."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture
def raw() -> Iterator[Raw]:
    handler = Raw()
    yield handler
    logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def a_bot(api: BotApi, folder: Path, token: str = TOKEN) -> AsyncIterator[None]:
    settings = Settings(
        _env_file=None,
        telegram_token=token,
        telegram_api_url=api.url,
        database_url=f"sqlite:///{folder / 'newsbell.db'}",
        feeds="https://nowhere.invalid/rss",
        web_port=0,
        log_level="debug",
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        bot = group.create_task(
            run(settings, now=time.time, rng=random.Random(1), stop=stop, ready=ready.set)
        )
        await ready.wait()
        yield
        stop.set()
        await bot


def page(out: io.StringIO) -> str:
    """Where the health page is, from the log."""
    return out.getvalue().partition("health page at ")[2].partition("/healthz")[0]


async def test_a_canary_token_is_seen_nowhere(
    tmp_path: Path, raw: Raw, restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    logs.setup("debug", "text", secrets=[TOKEN], stream=out)
    logging.getLogger().addHandler(raw)
    seen: list[str] = []
    async with BotApi(token=TOKEN, limits=Limits.off()) as api:
        amina = api.user(1001, "Amina")
        async with a_bot(api, tmp_path):
            await amina.ask("/start")
            await amina.ask("/follow Niger")
            for fault in ("429", "500", "502", "close", "not-json", "wrong-type"):
                api.faults.add(fault, "sendMessage")  # type: ignore[arg-type]
                await amina.send("/status")
            await amina.ask("/help")
            await amina.ask("/export")
            async with aiohttp.ClientSession() as client:
                for path in ("/healthz", "/metrics"):
                    async with client.get(page(out) + path) as answer:
                        seen.append(await answer.text())
            await api.offline()
            await until(lambda: "Telegram" in out.getvalue())
            await api.online()
        seen += [str(message.text) for message in amina.messages if message.by_bot]
        seen += [body.decode(errors="replace") for body in api.files.values()]
        refused = f"987654321:{CANARY}_revoked"
        settings = Settings(
            _env_file=None,
            telegram_token=refused,
            telegram_api_url=api.url,
            database_url=f"sqlite:///{tmp_path / 'other.db'}",
            feeds="https://nowhere.invalid/rss",
        )
        assert await run(settings, now=time.time, rng=random.Random(1)) == 78
        seen.append(repr(settings))
    seen += await exceptions()
    try:
        raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except RuntimeError as error:
        logging.getLogger("bot.test").exception("a handler failed")
        sys.excepthook(RuntimeError, error, error.__traceback__)
        raw.lines = [line for line in raw.lines if "RuntimeError" not in line]  # ours, on purpose
    assert "stopped by an error" in out.getvalue()
    seen += [out.getvalue(), *raw.lines, *capsys.readouterr()]
    seen += files(tmp_path)
    assert len(seen) > 20
    assert [text[:300] for text in seen if CANARY in text] == []


def files(folder: Path) -> list[str]:
    """Databases, their logs, and whatever else was written."""
    return [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]


async def exceptions() -> list[str]:
    """What the errors of a connection say, and those below them."""
    told = []
    for address in ("http://127.0.0.1:9", "https://127.0.0.1:9", "ftp://x", "http://"):
        bot = bulk_bot(TOKEN, address, Lanes(1000.0))
        try:
            await bot.tell({"chat_id": 7, "text": "x"})
        except Exception as error:
            below: BaseException | None = error
            while below is not None:
                told.append(f"{below!r} {below}")
                below = below.__cause__ or below.__context__
        told.append(repr(bot))
        await bot.request.shutdown()
    return told
