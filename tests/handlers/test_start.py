"""The first minute: a headline, topics to tap, links that only offer."""

from __future__ import annotations

import pytest

from handlers.links import topic_link
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def test_a_headline_and_topics_at_once(room: Room) -> None:
    await room.news("Parliament opens in Niamey")
    card = await room.amina.ask("/start")
    assert "ring once per story" in card.text
    assert "Parliament opens in Niamey" in card.text
    assert 6 <= len(card.labels) <= 8
    assert "Niger" in card.labels


async def test_one_tap_follows_and_another_undoes(room: Room) -> None:
    await room.news()
    card = await room.amina.ask("/start")
    assert await room.toast(card, "Niger") == "✓ Niger"
    assert await room.labels() == ["Niger"]
    assert "✓ Niger" in card.labels
    preview = await room.amina.wait(lambda m: "You follow Niger" in m.text)
    assert "Troops leave Niger" in preview.text
    await room.toast(preview, "Undo")
    assert await room.labels() == []
    assert "no longer follow Niger" in preview.text


async def test_a_tick_tapped_again_changes_nothing(room: Room) -> None:
    card = await room.amina.ask("/start")
    await room.toast(card, "Niger")
    await room.toast(card, "✓ Niger")
    assert await room.labels() == ["Niger"]


async def test_without_news_it_says_so(room: Room) -> None:
    assert "No headlines yet" in (await room.amina.ask("/start")).text


async def test_a_link_offers_and_never_follows(room: Room) -> None:
    async with room.store.transaction() as tx:
        topic = await tx.topics.ensure("Niger", room.clock())
    link = await topic_link(room.store, "newsbell_bot", topic)
    card = await room.amina.ask(f"/start {link.partition('=')[2]}")
    assert "shared a topic" in card.text
    assert card.labels == ["Follow"]
    assert await room.labels() == []
    await room.toast(card, "Follow")
    assert await room.labels() == ["Niger"]


async def test_an_odd_link_gets_a_kind_word(room: Room) -> None:
    for payload in ("t_999999", "t_0", "t_-1", "x", "t_1' OR 1", "t_" + "9" * 60):
        card = await room.amina.ask(f"/start {payload}")
        assert "no topic in it" in card.text
        assert "Niger" in card.labels


async def test_what_few_follow_is_shown_to_nobody(room: Room) -> None:
    for person in (room.api.user(1), room.api.user(2)):
        await person.ask("/follow Zarmakoy")
    assert "Zarmakoy" not in (await room.amina.ask("/start")).labels
    await room.api.user(3).ask("/follow Zarmakoy")
    assert "Zarmakoy" in (await room.amina.ask("/start")).labels


async def test_it_speaks_the_readers_language(room: Room) -> None:
    moussa = room.api.user(7, "Moussa", "fr-CA")
    card = await moussa.ask("/start")
    assert "je sonne une fois" in card.text
    assert "Climat" in card.labels
