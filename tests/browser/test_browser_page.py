"""What the page does with messages: formats, hostile texts, edits, silence. A few calls stand in
for the bot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from bot.demo.start import TOKEN, Demo
from tests.browser.conftest import PHONE, Phone, watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ADA = 7001


@pytest.fixture
async def page(browser: Browser, stage: Demo) -> AsyncIterator[Phone]:
    async with watched(browser, stage, viewport=PHONE, is_mobile=True) as phone:
        await phone.open()
        await phone.page.locator("#start").click()
        await expect(phone.page.locator(".message.mine")).to_have_count(1)
        yield phone


async def call(demo: Demo, method: str, **fields: Any) -> Any:
    """A call of the bot."""
    url = f"{demo.api.url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=fields) as answer:
        body = await answer.json()
        assert body["ok"], body
        return body["result"]


async def test_a_question_opens_for_its_answer(page: Phone) -> None:
    await call(
        page.demo, "sendMessage", chat_id=ADA, text="Which words?",
        reply_markup={"force_reply": True},
    )  # fmt: skip
    await expect(page.page.locator("#reply-to")).to_have_text("Which words?")
    await page.page.locator("#text").fill("yellowcake")
    await page.page.locator("#text").press("Enter")
    quoted = page.page.locator(".message.mine .quoted")
    await expect(quoted).to_have_text("Which words?")
    await expect(page.page.locator("#replying")).to_be_hidden()


async def test_formatting_is_drawn_from_entities(page: Phone) -> None:
    text = (
        '<b>Bold <i>and slanted</i></b> <u>under</u> <s>gone</s> <code>x = 1</code>'
        ' <a href="https://example.org/a">a link</a> <tg-spoiler>the end</tg-spoiler>\n'
        "<blockquote expandable>one\ntwo\nthree\nfour\nfive\nsix</blockquote>"
        '<pre><code class="language-py">print()</code></pre> /help 🦒 <b>after</b>'
    )  # fmt: skip
    await call(page.demo, "sendMessage", chat_id=ADA, text=text, parse_mode="HTML")
    bubble = page.message("Bold")
    await expect(bubble.locator("strong em")).to_have_text("and slanted")
    await expect(bubble.locator("strong").last).to_have_text("after")
    await expect(bubble.locator("a", has_text="a link")).to_have_attribute("target", "_blank")
    spoiler = bubble.locator(".spoiler")
    await expect(spoiler).to_have_attribute("aria-expanded", "false")
    await spoiler.click()
    await expect(spoiler).to_have_attribute("aria-expanded", "true")
    quote = bubble.locator("blockquote")
    folded = (await quote.bounding_box() or {})["height"]
    await quote.click()
    assert (await quote.bounding_box() or {})["height"] > folded
    await page.shot("page-1-formats")
    await bubble.locator("a", has_text="/help").click()
    await expect(page.page.locator(".message.mine")).to_have_count(2)


HOSTILE = (
    '<img src=x onerror="document.title=1">',
    "<script>document.title=1</script>",
    "javascript:alert(1)",
    "A" * 3000,
    "https://example.org/" + "x" * 500,
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(page: Phone, text: str) -> None:
    rows = [[{"text": text[:60], "callback_data": "x"}]]
    keyboard = {"inline_keyboard": rows}
    await call(page.demo, "sendMessage", chat_id=ADA, text=text, reply_markup=keyboard)
    await expect(page.page.locator(".message.theirs .text")).to_have_text(text)
    assert await page.page.locator("#messages img, #messages script").count() == 0
    assert await page.page.title() == "Newsbell: a demo"
    await page.check()


async def test_an_edit_changes_the_bubble_in_place(page: Phone) -> None:
    sent = await call(page.demo, "sendMessage", chat_id=ADA, text="one outlet")
    await call(page.demo, "sendMessage", chat_id=ADA, text="something later")
    await expect(page.message("something later")).to_be_visible()
    await call(page.demo, "editMessageText", chat_id=ADA, message_id=sent["message_id"],
               text="two outlets")  # fmt: skip
    first = page.page.locator(".message.theirs").first
    await expect(first).to_contain_text("two outlets")
    await expect(first.locator(".edited")).to_be_visible()
    await expect(page.page.locator(".message.theirs.flash")).to_have_count(1)
    await call(page.demo, "deleteMessage", chat_id=ADA, message_id=sent["message_id"])
    await expect(page.page.locator(".message.theirs")).to_have_count(1)


async def test_silent_and_loud(page: Phone) -> None:
    await call(page.demo, "sendMessage", chat_id=ADA, text="an answer to Start")
    await call(page.demo, "sendMessage", chat_id=ADA, text="hush", disable_notification=True)
    hush = page.message("hush")
    await expect(hush.get_by_role("img", name="Delivered silently")).to_be_visible()
    assert await page.page.locator("#ringer.on").count() == 0
    await call(page.demo, "sendMessage", chat_id=ADA, text="dring")
    await expect(page.page.locator(".message.ringing")).to_contain_text("dring")
    await expect(page.page.locator("#ringer.on")).to_be_attached()


async def test_a_tap_spins_until_it_is_answered(page: Phone) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Tell me", "callback_data": "t:1"}]]}
    await call(page.demo, "sendMessage", chat_id=ADA, text="card", reply_markup=keyboard)
    key = page.key("Tell me")
    await key.click()
    await expect(key).to_have_attribute("aria-busy", "true")
    tap = await _tapped(page.demo)
    await call(page.demo, "answerCallbackQuery", callback_query_id=tap, text="Told.")
    await expect(page.page.locator("#toast")).to_have_text("Told.")
    await expect(key).not_to_have_attribute("aria-busy", "true")
    await key.click()
    tap = await _tapped(page.demo)
    await call(page.demo, "answerCallbackQuery", callback_query_id=tap, text="Aloud.",
               show_alert=True)  # fmt: skip
    await expect(page.page.locator("#alert[open]")).to_contain_text("Aloud.")
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator("#alert[open]")).to_have_count(0)


async def _tapped(demo: Demo) -> str:
    """The id of the tap that waits for an answer."""
    tap = await demo.api.wait_for(
        lambda: next((tap for tap in demo.api.taps.values() if tap.answer is None), None)
    )
    assert tap
    return tap.id


async def test_a_reply_names_what_it_replies_to(page: Phone) -> None:
    await call(page.demo, "sendMessage", chat_id=ADA, text="an alert")
    await page.message("an alert").get_by_role("button", name="Reply").click()
    await expect(page.page.locator("#reply-to")).to_have_text("an alert")
    await page.say("/summary")
    await expect(page.page.locator(".message.mine .quoted")).to_have_text("an alert")
    last = page.demo.api.messages(ADA)[-1]
    assert last.reply_to is not None
    assert last.reply_to.text == "an alert"


async def test_a_reader_who_scrolled_away_stays_there(page: Phone) -> None:
    for number in range(3):
        await call(page.demo, "sendMessage", chat_id=ADA, text=f"line {number}\n" * 30)
    await expect(page.message("line 2")).to_be_in_viewport()
    await page.page.locator("#scroll").evaluate("e => e.scrollTo(0, 0)")
    await expect(page.page.locator("#jump")).to_be_visible()
    await call(page.demo, "sendMessage", chat_id=ADA, text="the newest")
    await expect(page.page.locator("#missed")).to_have_text("1")
    await expect(page.message("the newest")).not_to_be_in_viewport()
    await page.page.locator("#jump").click()
    await expect(page.message("the newest")).to_be_in_viewport()


async def test_a_lost_connection_is_made_good(page: Phone) -> None:
    await page.page.reload()
    await expect(page.page.locator(".message.mine")).to_have_count(1)
    await call(page.demo, "sendMessage", chat_id=ADA, text="still here")
    await expect(page.message("still here")).to_be_visible()
