"""A real browser on the demo: Chromium of the system, the real bot, nothing but the loopback."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from bot.app import run
from bot.commands.demonstration import alone
from bot.demo.start import Demo, start

PATIENCE = 20.0  # seconds; all waits are bounded, none is a measurement
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1366, "height": 820}
_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)

expect.set_options(timeout=PATIENCE * 1000)


def _chromium() -> str:
    """Where Debian puts it. Without it a developer's run skips, and CI fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no Chromium: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@dataclass
class Phone:
    """A page in the browser, and what it must never do."""

    page: Page
    demo: Demo
    wrong: list[str] = field(default_factory=list)

    async def open(self, seat: str = "") -> None:
        await self.page.goto(self.demo.address + (f"#{seat}" if seat else ""))
        await expect(self.page.locator("body[data-ready]")).to_be_attached()

    async def start(self) -> None:
        await self.page.locator("#start").click()
        await expect(self.page.locator(".key").first).to_be_visible()

    async def say(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#send").click()

    def key(self, label: str) -> Locator:
        return self.page.locator(".key", has_text=label).last

    def message(self, text: str) -> Locator:
        return self.page.locator(".message.theirs", has_text=text).last

    async def follow_niger(self, label: str = "Niger") -> None:
        await self.start()
        await self.key(label).click()
        await expect(self.page.locator(".message[data-bot]").nth(1)).to_be_visible()

    async def shot(self, name: str) -> None:
        """Kept when SHOTS names a folder: for the eyes of a reviewer."""
        if folder := os.environ.get("SHOTS"):
            await self.page.wait_for_timeout(400)  # let animations end; nothing depends on it
            await self.page.screenshot(path=Path(folder) / f"{name}.png")

    async def check(self) -> None:
        assert self.wrong == []
        sizes = await self.page.evaluate(
            "() => ['html', 'body', '#scroll', '#chat', '#list'].map(s => {"
            " const e = document.querySelector(s); return [s, e.scrollWidth - e.clientWidth]; })"
        )
        assert [size for size in sizes if size[1] > 0] == [], "something scrolls sideways"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = _chromium()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=_QUIET.split())
        yield chromium
        await chromium.close()


@pytest.fixture
async def stage() -> AsyncIterator[Demo]:
    """The demo without a bot: for what only the page does."""
    async with start(0) as demo:
        yield demo


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    """The demo with the real bot, last week's news read."""
    async with start(0) as running:
        stop, ready = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            bot = tasks.create_task(_bot(running, stop, ready))
            try:
                async with asyncio.timeout(60):
                    await ready.wait()
                    await running.replay.wait_read()
                yield running
            finally:
                stop.set()
                await bot


async def _bot(demo: Demo, stop: asyncio.Event, ready: asyncio.Event) -> None:
    code = await run(
        alone(demo.settings), now=time.time, rng=random.Random(7), stop=stop, ready=ready.set
    )
    assert code == 0


@asynccontextmanager
async def watched(browser: Browser, demo: Demo, **options: object) -> AsyncIterator[Phone]:
    """A page that may neither err, nor scroll sideways, nor ask anything of the outside."""
    context: BrowserContext = await browser.new_context(**options)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    phone = Phone(page, demo)
    page.on("console", lambda m: phone.wrong.append(m.text) if m.type != "log" else None)
    page.on("pageerror", lambda error: phone.wrong.append(str(error)))
    page.on("request", lambda r: None if _ours(r.url, demo) else phone.wrong.append(r.url))
    yield phone
    await phone.check()
    await context.close()


def _ours(url: str, demo: Demo) -> bool:
    return url.startswith((demo.address, "data:"))


@pytest.fixture
async def phone(browser: Browser, demo: Demo) -> AsyncIterator[Phone]:
    async with watched(browser, demo, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        yield page


@pytest.fixture
async def desktop(browser: Browser, demo: Demo) -> AsyncIterator[Phone]:
    async with watched(browser, demo, viewport=DESKTOP) as page:
        yield page
