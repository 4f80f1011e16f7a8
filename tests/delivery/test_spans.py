"""Whatever goes in, Telegram accepts what comes out, and it says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.spans import ENTITIES, Text, units
from bot.demo.api.html import parse as parse_demo
from tests.delivery.telegram_parser import Entity, parse_html

NASTY = st.sampled_from(
    [
        "<", ">", "&", "&amp;", "&#0;", "&nbsp;", "</b>", "<b>", "<br>", "<!--", '"', "'", "\n",
        " ", "\t", "\r", "\x00", "\u202e", "\u2028", "\u030a", "a\u030a", "\u0301", "\u200d",
        "\ud800", "👩‍👩‍👧", "🇳🇪", "🇳", "👍🏽", "각", "ᄀ", "ก็", "नि", "\U000e0041", "\ufeff",
        "\xa0", "𝔘", "Ω",
    ]
)  # fmt: skip
WORDS = st.lists(st.one_of(NASTY, st.text(max_size=6)), max_size=20).map("".join)
URLS = st.one_of(
    st.sampled_from(
        [
            "https://example.org/a?b=1&c=\"2'<>", "http://localhost/", "javascript:alert(1)",
            "tg://user?id=1", "https://пример.рф/я", "", "https://" + "a" * 3000, "https://[::1",
        ]
    ),
    WORDS.map(lambda tail: f"https://example.org/{tail}"),
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> Text:
    text = Text()
    for _ in range(draw(st.integers(0, 8))):
        words, step = draw(WORDS), draw(st.integers(0, 7))
        if step == 0:
            text.text(words)
        elif step == 1:
            text.bold(words)
        elif step == 2:
            text.italic(words)
        elif step == 3:
            text.code(words)
        elif step == 4:
            text.link(words, draw(URLS), bold=draw(st.booleans()))
        elif step == 5:
            inner = Text().bold(words).text(draw(WORDS)).quote(draw(WORDS))
            text.quote(inner, expandable=draw(st.booleans()))
        elif step == 6:
            text.time(
                draw(st.integers(0, 2**31 - 1)), words, draw(st.sampled_from(["", "r", "wDT"]))
            )
        else:
            text.add(Text().line().quote(words).text("after"))
    return text


@given(texts())
def test_telegram_accepts_it_and_reads_the_same_words(text: Text) -> None:
    assert parse_html(text.html()).text == text.plain()
    assert parse_demo(text.html())[0] == text.plain()


@given(texts(), st.integers(0, 60))
def test_a_cut_is_a_prefix_within_the_limit_and_still_accepted(text: Text, limit: int) -> None:
    cut = text.cut(limit)
    assert cut.length() <= limit
    assert parse_html(cut.html()).text == cut.plain()
    if cut.plain() != text.plain():
        assert text.plain().startswith(cut.plain().removesuffix("…"))
    assert parse_html(text.html(limit)).text == cut.plain()


@given(st.lists(st.tuples(WORDS, st.booleans()), max_size=8))
def test_what_is_plain_never_becomes_formatted(pieces: list[tuple[str, bool]]) -> None:
    parsed = parse_html(Text().pieces(pieces).html())
    bold = {text for text, is_bold in pieces if is_bold}
    assert all(entity.kind == "Bold" for entity in parsed.entities)
    assert bold or not parsed.entities


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        ("News from Niger", 10, "News from…"),
        ("👩‍👩‍👧 family", 7, "…"),  # one cluster of eight units
        ("ab👩‍👩‍👧", 6, "ab…"),
        ("🇳🇪🇳🇬🇫🇷", 7, "🇳🇪…"),
        ("👍🏽👍🏽", 6, "👍🏽…"),
        ("e\u0301e\u0302x\u0302\u0304", 3, "éê…"),
        ("한국어", 2, "한…"),
        ("short", 5, "short"),
        ("short", 0, ""),
        ("short", 1, "…"),
    ],
)
def test_a_cut_keeps_what_readers_see_as_one_character(
    words: str, limit: int, expected: str
) -> None:
    assert Text().text(words).cut(limit).plain() == expected


def test_the_formats_reach_telegram() -> None:
    text = Text().bold("Bold").text(" ").link("link", "https://example.org/?a=1&b=2").line()
    text.quote(Text().italic("inside"), expandable=True).line().code("x < y")
    assert parse_html(text.html()).entities == (
        Entity("Bold", "Bold"),
        Entity("TextUrl", "link", "https://example.org/?a=1&b=2"),
        Entity("ExpandableBlockQuote", "inside"),
        Entity("Italic", "inside"),
        Entity("Code", "x < y"),
    )


def test_a_quote_begins_a_line_of_its_own() -> None:
    assert Text().text("said:").quote("words").plain() == "said:\nwords"


def test_more_formatting_than_telegram_keeps_is_left_plain() -> None:
    text = Text()
    for n in range(200):
        text.bold(str(n)).text(" ")
    parsed = parse_html(text.html())
    assert len(parsed.entities) == ENTITIES
    assert parsed.text == text.plain()


def test_the_longest_message_stays_below_what_the_server_reads() -> None:
    text = Text()
    for _ in range(100):
        text.link("&" * 40, "https://example.org/" + "x" * 1900)
    text.text("&" * 9000)
    rendered = text.html()
    assert len(rendered.encode()) < 32_768
    assert units(parse_html(rendered).text) == 4096


def test_a_reader_of_plain_text_still_gets_the_address() -> None:
    text = Text().text("See ").link("this", "https://example.org/?a=1&b=2")
    assert text.plain(links=True) == "See this (https://example.org/?a=1&b=2)"


def test_a_text_of_nothing_visible_is_false() -> None:
    assert not Text().text(" \n").bold("\u202e")
    assert Text().text("x")
