from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.delivery.house import FakeTime, House, Telegram, open_house, open_telegram


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest_asyncio.fixture
async def house(tmp_path: Path, time: FakeTime) -> AsyncIterator[House]:
    async with open_house(tmp_path, time) as house:
        yield house


@pytest_asyncio.fixture
async def telegram(time: FakeTime) -> AsyncIterator[Telegram]:
    """With a reader, number 7, who pressed Start."""
    async with open_telegram(time) as telegram:
        await telegram.reader(7)
        yield telegram
