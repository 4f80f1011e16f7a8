"""python-telegram-bot's own Bot against the server: what goes through, and what it gives back."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    MenuButtonCommands,
    ReplyParameters,
)
from telegram.error import BadRequest

from bot.demo.api import BotApi, Person

pytestmark = pytest.mark.loopback


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(t, callback_data=t)] for t in labels])


async def test_me(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (4242, True, "newsbell_bot")


async def test_a_message_comes_back_as_it_stands(api: BotApi, bot: Bot, amina: Person) -> None:
    start = amina.messages[0]
    sent = await bot.send_message(
        amina.id,
        "<b>Niger</b>: <a href='https://example.org/1'>troops leave</a>",
        parse_mode="HTML",
        reply_markup=keyboard("Follow"),
        reply_parameters=ReplyParameters(start.id),
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert sent.text == "Niger: troops leave"
    assert [(e.type, e.offset, e.length, e.url) for e in sent.entities] == [
        ("bold", 0, 5, None),
        ("text_link", 7, 12, "https://example.org/1"),
    ]
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"
    assert sent.reply_markup == keyboard("Follow")
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)
    assert abs(sent.date.timestamp() - api.now()) < 60
    kept = api.messages(amina)[-1]
    assert (kept.silent, kept.labels, kept.by_bot, kept.id) == (True, ["Follow"], True, 2)


async def test_an_edit_keeps_what_stood_before(api: BotApi, bot: Bot, amina: Person) -> None:
    sent = await bot.send_message(amina.id, "1 outlet", reply_markup=keyboard("Why"))
    edited = await sent.edit_text("<b>2</b> outlets", parse_mode="HTML")
    kept = api.messages(amina)[-1]
    assert edited.edit_date is not None
    assert (kept.text, kept.labels) == ("2 outlets", [])
    assert [old.text for old in kept.history] == ["1 outlet"]
    await sent.edit_reply_markup(keyboard("Back"))
    assert (kept.text, kept.labels) == ("2 outlets", ["Back"])


async def test_deleting(api: BotApi, bot: Bot, amina: Person) -> None:
    sent = [await bot.send_message(amina.id, str(n)) for n in range(3)]
    assert await sent[0].delete()
    assert await bot.delete_messages(amina.id, [sent[1].id, 999, sent[2].id])
    assert [m.text for m in api.messages(amina)] == ["/start"]
    assert len(api.messages(amina, deleted=True)) == 4


async def test_files_go_up_and_come_down(api: BotApi, bot: Bot, amina: Person) -> None:
    sent = await bot.send_document(
        amina.id,
        b'{"topics": []}',
        caption="Your <i>data</i>",
        parse_mode="HTML",
        filename="me.json",
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("me.json", 14)
    assert (sent.caption, sent.caption_entities[0].type) == ("Your data", "italic")
    got = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert bytes(got) == b'{"topics": []}'
    again = await bot.send_document(amina.id, sent.document.file_id)
    assert again.document is not None
    photo = await bot.send_photo(amina.id, b"\x89PNG", caption="a map")
    assert photo.photo[0].file_size == 4
    await photo.edit_caption("the map")
    assert api.messages(amina)[-1].text == "the map"


async def test_the_menu_by_scope_and_language(api: BotApi, bot: Bot, amina: Person) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands(
        [BotCommand("start", "Commencer")], BotCommandScopeAllPrivateChats(), "fr"
    )
    assert [c["command"] for c in api.commands_for(amina.id, "fr")] == ["start"]
    assert [c["command"] for c in api.commands_for(amina.id, "en")] == ["help"]
    await bot.set_my_commands([BotCommand("admin", "Numbers")], BotCommandScopeChat(amina.id))
    assert [c["command"] for c in api.commands_for(amina.id, "fr")] == ["admin"]
    await bot.delete_my_commands(BotCommandScopeChat(amina.id))
    assert (await bot.get_my_commands())[0].description == "Help"


async def test_names_and_descriptions(bot: Bot) -> None:
    await bot.set_my_description("News, once per story.")
    await bot.set_my_short_description("Une fois par histoire.", language_code="fr")
    await bot.set_my_name("Newsbell")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_my_description()).description == "News, once per story."
    assert (await bot.get_my_short_description("fr")).short_description == "Une fois par histoire."
    assert (await bot.get_my_name()).name == "Newsbell"
    assert (await bot.get_chat_menu_button()).type == "commands"
    with pytest.raises(BadRequest, match=r"(?i)description_too_long"):
        await bot.set_my_description("x" * 513)


async def test_chats_and_members(api: BotApi, bot: Bot, amina: Person) -> None:
    omar = api.user(1002, "Omar")
    group = api.group(title="Newsroom", kind="supergroup", members=[amina], owner=omar)
    assert (await bot.get_chat(group.id)).title == "Newsroom"
    assert (await bot.get_chat_member(group.id, amina.id)).status == "member"
    assert [m.status for m in await bot.get_chat_administrators(group.id)] == ["creator"]
    assert await bot.get_chat_member_count(group.id) == 3
    await group.join(amina, "administrator")
    member = await bot.get_chat_member(group.id, amina.id)
    assert (member.status, len(await bot.get_chat_administrators(group.id))) == ("administrator", 2)
    assert await bot.leave_chat(group.id)
    assert group.chat.bot.status == "left"


async def test_pins(api: BotApi, bot: Bot, amina: Person) -> None:
    sent = await bot.send_message(amina.id, "keep this")
    await sent.pin()
    pinned = (await bot.get_chat(amina.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.id
    await sent.unpin()
    assert amina.chat.pinned == []


async def test_inline_answers(api: BotApi, bot: Bot, amina: Person) -> None:
    query = await amina.ask_inline("niger")
    article = InlineQueryResultArticle("1", "Troops leave", InputTextMessageContent("Troops leave"))
    await bot.answer_inline_query(query, [article], cache_time=10, is_personal=True)
    answer = api.inline[query]
    assert answer is not None
    assert (answer["results"][0]["title"], answer["cache_time"]) == ("Troops leave", 10)
    chosen = await amina.choose(query, "1")
    assert (chosen.text, chosen.as_json()["via_bot"]["id"]) == ("Troops leave", bot.id)
    with pytest.raises(LookupError):
        await amina.choose(query, "2")
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_inline_query(query, [article])
    other = await amina.ask_inline("x")
    with pytest.raises(BadRequest, match=r"(?i)result_id_duplicate"):
        await bot.answer_inline_query(other, [article, article])


async def test_events_show_what_a_phone_shows(api: BotApi, bot: Bot, amina: Person) -> None:
    with api.subscribe() as events:
        await bot.send_chat_action(amina.id, "typing")
        sent = await bot.send_message(amina.id, "hello", reply_markup=keyboard("Go"))
        await sent.edit_text("bye")
        await sent.delete()
        seen = [await asyncio.wait_for(anext(events), 60) for _ in range(4)]
    assert [e.kind for e in seen] == ["typing", "message", "edited", "deleted"]
    assert seen[0].as_json() == {"event": "typing", "chat": 1001, "action": "typing", "thread": 0}
    assert seen[2].as_json()["message"]["history"][0]["text"] == "hello"


@pytest.mark.parametrize("how", ["query", "form", "json"])
async def test_parameters_in_every_form(api: BotApi, amina: Person, how: str) -> None:
    values = {"chat_id": 1001, "text": "hi", "disable_notification": True}
    url = f"{api.url}/bot{api.token}/SENDMESSAGE"
    async with httpx.AsyncClient() as http:
        if how == "query":
            answer = await http.get(url, params=values)
        else:
            answer = await http.post(
                url, **({"json": values} if how == "json" else {"data": values})
            )
    assert answer.json()["result"]["text"] == "hi"
    assert api.messages(amina)[-1].silent


async def test_unknown_methods_and_wrong_tokens(api: BotApi) -> None:
    async with httpx.AsyncClient() as http:
        for path, status in (
            (f"/bot{api.token}/sendUnicorn", 404),
            ("/bot1:wrong/getMe", 401),
            ("/botnonsense/getMe", 404),
        ):
            answer = await http.get(api.url + path)
            assert (answer.status_code, answer.json()["error_code"]) == (status, status)
        broken = await http.post(
            f"{api.url}/bot{api.token}/getMe",
            content=b"{",
            headers={"Content-Type": "application/json"},
        )
    assert broken.status_code == 400
