"""Counts of people, outlet by outlet: read in eight languages, shown where they differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Difference, Source
from bot.stories.summary import summarise
from bot.stories.tolls import differences

SAID = [
    ("en", "At least 12 people were killed and 30 wounded near the border.", 12),
    ("en", "The blast killed twelve people, the ministry said.", 12),
    ("en", "Death toll in the floods rises to 1,200.", 1200),
    ("en", "The strike left 9 dead.", 9),
    ("fr", "L'attaque a fait au moins 12 morts et 30 blessés.", 12),
    ("fr", "Douze soldats ont été tués dans le nord.", 12),
    ("es", "Al menos 20 muertos y 35 heridos en un choque.", 20),
    ("pt", "O ataque deixou 12 mortos e 5 feridos.", 12),
    ("de", "Mindestens 12 Menschen wurden bei dem Brand getötet.", 12),
    ("ru", "Погибли 12 человек, ещё 30 ранены.", 12),
    ("ar", "مقتل 12 شخصا في الهجوم", 12),
]


def source(name: str, text: str, language: str = "en") -> Source:
    return Source(name, text, language=language)


@pytest.mark.parametrize(("language", "sentence", "count"), SAID)
def test_a_count_is_read(language: str, sentence: str, count: int) -> None:
    told = differences([source("A", sentence, language), source("B", "9999 people were killed.")])
    assert told == (Difference("killed", ((count, "A"), (9999, "B"))),)


def test_outlets_that_agree_are_not_shown() -> None:
    assert differences([source("A", "12 people were killed."), source("B", "Twelve died.")]) == ()


def test_one_outlet_alone_contradicts_nobody() -> None:
    earlier, later = "12 people were killed.", "15 people were killed."
    assert differences([source("A", earlier), source("A", later)]) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2019, 300 people were killed there.",
        "12 soldiers and 3 guides were killed.",
        "At least 5 civilians and two soldiers died.",
        "The 12th round of talks was killed off.",
        "He was 44 when he died.",
    ],
)
def test_what_is_no_count_of_this_event_is_left_out(sentence: str) -> None:
    assert differences([source("A", sentence), source("B", "15 people were killed.")]) == ()


def test_a_summary_carries_what_its_outlets_disagree_on() -> None:
    made = summarise(
        [
            source("Post", "At least 12 people were killed when a dam broke, officials said."),
            source("Times", "Fifteen people died as a dam burst in the north, rescuers reported."),
        ],
        title="Dam breaks",
        sentences=4,
    )
    assert made.differences == (Difference("killed", ((12, "Post"), (15, "Times"))),)


@given(st.lists(st.text(max_size=200), min_size=2, max_size=3), st.sampled_from(["en", "de", "ar"]))
def test_any_text_is_read(texts: list[str], language: str) -> None:
    for found in differences([source(str(n), text, language) for n, text in enumerate(texts)]):
        assert len({number for number, _ in found.told}) > 1
