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


def test_english_words_stand_for_what_they_are_and_not_for_others_that_begin_alike() -> None:
    assert carried("killed, killing, slain, dead", "en") == ["@kill"] * 4
    assert carried("political policy, but most or all of it", "en") == []
    assert carried("a significant firm", "en") == ["@company"]
    assert carried("byelection: voters oust the member", "en")[0] == "@election"


def test_a_word_that_says_nothing_in_its_own_language_is_no_concept() -> None:
    assert carried("most", "pl") == ["@bridge"]
    assert carried("but", "fr") == ["@goal"]
    assert carried("el lot es más", "es") == carried("lot", "pl") == ["@flight"]
    assert carried("das war", "de") == []


def test_scripts_without_spaces_say_what_happens_too() -> None:
    assert {"@quake", "@tsunami"} <= set(carried("地震で津波警報", "ja"))
    assert carried("总统签署协议", "zh") == ["@president", "@sign", "@agree"]
