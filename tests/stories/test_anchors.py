"""Dates beside words like "on Friday": the right day, in the right brackets, and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Source
from bot.stories.anchors import anchored
from bot.stories.summary import summarise

MONDAY = int(datetime(2024, 3, 18, 12, tzinfo=UTC).timestamp())
BRACKETS = re.compile(r" (?:\([^()]*\)|\[[^\[\]]*\])")

CASES = [
    ("en", "The junta said on Saturday it would end the accord.", "Saturday (16 Mar)"),
    ("en", "Envoys will meet in Abuja on Tuesday, the ministry said.", "Tuesday (19 Mar)"),
    ("en", "The ministry said on Friday they will leave.", "Friday (15 Mar)"),
    ("en", "They sat down at 5 p.m. Sunday and waited to be seen.", "Sunday (17 Mar)"),
    ("en", "On Thursday, the court will rule on the appeal.", "Thursday (21 Mar)"),
    ("en", "Three men were killed by raiders on Friday night.", "Friday night (15 Mar)"),
    ("en", "Sunday's vote was calm.", "Sunday's (17 Mar) vote"),
    ("en", "The talks began last month.", "last month (February)"),
    ("en", "Prices fell last year.", "last year (2023)"),
    ("en", "She resigned two days ago.", "two days ago (16 Mar)"),
    ("en", "“We leave on Monday,” the general said.", "Monday [18 Mar],”"),
    ("fr", "La junte a annoncé samedi la fin de l'accord.", "samedi (16 mars)"),
    ("fr", "Le ministre se rendra à Paris mardi.", "mardi (19 mars)"),
    ("fr", "Il a démissionné il y a deux jours.", "deux jours (16 mars)"),
    ("es", "El Gobierno lo anunció el sábado pasado.", "sábado pasado (16 mar)"),
    ("pt", "O ministro falou na semana passada.", "semana passada (11"),
    ("de", "Das Militär teilte es am Freitagabend mit.", "Freitagabend (15. März)"),
    ("it", "Il premier ha detto che giovedì sarà a Roma.", "giovedì (21 mar)"),
    ("ru", "Об этом министр сообщил в пятницу.", "пятницу (15 мар.)"),
    ("ar", "أعلنت الوزارة ذلك يوم السبت الماضي.", "السبت الماضي (16 مارس)"),
]


@pytest.mark.parametrize(("language", "sentence", "wanted"), CASES)
def test_words_get_their_date(language: str, sentence: str, wanted: str) -> None:
    made = anchored(sentence, MONDAY, language)
    assert wanted in made
    assert BRACKETS.sub("", made) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "On Friday, 15 March, they left.",
        "The talks on Friday (15 Mar) failed.",
        "Black Friday sales were weak.",
        "The Sunday Times reported it first.",
        "It was his second visit.",
    ],
)
def test_what_needs_no_date_gets_none(sentence: str) -> None:
    assert anchored(sentence, MONDAY, "en") == sentence


def test_without_a_day_of_publication_or_a_known_language_nothing_is_guessed() -> None:
    assert anchored("They met on Friday.", None, "en") == "They met on Friday."
    assert anchored("De møttes på fredag.", MONDAY, "nb") == "De møttes på fredag."


def test_the_day_that_the_reader_sees_anyway_is_left_out() -> None:
    said = "The army said on Monday that it left on Friday."
    assert anchored(said, MONDAY, "en", same_day=False) == (
        "The army said on Monday that it left on Friday (15 Mar)."
    )


def test_a_year_is_named_where_it_is_another() -> None:
    january = int(datetime(2024, 1, 8, tzinfo=UTC).timestamp())
    assert "(December 2023)" in anchored("It rained last month.", january, "en")
    assert "(2034)" not in anchored("It will rain in ten years.", january, "en")


@given(
    st.text(max_size=120) | st.sampled_from([case[1] for case in CASES]),
    st.sampled_from(["en", "fr", "es", "pt", "de", "it", "ru", "ar"]),
    st.integers(0, 4_102_444_800),
)
def test_the_words_stay_as_they_are(text: str, language: str, published: int) -> None:
    """Any text, any day: something may be added, nothing is taken away or moved."""
    made = anchored(text, published, language)
    left = iter(made)
    assert all(character in left for character in text)  # a subsequence of it, in order
    assert made.count("(") + made.count("[") >= text.count("(") + text.count("[")


def test_a_summary_carries_the_dates_within_its_limit() -> None:
    text = (
        "The last soldiers left the base near Agadez on Friday, the ministry said. "
        "Envoys of both countries had agreed on it last month."
    )
    made = summarise(
        [Source("Post", text, MONDAY, language="en")], title="Soldiers leave", limit=160
    )
    shown = " ".join(sentence.text for sentence in made.sentences)
    assert "Friday (15 Mar)" in shown
    assert len(shown) <= 160
