"""The server as a process of its own, played over HTTP."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.process


async def test_a_whole_play() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.api", "--port", "0", "--token", "7:T",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10) as http:
            await play(http)
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def play(http: httpx.AsyncClient) -> None:
    async def control(action: str, **body: Any) -> Any:
        answer = await http.post(f"/control/{action}", json=body)
        return answer.json()

    await control("user", id=5, name="Amina", language_code="fr")
    await control("group", id=-77, title="Newsroom", members=[5])
    await control("send", user=5, text="/start")
    updates = (await http.post("/bot7:T/getUpdates", json={})).json()["result"]
    assert updates[0]["message"]["text"] == "/start"
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "1"}]]}
    sent = await http.post(
        "/bot7:T/sendMessage", json={"chat_id": 5, "text": "hi", "reply_markup": markup}
    )
    tap = await control("tap", user=5, message=sent.json()["result"]["message_id"], button="Go")
    await http.post(
        "/bot7:T/answerCallbackQuery",
        json={"callback_query_id": tap["query"], "text": "ok"},
    )
    answer = await http.get("/control/answer", params={"query": tap["query"]})
    assert answer.json()["text"] == "ok"
    await control("fault", kind="502", match="getMe")
    assert (await http.get("/bot7:T/getMe")).status_code == 502
    await control("block", user=5)
    refused = await http.post("/bot7:T/sendMessage", json={"chat_id": 5, "text": "hi"})
    assert refused.json()["description"] == "Forbidden: bot was blocked by the user"
    await control("unblock", user=5)
    assert (await control("update", odd={}))["update_id"] > 0
    messages = (await http.get("/control/messages", params={"chat": 5})).json()
    assert [m["text"] for m in messages] == ["/start", "hi"]
    log = (await http.get("/control/log", params={"method": "getMe"})).json()
    assert [call["fault"] for call in log] == ["502"]
    assert await control("clear") == {}
    for headers in ({"Content-Type": "text/plain"}, {"Host": "evil.example"}):
        sly = {"Content-Type": "application/json"} | headers
        answer = await http.post("/control/clear", content=b"{}", headers=sly)
        assert answer.status_code == 403
    for path, body in (("nothing", {}), ("tap", {"user": 5}), ("send", {"user": 99, "text": "x"})):
        assert (await http.post(f"/control/{path}", json=body)).status_code in (400, 404)
