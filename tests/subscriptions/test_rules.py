"""Rules of a topic, one more and one less; what counts by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.model import Article, ArticleId, FeedId
from bot.subscriptions.asked import read_query
from bot.subscriptions.known import names_of
from bot.subscriptions.rules import (
    also,
    anywhere,
    in_headlines,
    leaving_out,
    only_headlines,
    rules_of,
    shown,
    stored,
    without_rule,
)
from bot.topics.match import Percolator

PARTS = ["Niger", "uranium", '"drone strike"', "Georgia (US state)", 'source:"le monde"', "Mali"]


def article(title: str, summary: str = "") -> Article:
    return Article(ArticleId(1), FeedId(1), "Wire", title, "", summary, "", 0, 0, "en")


def test_what_is_added_can_be_taken_away() -> None:
    query = stored("Niger", "My Niger")
    more = leaving_out(leaving_out(also(query, "yellowcake"), "Niger Delta"), "football match")
    assert shown(more) == '(Niger OR yellowcake) -"football match" -Niger Delta (Nigeria)'
    rules = rules_of(more)
    assert rules.counts == ("Niger", "yellowcake")
    assert rules.without == ('"football match"', "Niger Delta (Nigeria)")
    for number in (3, 2, 1):
        more = without_rule(more, number)
    assert (more.canonical, more.label) == ("Niger", "My Niger")
    for number in (0, 1, 99, -1):
        with pytest.raises(QueryError):
            without_rule(more, number)


def test_only_headlines_and_back() -> None:
    query = leaving_out(stored("Niger OR uranium"), "gold")
    titled = in_headlines(query)
    assert shown(titled) == "(title:Niger OR title:uranium) -gold"
    assert only_headlines(titled)
    assert not only_headlines(query)
    assert not only_headlines(stored('source:"wire"'))
    assert "title:arlit" in rules_of(also(titled, "Arlit")).counts
    assert anywhere(titled).canonical == query.canonical
    explain = Percolator().explain
    assert explain(titled, article("Rain", "It fell in Niger.")) is None
    assert explain(titled, article("Niger has rain", "And gold.")) is None


def test_words_in_a_row_are_the_phrase_they_are() -> None:
    query = leaving_out(stored("Niger"), "peace talks")
    explain = Percolator().explain
    assert explain(query, article("Peace talks on Niger")) is None
    assert explain(query, article("Niger wants peace, and talks")) is not None


@pytest.mark.parametrize("words", ["", "!!!", "((", "-x", "lang:fr"])
def test_words_that_are_no_rule(words: str) -> None:
    for make in (also, leaving_out):
        try:
            made = make(stored("Niger"), words)
        except QueryError:
            continue
        assert stored(made.canonical).canonical == made.canonical


def test_a_topic_grows_to_its_limit_and_no_further() -> None:
    query = stored("Niger")
    for number in range(39):
        query = leaving_out(query, f"word{number} after{number} another{number}")
    with pytest.raises(QueryError):
        leaving_out(query, "one more")
    assert len(rules_of(query).without) == 39
    assert stored(query.canonical).canonical == query.canonical


node = st.recursive(
    st.sampled_from(PARTS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(inner, st.sampled_from(PARTS)).map(lambda two: f"({two[0]} -{two[1]})"),
    ),
    max_leaves=5,
)


@settings(max_examples=40)
@given(node)
def test_what_is_shown_is_what_can_be_typed(text: str) -> None:
    try:
        query = stored(stored(read_query(text).canonical).canonical)  # each part once
    except QueryError:
        return
    assert stored(shown(query)).canonical == query.canonical
    rules = rules_of(query)
    assert rules.counts
    made = leaving_out(also(query, "zebra"), "quagga")
    assert stored(made.canonical).canonical == made.canonical
    assert anywhere(in_headlines(query)).canonical == query.canonical


def test_some_names_that_count_by_themselves() -> None:
    names = names_of(stored("Niger -football"), "en")
    assert names[0] == "Nigerien"
    assert "Niger" not in names
    assert "Niamey" in names
    assert len(names) <= 10
    assert names_of(stored("football OR rugby"), "en") == ()
