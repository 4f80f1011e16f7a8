"""Every engine in ENGINES runs the contract suite; a test asks for `store` and knows no engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.store import ENGINES, Store, open_store
from tests.store.world import Time, World

URLS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder}/newsbell.db",
}


@pytest.fixture(params=sorted(ENGINES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return URLS[request.param](tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of the embedded engine."""
    return tmp_path / "newsbell.db"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def store(url: str, time: Time) -> AsyncIterator[Store]:
    async with await open_store(url, now=time) as opened:
        yield opened


@pytest.fixture
async def world(store: Store, time: Time) -> World:
    return World(store, time)
