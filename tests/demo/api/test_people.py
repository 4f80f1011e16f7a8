"""What people and places do, and what a bot hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InlineKeyboardMarkup, Update

from bot.demo.api import BotApi, NoButtonError, Person

pytestmark = pytest.mark.loopback


async def heard(bot: Bot) -> list[Update]:
    """All that waits, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)


async def test_a_private_message(bot: Bot, amina: Person) -> None:
    (update,) = await heard(bot)
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.from_user.language_code, message.chat.id, message.chat.type) == (
        "fr", 1001, "private",
    )  # fmt: skip
    assert [e.type for e in message.entities] == ["bot_command"]


async def test_privacy_mode(api: BotApi, bot: Bot, amina: Person) -> None:
    await heard(bot)
    group = api.group(title="Newsroom", members=[amina])
    said = await bot.send_message(group.id, "an alert")
    for text in (
        "hello all",
        "/help@other_bot",
        "/help",
        "/help@newsbell_bot",
        "ask @newsbell_bot",
    ):
        await amina.send(text, group)
    await amina.send("thanks", group, reply_to=said.message_id)
    texts = [u.message.text for u in await heard(bot) if u.message]
    assert texts == ["/help", "/help@newsbell_bot", "ask @newsbell_bot", "thanks"]
    await group.promote_bot()
    await heard(bot)
    await amina.send("hello all", group)
    assert len(await heard(bot)) == 1
    await group.kick_bot()
    await heard(bot)
    await amina.send("/help", group)
    assert await heard(bot) == []


async def test_blocking_and_coming_back(bot: Bot, amina: Person) -> None:
    await heard(bot)
    await amina.block()
    await amina.send("/start")
    blocked, back, message = await heard(bot)
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member is not None
    assert back.my_chat_member.new_chat_member.status == "member"
    assert message.message is not None
    assert message.message.text == "/start"


async def test_joining_a_group(api: BotApi, bot: Bot, amina: Person) -> None:
    await heard(bot)
    group = api.group(owner=amina, bot="left")
    await group.add_bot()
    member, service = await heard(bot)
    assert member.my_chat_member is not None
    assert member.my_chat_member.from_user.id == amina.id
    assert service.message is not None
    assert service.message.new_chat_members[0].id == bot.id


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_every_standing_of_the_bot_can_be_read(
    api: BotApi, bot: Bot, amina: Person, kind: Any
) -> None:
    await heard(bot)
    place = api.group(kind=kind, owner=amina, bot="left")
    await place.add_bot()
    await place.promote_bot(rights=["can_delete_messages"])
    await place.demote_bot()
    await place.restrict_bot()
    await bot.get_chat(place.id)
    await place.kick_bot()
    changes = [u.my_chat_member for u in await heard(bot) if u.my_chat_member]
    assert [c.new_chat_member.status for c in changes] == [
        "member", "administrator", "member", "restricted", "kicked",
    ]  # fmt: skip


async def test_the_standing_of_others(api: BotApi, bot: Bot, amina: Person) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["chat_member"])
    await bot.get_updates(offset=100000002)
    group = api.group(kind="supergroup", bot="administrator")
    await group.join(amina)
    await group.join(amina, "administrator", anonymous=True)
    await group.leave(amina)
    changes = [u.chat_member for u in await heard(bot) if u.chat_member]
    assert [c.new_chat_member.status for c in changes] == ["member", "administrator", "left"]
    assert (await bot.get_chat_member(group.id, amina.id)).status == "left"


@pytest.mark.parametrize("order", ["old-first", "new-first"])
async def test_migration(api: BotApi, bot: Bot, amina: Person, order: Any) -> None:
    await heard(bot)
    group = api.group(members=[amina])
    new = await group.migrate(order=order)
    updates = [u.message for u in await heard(bot) if u.message]
    moves = {(m.chat.id, m.migrate_to_chat_id, m.migrate_from_chat_id) for m in updates}
    assert moves == {(group.id, new.id, None), (new.id, None, group.id)}
    assert (updates[0].chat.id == group.id) == (order == "old-first")
    await amina.send("/help", group)
    assert [u.message.chat.id for u in await heard(bot) if u.message] == [new.id]


async def test_forum_threads(api: BotApi, bot: Bot, amina: Person) -> None:
    forum = api.group(kind="supergroup", members=[amina])
    thread = await forum.open_thread("Africa")
    sent = await bot.send_message(forum.id, "alert", message_thread_id=thread.id)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread.id, True)
    await amina.send("/help", forum, thread=thread.id)
    last = [u.message for u in await heard(bot) if u.message][-1]
    assert (last.message_thread_id, last.chat.is_forum) == (thread.id, True)
    await forum.close_thread(thread.id)
    await forum.promote_bot()
    await bot.send_message(forum.id, "administrators may", message_thread_id=thread.id)


async def test_anonymous_administrators_and_channels(api: BotApi, bot: Bot, amina: Person) -> None:
    await heard(bot)
    group = api.group(kind="supergroup", admins=[amina])
    await amina.send("/settings", group, anonymous=True)
    channel = api.channel(title="News", owner=amina)
    await channel.post("/follow Niger")
    anonymous, post = await heard(bot)
    assert anonymous.message is not None
    assert anonymous.message.sender_chat is not None
    assert (anonymous.message.from_user.id, anonymous.message.sender_chat.id) == (  # type: ignore[union-attr]
        1087968824, group.id,
    )  # fmt: skip
    assert post.channel_post is not None
    assert post.channel_post.from_user is None
    sent = await bot.send_message(channel.id, "alert")
    assert (sent.from_user, sent.sender_chat.id) == (None, channel.id)  # type: ignore[union-attr]


async def test_editing_and_deleting_by_people(bot: Bot, amina: Person) -> None:
    await heard(bot)
    sent = await amina.send("Nigr")
    await amina.edit(sent, "Niger")
    _, edited = await heard(bot)
    assert edited.edited_message is not None
    assert edited.edited_message.text == "Niger"
    await amina.clear()
    assert await heard(bot) == []
    assert amina.messages == []


async def test_taps(api: BotApi, bot: Bot, amina: Person) -> None:
    await heard(bot)
    keyboard = {"inline_keyboard": [[{"text": "🔔 Follow", "callback_data": "f:1"},
                                     {"text": "Read", "url": "https://example.org/"}]]}  # fmt: skip
    markup = InlineKeyboardMarkup.de_json(keyboard, bot)
    await bot.send_message(amina.id, "card", reply_markup=markup)
    card = await amina.wait(lambda m: m.text == "card")
    for button in ("🔔 Follow", "🔔", "Follow", "f:1"):
        await amina.tap(card, button)
    assert {u.callback_query.data for u in await heard(bot) if u.callback_query} == {"f:1"}
    assert (await amina.tap(card.id, "Read")).url == "https://example.org/"
    with pytest.raises(NoButtonError, match="there are: \\['🔔 Follow', 'Read'\\]"):
        await amina.tap(card, "Mute")
    amina.press(card, "forged")
    await amina.delete(card)
    await amina.tap(card, "Follow")
    forged, gone = await heard(bot)
    assert forged.callback_query is not None
    assert forged.callback_query.data == "forged"
    assert gone.callback_query is not None
    assert gone.callback_query.message is not None
    assert not gone.callback_query.message.is_accessible


async def test_a_file_from_a_person(bot: Bot, amina: Person) -> None:
    await heard(bot)
    await amina.send_file("feeds.opml", b"<opml/>", "my feeds")
    (update,) = await heard(bot)
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.caption == "my feeds"
    file = await update.message.document.get_file()
    assert await file.download_as_bytearray() == b"<opml/>"


async def test_waiting_gives_up(amina: Person) -> None:
    with pytest.raises(TimeoutError):
        await amina.wait(lambda m: True, timeout=0.01)


async def test_a_person_is_made_once(api: BotApi, amina: Person) -> None:
    assert api.user(1001) is amina
    assert api.user().id != api.user().id
