"""A reader's words as a query, and what else may have been meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.subscriptions.asked import has_operators, has_words, instead, read_query


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Niger 🇳🇪", "Niger"),
        ("  🔥 Niger 🔥 ", "Niger"),
        ("Obama & Biden", "biden AND obama"),
        ("Niger -", "Niger"),
        ('"climate change"', '"climate change"'),
        ("source:Reuters Niger", 'Niger AND source:"reuters"'),
    ],
)
def test_signs_between_words_say_nothing(text: str, canonical: str) -> None:
    assert read_query(text).canonical == canonical


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("source:", "source:"),
        ("Niger lang:", "lang:"),
        ("Niger title: x", "title:"),
        ('Niger "unclosed', '"unclosed'),
        ("Niger (Mali", "(Mali"),
        ("foo:bar", "foo:bar"),
        ("🐋", "🐋"),
        ("Niger OR", ""),
    ],
)
def test_what_is_not_understood_names_its_place(text: str, near: str) -> None:
    with pytest.raises(QueryError) as caught:
        read_query(text)
    assert caught.value.near == near
    assert str(caught.value).endswith((".", "”."))


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Nigr", "Niger"),
        ("ukrane", "Ukraine"),
        ("burkina fasso", "Burkina Faso"),
        ("нигр", "Нигер"),
        ("technolgy", "Technology"),
        ("climate chnage", "Climate change"),
        ("what is happening in Niger?", "Niger"),
    ],
)
def test_what_may_have_been_meant(text: str, others: str) -> None:
    found = instead(read_query(text), ("Technology", "Climate change", "Niger"))
    assert found[0] == others
    assert len({word.casefold() for word in found}) == len(found) <= 3


@pytest.mark.parametrize(
    "text", ["Niger", "尼日尔", "zorblax", "mute", "ab", '"a phrase of words"']
)
def test_nothing_is_put_into_a_readers_mouth(text: str) -> None:
    assert instead(read_query(text)) == ()


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Niger -Benin", True), ('"air base"', True), ("Niger OR Mali", True),
        ("source:Reuters", True), ("(a b)", True), ("climate change", False),
        ("U.S.-led talks", False), ("well-known", False), ("尼日尔", False), ("12:30", False),
    ],
)  # fmt: skip
def test_more_than_words_in_a_row(text: str, more: bool) -> None:
    assert has_operators(text) is more


def test_words() -> None:
    assert has_words("尼")
    assert has_words("7")
    assert not has_words("🐋 !? …")


@given(st.text(max_size=220))
def test_any_text_is_a_query_or_refused_with_a_sentence(text: str) -> None:
    try:
        found = instead(read_query(text))
    except QueryError as error:
        found = (str(error), error.near[:24] or "end")
    assert all(found)
