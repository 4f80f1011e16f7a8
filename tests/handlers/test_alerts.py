"""The buttons under an alert."""

from __future__ import annotations

import pytest

from bot.demo.api.messages import Message
from bot.model import Article
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback

BODY = (
    "American troops will leave Niger by September, the defence ministry said. "
    "The last base is to be handed over in August. Talks took four days."
)


async def rung(room: Room) -> tuple[Message, Article]:
    await room.amina.ask("/start")
    article = await room.news("American troops leave Niger", summary=BODY)
    await room.alert(await room.chat(), article)
    return await room.amina.wait(lambda m: "Mute story" in m.labels), article


def bold(message: Message) -> list[str]:
    wide = message.text.encode("utf-16-le")
    return [
        wide[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le")
        for e in message.entities
        if e["type"] == "bold"
    ]


async def test_summary_and_back_in_place(room: Room) -> None:
    alert, _ = await rung(room)
    was, count = alert.text, len(room.amina.messages)
    await room.toast(alert, "Summary")
    assert "defence ministry" in alert.text
    assert "Reported by" in alert.text
    await room.toast(alert, "Back")
    assert alert.text == was
    assert "Summary" in alert.labels
    assert len(room.amina.messages) == count


async def test_why_says_what_and_where_in_bold(room: Room) -> None:
    alert, _ = await rung(room)
    await room.toast(alert, "Why?")
    assert "in the headline" in alert.text
    assert bold(alert).count("Niger") == 3  # topic, words, and the place they stand in
    assert "American troops leave Niger" in alert.text
    await room.toast(alert, "Back")
    assert "in the headline" not in alert.text


async def test_mute_the_story_and_undo(room: Room) -> None:
    alert, article = await rung(room)
    assert article.story is not None
    chat = await room.chat()
    for _ in range(2):  # a double tap does no more than one
        assert "nothing more" in await room.toast(alert, f"m:{_number(alert)}")
        assert await room.store.stories.is_muted(chat.id, article.story, room.clock())
        alert.edit(alert.history[0], 0)  # as it was when the second tap was made
    await room.toast(alert, "Summary")
    await room.toast(alert, "Back")
    assert alert.labels == ["Summary", "Unmute story", "Unfollow", "Why?"]
    await room.toast(alert, "Unmute story")
    assert not await room.store.stories.is_muted(chat.id, article.story, room.clock() + 1)
    assert alert.labels == ["Summary", "Mute story", "Unfollow", "Why?"]


async def test_unfollow_and_undo(room: Room) -> None:
    alert, _ = await rung(room)
    assert "no longer follow Niger" in await room.toast(alert, "Unfollow")
    assert await room.labels() == []
    assert alert.labels == ["Summary", "Mute story", "Follow again", "Why?"]
    tap = room.amina.press(alert, f"u:{_number(alert)}")  # a second tap that was on its way
    assert "no longer follow" in str((await tap.answered())["text"])
    await room.settle()
    assert "follow Niger again" in await room.toast(alert, "Follow again")
    assert await room.labels() == ["Niger"]
    assert alert.labels == ["Summary", "Mute story", "Unfollow", "Why?"]


async def test_what_is_done_on_a_page_leaves_it_open(room: Room) -> None:
    alert, _ = await rung(room)
    await room.toast(alert, "Summary")
    await room.toast(alert, "Mute story")
    assert alert.labels == ["‹ Back", "Unmute story", "Unfollow", "Why?", "Follow this story"]
    await room.toast(alert, "Why?")
    assert alert.labels == ["‹ Back", "Unmute story", "Unfollow", "Summary", "Not about this"]
    await room.toast(alert, "Unfollow")
    assert alert.labels == ["‹ Back", "Unmute story", "Follow again", "Summary"]
    await room.toast(alert, "Back")
    assert alert.labels == ["Summary", "Unmute story", "Follow again", "Why?"]
    assert (alert.content.preview or {}).get("url", "").startswith("https://herald.example/")


def _number(alert: Message) -> int:
    return int(alert.buttons[0]["callback_data"].partition(":")[2])


async def test_an_alert_of_another_chat_does_not_exist(room: Room) -> None:
    alert, article = await rung(room)
    thief = room.api.user(666, "Thief")
    card = await thief.ask("/start")
    for data in (b["callback_data"] for b in alert.buttons):
        tap = thief.press(card, data)
        assert "too old" in (await tap.answered())["text"]
    assert await room.labels() == ["Niger"]
    assert article.title not in "".join(m.text for m in thief.messages[2:])


FORGED = (
    "", "s", "s:", "s:zz", "x:1", "zz:1", "tq:a:b:c", "st:1", "hl:-1:x", "un:x", "ad:9", "sx:Moon",
    "sp:moon", "tp:99999", "so:99999", "rm:1:1", "de:maybe", "fo:", "go:", "\x00", "un:" + "9" * 40,
    "tq:1:0:" + "9" * 20, "mu:0", "ru:-1", "un:١",
)  # fmt: skip


async def test_forged_data_is_answered_and_changes_nothing(room: Room) -> None:
    alert, _ = await rung(room)
    for data in FORGED:
        await room.amina.press(alert, data).answered()
        await room.settle()
        room.clock.at += 2
        assert await room.labels() == ["Niger"], data
        assert "went wrong" not in room.amina.messages[-1].text


async def test_a_button_on_a_message_that_is_gone(room: Room) -> None:
    alert, _ = await rung(room)
    await room.amina.delete(alert)
    for button in ("Summary", "Why?"):
        assert "can't see" in await room.toast(alert, button)


async def test_a_tap_that_waited_too_long_still_counts(room: Room) -> None:
    alert, _ = await rung(room)
    room.clock.at += 1
    tap = room.amina.press(
        alert, next(b["callback_data"] for b in alert.buttons if b["text"] == "Unfollow")
    )
    room.clock.at += 120  # the query is too old to be answered
    await room.settle()
    assert await room.labels() == []
    assert tap.answer is None or tap.answer
