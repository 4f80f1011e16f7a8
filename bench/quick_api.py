"""A Bot API server that costs next to nothing, in a process of its own: limits, time, people.

    python -m bench.quick_api [--allowed 30] [--latency 0.06] [--askers 5]

It writes its address to standard output. It refuses with 429 what is beyond the limits, takes its
time for everything else, lets people ask, and at `GET /report` tells what it has seen. Markup and
rights are not looked at: `bot.demo.api` is the strict one, at twenty times the price.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

CHAT_SECONDS, CHAT_BURST = 5.0, 5  # messages in one chat; short bursts pass, as Telegram says
FIRST_ASKER = 10
_CHAT = re.compile(rb'(?:^|&)chat_id=(-?\d+)|"chat_id": ?(-?\d+)')
_ALERT = re.compile(rb"m(?:%3A|:)([0-9a-z]+)")
_ME = {"id": 4242, "is_bot": True, "first_name": "Newsbell", "username": "newsbell_bot"}
_BOT = json.dumps(_ME | {"can_join_groups": True, "can_read_all_group_messages": False})
_PLAIN = {"getMyCommands": "[]", "getWebhookInfo": '{"url":"","pending_update_count":0}'}
# As long as Telegram's own answers, which repeat the text, its entities and the keyboard.
_TOLD = json.dumps({"text": "x" * 400, "entities": [{"offset": 0, "length": 50, "type": "bold"}]})


@dataclass
class Seen:
    """What came, as `/report` tells it."""

    alerts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    times: list[float] = field(default_factory=list)  # when each alert came
    waits: list[float] = field(default_factory=list)  # of people, seconds
    unanswered: int = 0

    def told(self) -> dict[str, Any]:
        times = self.times or [0.0]
        return {
            "delivered": len(self.times),
            "different": len(self.alerts),
            "refused": self.refused,
            "seconds": times[-1] - times[0],
            "worst_second": _busiest(times),
            "waits": self.waits,
            "unanswered": self.unanswered,
        }


def _busiest(times: list[float]) -> int:
    """The most that came within any second."""
    most, window = 0, deque[float]()
    for at in times:
        window.append(at)
        while window[0] <= at - 1.0:
            window.popleft()
        most = max(most, len(window))
    return most


class Telegram:
    """`allowed`: alerts a second over all, strictly; `latency`: seconds for each answer."""

    def __init__(self, allowed: float, latency: float, askers: int) -> None:
        self.allowed = allowed
        self.latency = latency
        self.askers = range(FIRST_ASKER, FIRST_ASKER + askers)
        self.seen = Seen()
        self._overall: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}
        self._asked: dict[int, float] = {}  # since when each person waits
        self._answered: dict[int, asyncio.Event] = {}
        self._updates: list[dict[str, Any]] = []
        self._number = 1000
        self.poll: asyncio.Future[None] | None = None

    # ── what the bot calls ──

    def answer(self, method: str, body: bytes) -> tuple[float, int, str]:
        """Seconds to wait, status, body."""
        if method == "sendMessage":
            return self._message(body)
        if method == "getMe":
            return 0.0, 200, f'{{"ok":true,"result":{_BOT}}}'
        if method == "report":
            return 0.0, 200, json.dumps(self.seen.told())
        return 0.0, 200, f'{{"ok":true,"result":{_PLAIN.get(method, "true")}}}'

    def _message(self, body: bytes) -> tuple[float, int, str]:
        found = _CHAT.search(body)
        chat, now = int(found[1] or found[2]) if found else 0, time.perf_counter()
        if chat in self.askers:
            if chat in self._asked:
                self.seen.waits.append(now + self.latency - self._asked.pop(chat))
                self._answered[chat].set()
            return self.latency, 200, self._told(chat)
        if wait := self._too_much(chat, now):
            self.seen.refused += 1
            words = f"Too Many Requests: retry after {wait}"
            error = {"ok": False, "error_code": 429, "description": words}
            return 0.0, 429, json.dumps(error | {"parameters": {"retry_after": wait}})
        alert = _ALERT.search(body)
        self.seen.alerts[alert[1].decode() if alert else f"?{chat}"] += 1
        self.seen.times.append(now)
        return self.latency, 200, self._told(chat)

    def _too_much(self, chat: int, now: float) -> int:
        """Whole seconds until the chat and all together may have one more; 0: now, and counted."""
        mine = self._chats.setdefault(chat, deque(maxlen=CHAT_BURST))
        while self._overall and self._overall[0] <= now - 1.0:
            self._overall.popleft()
        if len(self._overall) >= self.allowed:
            return 1
        if len(mine) == CHAT_BURST and mine[0] > now - CHAT_SECONDS:
            return max(1, round(mine[0] + CHAT_SECONDS - now))
        self._overall.append(now)
        mine.append(now)
        return 0

    def _told(self, chat: int) -> str:
        self._number += 1
        place = {"id": chat, "type": "private", "first_name": "Reader"}
        message = {"message_id": self._number, "date": int(time.time()), "chat": place}
        return f'{{"ok":true,"result":{json.dumps(message)[:-1]},"from":{_BOT},{_TOLD[1:]}}}'

    def updates(self) -> str:
        """Everything that nobody has taken yet."""
        taken, self._updates = self._updates, []
        return json.dumps({"ok": True, "result": taken})

    @property
    def waiting(self) -> bool:
        return bool(self._updates)

    # ── people ──

    async def person(self, chat: int, rng: random.Random) -> None:
        """Asks, waits for the answer, thinks, and asks again."""
        while not self.seen.times:
            await asyncio.sleep(0.2)
        while True:
            await asyncio.sleep(rng.uniform(0.8, 2.0))
            self._answered[chat] = asyncio.Event()
            self._asked[chat] = time.perf_counter()
            self._updates.append(self._question(chat))
            if self.poll is not None and not self.poll.done():
                self.poll.set_result(None)
            self.seen.unanswered += 1
            await self._answered[chat].wait()
            self.seen.unanswered -= 1

    def _question(self, chat: int) -> dict[str, Any]:
        self._number += 1
        person = {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"}
        command = {"offset": 0, "length": 5, "type": "bot_command"}
        message = {
            "message_id": self._number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ada"},
            "from": person,
            "text": "/help",
            "entities": [command],
        }
        return {"update_id": self._number, "message": message}


class Connection(asyncio.Protocol):
    """HTTP/1.1 as far as a bot speaks it: one request after the other, each with its length."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._serve(head.split(b" ", 2)[1].rpartition(b"/")[2].decode(), body)

    def _serve(self, method: str, body: bytes) -> None:
        if method == "getUpdates":
            asyncio.get_running_loop().create_task(self._poll())
            return
        wait, status, answer = self._telegram.answer(method, body)
        if wait:
            asyncio.get_running_loop().call_later(wait, self._reply, status, answer)
        else:
            self._reply(status, answer)

    async def _poll(self) -> None:
        telegram = self._telegram
        if not telegram.waiting:
            telegram.poll = asyncio.get_running_loop().create_future()
            await asyncio.wait([telegram.poll], timeout=20)
        if not self._transport.is_closing():
            self._reply(200, telegram.updates())

    def _reply(self, status: int, answer: str) -> None:
        body = answer.encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


async def serve(allowed: float, latency: float, askers: int) -> None:
    telegram, loop = Telegram(allowed, latency, askers), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(telegram), "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    rng = random.Random(1)
    await asyncio.gather(*(telegram.person(chat, rng) for chat in telegram.askers))
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--allowed", type=float, default=30)
    parser.add_argument("--latency", type=float, default=0.06)
    parser.add_argument("--askers", type=int, default=5)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.allowed, chosen.latency, chosen.askers))


if __name__ == "__main__":
    main()
