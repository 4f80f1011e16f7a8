"""One query looked for in many articles: what is skipped for speed holds nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Reason, TopicId
from bot.topics.lexicon import Lexicon
from bot.topics.match import Percolator
from bot.topics.names import shipped
from bot.topics.nodes import Query, Term
from bot.topics.query import parse_query
from bot.topics.wording import Wording
from tests.topics.articles import article


class Thorough(Percolator):
    """Looks for names in every article, whatever its words."""

    def _may_name(self, wording: Wording) -> bool:
        return True


def _query(sense: str) -> Query:
    label = shipped().senses[sense].label
    return Query(Term("sense", sense, label), label, label)


SENSES = sorted(shipped().senses)


@pytest.fixture(scope="module")
def everything() -> Thorough:
    """Every sense that there is stands, and its cities and companies with it."""
    found = Thorough(shipped())
    for number, sense in enumerate(SENSES):
        found.add(TopicId(number), _query(sense))
    return found


def _texts() -> st.SearchStrategy[str]:
    names = shipped()
    keys = random.Random(3).sample(sorted(names.entries), 3_000)
    endings = (
        "",
        "",
        "",
        "s",
        "'s",
        "u",
        "owi",
        "in",
        "а",
        "ом",
        "ssa",
        "nak",
        "-",
        ",",
        " (",
        ".",
    )
    before = ("", "", "", "ال", "و", "Mr ", "James ", "le ", "« ", "(")
    words = st.sampled_from(
        [
            "the",
            "in",
            "und",
            "de",
            "w",
            "на",
            "في",
            "ve",
            "og",
            "government",
            "army",
            "of",
            "a",
            "y",
            "police",
            "says",
        ]
    )
    name = st.tuples(st.sampled_from(before), st.sampled_from(keys), st.sampled_from(endings))
    name_text = name.map(lambda parts: parts[0] + parts[1].title() + parts[2])
    lower = st.sampled_from(keys)
    return st.lists(st.one_of(name_text, lower, words), min_size=1, max_size=14).map(" ".join)


@settings(max_examples=120, deadline=None)
@given(title=_texts(), body=_texts(), publisher=st.sampled_from(["Punch", "Le Monde", ""]))
def test_a_search_finds_what_reading_everything_finds(
    everything: Thorough, title: str, body: str, publisher: str
) -> None:
    told = article(title, body, publisher=publisher)
    reasons = {match.topic: match.reason for match in everything.match(told)}
    others = random.Random(title).sample(range(len(SENSES)), 12)
    for number in {*reasons, *map(TopicId, others)}:
        found = everything.explain(_query(SENSES[number]), told)
        assert found == reasons.get(TopicId(number)), SENSES[number]


def test_a_search_is_made_once_for_many_articles() -> None:
    percolator = Percolator()
    explain = percolator.searcher(parse_query("Niger -football"))
    assert explain(article("Niger reopens schools")) == Reason("Niger", "title")
    assert explain(article("Niger football team loses")) is None
    assert explain(article("Rain, at last", "Farmers in Zinder and Niamey rejoice.")) is not None
    assert len(percolator) == 0


def test_new_queries_are_looked_for_in_words_seen_before() -> None:
    percolator = Percolator()
    told = article("Niger buys tractors for the dry north")
    percolator.add(TopicId(1), parse_query("Mali"))
    assert percolator.match(told) == []
    for number, text in enumerate(("Niger", '"for the dry"', "tractor"), 2):
        percolator.add(TopicId(number), parse_query(text))
    assert [match.topic for match in percolator.match(told)] == [2, 3, 4]


@given(
    st.lists(
        st.sampled_from(["Niger", "-", "", "Mali,", "«", "尼日尔和马里", "ـ", "l’Niger", "\n"])
    )
)
def test_a_row_gives_the_text_back(pieces: list[str]) -> None:
    text = " ".join(pieces)
    wording = Wording(text, text, Lexicon(shipped()))
    if wording.title > 0:
        assert wording.surface(0, wording.title) in text
        assert wording.surface(wording.title + 1, len(wording.row)) in text


def test_no_name_or_phrase_spans_headline_and_body() -> None:
    percolator = Percolator()
    told = article("They fly to Sierra", "Leone waits for them, says a long enough body here.")
    assert percolator.explain(parse_query("Sierra Leone"), told) is None
    assert percolator.explain(parse_query('"sierra leone"'), told) is None
