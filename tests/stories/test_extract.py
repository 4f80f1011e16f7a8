"""The text of a page, and pages that are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import PageError
from bot.stories.extract import MAX_BYTES, extract

SENTENCES = [
    "The ferry company of the delta will run at night from next month, its director said.",
    "Passengers had asked for later crossings since the bridge was closed in the spring.",
    "The first night ferry leaves the northern pier at eleven and is back before midnight.",
    "Tickets cost the same as during the day, and children under six travel free of charge.",
    "The town council wants to look at the figures again when the bridge opens in the autumn.",
]
PAGE = f"""<!doctype html><html lang="en"><head><title>Ferry to run at night - Harbour Post</title>
<meta property="og:title" content="Ferry to run at night">
<meta property="article:published_time" content="2026-03-10T08:30:00+01:00"></head><body>
<nav><a href="/">Home</a> &gt; <a href="/delta">Delta</a></nav>
<article><h1>Ferry to run at night</h1>
<figure><img src="x.jpg"><figcaption>The pier. Photo: Harbour Post/A. Sule</figcaption></figure>
<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>Harbour Post WhatsApp Channel</p>
<p>{SENTENCES[2]}</p><h2>Fares</h2><p>{SENTENCES[3]}</p><p>{SENTENCES[4]}</p>
<p>With inputs from agencies</p></article>
<footer>© Harbour Post. All rights reserved. Subscribe to our newsletter!</footer></body></html>"""


def test_a_page_gives_its_prose_and_nothing_else() -> None:
    page = extract(PAGE.encode(), url="https://harbour.example/ferry", content_type="text/html")
    for sentence in SENTENCES:
        assert sentence in page.text
    for furniture in ("Home", "Photo", "WhatsApp", "inputs from", "newsletter", "Ferry to run"):
        assert furniture not in page.text
    assert page.title == "Ferry to run at night"
    assert page.language == "en"
    assert page.published == datetime.fromisoformat("2026-03-10T08:30:00+01:00")


def test_programs_of_a_page_are_left_out() -> None:
    state = "<SCRIPT>" + '{"datePublished":"2001-01-01"},' * 60_000
    plainly = extract(PAGE.encode(), url="", content_type="")
    html = PAGE.replace("</head>", f"{state}</Script></head>").replace("</body>", f"{state}</body>")
    with pytest.raises(PageError):
        extract(html.encode(), url="", content_type="")  # more than is read of any page
    html = html.replace(state, state[:90_000])
    assert extract(html.encode(), url="", content_type="").text == plainly.text


def test_a_word_without_end_is_text() -> None:
    html = PAGE.replace(SENTENCES[1], "x" * 20_000)
    assert "x" * 20_000 in extract(html.encode(), url="", content_type="").text


def test_the_charset_of_the_server_counts() -> None:
    html = PAGE.replace("ferry company", "fährgesellschaft").encode("latin-1", "replace")
    page = extract(html, url="", content_type="text/html; charset=latin-1")
    assert "fährgesellschaft" in page.text
    assert extract(PAGE.encode(), url="", content_type="text/html; charset=klingon").text


def test_a_page_in_utf_16_is_read() -> None:
    assert SENTENCES[0] in extract(PAGE.encode("utf-16"), url="", content_type="text/html").text


def test_a_day_without_a_time_is_midnight() -> None:
    html = PAGE.replace("2026-03-10T08:30:00+01:00", "2026-03-10")
    assert extract(html.encode(), url="", content_type=None).published == datetime(
        2026, 3, 10, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"plain words", "application/pdf", "application/pdf"),
        (b"x" * (MAX_BYTES + 1), "text/html", "2 MB"),
        (b"<b><i>" * 10_001, "text/html", "20,000"),
        (b" \n", "text/html", "nothing in it"),
        (b"%PDF-1.7 <html>", "text/html", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "a picture"),
        (bytes(range(256)) * 20, "text/html", "binary data"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "text/html", "inspect feed"),
        (b"<html><body><script>var a = 1;</script></body></html>", None, "no text"),
    ],
)
def test_pages_that_are_refused(body: bytes, kind: str | None, says: str) -> None:
    with pytest.raises(PageError, match=says):
        extract(body, url="https://harbour.example/", content_type=kind)
