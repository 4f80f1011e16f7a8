"""Counts of people, outlet by outlet: read in eight languages, shown where they differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article, ArticleId, Difference, FeedId, Source
from bot.stories.summary import summarise
from bot.stories.tolls import counted, differences

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


def headline(language: str, title: str, summary: str = "") -> Article:
    return Article(ArticleId(1), FeedId(1), "Wire", title, "", summary, "", 0, 0, language)


@pytest.mark.parametrize(
    ("language", "title", "kind", "number", "words"),
    [
        ("en", "Gunmen kidnap 300 students", "abducted", 300, "300"),
        ("en", "1.2 million displaced by floods", "displaced", 1_200_000, "1.2 million"),
        ("en", "Floods displace 40,000 in the north", "displaced", 40_000, "40,000"),
        ("en", "Two thousand killed in quake", "killed", 2_000, "Two thousand"),
        ("en", "Death toll in the coast's fuel depot fire rises to 120", "killed", 120, "120"),
        ("es", "La cifra de muertos en el incendio sube a 120", "killed", 120, "120"),
        ("pt", "Número de mortos no incêndio sobe para 120", "killed", 120, "120"),
        ("de", "Zahl der Toten nach dem Brand steigt auf 120", "killed", 120, "120"),
        ("ru", "Число погибших при пожаре на складе выросло до 120", "killed", 120, "120"),
        ("ar", "ارتفاع حصيلة القتلى في الحريق إلى 120", "killed", 120, "120"),
        ("fr", "2 millions de personnes déplacées", "displaced", 2_000_000, "2 millions"),
        ("fr", "Des hommes armés enlèvent 30 élèves", "abducted", 30, "30"),
        ("es", "Secuestran a 30 estudiantes", "abducted", 30, "30"),
        ("es", "Más de 40.000 personas desplazadas", "displaced", 40_000, "40.000"),
        ("pt", "Cheias deixam 40 mil desalojados", "displaced", 40_000, "40 mil"),
        ("pt", "Trinta e dois feridos; 32 foram sequestrados", "abducted", 32, "32"),
        ("de", "30 Schüler im Norden entführt", "abducted", 30, "30"),
        ("de", "Über 2 Millionen Menschen auf der Flucht", "displaced", 2_000_000, "2 Millionen"),
        ("ru", "На севере похищены 30 школьников", "abducted", 30, "30"),
        ("ru", "120 тысяч человек покинули город", "displaced", 120_000, "120 тысяч"),
        ("ar", "اختطاف 30 طالبا", "abducted", 30, "30"),
        ("ar", "نزوح 40 ألف شخص", "displaced", 40_000, "40 ألف"),
    ],
)  # fmt: skip
def test_a_headline_counts(language: str, title: str, kind: str, number: int, words: str) -> None:
    assert (kind, number, words, True) in counted(headline(language, title))


def test_the_first_sentence_counts_where_the_headline_does_not() -> None:
    said = headline("en", "Blast kills 9 near the port", "Nine died. 30 were hurt. 4 are missing.")
    assert [(c.kind, c.number, c.headline) for c in counted(said)] == [("killed", 9, True)]
    said = headline("en", "Blast near the port", "At least 9 people died and 30 were hurt.")
    found = [(c.kind, c.number, c.headline) for c in counted(said)]
    assert found == [("killed", 9, False), ("injured", 30, False)]
    assert counted(headline("xx", "9 dead")) == ()


@pytest.mark.parametrize(
    "title",
    ["Flu kills 75% of the seals", "Man killed 6-year-old girl", "300 were killed there in 2019"],
)
def test_what_counts_nobody(title: str) -> None:
    assert counted(headline("en", title)) == ()
