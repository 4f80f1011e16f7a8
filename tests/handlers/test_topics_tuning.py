"""Rules by button: what they make of the last days, whom they concern, and back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.demo.api.messages import Message
from bot.model import Follow
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback

DELTA = "Militants of the Niger Delta Avengers bomb a pipeline"


async def some_news(room: Room) -> None:
    """Three stories, one of them only in passing about Niger, one told by two."""
    first = await room.news("American troops leave Niger")
    await room.news("US soldiers quit Niger", outlet="post", story=first.story)
    await room.news("Elections in Mali", summary="Observers from Niger were there, too.")
    await room.news(DELTA, outlet="wire", summary="It is far from Niger.")


async def follow(room: Room) -> Message:
    await some_news(room)
    return await room.amina.ask("/follow Niger")


async def the_follow(room: Room) -> Follow:
    (found,) = await room.store.topics.of_chat((await room.chat()).id)
    return found


async def test_only_headlines_and_back(room: Room) -> None:
    card = await follow(room)
    assert "3 stories" in card.text
    await room.toast(card, "Only headlines")
    assert "Rule: title:Niger" in card.text
    assert "3 before, 1 now" in card.text
    assert (await the_follow(room)).query == "title:Niger"
    assert await room.labels() == ["Niger"]
    await room.toast(card, "Undo")
    assert (await the_follow(room)).query == "Niger"
    assert "3 stories" in card.text
    await room.toast(card, "Only headlines")
    await room.toast(card, "Whole text")
    assert (await the_follow(room)).query == "Niger"


async def test_several_publishers_and_back(room: Room) -> None:
    card = await follow(room)
    await room.toast(card, "≥ 2 publishers")
    assert "I ring once 2 publishers tell a story." in card.text
    assert "3 before, 1 now" in card.text
    assert (await the_follow(room)).rings_at == 2
    await room.toast(card, "Undo")
    assert (await the_follow(room)).rings_at == 1


async def test_not_about_this(room: Room) -> None:
    card = await follow(room)
    await room.toast(card, "Not about this")
    assert "Which of these is not about Niger?" in card.text
    number = next(line[0] for line in card.text.splitlines() if "Avengers" in line)
    await room.toast(card, number)
    assert "-Niger Delta (Nigeria)" in card.text
    assert "3 before, 2 now" in card.text
    await room.toast(card, "-Niger Delta")
    assert (await the_follow(room)).query == "NOT Niger Delta (Nigeria) AND Niger"
    assert "Rule: Niger -Niger Delta (Nigeria)" in card.text
    assert await room.labels() == ["Niger"]
    await room.toast(card, "Undo")
    assert (await the_follow(room)).query == "Niger"


async def test_a_double_tap_changes_one_thing(room: Room) -> None:
    card = await follow(room)
    data = card.buttons[0]["callback_data"]
    first, second = room.amina.press(card, data), room.amina.press(card, data)
    await first.answered()
    assert "too old" in (await second.answered())["text"]
    assert (await the_follow(room)).query == "title:Niger"
    assert "3 before, 1 now" in card.text


async def test_a_rule_is_of_one_chat_alone(room: Room) -> None:
    card = await follow(room)
    other = room.api.user(1002, "Bo")
    await other.ask("/follow Niger")
    await room.toast(card, "Only headlines")
    theirs = await room.store.topics.of_chat((await room.chat(1002)).id)
    assert [f.query for f in theirs] == ["Niger"]
    assert len(await room.store.topics.all()) == 2


async def test_words_that_are_not_followed_yet_are_tuned_in_place(room: Room) -> None:
    await some_news(room)
    card = await room.amina.ask("Niger")
    assert card.labels == ["Follow", "Only headlines", "≥ 2 publishers", "Not about this"]
    await room.toast(card, "Only headlines")
    assert "title:Niger" in card.text
    assert "3 before, 1 now" in card.text
    await room.toast(card, "Undo")
    await room.toast(card, "Not about this")
    number = next(line[0] for line in card.text.splitlines() if "Avengers" in line)
    await room.toast(card, number)
    await room.toast(card, "-Niger Delta")
    await room.toast(card, "≥ 2 publishers")
    assert "2 before, 1 now" in card.text
    assert await room.labels() == []
    await room.toast(card, "Follow")
    found = await the_follow(room)
    assert (found.query, found.rings_at) == ("NOT Niger Delta (Nigeria) AND Niger", 2)


async def test_the_card_shows_what_counts_and_takes_rules_away(room: Room) -> None:
    await follow(room)
    card = await room.amina.ask("/topics")
    await room.toast(card, "Niger")
    assert "Counts as it:" in card.text
    await room.toast(card, "＋ Also…")
    asked = await room.amina.wait(lambda m: "count as Niger" in m.text)
    assert asked.content.markup == {"force_reply": True, "selective": False}
    await room.amina.send("yellowcake", reply_to=asked)
    made = await room.amina.wait(lambda m: "Rule:" in m.text)
    assert "Niger OR yellowcake" in made.text
    await room.toast(made, "More…")
    await room.toast(made, "− Without…")
    asked = await room.amina.wait(lambda m: "leave out of Niger" in m.text)
    await room.amina.send("football match", reply_to=asked)
    made = await room.amina.wait(lambda m: "football" in m.text and "Rule:" in m.text)
    await room.toast(made, "More…")
    assert '✕ -"football match"' in made.labels
    await room.toast(made, "✕ yellowcake")
    assert (await the_follow(room)).query == 'NOT "football match" AND Niger'
    await room.toast(made, "Undo")
    assert "yellowcake" in (await the_follow(room)).query


async def test_when_to_ring_and_a_name(room: Room) -> None:
    await follow(room)
    card = await room.amina.ask("/topics")
    await room.toast(card, "Niger")
    await room.toast(card, "When I ring…")
    assert card.labels[0] == "✓ First report"
    await room.toast(card, "Only the digest")
    assert "You have no daily digest yet" in card.text
    assert (await the_follow(room)).rings_at == 0
    await room.toast(card, "More…")
    await room.toast(card, "Rename…")
    asked = await room.amina.wait(lambda m: "called here" in m.text)
    await room.amina.send("Sahel news", reply_to=asked)
    await room.amina.wait(lambda m: "called Sahel news" in m.text)
    assert await room.labels() == ["Sahel news"]


async def test_a_topic_is_shared_by_its_sealed_link(room: Room) -> None:
    await follow(room)
    card = await room.amina.ask("/topics")
    await room.toast(card, "Niger")
    address = next(button["url"] for button in card.buttons if button["text"] == "Share…")
    assert address.startswith("https://t.me/share/url?")
    shared = parse_qs(urlsplit(address).query)
    assert shared["text"] == ["Niger"]
    payload = parse_qs(urlsplit(shared["url"][0]).query)["start"][0]
    bo = room.api.user(1002, "Bo")
    offered = await bo.ask(f"/start {payload}")
    assert "shared a topic" in offered.text


async def test_an_answer_that_is_none(room: Room) -> None:
    await follow(room)
    card = await room.amina.ask("/topics")
    await room.toast(card, "Niger")
    await room.toast(card, "＋ Also…")
    asked = await room.amina.wait(lambda m: "count as Niger" in m.text)
    for words in ("!!!", "x" * 61, "(("):
        await room.amina.send(words, reply_to=asked)
        await room.settle()
        assert (await the_follow(room)).query == "Niger"
    await room.amina.ask("/unfollow Niger")
    await room.amina.send("Orano", reply_to=asked)
    await room.amina.wait(lambda m: "no longer follow that" in m.text)
    assert await room.labels() == []


async def test_stale_and_forged_buttons_change_nothing(room: Room) -> None:
    card = await follow(room)
    other = room.api.user(1002, "Bo")
    start = await other.ask("/start")
    topic = (await the_follow(room)).topic
    steps = ("th:{}:1", "tr:{}:2", "tr:{}:7", "nx:{}", "ny:{}:1", "nz:{}:x", "nz:{}:", "nz:{}",
             "tc:{}:0", "td:{}:0", "td:{}:99", "tg:{}:0", "ta:{}:1", "ta:{}:9", "ub:{}:{}",
             "ub:0:{}", "pp:9:Niger", "ph:1:1", "po:x:1:Niger", "po:1:1:Niger")  # fmt: skip
    for step in steps:
        data = step.format(topic, topic)
        for number in (data, data.replace(str(topic), "77")):
            await other.press(start, number).answered()
            await room.settle()
            room.clock.at += 3
    assert await room.labels(1002) == []
    found = await the_follow(room)
    assert (found.query, found.rings_at) == ("Niger", 1)
    await room.toast(card, "Undo")
    for step in steps:
        await room.amina.press(card, step.format(topic, 5)).answered()
        await room.settle()
        room.clock.at += 3
    assert "went wrong" not in "".join(m.text for m in (*room.amina.messages, *other.messages))


async def test_a_long_topic_is_tuned_through_its_card(room: Room) -> None:
    words = "выборы OR парламент OR правительство OR президент OR конституция"
    await room.news("Выборы в парламент и новое правительство")
    card = await room.amina.ask(words)
    await room.toast(card, "Only headlines")
    await room.toast(card, "Follow")
    assert (await the_follow(room)).query.count("title:") == 5


async def test_one_hint_about_a_topic_that_brings_nothing(room: Room) -> None:
    await room.amina.ask("/follow Quagga")
    assert "month" not in (await room.amina.ask("/topics")).text
    room.clock.at += 31 * 86_400
    assert "Nothing on Quagga for a month" in (await room.amina.ask("/topics")).text
    assert "month" not in (await room.amina.ask("/topics")).text
    room.clock.at += 8 * 86_400
    assert "Nothing on Quagga for a month" in (await room.amina.ask("/topics")).text


async def test_one_hint_about_a_flood(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    found, chat = await the_follow(room), await room.chat()
    for n in range(21):
        await room.deliver(chat, await room.news(f"Niger, part {n}"), found.topic)
    assert "Niger rang 21 times" in (await room.amina.ask("/topics")).text
