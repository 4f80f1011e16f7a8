"""A name that means several things asks which one."""

from __future__ import annotations

import pytest

from bot.i18n import languages
from bot.subscriptions.meanings import meanings
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def test_an_unclear_name_asks_with_a_live_example_each(room: Room) -> None:
    await room.news("Georgia votes as protests in Tbilisi go on")
    await room.news("Governor Kemp signs a budget in Georgia", outlet="post")
    for words in ("Georgia", "/follow Georgia"):
        card = await room.amina.ask(words)
        assert card.text.startswith("Georgia can mean several things.")
        assert card.labels == ["Georgia (country)", "Georgia (US state)", "the word “georgia”"]
        assert "Georgia votes as protests" in card.text
        assert await room.labels() == []
    await room.toast(card, "Georgia (US state)")
    assert card.text.startswith("You follow Georgia (US state).")
    assert await room.labels() == ["Georgia (US state)"]
    await room.toast(card, "Undo")
    assert await room.labels() == []


async def test_a_name_that_says_which_is_followed_at_once(room: Room) -> None:
    for words in ("Georgia (country)", "Niger", '"Jordan"', "Congo-Brazzaville"):
        card = await room.amina.ask(f"/follow {words}")
        assert card.text.startswith("You follow"), words


async def test_the_word_itself(room: Room) -> None:
    card = await room.amina.ask("Apple")
    assert card.labels == ["Apple (company)", "the word “apple”"]
    await room.toast(card, "the word")
    chat = await room.chat()
    assert [f.query for f in await room.store.topics.of_chat(chat.id)] == ['"apple"']


async def test_a_meaning_without_news_comes_after_those_with(room: Room) -> None:
    await room.news("Brazzaville signs an oil deal, says the Republic of the Congo")
    card = await room.amina.ask("Congo")
    assert card.labels[0] == "Congo - Brazzaville"
    assert "nothing lately" in card.text


async def test_who_follows_a_meaning_already_is_told_so(room: Room) -> None:
    await room.amina.ask("/follow Georgia (country)")
    card = await room.amina.ask("/follow Georgia")
    assert card.text.startswith("You already follow")
    card = await room.amina.ask("Georgia")
    assert card.labels[:2] == ["✓ Georgia (country)", "Georgia (US state)"]
    await room.toast(card, "Georgia (US state)")
    assert len(await room.labels()) == 2


async def test_in_the_readers_language_right_to_left_too(room: Room) -> None:
    for code in languages():
        chat = room.api.user(3000 + languages().index(code), "Reader", code)
        card = await chat.ask("Georgia")
        assert len(card.labels) == 3
        assert "Georgia" in card.text
        assert all(len(b["callback_data"].encode()) <= 64 for b in card.buttons)
        await room.toast(card, card.labels[0], by=chat)
        assert len(await room.labels(chat.id)) == 1
    fatima = await room.labels(3000 + languages().index("fr"))
    assert fatima == ["Géorgie (pays)"]


async def test_forged_and_stale_meanings_do_nothing(room: Room) -> None:
    card = await room.amina.ask("Georgia")
    for data in ("sn:", "sn:GE", "sn:GE:", "sn:XX:Georgia", "sn:GE:Niger", "sn:word:((", "fr:7:x"):
        await room.amina.press(card, data).answered()
        await room.settle()
        room.clock.at += 3
    assert await room.labels() == []
    assert "went wrong" not in room.amina.messages[-1].text


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("Guinea", ["Guinea", "Equatorial Guinea", "Guinea-Bissau", "Papua New Guinea"]),
        ("korea", ["North Korea", "South Korea"]),
        ("Amazon", ["Amazon (company)", "Amazon rainforest"]),
        ("Jordan", ["Jordan (country)"]),
    ],
)
def test_meanings(words: str, topics: list[str]) -> None:
    found = meanings(words)
    assert [meaning.topic for meaning in found[:-1]] == topics
    assert found[-1].sense is None


@pytest.mark.parametrize(
    "words",
    ["Niger", "Mali", "Sudan", "Грузия", "Islands", "drone strike", "title:Jordan", "x OR y"],
)
def test_clear_words_ask_nothing(words: str) -> None:
    assert meanings(words) == ()
