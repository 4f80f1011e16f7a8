"""What goes no further: floods, what comes too late, what comes twice; and what people send."""

from __future__ import annotations

import json

import pytest
from telegram import Update

from bot.buckets import Buckets
from handlers.gate import LATE
from tests.handlers.conftest import Clock, Room

FIRST = 100000001  # the server's first update id
_FILE = {"file_id": "1", "file_unique_id": "1"}


def test_a_bucket_gives_a_burst_and_then_its_pace() -> None:
    clock = Clock(100.0)
    buckets = Buckets(burst=3, per_second=0.5, now=clock)
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b")
    clock.at += 2
    assert [buckets.take("a") for _ in range(2)] == [True, False]
    clock.at -= 1000  # a clock that jumps back neither gives nor takes
    assert not buckets.take("a")


def test_buckets_do_not_grow_for_ever() -> None:
    buckets = Buckets(burst=1, per_second=0.001, now=Clock())
    for key in range(25_000):
        buckets.take(key)
    assert len(buckets._levels) <= 10_001


@pytest.mark.loopback
async def test_a_flood_is_warned_of_once(room: Room) -> None:
    for _ in range(60):
        await room.amina.send("/help")
    await room.settle()
    answers = [m for m in room.amina.messages if m.by_bot]
    warnings = [m for m in answers if "a lot at once" in m.text]
    assert len(warnings) == 1
    assert len(answers) <= 31
    other = room.api.user(5, "Calm")
    assert "What I can do" in (await other.ask("/help")).text
    room.clock.at += 60
    assert "What I can do" in (await room.amina.ask("/help")).text


@pytest.mark.loopback
async def test_taps_in_a_flood_are_answered(room: Room) -> None:
    card = await room.amina.ask("/settings")
    taps = [room.amina.press(card, "sb:") for _ in range(40)]
    await room.settle()
    assert all(tap.answer is not None for tap in taps[:30])


@pytest.mark.loopback
async def test_what_waited_too_long_is_dropped_politely(room: Room) -> None:
    assert room.application.updater is not None
    await room.application.updater.stop()
    await room.amina.send("/follow Niger")
    await room.amina.send("/follow Gaza")
    room.clock.at += LATE + 60
    await room.amina.send("/follow Mali")
    await room.application.updater.start_polling(timeout=5)
    await room.settle()
    texts = [m.text for m in room.amina.messages if m.by_bot]
    assert sum("I was away" in text for text in texts) == 1
    assert await room.labels() == ["Mali"]


@pytest.mark.loopback
async def test_an_update_that_comes_twice_counts_once(room: Room) -> None:
    message = await room.amina.ask("/help")
    again = {"update_id": FIRST, "message": room.amina.messages[0].as_json()}
    for _ in range(3):
        await room.application.update_queue.put(_parsed(room, again))
    await room.settle()
    assert room.amina.messages[-1] is message
    assert FIRST in json.loads(await room.store.get_value("telegram.seen") or "[]")


def _parsed(room: Room, update: dict[str, object]) -> object:

    return Update.de_json(update, room.application.bot)


ODD = {
    "hello": "Write me a topic",
    "Thank you!": "Write me a topic",
    "word " * 60: "long for a topic",
    "a" * 4096: "long for a topic",
    "/folow Niger": "Did you mean /follow?",
    "/stop": "Did you mean /topics?",
    "/subscribe x": "Did you mean /follow?",
    "/qqqqqqq": "/help shows",
    "/admni": "/help shows",
    "/Ω": "",
    "/": "",
    "//": "",
    "?": "",
    "...": "",
    "🙂🙂": "",
    "<b>": "",
}


@pytest.mark.loopback
async def test_any_odd_words_get_one_sentence(room: Room) -> None:
    for words, said in ODD.items():
        before = len(room.amina.messages)
        card = await room.amina.ask(words)
        assert card.text
        assert "went wrong" not in card.text
        assert said in card.text
        await room.settle()
        assert len(room.amina.messages) == before + 2, words


@pytest.mark.loopback
async def test_what_is_no_text(room: Room) -> None:
    for fields in (
        {"photo": [_FILE | {"width": 1, "height": 1}]},
        {"voice": _FILE | {"duration": 3}},
        {"location": {"latitude": 13.5, "longitude": 2.1}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"contact": {"phone_number": "1", "first_name": "X"}},
    ):
        sent = await room.amina.send("", **fields)
        card = await room.amina.wait(lambda m, at=sent.id: m.id > at)
        assert "words only" in card.text


@pytest.mark.loopback
async def test_a_forwarded_message_is_no_topic_but_its_link_is_read(room: Room) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "X", "date": 1_770_000_000}
    sent = await room.amina.send("Long text of somebody", forward_origin=origin)
    card = await room.amina.wait(lambda m: m.id > sent.id)
    assert "forwarded" in card.text
    sent = await room.amina.send("Read https://a.example.com/x now", forward_origin=origin)
    card = await room.amina.wait(lambda m: m.id > sent.id)
    assert "https://a.example.com/x" in card.text


@pytest.mark.loopback
async def test_updates_we_do_not_know_pass_by(room: Room) -> None:
    for odd in (
        {"something_new": {"id": "1"}}, {"message": None}, {}, {"message_reaction_count": None},
        {"callback_query": {"id": "9", "from": {"id": 1, "is_bot": False, "first_name": "x"},
                            "chat_instance": "1", "inline_message_id": "abc", "data": "s:1"}},
    ):  # fmt: skip
        room.amina.unseen(odd)  # type: ignore[arg-type]
    assert "What I can do" in (await room.amina.ask("/help")).text
