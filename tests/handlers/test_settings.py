"""Settings: typed, tapped, refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import languages, texts_for
from handlers.settings import understood
from handlers.zones import OFFERED, city
from tests.handlers.conftest import Room


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("Africa/Niamey", {"timezone": "Africa/Niamey"}),
        ("africa/niamey", {"timezone": "Africa/Niamey"}),
        ("niamey", {"timezone": "Africa/Niamey"}),
        ("New York", {"timezone": "America/New_York"}),
        ("utc", {"timezone": "UTC"}),
        ("Delhi", {"timezone": "Asia/Kolkata"}),
        ("sao paulo", {"timezone": "America/Sao_Paulo"}),
        ("São Paulo", {"timezone": "America/Sao_Paulo"}),
        ("Europe/Kiev", {"timezone": "Europe/Kyiv"}),
        ("kiev", {"timezone": "Europe/Kyiv"}),
        ("Germany", {"timezone": "Europe/Berlin"}),
        ("time zone Niger", {"timezone": "Africa/Niamey"}),
        ("UTC+1", {"timezone": "Etc/GMT-1"}),
        ("GMT -3", {"timezone": "Etc/GMT+3"}),
        ("+0", {"timezone": "UTC"}),
        ("UTC+15", None),
        ("United States", None),
        ("quiet 10pm-7am", {"quiet_from": 1320, "quiet_to": 420}),
        ("22h to 7h30", {"quiet_from": 1320, "quiet_to": 450}),
        ("22h-7h", {"quiet_from": 1320, "quiet_to": 420}),
        ("digest 7:15 pm", {"digest_at": 1155}),
        ("digest 12am", {"digest_at": 0}),
        ("digest 13pm", None),
        ("language fr", {"language": "fr"}),
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
    assert understood(words, texts_for("en")) == change


@pytest.mark.parametrize(
    ("words", "language", "zone"),
    [
        ("القاهرة", "ar", "Africa/Cairo"),
        ("النيجر", "ar", "Africa/Niamey"),
        ("Москва", "ru", "Europe/Moscow"),
        ("Le Caire", "fr", "Africa/Cairo"),
        ("München", "de", "Europe/Berlin"),
        ("Nova York", "pt", "America/New_York"),
        ("Germany", "ar", "Europe/Berlin"),
    ],
)
def test_places_in_the_readers_language(words: str, language: str, zone: str) -> None:
    assert understood(words, texts_for(language)) == {"timezone": zone}


@pytest.mark.parametrize("code", languages())
def test_every_zone_offered_has_a_name_that_is_understood(code: str) -> None:
    texts = texts_for(code)
    names = {city(zone, texts): zone for zone in OFFERED}
    assert len(names) == len(OFFERED)
    for name, zone in names.items():
        assert understood(name, texts) == {"timezone": zone}
    assert city("Etc/GMT-1", texts) == "UTC+1"


@given(st.text(max_size=60) | st.from_regex(r"(quiet|digest) [\d:.\-h ]{0,12}", fullmatch=True))
def test_no_words_are_too_odd(words: str) -> None:
    change = understood(words, texts_for("en"))
    for value in (change or {}).values():
        assert value is None or isinstance(value, str) or 0 <= value < 1440


@pytest.mark.loopback
async def test_the_page_is_edited_in_place(room: Room) -> None:
    card = await room.amina.ask("/settings")
    count = len(room.amina.messages)
    assert card.labels == ["Language", "Time zone", "Quiet hours", "Daily digest"]
    await room.toast(card, "Time zone")
    assert await room.toast(card, "Niamey") == "Saved."
    assert "Time zone: Niamey, where it is 03:40" in card.text
    await room.toast(card, "Quiet hours")
    assert "By the clock of Niamey, where it is 03:40." in card.text
    await room.toast(card, "Time zone")
    assert "✓ Niamey" in card.labels
    await room.toast(card, "Back")
    await room.toast(card, "Quiet hours")
    await room.toast(card, "22:00")
    await room.toast(card, "Quiet hours")
    assert "✓ 22:00 – 07:00" in card.labels
    await room.toast(card, "Back")
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
    assert "Tokyo, where it is 11:40" in (await room.amina.ask("/settings asia/tokyo")).text
    for page in ("language", "timezone", "quiet", "digest"):
        assert "‹ Back" in (await room.amina.ask(f"/settings {page}")).labels
    odd = await room.amina.ask("/settings moonlight")
    assert "don't know that setting" in odd.text
    assert odd.labels == ["Language", "Time zone", "Quiet hours", "Daily digest"]
    assert (await room.chat()).timezone == "Asia/Tokyo"
