"""The topic language: understood, or refused with advice; never an exception."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.topics.nodes import And, Not, Or, Term
from bot.topics.query import parse_query, refusal


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Niger", "Niger"),
        ("niger", "Niger"),
        ("Нигер", "Niger"),
        ("النيجر", "Niger"),
        ("尼日尔", "Niger"),
        ("niger delta", "Niger Delta (Nigeria)"),
        ("Georgia (country)", "Georgia (country)"),
        ("Georgia (US state)", "Georgia (US state)"),
        ("Apple (company)", "Apple (company)"),
        ("burkina faso", "Burkina Faso"),
        ("drone strike", "drone AND strike"),
        ('"drone base" OR Niger', '"drone base" OR Niger'),
        ("Niger -football", "NOT football AND Niger"),
        ("Niger NOT football", "NOT football AND Niger"),
        ("Niger AND NOT (football OR volleyball)", "NOT (football OR volleyball) AND Niger"),
        ("title:coup source:Reuters", 'source:"reuters" AND title:coup'),
        ('title:"air base" lang:FR', 'lang:fr AND title:"air base"'),
        ("uranium country:Niger", "country:NE AND uranium"),
        ("uranium OR uranium", "uranium"),
        ("anti-junta", '"anti junta"'),
        ("((Niger))", "Niger"),
        ("  Niger \n", "Niger"),
    ],
)
def test_one_spelling_for_one_meaning(text: str, canonical: str) -> None:
    assert parse_query(text).canonical == canonical


def test_label_is_what_the_reader_wrote() -> None:
    assert parse_query("  niger   delta ").label == "niger delta"


def test_a_quoted_name_stays_literal() -> None:
    assert parse_query('"Niger"').root == Term("phrase", "niger", '"niger"')


def test_and_binds_tighter_than_or() -> None:
    root = parse_query("mango OR papaya guava").root
    assert isinstance(root, Or)
    assert isinstance(root.parts[1], And)


def test_minus_inside_a_word_is_no_negation() -> None:
    assert not isinstance(parse_query("covid-19").root, And | Not)


def test_a_lone_ambiguous_name_tells_its_other_meanings() -> None:
    query = parse_query("Georgia")
    assert "Georgia (US state)" in {s.label for s in query.others} | {query.canonical}
    assert parse_query("Georgia wine").others == ()


@pytest.mark.parametrize(
    ("text", "at", "advice"),
    [
        ("", 0, "missing"),
        ("Niger OR", 8, "missing"),
        ("OR Niger", 0, "before it"),
        ("Niger (coup", 6, "never closed"),
        ("Niger) coup", 5, "closes nothing"),
        ("coup ()", 6, "nothing between"),
        ('coup "air base', 5, "never closed"),
        ('coup ""', 6, "no words"),
        ("-football", 0, "almost everything"),
        ("lang:fr", 0, "almost everything"),
        ("Niger lang:french", 11, "lang:fr"),
        ("Niger country:Xyzzia", 14, "country:NE"),
        ("site:example.org", 0, "not known"),
        ("title:(a b)", 6, "title:Niger"),
        ("x" * 201, 200, "200"),
        (" ".join(f"word{n}x" for n in range(30))[:200], -1, ""),
    ],
)
def test_errors_say_where_and_how_to_mend(text: str, at: int, advice: str) -> None:
    if at < 0:
        parse_query(text)
        return
    with pytest.raises(QueryError, match=advice) as caught:
        parse_query(text)
    assert caught.value.at == at


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Niger (country)", "Niger"),
        ("Irland (Land)", "Ireland"),
        ("Nvidia (company)", "Nvidia"),
        ("Shell (oil company)", "Shell (company)"),
        ("uranium Niger (country)", "Niger AND uranium"),
        ("Niger (coup)", "Niger AND coup"),
        ("Niger (uranium OR gold)", "(gold OR uranium) AND Niger"),
        ("Zorblax Inc (company)", "zorblax inc (company)"),
        ("title:Zorblax (firm)", "title:zorblax (firm)"),
    ],
)
def test_what_stands_in_parentheses_says_which_one(text: str, meant: str) -> None:
    assert parse_query(text).canonical == meant
    assert parse_query(meant).canonical == meant


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(QueryError, match="parentheses"):
        parse_query("(" * 60 + "a" + ")" * 60)


_PIECES = st.sampled_from(
    [
        *(
            "(",
            ")",
            '"',
            "“",
            "-",
            "OR",
            "AND",
            "NOT",
            "|",
            "title:",
            "lang:",
            "country:",
            "source:",
        ),
        *(
            "Niger",
            " ",
            "Georgia",
            "(country)",
            "coup",
            "尼日尔",
            "النيجر",
            "a",
            ":",
            "'",
            "\u200d",
        ),
        *("South", "Sudan"),
    ]
)


@example("0尼日(COUNTRY)")
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(_PIECES, max_size=25).map(" ".join),
        st.lists(_PIECES, max_size=40).map("".join),
    )
)
def test_any_text_gives_a_query_or_advice(text: str) -> None:
    try:
        query = parse_query(text[:200])
    except QueryError as error:
        problem, at, again = str(error), error.at, refusal(error.code, **error.values)
        assert problem
        assert 0 <= at <= 200
        assert problem == str(again)  # what other languages are told by holds all of it
        return
    if len(query.canonical) <= 200:
        assert parse_query(query.canonical).canonical == query.canonical
