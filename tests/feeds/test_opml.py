"""Lists of feeds, ours and other people's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FeedError
from bot.feeds.catalogue import catalogue
from bot.feeds.opml import read, write
from bot.model import FeedSource

NESTED = b"""<?xml version="1.0"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="World"><outline text="Deep">
 <outline TEXT="Courier" xmlURL="https://courier.example/feed" htmlUrl="https://courier.example/"/>
</outline></outline>
<outline title="Again" xmlUrl=" https://courier.example/feed "/>
<outline text="Old" xmlUrl="feed://old.example/rss"/>
<outline text="feed:https" xmlUrl="feed:https://new.example/rss"/>
<outline text="evil" xmlUrl="file:///etc/passwd"/>
<outline text="script" xmlUrl="javascript:1"/>
<outline text="folder without feeds"/>
</body></opml>"""


def test_nested_repeated_and_odd_outlines() -> None:
    found = read(NESTED)
    assert [s.url for s in found] == [
        "https://courier.example/feed",
        "http://old.example/rss",
        "https://new.example/rss",
    ]
    assert (found[0].title, found[0].site) == ("Courier", "https://courier.example/")


def test_what_is_not_well_formed_is_read_as_far_as_possible() -> None:
    broken = b'<opml><body><outline text="A & B" xmlUrl="https://a.example/f"><outline'
    assert [s.url for s in read(broken)] == ["https://a.example/f"]


@pytest.mark.parametrize("data", [b"", b"hello", b"<opml/>", b"x" * 5_000_001, b"<html></html>"])
def test_a_file_without_feeds_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(FeedError) as refused:
        read(data)
    assert str(refused.value).endswith(".")


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE o [<!ENTITY a "x">]><opml><body><outline xmlUrl="https://a.example/&a;"/></body></opml>'
    assert all("x" not in s.url.removeprefix("https://a.example") for s in read(bomb))


def test_no_more_than_5000_feeds() -> None:
    many = (FeedSource(f"https://a.example/{n}") for n in range(5100))
    assert len(read(write(many))) == 5000


def test_the_catalogue_survives_a_round_trip() -> None:
    assert read(write(catalogue())) == catalogue()


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_title_makes_a_file_that_can_be_read(title: str, publisher: str) -> None:
    source = FeedSource("https://a.example/f", title, publisher, country="NE", language="fr")
    found = read(write([source]))[0]
    assert (found.url, found.country, found.language) == (source.url, "NE", "fr")
