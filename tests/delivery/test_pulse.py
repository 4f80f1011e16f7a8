"""The pulse: one line when Telegram falls silent, one when it is back, however long it takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from bot.delivery.pulse import Pulse


class Line:
    """A bot whose answers are given; it stops the pulse at the last of them."""

    def __init__(self, answers: Sequence[Exception | None], stop: asyncio.Event) -> None:
        self._answers = list(answers)
        self._stop = stop
        self.time = 1000.0
        self.seen: list[int | None] = []

    async def get_me(self) -> Any:
        self.time += 30
        answer = self._answers.pop(0)
        if not self._answers:
            self._stop.set()
        if answer is not None:
            raise answer


DOWN = NetworkError("httpx.ConnectError: no connection")


async def beat(*answers: Exception | None) -> Pulse:
    stop = asyncio.Event()
    line = Line(answers, stop)
    pulse = Pulse(cast(Bot, line), now=lambda: line.time, period=0.0)
    assert pulse.silent_since == 1000, "nobody has answered yet"
    await pulse.run(stop)
    return pulse


@pytest.mark.parametrize(
    ("answers", "since", "lines"),
    [
        ((None, None), None, []),
        ((DOWN,), 1000, ["WARNING"]),
        ((DOWN, DOWN, DOWN), 1000, ["WARNING"]),
        ((None, DOWN, DOWN), 1060, ["WARNING"]),
        ((None, DOWN, DOWN, None), None, ["WARNING", "INFO"]),
        ((None, DOWN, None, DOWN, None), None, ["WARNING", "INFO", "WARNING", "INFO"]),
        ((None, RetryAfter(5)), None, []),
        ((None, KeyError("id")), 1060, ["WARNING"]),
    ],
)
async def test_silence_is_told_once(
    answers: tuple[Exception | None, ...],
    since: int | None,
    lines: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot.delivery.pulse")
    pulse = await beat(*answers)
    assert pulse.silent_since == since
    assert [record.levelname for record in caplog.records] == lines


async def test_the_length_of_a_silence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.delivery.pulse")
    await beat(None, DOWN, DOWN, None)
    assert caplog.messages[-1] == "Telegram answers again, after 60 s"
