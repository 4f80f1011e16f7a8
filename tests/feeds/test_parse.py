"""The public face of the parser: golden feeds, and what it refuses."""

from __future__ import annotations

import contextlib
import json
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FeedError
from bot.feeds.catalogue import catalogue
from bot.feeds.parse import parse
from tests.feeds.golden import expected, inputs, parsed


@pytest.mark.parametrize("path", inputs(), ids=lambda p: p.name)
def test_golden(path: Path) -> None:
    assert parsed(path) == json.loads(expected(path).read_text("utf-8"))


def test_no_golden_feed_is_left_without_its_objects() -> None:
    assert all(expected(path).exists() for path in inputs())
    assert len(inputs()) >= 12


def feed(items: str, head: str = "") -> bytes:
    text = f'<rss version="2.0">{head}<channel><title>t</title>{items}</channel></rss>'
    return text.encode()


def read(body: bytes, content_type: str | None = None, url: str = "https://a.example/f"):
    return parse(body, content_type=content_type, url=url)


@pytest.mark.parametrize(
    ("body", "saying"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"hello", "neither XML nor JSON"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "web page"),
        (b"<!-- a comment --><HTML lang=en><body>", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', "web page"),
        (b"<note><to>Ann</to></note>", "no feed"),
        (b"{", "JSON"),
        (b'{"a": 1}', "no items"),
        (b"[" * 100_000, "neither"),
        (b'{"items":' + b"[" * 100_000, "JSON"),
        (b"<rss><channel><item " + b'a="1" ' * 4000 + b"></item></channel></rss>", "tag"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_sentence(body: bytes, saying: str) -> None:
    with pytest.raises(FeedError, match=saying) as refused:
        read(body)
    assert str(refused.value).endswith(".")


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(b'<rss version="2.0"><channel/></rss>').entries == ()
    assert read(b'{"items": []}').entries == ()


def test_a_body_that_names_a_file_is_text_and_nothing_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(feed("<item><title>secret</title></item>"))
    with pytest.raises(FeedError):
        read(str(secret).encode())
    assert read(feed(f"<item><title>{secret}</title></item>")).entries[0].title == str(secret)


def test_ids_do_not_depend_on_where_the_feed_is() -> None:
    body = feed("<item><guid>/news/1</guid><title>a</title><link>x</link></item>")
    here = read(body).entries[0]
    moved = read(body, url="https://b.example/other/feed").entries[0]
    assert here.guid == moved.guid == "/news/1"
    assert here.link == "https://a.example/x"


def test_names_and_addresses_are_the_text_of_their_elements() -> None:
    body = feed(
        "<item><guid><p>a<b>1</b></p></guid><link uri='at://x'>https://a.example/1</link></item>"
    )
    (entry,) = read(body).entries
    assert (entry.guid, entry.link) == ("a1", "https://a.example/1")


def test_entities_are_never_expanded() -> None:
    bomb = '<!DOCTYPE r [\n<!ENTITY a "' + "A" * 20_000 + '">\n]>'
    entry = read(feed("<item><title>x&a;&a;&a;</title></item>", bomb)).entries
    assert all("AAAA" not in (e.title or "") for e in entry)
    nested = '<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
    assert read(feed("<item><title>x</title></item>", nested)).entries[0].title == "x"


def test_more_than_5000_entries_are_cut_and_the_rest_of_the_document_is_read() -> None:
    items = "".join(f"<item><guid>{i}</guid></item>" for i in range(6000))
    found = read(feed(items + "<link>https://a.example/</link>"))
    assert len(found.entries) == 5000
    assert found.link == "https://a.example/"


def test_a_huge_author_is_read_in_no_time() -> None:
    author = "<author>" + "a." * 100_000 + "@</author>"
    assert read(feed(f"<item><title>x</title>{author}</item>")).entries[0].title == "x"


@pytest.mark.parametrize("label", ["undefined", "punycode", "zlib", "idna", "no-such", "utf-7"])
def test_a_feed_cannot_choose_a_codec_that_is_no_character_set(label: str) -> None:
    body = f'<?xml version="1.0" encoding="{label}"?>'.encode() + feed(
        "<item><title>ж</title></item>"
    )
    assert read(body, f"text/xml; charset={label}").entries[0].title == "ж"


def test_what_http_says_of_the_encoding_does_not_spoil_utf8() -> None:
    body = feed("<item><title>été</title></item>")
    assert read(body, "text/xml; charset=iso-8859-1").entries[0].title == "été"
    latin = body.decode().encode("latin-1")
    assert read(latin, "text/xml; charset=iso-8859-1").entries[0].title == "été"
    assert read(latin).entries[0].title == "été"


def test_results_travel_between_processes() -> None:
    found = read(feed("<item><title>x</title><pubDate>2026-02-03T00:00:00Z</pubDate></item>"))
    assert pickle.loads(pickle.dumps(found)) == found
    assert found.entries[0].published == datetime(2026, 2, 3, tzinfo=UTC)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_refused(noise: bytes) -> None:
    for body in (noise, b"{" + noise, b'<rss version="2.0"><channel>' + noise):
        with contextlib.suppress(FeedError):
            assert isinstance(read(body).entries, tuple)


@given(st.text(max_size=80), st.text(max_size=80))
def test_only_plain_text_leaves(title: str, link: str) -> None:
    data = json.dumps({"items": [{"id": "1", "title": title, "url": link, "content_html": title}]})
    entry = read(data.encode()).entries[0]
    for text in (entry.title or "", entry.summary or ""):
        assert "\x00" not in text
        assert "\u202e" not in text
        text.encode("utf-8")
    assert entry.link is None or entry.link.startswith(("http://", "https://"))


def test_the_catalogue_is_complete() -> None:
    sources = catalogue()
    assert len(sources) >= 60
    assert len({s.url for s in sources}) == len(sources)
    assert len({s.language for s in sources}) >= 8
    assert all(s.title and s.publisher and s.site and len(s.country) == 2 for s in sources)
    assert all(s.url.startswith("https://") for s in sources)


@pytest.mark.parametrize(
    "name", ["links", "tags", "authors", "contributors", "enclosures", "content"]
)
def test_an_element_named_as_a_list_of_feedparsers_spoils_nothing(name: str) -> None:
    """Found by `bench.fuzz`: the text of such an element took the list's place."""
    odd = f"<{name}>text</{name}><{name}/>"
    link = "<link>https://a.example/1</link><author>Ann</author><category>c</category>"
    for inside in (odd + link, link + odd, f"<{name}>{link}</{name}>{link}"):
        (entry,) = read(feed(f"<item><guid>1</guid><title>x</title>{inside}</item>")).entries
        assert (entry.guid, entry.title, entry.link) == ("1", "x", "https://a.example/1")
    assert read(feed(f"<items><item><title>x</title></item></items>{odd}")).entries
