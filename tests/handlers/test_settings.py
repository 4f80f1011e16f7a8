"""Settings: typed, tapped, refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.settings import understood
from tests.handlers.conftest import Room


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("Africa/Niamey", {"timezone": "Africa/Niamey"}),
        ("africa/niamey", {"timezone": "Africa/Niamey"}),
        ("niamey", {"timezone": "Africa/Niamey"}),
        ("New York", {"timezone": "America/New_York"}),
        ("utc", {"timezone": "UTC"}),
        ("quiet 22-7", {"quiet_from": 1320, "quiet_to": 420}),
        ("22:30 – 6.15", {"quiet_from": 1350, "quiet_to": 375}),
        ("quiet 22-24", {"quiet_from": 1320, "quiet_to": 0}),
        ("quiet off", {"quiet_from": None, "quiet_to": None}),
        ("Digest 8", {"digest_at": 480}),
        ("digest 7:15", {"digest_at": 435}),
        ("digest off", {"digest_at": None}),
        ("fr", {"language": "fr"}),
        ("Français", {"language": "fr"}),
        ("العربية", {"language": "ar"}),
        ("quiet 25-7", None),
        ("quiet 7-7", None),
        ("digest 8:99", None),
        ("digest 24:30", None),
        ("../../etc/passwd", None),
        ("xx", None),
        ("", None),
    ],
)
def test_words_as_settings(words: str, change: dict[str, Any] | None) -> None:
    assert understood(words) == change


@given(st.text(max_size=60) | st.from_regex(r"(quiet|digest) [\d:.\-h ]{0,12}", fullmatch=True))
def test_no_words_are_too_odd(words: str) -> None:
    change = understood(words)
    for value in (change or {}).values():
        assert value is None or isinstance(value, str) or 0 <= value < 1440


@pytest.mark.loopback
async def test_the_page_is_edited_in_place(room: Room) -> None:
    card = await room.amina.ask("/settings")
    count = len(room.amina.messages)
    assert card.labels == ["Language", "Time zone", "Quiet hours", "Daily digest"]
    await room.toast(card, "Time zone")
    assert await room.toast(card, "Niamey") == "Saved."
    assert "Africa/Niamey, where it is 03:40" in card.text
    await room.toast(card, "Quiet hours")
    await room.toast(card, "22:00")
    await room.toast(card, "Daily digest")
    await room.toast(card, "08:00")
    assert "22:00 – 07:00" in card.text
    assert "at 08:00" in card.text
    await room.toast(card, "Language")
    await room.toast(card, "Français")
    assert card.text.startswith("Réglages")
    await room.toast(card, "Heures calmes")
    await room.toast(card, "Désactiver")
    await room.toast(card, "Langue")
    await room.toast(card, "‹ Retour")
    chat = await room.chat()
    assert (chat.language, chat.timezone, chat.digest_at) == ("fr", "Africa/Niamey", 480)
    assert chat.quiet_from is None
    assert len(room.amina.messages) == count


@pytest.mark.loopback
async def test_typed(room: Room) -> None:
    assert "Asia/Tokyo" in (await room.amina.ask("/settings asia/tokyo")).text
    assert "don't know that setting" in (await room.amina.ask("/settings moonlight")).text
    assert (await room.chat()).timezone == "Asia/Tokyo"
