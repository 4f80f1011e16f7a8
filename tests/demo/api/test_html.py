"""Telegram's HTML: what it is made of, and what is refused with which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.api import entities, html
from bot.demo.api.marks import Entity, HtmlError

VALID: list[tuple[str, str, list[tuple[str, int, int, str]]]] = [
    ("plain", "plain", []),
    ("<b>x</b><strong>y</strong>", "xy", [("bold", 0, 1, ""), ("bold", 1, 1, "")]),
    ("<i>x</i> <em>y</em>", "x y", [("italic", 0, 1, ""), ("italic", 2, 1, "")]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1, ""), ("underline", 1, 1, "")]),
    ("<s>a</s>", "a", [("strikethrough", 0, 1, "")]),
    ("<span class='tg-spoiler'>a</span>", "a", [("spoiler", 0, 1, "")]),
    ("<B>upper</b>", "upper", [("bold", 0, 5, "")]),
    ("<b>short end</>", "short end", [("bold", 0, 9, "")]),
    ("&lt;&gt;&amp;&quot;&#233;&#x1F600;", '<>&"é😀', []),
    ("&nbsp;&apos;&laquo;", "&nbsp;&apos;&laquo;", []),
    ("&amp;lt;", "&lt;", []),
    ("😀<b>é</b>", "😀é", [("bold", 2, 1, "")]),
    ("<a href='example.org'>x</a>", "x", [("text_link", 0, 1, "http://example.org/")]),
    ("<a href='http://localhost'>x</a>", "x", []),
    ("<a href='javascript:alert(1)'>x</a>", "x", []),
    ("<a href='tg://user?id=7'>x</a>", "x", [("text_mention", 0, 1, "7")]),
    ("<a>https://example.org</a>", "https://example.org", [("text_link", 0, 19, "https://example.org/")]),
    ("<pre><code class='language-py'>1</code></pre>", "1", [("pre", 0, 1, "py")]),
    ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1, "")]),
    ("<tg-time unix='7' format='tDw'>x</tg-time>", "x", [("date_time", 0, 1, "7 wDt")]),
    ("<tg-emoji emoji-id='5'>x</tg-emoji>", "x", [("custom_emoji", 0, 1, "5")]),
    ("<b onclick='x' data-a=1 y>x</b>", "x", [("bold", 0, 1, "")]),
    ("<b></b>x", "x", []),
]  # fmt: skip

INVALID = [
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("x <3", "Unclosed start tag at byte offset 2"),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
    ("<b/>", 'Unsupported start tag "b/" at byte offset 0'),
    ("<b / >", 'Empty attribute name in the tag "b" at byte offset 0'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("<b x", 'Unclosed start tag "b" at byte offset 0'),
    ("<a href='x", "Unclosed start tag at byte offset 0"),
    ("<a href=http://x>y</a>", "Unexpected end of name token at byte offset 8"),
    ("</b>", "Unexpected end tag at byte offset 0"),
    ("<b>x</b x>", "Unclosed end tag at byte offset 4"),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<span class='red'>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<tg-emoji emoji-id='x'>y</tg-emoji>", "Invalid custom emoji identifier specified"),
    ("<tg-time unix='1' format='x'>y</tg-time>", "Invalid date format used"),
    ("<img src='x'>", 'Unsupported start tag "img" at byte offset 0'),
    (
        "&#xD800;",
        (
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        ),
    ),
]


@pytest.mark.parametrize(("source", "text", "marks"), VALID)
def test_valid(source: str, text: str, marks: list[tuple[str, int, int, str]]) -> None:
    shown, found = html.parse(source)
    assert shown == text
    assert [(e.type, e.offset, e.length, e.value) for e in found] == marks


@pytest.mark.parametrize(("source", "complaint"), INVALID)
def test_invalid(source: str, complaint: str) -> None:
    with pytest.raises(HtmlError) as error:
        html.parse(source)
    assert str(error.value) == complaint


@given(st.text(st.sampled_from("<>/&;#abp= \"'é😀\n\0x1")))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        text, found = html.parse(source)
    except HtmlError:
        return
    assert all(e.offset >= 0 and e.offset + e.length <= entities.units(text) for e in found)


SETTLED: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("  a \n ", "a", []),
    ("a\r\nb\x07c\u202ed", "a\nb cd", []),
    ("a\u030a", "a", []),
    ("<b>a</b><b>b</b>", "ab", [{"type": "bold", "offset": 0, "length": 2}]),
    ("<b>a  </b>", "a", [{"type": "bold", "offset": 0, "length": 1}]),
    ("<code>a<b>b</b></code>", "ab", [{"type": "code", "offset": 0, "length": 2}]),
    ("see https://example.org/a.", "see https://example.org/a.", [
        {"type": "url", "offset": 4, "length": 21}]),
    ("<code>https://example.org</code>", "https://example.org", [
        {"type": "code", "offset": 0, "length": 19}]),
    ("<a href='https://a.org'>b.org</a>", "b.org", [
        {"type": "text_link", "offset": 0, "length": 5, "url": "https://a.org/"}]),
    ("/start #niger @amina", "/start #niger @amina", [
        {"type": "bot_command", "offset": 0, "length": 6},
        {"type": "hashtag", "offset": 7, "length": 6},
        {"type": "mention", "offset": 14, "length": 6}]),
    ("<tg-time unix='9'>x</tg-time>", "x", [
        {"type": "date_time", "offset": 0, "length": 1, "unix_time": 9}]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text", "marks"), SETTLED)
def test_what_stands_in_the_chat(source: str, text: str, marks: list[dict[str, Any]]) -> None:
    shown, found = entities.settle(*html.parse(source))
    assert shown == text
    assert list(found) == marks


def test_no_more_than_a_hundred_entities() -> None:
    source = " ".join("<b>x</b>" for _ in range(150))
    assert len(entities.settle(*html.parse(source))[1]) == 100


def test_entities_given_instead_of_markup() -> None:
    given_ = [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.org/"},
        {"type": "bold", "offset": 0, "length": 1},
        {"type": "url", "offset": 0, "length": 1},
    ]
    assert entities.from_json(given_) == [
        Entity("text_link", 0, 1, "https://a.org/"),
        Entity("bold", 0, 1),
    ]
