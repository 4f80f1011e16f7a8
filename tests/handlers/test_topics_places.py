"""Meanings and rules in forum threads and channels; whose chat a rule belongs to."""

from __future__ import annotations

import pytest

from bot.model import Follow
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def follows(room: Room, telegram: int, thread: int = 0) -> list[Follow]:
    return await room.store.topics.of_chat((await room.chat(telegram, thread)).id)


async def test_threads_of_a_forum_have_rules_of_their_own(room: Room) -> None:
    await room.news("Troops leave Niger")
    forum = room.api.group(title="Desk", kind="supergroup", owner=room.amina)
    one, two = await forum.open_thread("One"), await forum.open_thread("Two")
    for thread in (one, two):
        await room.amina.send("/follow Niger", forum, thread=thread.id)
    card = await room.amina.wait(lambda m: m.thread == two.id and "Undo" in m.labels, chat=forum)
    await room.toast(card, "Only headlines")
    assert [f.query for f in await follows(room, forum.id, two.id)] == ["title:Niger"]
    assert [f.query for f in await follows(room, forum.id, one.id)] == ["Niger"]
    await room.toast(card, "More…")
    await room.toast(card, "− Without…")
    asked = await room.amina.wait(lambda m: "leave out of Niger" in m.text, chat=forum)
    assert asked.thread == two.id
    await room.amina.send("football", forum, reply_to=asked, thread=two.id)
    made = await room.amina.wait(lambda m: "-football" in m.text, chat=forum)
    assert made.thread == two.id
    assert [f.query for f in await follows(room, forum.id, one.id)] == ["Niger"]


async def test_a_channel_chooses_a_meaning_and_a_rule(room: Room) -> None:
    await room.news("Georgia votes in Tbilisi")
    channel = room.api.channel(title="Wire", owner=room.amina)
    await room.amina.send("/follow Georgia", channel)
    card = await room.amina.wait(lambda m: "several things" in m.text, chat=channel)
    await room.toast(card, "Georgia (country)")
    await room.toast(card, "≥ 2 publishers")
    (found,) = await follows(room, channel.id)
    assert (found.label, found.rings_at) == ("Georgia (country)", 2)
    await room.toast(card, "More…")
    await room.toast(card, "＋ Also…")
    asked = await room.amina.wait(lambda m: "count as Georgia" in m.text, chat=channel)
    await room.amina.send("khachapuri", channel, reply_to=asked)
    await room.amina.wait(lambda m: "Rule:" in m.text and "khachapuri" in m.text, chat=channel)


async def test_what_people_say_to_each_other_is_no_answer(room: Room) -> None:
    await room.amina.ask("/start")
    boss, guest = room.api.user(1, "Boss"), room.api.user(2, "Guest")
    group = room.api.group(title="Desk", owner=boss, members=[guest], bot="administrator")
    await boss.send("/follow Niger", group)
    card = await boss.wait(lambda m: "You follow Niger" in m.text, chat=group)
    count = len(group.messages)
    said = await guest.send("what a week it has been for all of us", group, reply_to=card)
    await boss.send("indeed it was, and it is not over yet", group, reply_to=said)
    await room.settle()
    assert len(group.messages) == count + 2


async def test_erasing_takes_rules_questions_and_former_topics(room: Room) -> None:
    await room.news("Troops leave Niger")
    card = await room.amina.ask("/follow Niger")
    await room.toast(card, "Only headlines")
    await room.toast(card, "More…")
    await room.toast(card, "＋ Also…")
    await room.amina.wait(lambda m: "count as Niger" in m.text)
    stored = str(await room.store.chats.export(room.amina.id))
    assert "title:Niger" in stored
    assert "asked" in stored
    assert "rings_at" in stored
    sure = await room.amina.ask("/delete_me")
    await room.toast(sure, "Erase")
    left = await room.store.chats.export(room.amina.id)
    assert (left["chats"], left["facts"]) == ([], {})
    assert await room.store.topics.all() == []


@pytest.mark.parametrize("code", ["ar", "de"])
async def test_a_walk_through_the_buttons(room: Room, code: str) -> None:
    """The strict server refuses data that is too long and markup that is broken."""
    reader = room.api.user(9000, "Reader", code)
    await room.news("American troops leave Niger")
    await room.news("A pipeline burns", outlet="wire", summary="The Niger Delta is not Niger.")
    card = await reader.ask("/follow Niger")
    pressed: set[str] = set()
    for _ in range(16):
        fresh = [b["callback_data"] for b in card.buttons if b["callback_data"] not in pressed]
        if not fresh:
            break
        pressed.add(fresh[0])
        await reader.press(card, fresh[0]).answered()
        await room.settle()
        room.clock.at += 3
    assert len(pressed) > 8
    wrong = room.services.texts_for(code)("odd.error")
    assert not [m.text for m in reader.messages if wrong in m.text or "{" in m.text]
