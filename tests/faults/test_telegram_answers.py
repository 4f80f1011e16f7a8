"""T11-T15, T18-T22, T24: answers that refuse a part, make no sense, come late or never.

The courier against the strict server; "delivered" counts what stands in the chat, not what was
answered.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut

from bot.app import run
from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify
from bot.delivery.telegram import NewsBot, bulk_bot
from bot.delivery.wire import Wire
from bot.model import Later
from bot.settings import Settings
from tests.delivery.house import TOKEN, House, Telegram, until, working
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def run_until(house: House, telegram: Telegram, *states: str, **pace: Any) -> None:
    """The courier at work until every alert is in one of the states; time passes meanwhile."""

    async def there() -> bool:
        house.time.at = max(house.time.at + 0.5, await house.store.outbox.next_due() or 0)
        telegram.wake.set()
        return set(await house.states()) <= set(states)

    async with working(telegram.courier(house, **pace)):
        await until(there)


# ── T11-T13: a part is refused ───────────────────────────────────────────────────────────────────


async def test_t11_markup_that_cannot_be_parsed_is_sent_once_more_as_plain_text(
    house: House, telegram: Telegram
) -> None:
    words = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 9'
    telegram.api.faults.add("error", "sendMessage", description=words)
    await house.owe(await house.chat(7), title="Troops leave <Niger>")
    await run_until(house, telegram, "sent")
    first, second = telegram.api.log.of("sendMessage")
    assert first.params["parse_mode"] == "HTML"
    assert "parse_mode" not in second.params
    assert telegram.sent(7)[0].startswith("Troops leave <Niger>")


async def test_t12_what_is_too_long_is_shortened_and_an_empty_text_is_let_go(
    house: House, telegram: Telegram
) -> None:
    """Neither is ever sent again unchanged."""
    chat = await house.chat(7)
    await house.owe(chat)
    telegram.api.faults.add("error", "sendMessage", description="Bad Request: message is too long")
    await run_until(house, telegram, "sent")
    await house.owe(chat)
    said = "Bad Request: text must be non-empty"
    telegram.api.faults.add("error", "sendMessage", times=None, description=said)
    await run_until(house, telegram, "sent", "closed")
    assert await house.states() == ["sent", "closed"]
    assert len(telegram.api.log.of("sendMessage")) == 3


async def test_t13_a_refusal_for_reasons_unknown_is_tried_three_times_then_let_go(
    house: House, telegram: Telegram
) -> None:
    """Only such refusals count: waiting out a 429 or a 502 is no attempt of that kind."""
    for fault in ("429", "502", "429"):
        telegram.api.faults.add(fault, "sendMessage")  # type: ignore[arg-type]
    odd = telegram.api.faults.add(
        "error", "sendMessage", times=None, description="Bad Request: SOMETHING_NEW"
    )
    chat = await house.chat(7)
    await house.owe(chat)
    await run_until(house, telegram, "closed")
    assert odd.hits == 3
    (alert,) = await house.alerts()
    assert alert.refused >= 2
    found = await house.store.chats.get(chat.id)
    assert found is not None
    assert (found.state, found.refusal) == ("open", None)


# ── T14, T15: the token ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("code", "words"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_t14_t15_a_token_that_is_refused_ends_the_process_once_and_keeps_the_queue(
    house: House, telegram: Telegram, tmp_path: Path, code: int, words: str
) -> None:
    """Exit code 78, which a service manager is told not to restart on."""
    await house.owe(await house.chat(7))
    await house.store.close()
    settings = Settings(
        _env_file=None,
        telegram_token=TOKEN,
        telegram_api_url=telegram.api.url,
        database_url=f"sqlite:///{house.path}",
        feeds="https://nowhere.invalid/rss",
    )
    told = asyncio.Event()

    def ready() -> None:
        """Revoked while it runs."""
        telegram.api.faults.add("error", lambda _: True, times=None, code=code, description=words)
        telegram.api.updates.interrupt("revoked")
        told.set()

    async with asyncio.timeout(60):
        ended = await run(settings, now=house.time, rng=random.Random(1), ready=ready)
    assert told.is_set()
    assert ended == 78
    await house.reopen()
    assert await house.states() in (["ready"], ["later"], ["sent"])


# ── T18, T19, T22: doubt ─────────────────────────────────────────────────────────────────────────

SILENT = ["500", "502", "503", "504", "close", "not-ok", "not-json", "empty"]
DONE = ["done-then-close", "done-then-partial", "done-then-502", "no-result", "wrong-type"]


@pytest.mark.parametrize("fault", SILENT)
async def test_t18_t19_an_answer_without_sense_is_followed_by_a_question_then_one_more_try(
    house: House, telegram: Telegram, fault: Any
) -> None:
    telegram.api.faults.add(fault, "sendMessage")
    await house.owe(await house.chat(7))
    await run_until(house, telegram, "sent")
    assert len(telegram.sent(7)) == 1
    calls = [call.method.lower() for call in telegram.api.log]
    assert calls[-3:] == ["sendmessage", "getme", "sendmessage"]


async def test_t18_while_nothing_makes_sense_questions_come_ever_more_rarely(
    house: House, telegram: Telegram
) -> None:
    """No hot loop: within an hour of 502 the courier asks less than a hundred times."""
    outage = telegram.api.faults.add("502", times=None)
    await house.owe(await house.chat(7))
    async with working(telegram.courier(house)):
        await until(lambda: telegram.api.log.of("sendMessage"))
        minutes = 0
        while minutes < 60 or outage.hits <= 10:  # a busy machine asks later than its clock goes
            minutes += 1
            house.time.at += 60
            telegram.wake.set()
            await asyncio.sleep(0.01)
    assert len(telegram.api.log.of("sendMessage")) == 1
    assert 10 < outage.hits < 100


@pytest.mark.parametrize("fault", DONE)
async def test_t22_what_may_be_out_is_repeated_once_at_most(
    house: House, telegram: Telegram, fault: Any
) -> None:
    telegram.api.faults.add(fault, "sendMessage", times=9)
    await house.owe(await house.chat(7))
    await run_until(house, telegram, "closed")
    assert len(telegram.api.log.of("sendMessage")) == 2
    assert (await house.alerts())[0].doubt


async def test_t22_an_answer_that_never_comes_is_given_up_within_the_lease(
    house: House, telegram: Telegram
) -> None:
    telegram.api.faults.add("done-then-hang", "sendMessage")
    await house.owe(await house.chat(7))
    await run_until(house, telegram, "sent", send=0.3)
    assert len(telegram.sent(7)) == 2


# ── T20, T21: never written ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://127.0.0.1:{port}"])
async def test_t20_what_was_never_written_leaves_no_doubt(telegram: Telegram, address: str) -> None:
    """A closed port; TLS to a server that does not speak it. No text names the token."""
    port = telegram.api.url.rpartition(":")[2]
    async with asyncio.timeout(60):
        bot = bulk_bot(TOKEN, address.format(port=port), Lanes(1000.0))
        with pytest.raises(NetworkError) as raised:
            await bot.tell({"chat_id": 7, "text": "x"})
        await bot.request.shutdown()
    assert "SECRET" not in f"{raised.value!r} {raised.value.__cause__!r}"
    outcome = classify(raised.value)
    assert isinstance(outcome, Later)
    assert outcome.scope == "bot"
    assert telegram.api.log.of("sendMessage") == []


async def test_t20_an_hour_without_a_connection_sends_everything_once_afterwards(
    house: House, telegram: Telegram
) -> None:
    for _ in range(3):
        await house.owe(await house.chat(7))
    await telegram.api.offline()
    async with working(telegram.courier(house)):
        for _ in range(30):
            house.time.at += 120
            telegram.wake.set()
            await asyncio.sleep(0.005)
    assert not any(alert.doubt for alert in await house.alerts())
    await telegram.api.online()
    await run_until(house, telegram, "sent", "folded")
    assert not any(alert.doubt for alert in await house.alerts())
    assert len(set(telegram.sent(7))) == len(telegram.sent(7))


async def test_t21_no_free_connection_is_known_to_be_unsent(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection, held by an answer that does not come; the second message never left."""
    monkeypatch.setattr("bot.delivery.wire._CONNECT_SECONDS", 0.2)
    wire = Wire(1, 7.25)  # a silence of its own, for timeouts are kept by it
    bot = NewsBot(
        TOKEN,
        base_url=f"{telegram.api.url}/bot",
        request=wire,
        get_updates_request=wire,
        rate_limiter=Lanes(1000.0),
    )
    telegram.api.faults.add("hang", {"chat_id": 7})
    async with asyncio.TaskGroup() as group:
        held = group.create_task(bot.tell({"chat_id": 7, "text": "x"}))
        await until(lambda: telegram.api.log.of("sendMessage"))
        with pytest.raises(TimedOut) as raised:
            await bot.tell({"chat_id": 8, "text": "x"})
        held.cancel()
    await wire.shutdown()
    outcome = classify(raised.value)
    assert isinstance(outcome, Later)
    assert outcome.scope == "bot"
    assert len(telegram.api.log.of("sendMessage")) == 1


# ── T24: slow ────────────────────────────────────────────────────────────────────────────────────


async def test_t24_alerts_that_hang_hold_up_no_answer_to_a_person(
    room: Room, house: House, tmp_path: Path
) -> None:
    """Alerts and answers have connections of their own; both bots speak to one server."""
    api = room.api
    await api.user(7).send("/start")
    await room.settle()
    stuck = api.faults.add("hang", {"chat_id": 7}, times=None)
    bot = bulk_bot(api.token, api.url, Lanes(1000.0, now=house.time, sleep=house.time.sleep))
    telegram = Telegram(api, Lanes(1000.0, now=house.time, sleep=house.time.sleep), bot)
    for _ in range(3):
        await house.owe(await house.chat(7))
    async with bot, working(telegram.courier(house, drain=0.1)):
        await until(lambda: stuck.hits)
        assert "What I can do" in (await room.amina.ask("/help")).text
    assert "sent" not in await house.states()
