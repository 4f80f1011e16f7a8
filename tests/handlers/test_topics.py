"""Following, unfollowing, the list."""

from __future__ import annotations

import pytest

from bot.subscriptions.feeds import MAX_TOPICS
from tests import desk
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def test_a_word_is_previewed_and_followed_with_a_tap(room: Room) -> None:
    await room.news("American troops leave Niger")
    await room.news("Flood in Nigeria kills ten", outlet="post")
    card = await room.amina.ask("Niger")
    assert "Niger" in card.text
    assert "1 story" in card.text
    assert "American troops leave Niger" in card.text
    assert "Nigeria" not in card.text
    assert await room.labels() == []
    await room.toast(card, "Follow")
    assert await room.labels() == ["Niger"]
    assert card.labels == [
        "Only headlines", "≥ 2 publishers", "Not about this", "Undo", "More…", "My topics"
    ]  # fmt: skip


async def test_follow_follows_at_once(room: Room) -> None:
    card = await room.amina.ask("/follow Niger")
    assert card.text.startswith("You follow Niger.")
    assert await room.labels() == ["Niger"]
    again = await room.amina.ask("/follow niger")
    assert again.text.startswith("You already follow Niger.")
    assert "Undo" not in again.labels
    await room.toast(card, "Undo")
    assert await room.labels() == []
    await room.toast(card, "Undo")  # now it offers the way back again
    assert await room.labels() == ["Niger"]


async def test_a_word_for_what_is_followed_says_so(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    for words in ("niger", "尼日尔"):
        card = await room.amina.ask(words)
        assert card.text.startswith("You already follow Niger.")
        assert card.labels == ["More…", "My topics"]


async def test_a_slip_leads_to_what_was_meant(room: Room) -> None:
    await room.news("American troops leave Niger")
    for words in ("Nigr", "what is new in Niger?"):
        card = await room.amina.ask(words)
        assert "Did you mean" in card.text
        await room.toast(card, "Niger")
        assert "1 story" in card.text
    await room.toast(card, "Follow")
    assert await room.labels() == ["Niger"]
    both = await room.amina.ask("/follow Niger, Mali")
    assert both.labels == ["Niger", "Mali", "Undo", "More…", "My topics"]


async def test_who_follows_nothing_is_offered_topics(room: Room) -> None:
    for words in ("/topics", "/follow", "stop"):
        card = await room.amina.ask(words)
        assert card.labels[0] == "Niger"
    await room.toast(card, "Niger")
    assert await room.labels() == ["Niger"]
    assert "✓ Niger" in card.labels


async def test_unfollowing_what_is_not_followed_shows_what_is(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    card = await room.amina.ask("/unfollow Mail")
    assert "don't follow Mail" in card.text
    await room.toast(card, "✕")
    assert await room.labels() == []


@pytest.mark.parametrize("words", ["🐋", "!!!", "source:"])
async def test_what_holds_no_topic(room: Room, words: str) -> None:
    for command in ("", "/follow "):
        card = await room.amina.ask(command + words)
        assert card.text.startswith(("I need words", "Write what"))
        assert card.labels == []


async def test_a_long_topic_survives_its_button(room: Room) -> None:
    """64 bytes of data don't hold it: the card does."""
    words = "выборы OR парламент OR правительство OR президент OR конституция"
    card = await room.amina.ask(words)
    assert len(card.buttons[0]["callback_data"]) < 10
    await room.toast(card, "Follow")
    found = await room.store.topics.of_chat((await room.chat()).id)
    assert [f.query for f in found] == [(await _canonical(room, words))]


async def _canonical(room: Room, words: str) -> str:
    return (await room.services.subscriptions.preview(words, None)).query.canonical


async def test_follow_what(room: Room) -> None:
    for words in ("", "   "):
        assert "Which topic" in (await room.amina.ask(f"/follow{words}")).text


async def test_odd_queries_get_one_sentence(room: Room) -> None:
    for words in ('"', "(((", "-Niger", "OR", "a" * 201, "🙂"):
        card = await room.amina.ask(f"/follow {words}")
        assert len(card.text) > 10
        assert "went wrong" not in card.text, words
    assert await room.labels() == []


async def test_the_quota_says_what_to_do(room: Room) -> None:
    room.application.bot_data["newsbell"].talk._burst = 1000.0
    await room.amina.ask("/start")
    chat = await room.chat()
    for n in range(MAX_TOPICS):
        await room.services.subscriptions.follow(chat, f"topic{n}")
    card = await room.amina.ask("/follow Niger")
    assert "30 topics" in card.text
    assert "/topics" in card.text


async def test_unfollow_by_name(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    for words in ("Niger", "niger", "NÎGER "):
        card = await room.amina.ask(f"/unfollow {words}")
        assert "no longer follow Niger" in card.text
        assert await room.labels() == []
        await room.toast(card, "Undo")
        assert await room.labels() == ["Niger"]


async def test_unfollow_what(room: Room) -> None:
    assert "follow nothing yet" in (await room.amina.ask("/unfollow")).text
    await room.amina.ask("/follow Niger")
    assert "don't follow Gaza" in (await room.amina.ask("/unfollow Gaza")).text
    card = await room.amina.ask("/unfollow")
    assert "Which topic" in card.text
    await room.toast(card, "✕")
    assert await room.labels() == []


async def test_unfollow_as_a_reply_to_an_alert(room: Room) -> None:
    await room.amina.ask("/start")
    article = await room.news()
    await room.alert(await room.chat(), article)
    alert = await room.amina.wait(lambda m: "Mute story" in m.labels)
    await room.amina.send("/unfollow", reply_to=alert)
    await room.amina.wait(lambda m: "no longer follow" in m.text)
    assert await room.labels() == []


async def test_the_list_is_edited_in_place(room: Room) -> None:
    await room.amina.ask("/start")
    chat = await room.chat()
    for n in range(10):
        await room.services.subscriptions.follow(chat, f"Topic{n}")
    card = await room.amina.ask("/topics")
    assert "Page 1 of 2" in card.text
    before = len(room.amina.messages)
    await room.toast(card, "Next")
    assert "Page 2 of 2" in card.text
    assert "Topic9" in card.text
    await room.toast(card, "‹ Previous")
    assert "Page 1 of 2" in card.text
    assert len(room.amina.messages) == before


async def test_mute_and_unmute(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    card = await room.amina.ask("/topics")
    await room.toast(card, "🔕")
    assert "How long" in card.text
    assert await room.toast(card, "1 day") == "Muted."
    assert "muted until" in card.text
    (follow,) = await room.store.topics.of_chat((await room.chat()).id)
    assert follow.muted_until == desk.NOW + 86_400
    await room.toast(card, "🔔")
    (follow,) = await room.store.topics.of_chat((await room.chat()).id)
    assert follow.muted_until is None
    await room.toast(card, "🔕")
    await room.toast(card, "Until I say so")
    assert card.text.endswith("muted")


async def test_unfollow_in_the_list_with_undo(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    card = await room.amina.ask("/topics")
    assert "no longer" in await room.toast(card, "✕")
    assert "follow nothing" in card.text
    await room.toast(card, "Undo: Niger")
    assert await room.labels() == ["Niger"]
    assert "Niger" in card.text


async def test_a_stale_list_does_no_harm(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    first, second = await room.amina.ask("/topics"), await room.amina.ask("/topics")
    await room.toast(first, "✕")
    await room.toast(second, "🔕")
    assert "follow nothing" in second.text
    await room.toast(first, "Undo")
    await room.toast(second, "Undo") if "Undo" in "".join(second.labels) else None
    assert await room.labels() == ["Niger"]
