"""A server per test, and python-telegram-bot as its client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

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
    async with plain_bot(api) as made:
        yield made


def plain_bot(api: BotApi, token: str = "") -> Bot:
    """Without TLS, whose certificates take longer to load than a test lasts."""
    plain = {"verify": False}
    return Bot(
        token or api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=HTTPXRequest(httpx_kwargs=plain),
        get_updates_request=HTTPXRequest(httpx_kwargs=plain),
    )


@pytest.fixture
async def amina(api: BotApi) -> Person:
    """Has opened the chat with the bot."""
    person = api.user(1001, "Amina", "fr")
    await person.send("/start")
    return person
