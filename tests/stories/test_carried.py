"""What carries across languages: countries, concepts, names and numbers, and no more."""

from __future__ import annotations

import pytest

from bot.stories.carried import carried


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A quake of magnitude 6.4 shook northern Chile", "en"),
        ("Un séisme de magnitude 6,4 a secoué le nord du Chili", "fr"),
        ("Un terremoto de magnitud 6,4 sacudió el norte de Chile", "es"),
        ("زلزال بقوة 6.4 يهز شمال تشيلي", "ar"),
    ],
)
def test_one_event_leaves_the_same_marks_in_every_language(text: str, language: str) -> None:
    assert {"@quake", "=CL", "#6.4"} <= set(carried(text, language))


def test_the_longest_name_of_a_country_wins() -> None:
    assert carried("Fighting in South Sudan", "en")[-1] == "=SS"
    assert "=GN" not in carried("Papua New Guinea", "en")
    assert carried("Niger", "en") == ["=NE"]
    assert carried("Nigeria", "en") == ["=NG"]


def test_people_and_capitals_stand_for_their_country() -> None:
    for word in ("American", "Washington", "américains", "amerykańskie", "американские"):
        assert carried(word, "") == ["=US"]


def test_a_country_needs_its_capital_letter() -> None:
    assert "=TR" not in carried("roast turkey and fine china", "en")
    assert "=US" not in carried("it tells us little", "en")


@pytest.mark.parametrize("text", ["1,000", "1 000", "1.000", "1\u202f000"])
def test_thousands_are_one_number_however_they_are_parted(text: str) -> None:
    assert carried(text, "") == ["#1000"]


def test_years_and_single_figures_tell_nothing() -> None:
    assert carried("2024: 3", "en") == []


def test_names_are_kept_by_how_they_begin() -> None:
    assert set(carried("Izmir", "en")) == set(carried("Izmirze", "pl")) == {"~izmir"}
    assert carried("The Monday", "en") == []


def test_scripts_without_spaces_name_countries_too() -> None:
    assert "=NE" in carried("尼日尔军政府宣布", "zh")
    assert "=IR" in carried("米とイランの大統領が署名", "ja")
    assert carried("", "") == []
