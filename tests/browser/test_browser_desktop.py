"""A wide screen, several chats, and the dark."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from bot.demo.start import Demo
from tests.browser.conftest import DESKTOP, PHONE, Phone, watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_three_columns_and_the_newsroom(desktop: Phone, demo: Demo) -> None:
    await desktop.open()
    await desktop.follow_niger()
    await expect(desktop.page.locator("#newsroom")).to_be_visible()
    demo.replay.pause(True)
    if not demo.replay.published:
        await desktop.page.locator("#next .publish").click()
    await expect(desktop.page.locator("#published li").first).to_contain_text("Meridian Wire")
    await expect(desktop.message("withdraw its troops")).to_be_visible()
    shown = await desktop.page.locator("#published li").count()
    upcoming = demo.replay.upcoming
    assert upcoming
    await expect(desktop.page.locator("#next")).to_contain_text(upcoming.item.title)
    await desktop.page.locator("#next .publish").click()
    await expect(desktop.page.locator("#published li")).to_have_count(shown + 1)
    await expect(desktop.message("2 outlets")).to_be_visible()
    await desktop.shot("desktop-1-alert")


async def test_a_group_follows_for_itself(desktop: Phone, demo: Demo) -> None:
    await desktop.open()
    demo.replay.pause(True)
    await desktop.page.locator(".chat-row", has_text="Sahel readers").click()
    await desktop.say("/follow Niger")
    await expect(desktop.message("You follow Niger")).to_be_visible()
    await expect(desktop.page.locator(".sender").first).to_have_text("Newsbell")
    await desktop.page.locator(".chat-row", has_text="Rédaction").click()
    await desktop.say("/follow Niger")
    await expect(desktop.message("Niger")).to_be_visible()
    await desktop.page.locator(".chat-row", has_text="Ada · English").click()
    demo.replay.publish_next()
    group = desktop.page.locator(".chat-row", has_text="Sahel readers")
    await expect(group.locator(".badge")).to_have_text("1")
    await expect(desktop.page.locator("#banner")).to_be_visible()
    await desktop.shot("desktop-2-unread")
    await group.click()
    await expect(desktop.message("withdraw its troops")).to_be_visible()
    await expect(group.locator(".badge")).to_have_count(0)


async def test_the_dark(browser: Browser, demo: Demo) -> None:
    options = {"color_scheme": "dark"}
    async with watched(browser, demo, viewport=PHONE, is_mobile=True, **options) as phone:
        await phone.open()
        await phone.follow_niger()
        await expect(phone.message("withdraw its troops")).to_be_visible()
        await phone.shot("dark-1-phone")
    async with watched(browser, demo, viewport=DESKTOP, **options) as desktop:
        await desktop.open()
        await expect(desktop.message("withdraw its troops")).to_be_visible()
        await desktop.shot("dark-2-desktop")
        colour = await desktop.page.evaluate(
            "() => getComputedStyle(document.querySelector('#chat')).backgroundColor"
        )
        assert sum(int(part) for part in colour[4:-1].split(",")) < 150
