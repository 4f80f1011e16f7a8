"""The door: a transport that tells the truth, says no secret, and warns of nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify
from bot.delivery.render import Button
from bot.delivery.telegram import (
    bulk_bot,
    keyboard,
    keyboard_data,
    preview,
    preview_data,
    reply_application,
)
from bot.demo.api.limits import Limits
from bot.demo.api.server import BotApi
from bot.model import Later, Unknown
from tests.delivery.house import TOKEN, FakeTime, Telegram, open_telegram

CLOSED = "http://127.0.0.1:9"


def test_buttons_carry_data_or_a_link() -> None:
    rows = keyboard(
        [[Button("a", data="s:1"), Button("nothing")], [Button("b", url="https://x.y")], []]
    )
    assert rows is not None
    assert [[b.text for b in row] for row in rows.inline_keyboard] == [["a"], ["b"]]
    assert rows.inline_keyboard[1][0].url == "https://x.y"
    assert keyboard([]) is None
    assert keyboard([[Button("nothing")]]) is None


def test_previews() -> None:
    assert preview(None).is_disabled
    assert preview("https://example.org/a").url == "https://example.org/a"


async def send(telegram: Telegram, chat: int = 7) -> None:
    await telegram.bot.send_message(chat, "x")


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("fault", "error", "outcome"),
    [
        ("429", RetryAfter, Later),
        ("429-bare", NetworkError, Later),
        ("502", NetworkError, Unknown),
        ("close", NetworkError, Unknown),
        ("done-then-close", NetworkError, Unknown),
        ("done-then-partial", NetworkError, Unknown),
        ("hang", TimedOut, Unknown),
    ],
)
async def test_how_a_broken_request_looks(
    time: FakeTime, fault: str, error: type[Exception], outcome: type
) -> None:
    async with open_telegram(time, silence=0.3) as telegram:
        await telegram.reader(7)
        telegram.api.faults.add(fault, "sendMessage", seconds=30)
        with pytest.raises(error) as raised:
            await send(telegram)
        assert isinstance(classify(raised.value), outcome)
        assert_no_secret(raised.value)
        await send(telegram, 7)  # the connection is not spoilt for the next


def alert_words() -> dict[str, Any]:
    rows = [[Button("a", data="s:1"), Button("nothing")], [Button("b", url="https://x.y")], []]
    return {
        "chat_id": 7,
        "message_thread_id": None,
        "text": "<b>x</b> & ü".replace("&", "&amp;"),
        "parse_mode": "HTML",
        "reply_markup": keyboard_data(rows),
        "link_preview_options": preview_data("https://example.org/a"),
        "disable_notification": True,
    }


@pytest.mark.loopback
async def test_an_alert_is_told_as_the_library_would_tell_it(telegram: Telegram) -> None:
    number = await telegram.bot.tell(alert_words())
    await telegram.bot.tell(alert_words() | {"message_id": number, "text": "y"}, edit=True)
    (message,) = telegram.messages(7)
    assert (message.id, message.text, message.labels) == (number, "y", ["a", "b"])
    assert all(call.status == 200 for call in telegram.api.log)


@pytest.mark.loopback
@pytest.mark.parametrize(("rate", "paid"), [(28, True), (1000, False), (1000, True)])
async def test_stars_are_spent_on_request_and_beyond_the_free_pace_only(
    time: FakeTime, rate: float, paid: bool
) -> None:
    api = BotApi(token=TOKEN, limits=Limits.off())
    await api.user(7).send("/start")
    lanes = Lanes(rate, now=time, sleep=time.sleep)
    async with bulk_bot(TOKEN, await api.start(), lanes, paid=paid) as bot:
        number = await bot.tell(alert_words())
        await bot.tell(alert_words() | {"message_id": number, "text": "y"}, edit=True)
    (call,) = api.log.of("sendMessage")
    assert ("allow_paid_broadcast" in call.params) == (paid and rate > 30)
    (call,) = api.log.of("editMessageText")
    assert "allow_paid_broadcast" not in call.params
    await api.stop()


def test_a_pace_that_telegram_does_not_give_for_nothing_is_warned_of(
    time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    bulk_bot(TOKEN, "", Lanes(30, now=time))
    bulk_bot(TOKEN, "", Lanes(1000, now=time), paid=True)
    bulk_bot(TOKEN, CLOSED, Lanes(1000, now=time))
    assert caplog.text == ""
    bulk_bot(TOKEN, "", Lanes(1000, now=time))
    assert "BULK_PAID" in caplog.text


@pytest.mark.parametrize("rows", [[], [[Button("nothing")]], [[Button("a", data="s:1")]]])
def test_buttons_are_the_same_either_way(rows: list[list[Button]]) -> None:
    theirs = keyboard(rows)
    assert keyboard_data(rows) == (theirs and theirs.to_dict())
    assert preview_data(None) == preview(None).to_dict()
    assert preview_data("https://x.y/") == preview("https://x.y/").to_dict()


@pytest.mark.loopback
@pytest.mark.parametrize("edit", [False, True])
@pytest.mark.parametrize(
    "fault", ["not-ok", "no-result", "not-json", "empty", "wrong-type", "500", "502", "503", "504"]
)
async def test_an_answer_that_tells_nothing_leaves_doubt(
    telegram: Telegram, fault: str, edit: bool
) -> None:
    telegram.api.faults.add(fault)
    with pytest.raises(TelegramError) as raised:
        await telegram.bot.tell(alert_words() | ({"message_id": 1} if edit else {}), edit=edit)
    assert isinstance(classify(raised.value), Unknown)
    assert_no_secret(raised.value)


@pytest.mark.loopback
async def test_a_closed_port_is_known_not_to_have_heard(
    time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot = bulk_bot(TOKEN, CLOSED, Lanes(1000, now=time, sleep=time.sleep))
    with pytest.raises(NetworkError) as raised:
        await bot.initialize()
    outcome = classify(raised.value)
    assert isinstance(outcome, Later)
    assert outcome.scope == "bot"
    assert_no_secret(raised.value)
    assert "SECRET" not in caplog.text
    await bot.shutdown()


@pytest.mark.loopback
async def test_a_refused_token_is_not_named(time: FakeTime) -> None:
    api = BotApi(token="4242:ANOTHER", limits=Limits.off())
    url = await api.start()
    bot = bulk_bot(TOKEN, url, Lanes(1000, now=time, sleep=time.sleep))
    with pytest.raises(InvalidToken) as raised:
        await bot.initialize()
    assert_no_secret(raised.value)
    await bot.shutdown()
    await api.stop()


@pytest.mark.loopback
async def test_no_log_shows_the_token(time: FakeTime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with open_telegram(time) as telegram:
        await telegram.reader(7)
        await send(telegram)
        await telegram.api.offline()
        with pytest.raises(NetworkError):
            await send(telegram)
        await telegram.api.online()
    assert "SECRET" not in caplog.text


@pytest.mark.loopback
async def test_an_application_polls_through_it(time: FakeTime) -> None:
    api = BotApi(token=TOKEN, limits=Limits.off())
    url = await api.start()
    lanes = Lanes(1000, now=time, sleep=time.sleep)
    application = reply_application(TOKEN, url, lanes).build()
    async with application:
        assert application.bot.username == "newsbell_bot"
        await api.user(7).send("/start")
        updates = await application.bot.get_updates(timeout=1)
        assert [update.effective_message.text for update in updates] == ["/start"]
    await application.initialize()  # and again after a shutdown
    await application.shutdown()
    await api.stop()


def assert_no_secret(error: BaseException) -> None:
    """Nowhere in what a traceback would print."""
    seen: BaseException | None = error
    while seen is not None:
        assert "SECRET" not in str(seen)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
