"""Faults on order: what the bot sees, and whether the message is in the chat all the same."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.demo.api import BotApi, Person
from bot.demo.api.faults import KINDS

pytestmark = pytest.mark.loopback

OUTCOMES: dict[str, tuple[type[Exception] | tuple[type[Exception], ...], bool]] = {
    "429": (RetryAfter, False),
    "429-bare": (NetworkError, False),
    "500": (NetworkError, False),
    "502": (NetworkError, False),
    "503": (NetworkError, False),
    "504": (NetworkError, False),
    "blocked": (Forbidden, False),
    "error": (BadRequest, False),
    "not-ok": ((TelegramError, KeyError), False),
    "no-result": ((TelegramError, KeyError), False),
    "not-json": (TelegramError, False),
    "empty": (TelegramError, False),
    "wrong-type": ((TelegramError, AttributeError, TypeError), False),
    "hang": (TimedOut, False),
    "close": (NetworkError, False),
    "done-then-hang": (TimedOut, True),
    "done-then-close": (NetworkError, True),
    "done-then-partial": (NetworkError, True),
    "done-then-502": (NetworkError, True),
}


def test_every_kind_has_an_outcome() -> None:
    assert {*OUTCOMES, "delay"} == set(KINDS)


@pytest.mark.parametrize("kind", OUTCOMES)
async def test_once_and_then_all_is_well(api: BotApi, bot: Bot, amina: Person, kind: str) -> None:
    expected, delivered = OUTCOMES[kind]
    fault = api.faults.add(kind, "sendMessage")  # type: ignore[arg-type]
    with pytest.raises(expected):
        await bot.send_message(amina.id, "one", read_timeout=0.2)
    assert [m.text for m in amina.messages[1:]] == (["one"] if delivered else [])
    assert fault.hits == 1
    await bot.send_message(amina.id, "two")
    first, second = api.log.of("sendMessage", amina.id)
    assert (first.done, first.fault, second.ok, second.fault) == (delivered, kind, True, None)
    assert not (first.done and first.answered)


async def test_a_late_answer_is_still_an_answer(api: BotApi, bot: Bot, amina: Person) -> None:
    api.faults.add("delay", "sendMessage", seconds=0.05)
    assert (await bot.send_message(amina.id, "late")).text == "late"


async def test_matching(api: BotApi, bot: Bot, amina: Person) -> None:
    omar = api.user(1002, "Omar")
    await omar.send("/start")
    api.faults.add("error", {"chat_id": omar.id, "method": "sendMessage"}, times=None, code=403,
                   description="Forbidden: bot was blocked by the user")  # fmt: skip
    api.faults.add("502", lambda call: "boom" in call.params.get("text", ""), times=2)
    await bot.send_message(amina.id, "fine")
    for _ in range(3):
        with pytest.raises(TelegramError, match="blocked"):
            await bot.send_message(omar.id, "no")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(amina.id, "boom")
    await bot.send_message(amina.id, "boom")
    api.faults.clear()
    await bot.send_message(omar.id, "again")
    with pytest.raises(ValueError, match="no fault"):
        api.faults.add("gremlins")  # type: ignore[arg-type]


async def test_without_a_match_polls_are_spared(api: BotApi, bot: Bot) -> None:
    api.faults.add("502")
    assert await bot.get_updates(timeout=0) == ()
    with pytest.raises(NetworkError):
        await bot.get_me()


async def test_an_error_with_parameters(api: BotApi, bot: Bot, amina: Person) -> None:
    api.faults.add("error", "sendMessage", code=429, description="Too Many Requests: retry after 9",
                   parameters={"retry_after": 9})  # fmt: skip
    with pytest.raises(RetryAfter) as error:
        await bot.send_message(amina.id, "x")
    assert error.value.retry_after.total_seconds() == 9  # type: ignore[union-attr]


async def test_offline_and_back(api: BotApi, bot: Bot, amina: Person) -> None:
    await api.offline()
    with pytest.raises(NetworkError):
        await bot.send_message(amina.id, "x")
    await api.online()
    assert (await bot.send_message(amina.id, "y")).message_id == 2
