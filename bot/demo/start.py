"""Everything around the bot for `make demo`: a Bot API server, the press of a sample world, a page.

In: the page's port. Out: settings for the bot as the environment would hold them, the page's
address and what to try. Reads no settings, starts no bot, reaches nothing but 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.demo.api import BotApi
from bot.demo.page.cast import cast
from bot.demo.page.server import Page
from bot.demo.replay import Replay
from bot.demo.world.press import load
from bot.errors import NewsbellError
from bot.feeds import opml
from bot.model import Clock

TOKEN = "4242:DEMO"  # noqa: S105 - of the local server only

TO_TRY = (
    "Tap Start, then Niger: within seconds American troops leave, and the bell rings once.",
    "Watch the alert grow with each outlet, and stay silent for Nigeria, the Delta and the river.",
    "Tap Summary, Why or Mute under an alert; write any words to see what they would bring.",
    "Switch to Layla's chat (Arabic), a group, a forum; send /headlines, /search or /settings.",
    "Publish the next item yourself, or pause the news, at the top of the page.",
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What is running around the bot."""

    settings: Mapping[str, str]  # environment variable → value
    address: str  # of the page
    to_try: tuple[str, ...]
    api: BotApi
    replay: Replay


@asynccontextmanager
async def start(port: int, *, now: Clock = time.time) -> AsyncIterator[Demo]:
    """Run it all until the block is left; 0 takes any free port.

    Raises NewsbellError when the port is taken.
    """
    api = BotApi(token=TOKEN, now=now)
    with TemporaryDirectory(prefix="newsbell-demo-") as folder:
        async with api, Replay(load(int(now())), now=now) as replay:
            page = Page(api, replay, await cast(api), port)
            async with _serving(page, port), _beside(page.pump(), replay.run()):
                yield Demo(_settings(api, replay, Path(folder)), page.url, TO_TRY, api, replay)


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run it while the block runs. No TaskGroup: it would wrap the errors of the block, which the
    command line tells by their type.
    """
    tasks = [asyncio.get_running_loop().create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


@asynccontextmanager
async def _serving(page: Page, port: int) -> AsyncIterator[None]:
    try:
        await page.__aenter__()
    except OSError as error:
        raise NewsbellError(
            f"port {port} is taken or may not be used; try another one: newsbell demo --port 0"
        ) from error
    try:
        yield
    finally:
        await page.__aexit__()


def _settings(api: BotApi, replay: Replay, folder: Path) -> dict[str, str]:
    feeds = folder / "feeds.opml"
    feeds.write_bytes(opml.write(replay.sources()))
    return {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{folder / 'newsbell.db'}",
        "FEEDS": str(feeds),
        "POLL_FLOOR": "1s",
        "POLL_CEILING": "1s",
        "FETCH_ALLOW": replay.address,
    }
