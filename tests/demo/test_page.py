"""The page's server: what a browser is told, what it may ask, and who else may not."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from importlib import resources
from typing import Any

import aiohttp
import pytest

from bot.demo.start import TOKEN, Demo, start
from bot.errors import NewsbellError

pytestmark = pytest.mark.loopback


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with start(0) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Stream:
    """The events of one browser."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, kind: str) -> dict[str, Any]:
        """The next event of that kind; others are passed over."""
        async with asyncio.timeout(60):
            async for line in self._answer.content:
                if line.startswith(b"data: "):
                    event: dict[str, Any] = json.loads(line[6:])
                    if event["event"] == kind:
                        return event
        raise AssertionError("the stream ended")


@pytest.fixture
async def stream(demo: Demo, http: aiohttp.ClientSession) -> AsyncIterator[Stream]:
    async with http.get(demo.address + "events") as answer:
        yield Stream(answer)


async def _do(http: aiohttp.ClientSession, demo: Demo, what: str, **detail: Any) -> dict[str, Any]:
    async with http.post(f"{demo.address}do/{what}", json=detail) as answer:
        body: dict[str, Any] = await answer.json()
        return body


async def _bot(http: aiohttp.ClientSession, demo: Demo, method: str, **fields: Any) -> Any:
    async with http.post(f"{demo.api.url}/bot{TOKEN}/{method}", json=fields) as answer:
        return (await answer.json())["result"]


async def test_a_browser_is_told_everything_at_once(stream: Stream) -> None:
    hello = await stream.next("hello")
    assert [chat["kind"] for chat in hello["chats"]] == [
        "private", "private", "supergroup", "supergroup",
    ]  # fmt: skip
    ada, layla, _, forum = hello["chats"]
    assert (ada["language"], ada["direction"], ada["started"]) == ("en", "ltr", False)
    assert (layla["language"], layla["direction"]) == ("ar", "rtl")
    assert forum["key"].count(".") == 1
    assert hello["newsroom"]["next"]["outlet"] == "Meridian Wire"
    assert hello["newsroom"]["begun"] is False


async def test_messages_go_both_ways(
    demo: Demo, http: aiohttp.ClientSession, stream: Stream
) -> None:
    assert await _do(http, demo, "send", chat="7001", text=" /start ") == {}
    assert (await stream.next("message"))["message"]["text"] == "/start"
    keyboard = {"inline_keyboard": [[{"text": "Niger", "callback_data": "go:Niger"}]]}
    sent = await _bot(http, demo, "sendMessage", chat_id=7001, text="Pick", reply_markup=keyboard)
    assert (await stream.next("message"))["message"]["by_bot"] is True
    assert not demo.replay.begun
    number = sent["message_id"]
    answer = await _do(http, demo, "tap", chat="7001", message=number, data="go:Niger")
    assert demo.replay.begun
    await _bot(http, demo, "answerCallbackQuery", callback_query_id=answer["query"], text="Done")
    assert (await stream.next("answer")) | {"text": "Done", "query": answer["query"]}
    await _bot(http, demo, "editMessageText", chat_id=7001, message_id=number, text="Picked")
    assert (await stream.next("edited"))["message"]["text"] == "Picked"


async def test_a_link_to_an_article_gets_a_card(
    demo: Demo, http: aiohttp.ClientSession, stream: Stream
) -> None:
    await _do(http, demo, "send", chat="7001", text="/start")
    await stream.next("message")
    scene = demo.replay.publish_next() if demo.replay.read else demo.replay.upcoming
    assert scene
    item = demo.replay.world.archive[0]
    link = demo.replay.url + item.path
    await _bot(http, demo, "sendMessage", chat_id=7001, text="see",
               link_preview_options={"url": link})  # fmt: skip
    card = (await stream.next("message"))["message"]["card"]
    assert (card["site"], card["title"]) == (item.outlet.name, item.title)
    await _bot(http, demo, "sendMessage", chat_id=7001, text="see",
               link_preview_options={"url": link, "is_disabled": True})  # fmt: skip
    assert (await stream.next("message"))["message"]["card"] is None


async def test_a_forum_thread_keeps_to_itself(demo: Demo, http: aiohttp.ClientSession) -> None:
    async with http.get(demo.address + "events") as answer:
        forum = (await Stream(answer).next("hello"))["chats"][3]
    assert await _do(http, demo, "send", chat=forum["key"], text="/topics") == {}
    chat, thread = forum["key"].split(".")
    assert demo.api.messages(int(chat))[-1].thread == int(thread)


async def test_block_and_take_back(demo: Demo, http: aiohttp.ClientSession, stream: Stream) -> None:
    for seat in [chat["key"] for chat in (await stream.next("hello"))["chats"]]:
        for blocked in (True, False):
            await _do(http, demo, "block", chat=seat, blocked=blocked)
            event = await stream.next("chat")
            while event["chat"]["key"] != seat or event["chat"]["blocked"] != blocked:
                event = await stream.next("chat")


async def test_publish_waits_for_the_reader(
    demo: Demo, http: aiohttp.ClientSession, stream: Stream
) -> None:
    assert "problem" in await _do(http, demo, "publish")
    for source in demo.replay.sources():
        async with http.get(source.url) as answer:
            tag = answer.headers["ETag"]
        async with http.get(source.url, headers={"If-None-Match": tag}):
            pass
    assert await _do(http, demo, "publish") == {}
    news = (await stream.next("newsroom"))["newsroom"]
    assert [scene["id"] for scene in news["published"]] == ["troops-meridian"]
    await _do(http, demo, "pace", automatic=False)
    assert not demo.replay.automatic


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        ("send", {}),
        ("send", {"chat": "1", "text": "x"}),
        ("send", {"chat": "7001"}),
        ("tap", {"chat": "7001", "message": 99, "data": "x"}),
        ("tap", {"chat": "7001", "message": "x", "data": "x"}),
        ("block", {"chat": []}),
        ("pace", {}),
    ],
)
async def test_odd_requests_get_a_sentence(
    demo: Demo, http: aiohttp.ClientSession, what: str, detail: dict[str, Any]
) -> None:
    assert "problem" in await _do(http, demo, what, **detail)


async def test_other_pages_cannot_play_with_it(demo: Demo, http: aiohttp.ClientSession) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        for path in ("", "events", "page.css"):
            async with http.get(demo.address + path, headers=headers) as answer:
                assert answer.status == 403
    async with http.post(demo.address + "do/publish", data="{}") as answer:
        assert answer.status == 404, "a form of another page cannot send JSON"
    async with http.post(demo.address + "do/anything", json={}) as answer:
        assert answer.status == 404


async def test_files_come_with_a_policy_that_forbids_the_outside(
    demo: Demo, http: aiohttp.ClientSession
) -> None:
    async with http.get(demo.address) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert "default-src 'none'" in policy
    for name in re.findall(r'(?:src|href)="([\w.]+)"', page):
        async with http.get(demo.address + name) as answer:
            assert answer.status == 200, name
    async with http.get(demo.address + "../server.py") as answer:
        assert answer.status == 404


def test_the_page_never_writes_markup_and_loads_nothing_foreign() -> None:
    folder = resources.files("bot.demo.page") / "static"
    for file in folder.iterdir():
        text = file.read_text("utf-8")
        if file.name.endswith(".js"):
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text
            )
        addresses = re.findall(r"https?://[^\s\"'`)]+", text)
        allowed = ("http://www.w3.org/", "https://core.telegram.org/", "https://${")
        assert all(a.startswith(allowed) for a in addresses), (file.name, addresses)


async def test_a_taken_port_is_said_in_a_sentence(demo: Demo) -> None:
    port = int(demo.address.rstrip("/").rpartition(":")[2])
    with pytest.raises(NewsbellError, match=f"port {port} is taken"):
        async with start(port):
            pass


async def test_errors_of_the_block_come_through_as_they_are() -> None:
    with pytest.raises(LookupError, match="of the bot"):
        async with start(0):
            raise LookupError("of the bot")


async def test_the_settings_are_all_a_bot_needs(demo: Demo) -> None:
    assert demo.settings["TELEGRAM_API_URL"].startswith("http://127.0.0.1:")
    assert demo.settings["FETCH_ALLOW"] == demo.replay.address
    assert demo.to_try
