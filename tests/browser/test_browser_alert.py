"""From opening the page to a living alert, with the real bot, as a newcomer sees it."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from bot.demo.start import Demo
from tests.browser.conftest import PATIENCE, Phone

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

TROOPS = "withdraw its troops from Niger"


async def test_from_start_to_a_living_alert(phone: Phone) -> None:
    await phone.open()
    await phone.shot("phone-1-open")
    await phone.start()
    await phone.shot("phone-2-start")
    await phone.key("Niger").click()
    await expect(phone.message("in the last 7 days: 12 stories")).to_be_visible()
    alert = phone.page.locator(".message.ringing", has_text=TROOPS)
    await expect(alert).to_be_visible()
    await expect(phone.page.locator("#ringer.on")).to_be_attached()
    for label in ("Summary", "Mute", "Unfollow", "Why"):
        await expect(alert.locator(".key", has_text=label)).to_be_visible()
    await phone.shot("phone-3-alert")
    living = phone.message(TROOPS)
    await expect(living).to_contain_text(re.compile(r"2 (outlets|publishers)"))
    await expect(living.locator(".edited")).to_be_visible()
    await phone.shot("phone-4-living")


async def test_it_rings_for_niger_and_for_nothing_like_it(phone: Phone, demo: Demo) -> None:
    """All scenes of the script by hand; what the chat holds at the end says what rang."""
    demo.replay.pause(True)
    await phone.open()
    await phone.follow_niger()
    ada = demo.api.user(7001)
    before = len(ada.messages)
    for scenes in (1, 4, 4, 1, 4, 4, 1):  # no outlet corrects itself within a group
        await _published(demo, scenes)
    assert demo.replay.published[-1].id == "farewell-meridian"
    await expect(phone.message("First American cargo planes")).to_be_visible()
    rung = [m for m in ada.messages[before:] if m.by_bot]
    wanted = {s.item.title for s in demo.replay.published if "Niger" in s.item.about}
    assert rung[0].text.startswith("United States agrees to withdraw its troops from Niger")
    assert sum("American" in m.text.partition("\n")[0] for m in rung) == 1, "once per event"
    assert {m.text.partition("\n")[0].removeprefix("New: ") for m in rung} <= wanted
    (later,) = [m for m in rung if m.text.startswith("New: ")]
    assert later.reply_to is rung[0], "what happens next answers the first ring"


async def _published(demo: Demo, count: int) -> None:
    """Publish the next items, and wait until the bot holds them."""
    scenes = [scene for _ in range(count) if (scene := demo.replay.publish_next())]
    outlets = {scene.item.outlet for scene in scenes}
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(demo.replay.wait_taken(outlet) for outlet in outlets))


async def test_the_buttons_of_an_alert_answer(phone: Phone, demo: Demo) -> None:
    await phone.open()
    await phone.follow_niger()
    alert = phone.message(TROOPS)
    await expect(alert).to_be_visible()
    demo.replay.pause(True)
    await alert.locator(".key", has_text="Why").click()
    why = phone.page.locator(".message", has=phone.page.locator("blockquote strong"))
    await expect(why.locator("blockquote strong")).to_have_text("Niger")
    await phone.shot("phone-5-why")
    await why.locator(".key", has_text="Back").click()
    await expect(alert).to_be_visible()
    await alert.locator(".key", has_text="Summary").click()
    await expect(phone.page.get_by_text("State Department")).to_be_visible()
    await expect(phone.page.locator('.key[aria-busy="true"]')).to_have_count(0)
    await phone.shot("phone-6-summary")


async def test_commands_come_from_the_bot_and_answer(phone: Phone, demo: Demo) -> None:
    await phone.open()
    await phone.start()
    await phone.page.locator("#open-commands").click()
    menu = phone.page.locator("#commands")
    await expect(menu).to_contain_text("/headlines")
    await phone.shot("phone-7-commands")
    await menu.locator("button", has_text="/headlines").click()
    await expect(phone.message("Cebu")).to_be_visible()
    await phone.shot("phone-8-headlines")
    await phone.say("/search giraffes")
    await expect(phone.message("Kouré")).to_be_visible()
    await phone.say("/settings")
    await expect(phone.key("Quiet hours")).to_be_visible()
    await phone.say("Climate")
    await expect(phone.message("Climate, in the last 7 days")).to_be_visible()
    assert not demo.replay.published, "nobody follows anything yet"


async def test_a_reader_in_arabic_from_right_to_left(phone: Phone) -> None:
    await phone.open()
    await phone.page.get_by_role("button", name="All chats").click()
    await phone.shot("phone-9-chats")
    await phone.page.locator(".chat-row", has_text="ليلى").click()
    pane = phone.page.locator("#chat")
    await expect(pane).to_have_attribute("dir", "rtl")
    await phone.shot("rtl-1-open")
    await phone.follow_niger("النيجر")
    alert = phone.message(TROOPS)
    await expect(alert).to_be_visible()
    await phone.shot("rtl-2-alert")
    own = await phone.page.locator(".message.mine .bubble").first.bounding_box()
    theirs = await alert.locator(".bubble").bounding_box()
    assert own
    assert theirs
    assert own["x"] < 40, "what she says stands on the left"
    assert theirs["x"] + theirs["width"] > 340, "what she hears stands on the right"


async def test_a_block_ends_it_and_start_takes_it_back(phone: Phone, demo: Demo) -> None:
    demo.replay.pause(True)
    await phone.open()
    await phone.follow_niger()
    await phone.page.locator("#more").click()
    await phone.page.get_by_role("menuitem", name="Block the bot").click()
    button = phone.page.locator("#start")
    await expect(button).to_have_text("Unblock")
    await expect(phone.page.locator("#composer")).to_be_hidden()
    await button.click()
    await expect(phone.page.locator("#composer")).to_be_visible()
    await expect(phone.key("Niger")).to_be_visible()
