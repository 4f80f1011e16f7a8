"""Headlines, summaries, search."""

from __future__ import annotations

import pytest

from bot.model import Refused
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback

LONG = (
    "The ministry of mines signed a contract for the uranium pit at Akokan on Monday. "
    "Production is to begin in spring with two hundred workers from the region. "
    "The previous operator left the site two years ago after a dispute over taxes. "
    "Residents of the town ask for clean water before anything else is built there."
)


async def test_headlines_with_pages_in_place(room: Room) -> None:
    for n in range(7):
        await room.news(f"Story number {n} of the day", age=600 * (n + 1))
    card = await room.amina.ask("/headlines")
    assert card.text.startswith("Top stories now")
    assert card.labels == ["1", "2", "3", "4", "5", "Next ›"]
    count = len(room.amina.messages)
    await room.toast(card, "Next")
    assert card.labels == ["6", "7", "‹ Previous"]  # the count runs on
    assert "Page 2 of 2" in card.text
    await room.toast(card, "6")
    assert card.labels == ["Follow this story", "‹ Back"]
    await room.toast(card, "Back")
    assert card.labels == ["6", "7", "‹ Previous"]
    assert len(room.amina.messages) == count


async def test_headlines_of_a_topic(room: Room) -> None:
    await room.news("Football cup final tonight", outlet="sport")
    await room.news("Markets fall on oil price", outlet="money")
    before = await room.amina.ask("/headlines football")
    assert "cup final" in before.text
    assert "Markets" not in before.text
    assert "Follow" in before.labels
    await room.toast(before, "Follow")
    after = await room.amina.ask("/headlines football")
    assert "Top stories: Football" in after.text
    assert "cup final" in after.text


async def test_headlines_of_a_topic_that_nobody_follows_have_ranks_and_pages(room: Room) -> None:
    lead = await room.news("Football final in Dakar", age=9000)
    for outlet in ("post", "times"):
        await room.news(f"{outlet}: Dakar final", outlet=outlet, story=lead.story, age=9000)
    for n in range(6):
        await room.news(f"Football match {n} tonight", age=600 * (n + 1))
    await room.news("Markets fall", outlet="money")
    card = await room.amina.ask("/headlines football")
    assert "1. Football final in Dakar\nHerald · 3 outlets" in card.text
    assert card.labels == ["1", "2", "3", "4", "5", "Next ›", "Follow", "Headlines"]
    await room.toast(card, "Next")
    assert card.labels == ["6", "7", "‹ Previous", "Follow", "Headlines"]
    await room.toast(card, "7")
    await room.toast(card, "Back")
    assert "Page 2 of 2" in card.text
    await room.toast(card, "Headlines")
    assert card.text.startswith("Top stories now")
    assert await room.labels() == []


async def test_headlines_of_what_is_no_topic(room: Room) -> None:
    await room.news()
    for words, said in (
        ("🐋", "need words"), ("x" * 300, "long for a topic"),
        ("https://a.example", "this address"),
        ("Nigr", "Did you mean"),
    ):  # fmt: skip
        assert said in (await room.amina.ask(f"/headlines {words}")).text


async def test_a_forged_button_shows_nobodys_topic(room: Room) -> None:
    """Numbers of topics are given in order: whoever counts them up must learn nothing."""
    await room.news("Uranium contract signed at Akokan")
    async with room.store.transaction() as tx:
        stranger = await tx.chats.ensure(777, 0, "private", "en", 0)
        topic = await tx.topics.ensure('"Akokan divorce"', 0)
        await tx.topics.follow(stranger.id, topic, "Akokan divorce", 0)
    assert topic == 1
    card = await room.amina.ask("/headlines")
    for forged in ("hl:0:1", "hl:0:1.AAAAAAAAAAAAAAAA", "st:1:0:1", "hl:0:x"):
        tap = room.amina.press(card, forged)
        await tap.answered()
        await room.settle()
        assert "divorce" not in card.text


async def test_no_headlines_yet(room: Room) -> None:
    assert "No headlines yet" in (await room.amina.ask("/headlines")).text
    assert "nothing on Gaza" in (await room.amina.ask("/headlines Gaza")).text


async def test_a_story_told_by_several_names_them(room: Room) -> None:
    first = await room.news("Uranium contract signed at Akokan", summary=LONG)
    await room.news(
        "Akokan pit sold", outlet="post", story=first.story, summary="Two hundred jobs."
    )
    card = await room.amina.ask("/headlines")
    assert "2 outlets" in card.text
    await room.toast(card, "1")
    assert "• Herald" in card.text
    assert "• Post" in card.text


async def test_a_story_of_a_saga_tells_what_came_before(room: Room) -> None:
    first = await room.news("Uranium contract signed at Akokan")
    later = await room.news("Court stops the contract", outlet="post", summary=LONG)
    assert first.story is not None
    assert later.story is not None
    async with room.store.transaction() as tx:
        await tx.stories.follows(later.story, first.story, ["Court"], later.first_seen)
    card = await room.amina.ask("/headlines")
    await room.toast(card, "1")
    assert "The story so far" in card.text
    both = "Uranium contract signed at Akokan", "Court stops the contract"
    assert all(title in card.text for title in both)


async def test_a_story_that_was_pruned(room: Room) -> None:
    await room.news()
    card = await room.amina.ask("/headlines")
    tap = room.amina.press(card, "st:424242:0:0")
    await tap.answered()
    await room.settle()
    assert "no longer in my archive" in card.text


async def test_summary_by_reply(room: Room) -> None:
    await room.amina.ask("/start")
    article = await room.news("American troops leave Niger", summary=LONG)
    await room.alert(await room.chat(), article)
    alert = await room.amina.wait(lambda m: "Mute story" in m.labels)
    await room.amina.send("/summary", reply_to=alert)
    card = await room.amina.wait(lambda m: m.id > alert.id)
    assert "ministry of mines" in card.text


async def test_summary_of_a_link(room: Room) -> None:
    page = f"<html><title>Mines</title><body><article><p>{LONG}</p><p>{LONG}</p></article></body>"
    room.web.put("https://a.example/mines", page)
    card = await room.amina.ask("/summary https://a.example/mines.")
    assert "uranium" in card.text
    pasted = await room.amina.ask("look: https://a.example/mines")
    assert pasted.labels == ["Add as a source", "Sum it up"]
    await room.toast(pasted, "Sum it up")
    again = await room.amina.wait(lambda m: m.id > pasted.id)
    assert "uranium" in again.text


async def test_a_page_without_text(room: Room) -> None:
    room.web.put("https://a.example/empty", "<html><body></body></html>")
    gone = Refused("status", "There is nothing at this address (404).", 404)
    room.web.pages["https://a.example/gone"] = gone
    for link, said in (
        ("https://nowhere.example/x", "can't reach"), ("https://a.example/empty", "no text"),
        ("https://a.example/gone", "nothing at that address (404)"),
    ):  # fmt: skip
        for _ in range(2):  # remembered, the same is said again
            assert said in (await room.amina.ask(f"/summary {link}")).text


async def test_summary_of_what(room: Room) -> None:
    for words in ("/summary", "/summary Niger"):
        assert "Reply to an alert" in (await room.amina.ask(words)).text


async def test_search_with_pages(room: Room) -> None:
    for n in range(7):
        await room.news(f"Uranium report {n} published")
    card = await room.amina.ask("/search uranium report")
    assert "Found for uranium report" in card.text
    assert card.labels == ["1", "2", "3", "4", "5", "Next ›", "Follow"]
    await room.toast(card, "Next")
    assert card.labels == ["6", "7", "‹ Previous", "Follow"]
    assert "\n\n6. Uranium report 1 published\nHerald · 1 hour ago" in card.text
    await room.toast(card, "6")
    assert "Reported by" in card.text
    await room.toast(card, "Back")
    assert card.labels == ["6", "7", "‹ Previous", "Follow"]
    await room.toast(card, "Follow")
    assert await room.labels() == ["uranium report"]


async def test_search_with_operators_and_in_other_scripts(room: Room) -> None:
    await room.news("Troops leave Niger after talks")
    await room.news("Niger signs a treaty with Benin", outlet="post")
    without = await room.amina.ask("/search Niger -Benin")
    assert "Troops" in without.text
    assert "treaty" not in without.text
    quoted = await room.amina.ask('/search "after talks"')
    assert "Troops" in quoted.text
    assert "treaty" not in quoted.text
    assert "treaty" in (await room.amina.ask("/search 尼日尔")).text
    assert "treaty" in (await room.amina.ask('/search "treaty')).text  # as if it were words


async def test_a_long_search_keeps_its_pages(room: Room) -> None:
    words = "отчёт министерства экономики об урановых рудниках опубликован"
    for n in range(7):
        await room.news(f"{words} {n}")
    card = await room.amina.ask(f"/search {words}")
    await room.toast(card, "Next")
    assert card.labels == ["‹ Previous", "Follow"]  # no number can lead back to so many words
    assert "7. " in card.text


async def test_search_for_what(room: Room) -> None:
    for words in ("", "  ", "\n"):
        assert "Search for what" in (await room.amina.ask(f"/search{words}")).text


async def test_nothing_found(room: Room) -> None:
    for words in ("zebra", '"(*', "AND OR NOT", "x" * 3000):
        assert "Nothing found" in (await room.amina.ask(f"/search {words}")).text
    await room.toast(await room.amina.ask("/search zebra"), "Follow")
    assert await room.labels() == ["zebra"]
