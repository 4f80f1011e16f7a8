"""The courier against the strict server: what is owed arrives, once, whatever Telegram answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.delivery.house import House, Telegram, open_house, open_telegram, until, working

pytestmark = pytest.mark.loopback


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with open_telegram() as telegram:
        await telegram.reader(7)
        yield telegram


async def delivered(house: House, telegram: Telegram, state: str = "sent") -> None:
    """Runs a courier until no alert is owed any more."""
    async with working(telegram.courier(house)):
        await until(lambda: _all(house, state))


async def _all(house: House, state: str) -> bool:
    return set(await house.states()) == {state}


async def test_an_alert_arrives_with_its_buttons(house: House, telegram: Telegram) -> None:
    await house.owe(await house.chat(7), title="Troops leave <Niger> & go home")
    await delivered(house, telegram)
    (message,) = [m for m in telegram.api.messages(7) if m.labels]
    assert message.text.startswith("Troops leave <Niger> & go home\nExample Times · ")
    assert "A river rose" in message.text
    assert message.labels == [["Summary", "Mute story"], ["Unfollow", "Why?"]]
    (alert,) = await house.alerts()
    assert (alert.message, alert.shown_publishers) == (message.id, 1)
