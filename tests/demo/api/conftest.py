"""A server per test, and python-telegram-bot as its client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.demo.api import BotApi, Limits, Person


@pytest.fixture(autouse=True)
def _retry_after_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=Limits.off()) as running:
        yield running


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as b:
        yield b


@pytest.fixture
async def amina(api: BotApi) -> Person:
    """Has opened the chat with the bot."""
    person = api.user(1001, "Amina", "fr")
    await person.send("/start")
    return person
