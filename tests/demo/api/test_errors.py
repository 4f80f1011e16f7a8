"""Every refusal, and the exception python-telegram-bot makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.demo.api import BotApi, Limits, Person
from tests.demo.api.conftest import plain_bot

pytestmark = pytest.mark.loopback


def button(**action: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go", **action)]])


def buttons(count: int) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(str(n), callback_data=str(n)) for n in range(count)]
    return InlineKeyboardMarkup([row])


SENDING: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n"}, "text must be non-empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "<b>" + "é" * 16384 + "</b>", "parse_mode": "HTML"}, "text is too long"),
    ({"text": "a<br>b", "parse_mode": "HTML"}, 'unsupported start tag "br" at byte offset 1'),
    ({"text": "<b>x", "parse_mode": "HTML"}, 'end tag corresponding to start tag "b"'),
    ({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
    ({"text": "x", "reply_parameters": ReplyParameters(77)}, "message to be replied not found"),
    ({"text": "x", "message_thread_id": 5}, "message thread not found"),
    ({"text": "x", "reply_markup": button(callback_data="é" * 33)}, "button_data_invalid"),
    ({"text": "x", "reply_markup": button(url="http://localhost")}, "wrong http url"),
    ({"text": "x", "reply_markup": button(url="ftp://a.org")}, "unsupported url protocol"),
    ({"text": "x", "reply_markup": button(url="http://a b.org")}, "disallowed character in url"),
    ({"text": "x", "reply_markup": button()}, "text buttons are unallowed"),
    ({"text": "x", "reply_markup": buttons(101)}, "reply markup is too long"),
]


@pytest.mark.parametrize(("given", "text"), SENDING)
async def test_bad_messages(
    api: BotApi, bot: Bot, amina: Person, given: dict[str, Any], text: str
) -> None:
    with pytest.raises(BadRequest) as error:
        await bot.send_message(amina.id, **given)
    assert text in error.value.message.lower()
    assert len(api.messages(amina)) == 1


async def test_just_within_the_limits(bot: Bot, amina: Person) -> None:
    await bot.send_message(amina.id, "😀" * 2048, reply_markup=button(callback_data="x" * 64))
    await bot.send_message(amina.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await bot.send_message(amina.id, "x", reply_markup=buttons(100))
    await bot.send_document(amina.id, b"x", caption="x" * 1024)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(amina.id, b"x", caption="x" * 1025)
    lenient = ReplyParameters(77, allow_sending_without_reply=True)
    await bot.send_message(amina.id, "x", reply_parameters=lenient)


async def test_edits(api: BotApi, bot: Bot, amina: Person) -> None:
    sent = await bot.send_message(amina.id, "x", reply_markup=button(callback_data="1"))
    with pytest.raises(BadRequest, match=r"(?i)message is not modified: specified new message"):
        await sent.edit_text("x", reply_markup=button(callback_data="1"))
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("y", amina.id, 999)
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("y", amina.id, amina.messages[0].id)
    file = await bot.send_document(amina.id, b"x")
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await file.edit_text("y")
    await sent.delete()
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await sent.edit_text("y")
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await sent.delete()


async def test_taps_are_answered_once_and_in_time(amina: Person) -> None:
    clock = [1000.0]
    async with BotApi(now=lambda: clock[0], limits=Limits.off()) as api:
        reader = api.user(5, "Reader")
        await reader.send("/start")
        async with plain_bot(api) as bot:
            await bot.send_message(5, "x", reply_markup=button(callback_data="1"))
            card = reader.messages[-1]
            tap = await reader.tap(card, "Go")
            with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
                await bot.answer_callback_query(tap.id, "x" * 201)
            await bot.answer_callback_query(tap.id, "done", show_alert=True)
            assert tap.answer == {"text": "done", "alert": True, "url": ""}
            late = await reader.tap(card, "1")
            clock[0] += 31
            for number in (tap.id, late.id, "12"):
                with pytest.raises(BadRequest, match=r"(?i)query is too old"):
                    await bot.answer_callback_query(number)


Prepare = Callable[[BotApi], Any]


async def _blocked(api: BotApi) -> int:
    person = api.user(5)
    await person.send("/start")
    await person.block()
    return 5


async def _deactivated(api: BotApi) -> int:
    person = api.user(5)
    await person.send("/start")
    await person.deactivate()
    return 5


async def _stranger(api: BotApi) -> int:
    return api.user(5).id


async def _robot(api: BotApi) -> int:
    return api.user(5, is_bot=True).id


async def _kicked(api: BotApi) -> int:
    return api.group(kind="supergroup", bot="kicked").id


async def _kicked_group(api: BotApi) -> int:
    return api.group(bot="kicked").id


async def _left(api: BotApi) -> int:
    return api.channel(bot="left").id


async def _deleted(api: BotApi) -> int:
    group = api.group()
    await group.delete()
    return group.id


FORBIDDEN: list[tuple[Prepare, str]] = [
    (_blocked, "Forbidden: bot was blocked by the user"),
    (_deactivated, "Forbidden: user is deactivated"),
    (_stranger, "Forbidden: bot can't initiate conversation with a user"),
    (_robot, "Forbidden: bot can't send messages to bots"),
    (_kicked, "Forbidden: bot was kicked from the supergroup chat"),
    (_kicked_group, "Forbidden: bot was kicked from the group chat"),
    (_left, "Forbidden: bot is not a member of the channel chat"),
    (_deleted, "Forbidden: the group chat was deleted"),
]


@pytest.mark.parametrize(("prepare", "text"), FORBIDDEN)
async def test_forbidden(api: BotApi, bot: Bot, prepare: Prepare, text: str) -> None:
    chat = await prepare(api)
    with pytest.raises(Forbidden) as error:
        await bot.send_message(chat, "x")
    assert error.value.message == text


async def _muted(api: BotApi) -> tuple[int, int]:
    group = api.group(kind="supergroup")
    await group.mute_members()
    return group.id, 0


async def _restricted(api: BotApi) -> tuple[int, int]:
    group = api.group(kind="supergroup")
    await group.restrict_bot()
    return group.id, 0


async def _plain_member_of_channel(api: BotApi) -> tuple[int, int]:
    return api.channel(bot="member").id, 0


async def _closed_thread(api: BotApi) -> tuple[int, int]:
    group = api.group(kind="supergroup")
    thread = await group.open_thread("Africa")
    await group.close_thread(thread.id)
    return group.id, thread.id


async def _deleted_thread(api: BotApi) -> tuple[int, int]:
    group = api.group(kind="supergroup")
    thread = await group.open_thread("Africa")
    await group.delete_thread(thread.id)
    return group.id, thread.id


async def _nowhere(api: BotApi) -> tuple[int, int]:
    return 123456, 0


BAD_PLACES: list[tuple[Prepare, str]] = [
    (_nowhere, "chat not found"),
    (_muted, "not enough rights to send text messages to the chat"),
    (_restricted, "not enough rights to send text messages to the chat"),
    (_plain_member_of_channel, "need administrator rights in the channel chat"),
    (_closed_thread, "topic_closed"),
    (_deleted_thread, "message thread not found"),
]


@pytest.mark.parametrize(("prepare", "text"), BAD_PLACES)
async def test_bad_places(api: BotApi, bot: Bot, prepare: Prepare, text: str) -> None:
    chat, thread = await prepare(api)
    with pytest.raises(BadRequest) as error:
        await bot.send_message(chat, "x", message_thread_id=thread or None)
    assert error.value.message.lower() == text


async def test_a_group_that_moved(api: BotApi, bot: Bot) -> None:
    group = api.group()
    new = await group.migrate()
    with pytest.raises(ChatMigrated) as error:
        await bot.send_message(group.id, "x")
    assert error.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.type == "supergroup"


async def test_too_fast(amina: Person) -> None:
    async with BotApi(limits=Limits(chat_burst=1)) as api:
        await api.user(5).send("/start")
        async with plain_bot(api) as bot:
            sent = await bot.send_message(5, "1")
            for again in (bot.send_message(5, "2"), sent.edit_text("2")):
                with pytest.raises(RetryAfter) as error:
                    await again
                assert error.value.retry_after.total_seconds() == 5  # type: ignore[union-attr]
            assert await bot.send_chat_action(5, "typing")


@pytest.mark.parametrize("token", ["4242:WRONG", "4242:"])
async def test_a_wrong_token(api: BotApi, token: str) -> None:
    with pytest.raises(InvalidToken):
        async with plain_bot(api, token):
            pass


async def test_what_others_may_delete(api: BotApi, bot: Bot, amina: Person) -> None:
    group = api.group(kind="supergroup", members=[amina])
    theirs = await amina.send("hello", group)
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(group.id, theirs.id)
    await group.promote_bot()
    assert await bot.delete_message(group.id, theirs.id)


async def test_errors_are_in_the_log(api: BotApi, bot: Bot) -> None:
    with pytest.raises(TelegramError):
        await bot.send_message(1, "x")
    (call,) = api.log.of("sendMessage")
    assert (call.status, call.done, call.answered, call.chat_id) == (400, False, True, 1)
