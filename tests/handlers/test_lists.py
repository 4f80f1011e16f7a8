"""A list of alerts under people's thumbs: each opens in place, is acted on, and closes again."""

from __future__ import annotations

import pytest

from bot.delivery.catchup import LINES, RULES, list_message
from bot.delivery.telegram import keyboard
from bot.demo.api.messages import Message
from bot.model import NewAlert, Reason, Sent, Settlement
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def rung(room: Room, titles: tuple[str, ...]) -> Message:
    """Stories that could not be told for hours, told in one message."""
    await room.amina.ask("/start")
    chat = await room.chat()
    topic = (await room.services.subscriptions.follow(chat, "Niger")).follow.topic
    for title in titles:
        article = await room.news(title)
        assert article.story is not None
        new = NewAlert(chat.id, article.story, 0, topic, article.id, Reason("Niger", "title"))
        async with room.store.transaction() as tx:
            await tx.outbox.queue([new], room.clock())
    room.clock.at += 4 * 3600
    async with room.store.transaction() as tx:
        (carrier,) = await tx.outbox.claim(room.clock(), 1, 60, RULES)
        found, total = await tx.outbox.carried(carrier.id, room.clock(), LINES)
    texts = room.services.texts_for("en")
    message = list_message(carrier, found, total, texts, now=room.clock())
    buttons = keyboard(message.keyboard)
    sent = await room.application.bot.send_message(
        chat.telegram, message.text.html(), parse_mode="HTML", reply_markup=buttons
    )
    done = Settlement(carrier.id, carrier.token, Sent(sent.message_id), room.clock())
    async with room.store.transaction() as tx:
        await tx.outbox.mark([(carrier.id, carrier.token)], room.clock())
        await tx.outbox.settle([done], room.clock())
    return await room.amina.wait(lambda m: "Headlines" in m.labels)


TITLES = ("Troops leave Niger", "Niger river rises", "Niger votes in March")


async def test_a_story_opens_in_place_and_the_list_comes_back(room: Room) -> None:
    message = await rung(room, TITLES)
    was, count = message.text, len(room.amina.messages)
    assert message.labels == ["1", "2", "3", "Headlines"]
    (second,) = (line for line in was.split("\n") if line.startswith("2. "))
    await room.toast(message, "2")
    assert message.text.startswith(second.removeprefix("2. "))
    assert message.labels == ["Summary", "Mute story", "Unfollow", "Why?", "‹ The whole list"]
    await room.toast(message, "Summary")
    await room.toast(message, "‹ Back")
    await room.toast(message, "‹ The whole list")
    assert message.text == was
    assert len(room.amina.messages) == count


async def test_what_is_muted_leaves_the_list(room: Room) -> None:
    message = await rung(room, TITLES)
    for number in ("1", "1"):
        await room.toast(message, number)
        await room.toast(message, "Mute story")
        assert "Unmute story" in message.labels
        await room.toast(message, "‹ The whole list")
    assert message.text.startswith("While I could not reach you: 1 story\n")
    await room.toast(message, "1")
    await room.toast(message, "Unfollow")
    assert "no longer" not in message.text
    assert "too old" in await room.toast(message, "‹ The whole list")


async def test_the_way_on_to_the_headlines(room: Room) -> None:
    message = await rung(room, TITLES)
    await room.toast(message, "Headlines")
    assert message.text.startswith("Top stories now")


async def test_a_reply_to_a_list_names_no_story(room: Room) -> None:
    message = await rung(room, TITLES)
    await room.amina.send("/summary", reply_to=message)
    await room.amina.wait(lambda m: "Reply to an alert" in m.text)
