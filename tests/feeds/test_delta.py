"""Reading only what is new gives what reading everything gives."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import FeedError
from bot.feeds import delta
from bot.feeds.decode import to_text
from tests.feeds.golden import inputs
from tests.feeds.same import URL, changed, compare, was_partial

RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Courier</title>'
    "<link>https://courier.example/</link><ttl>30</ttl>{head}{items}</channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:a="urn:a" xml:lang="en"><title>Courier</title>'
    '<link href="/site"/><id>urn:f</id>{head}{items}</feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://courier.example/">'
    "<title>Courier</title><link>https://courier.example/</link></channel>{items}{head}</rdf:RDF>"
)


def rss_item(n: int, more: str = "") -> str:
    return (
        f"<item><guid isPermaLink='false'>g{n}</guid><title>Report {n} &amp; more</title>"
        f"<link>/r/{n}</link><description><![CDATA[<p>The <b>bridge</b> {n} ]]]]><![CDATA[> opens."
        f"</p>]]></description><pubDate>Mon, 02 Feb 2026 10:{n % 60:02}:00 GMT</pubDate>"
        f"{more}</item>"
    )


def atom_entry(n: int, more: str = "") -> str:
    return (
        f"<entry><id>urn:e:{n}</id><title type='html'>Report &lt;i&gt;{n}&lt;/i&gt;</title>"
        f"<link href='r/{n}'/><updated>2026-02-02T10:{n % 60:02}:00Z</updated>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>é {n}</p></div>"
        f"</content><a:x/>{more}</entry>"
    )


def rdf_item(n: int, more: str = "") -> str:
    return (
        f"<item rdf:about='https://courier.example/{n}'><title>Report {n}</title>"
        f"<link>https://courier.example/{n}</link>{more}</item>"
    )


KINDS = {"rss": (RSS, rss_item), "atom": (ATOM, atom_entry), "rdf": (RDF, rdf_item)}


def document(kind: str, numbers: list[int], head: str = "", more: str = "") -> bytes:
    frame, item = KINDS[kind]
    return frame.format(head=head, items="\n".join(item(n, more) for n in numbers)).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_one_new_entry_is_read_alone(kind: str) -> None:
    old, new = document(kind, list(range(1, 20))), document(kind, list(range(20)), "<x>now</x>")
    before = delta.read(old, None, URL, b"", 9)
    reading = delta.read(new, None, URL, before.pieces, 10)
    assert reading.feed is not None
    assert (len(reading.feed.entries), reading.whole) == (1, False)
    assert compare(old, new) == ""
    assert len(reading.pieces) == len(before.pieces) + 16


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_that_only_aged_or_was_put_in_another_order_is_not_read(kind: str) -> None:
    numbers = list(range(12))
    old = document(kind, numbers, "<lastBuildDate>Mon</lastBuildDate><!-- 0.2 s -->")
    new = document(kind, numbers[::-1][1:], "<lastBuildDate>Tue</lastBuildDate><!-- 0.3 s -->")
    before = delta.read(old, None, URL, b"", 9)
    reading = delta.read(new, None, URL, before.pieces, 9)
    assert reading.feed is None
    assert delta.read(new, None, URL, reading.pieces, 9).feed is None
    assert delta.read(document(kind, numbers), None, URL, before.pieces, 9).feed is None
    assert compare(old, new) == ""


def whole(old: bytes, new: bytes, day: int = 9, url: str = URL) -> bool:
    before = delta.read(old, None, URL, b"", 9)
    return delta.read(new, None, url, before.pieces, day).whole


def test_a_date_in_the_middle_of_a_name_makes_another_document() -> None:
    first = document("atom", [1], "<rights>ours</rights>")
    later = first.replace(b"</rights>", b"</rig<pubDate>1 Feb 2026</pubDate>hts>")
    assert whole(first, later)


def test_what_is_read_in_full() -> None:
    old = document("rss", list(range(1, 12)))
    new = document("rss", list(range(12)))
    text = new.decode()
    assert not whole(old, new)
    for why, other in {
        "a shared guid": text.replace(">g0<", ">g5<"),
        "no guid": text.replace("<guid isPermaLink='false'>g0</guid>", ""),
        "a link that is known": text.replace("/r/0<", "/r/5<"),
        "an address that entries inherit": text.replace("https://courier", "https://kurier"),
        "a namespace": text.replace(" xmlns:dc", " xmlns:q='urn:q' xmlns:dc"),
        "not well-formed": text.replace("Report 0 ", "Report <b> "),
        "an entry in an entry": text.replace("Report 0 ", "<item/>"),
        "an open comment": text.replace("Report 0 ", "<!-- "),
        "cut": text[: len(text) // 2],
    }.items():
        assert whole(old, other.encode()), why
        assert compare(old, other.encode()) == "", why
    assert whole(old, new, day=17), "a week has passed"
    olds, news = document("atom", list(range(1, 12))), document("atom", list(range(12)))
    assert whole(olds, news, url="https://other.example/"), "another base"
    assert whole(old, document("rss", [*range(100, 120), 1])), "most of it is new"


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item/><item><guid>1</guid></item></channel></rss>",
        b"<rss><channel><item><guid>1</guid></item><ITEM><guid>2</guid></ITEM></channel></rss>",
        b"<rss><channel><item><entry><guid>1</guid></entry></item></channel></rss>",
        b"<rss><channel><title>t</title></channel></rss>",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_nothing_is_remembered_of_what_is_in_doubt(body: bytes) -> None:
    reading = delta.read(body, None, URL, b"", 1)
    assert reading.whole
    assert reading.feed is not None
    chunks = delta.split(to_text(body)) or []
    assert reading.pieces == b"" or len(chunks) == len(reading.feed.entries)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=80))
def test_whatever_is_remembered_is_of_use_or_none(known: bytes) -> None:
    body = document("rss", [1, 2, 3])
    assert delta.read(body, None, URL, known, 5).feed == delta.read(body, None, URL, b"", 5).feed


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 2**32), st.integers(2, 14))
@example("rss", 1, 12)
def test_later_versions_of_a_document(kind: str, seed: int, size: int) -> None:
    rng = random.Random(seed)
    body = document(kind, list(range(size)))
    for _ in range(3):
        later = changed(body, rng)
        try:
            assert compare(body, later) == ""
        except FeedError:
            return
        body = later


def test_later_versions_of_the_golden_feeds() -> None:
    rng, partial = random.Random(1), 0
    for path in inputs():
        body = path.read_bytes()
        for _ in range(4):
            assert compare(body, changed(body, rng)) == "", path.name
    for kind in KINDS:
        body = document(kind, list(range(9)))
        partial += sum(was_partial(body, changed(body, rng)) for _ in range(9))
    assert partial, "the quick way is tried, too"
