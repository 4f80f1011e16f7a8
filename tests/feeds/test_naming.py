"""Names of publishers that nobody has named."""

from __future__ import annotations

import pytest

from bot.feeds.naming import named, publisher_name
from bot.model import Feed, FeedId, ParsedFeed


@pytest.mark.parametrize(
    ("title", "address", "name"),
    [
        ("World News | Reuters", "https://www.reuters.com/world", "Reuters"),
        ("BBC News - World", "https://www.bbc.co.uk/news", "BBC News"),
        ("NYT > World News", "https://www.nytimes.com/", "NYT"),
        ("Le Monde.fr - Actualités et Infos en France", "https://www.lemonde.fr/", "Le Monde.fr"),
        ("A Quiet Blog: notes on birds", "http://127.0.0.1:8000/", "A Quiet Blog"),
        ("Spider-Man fans", "http://example.org/", "Spider-Man fans"),
        ("  ", "http://example.org/", ""),
    ],
)
def test_the_part_of_a_title_that_names_its_publisher(title: str, address: str, name: str) -> None:
    assert publisher_name(title, (address,)) == name


def a_feed(publisher: str) -> Feed:
    return Feed(FeedId(1), "https://example.org/rss", "", publisher, "", "", "", True)


def test_a_feed_known_by_its_host_takes_the_name_that_it_gives_itself() -> None:
    parsed = ParsedFeed("Sahel Wire", "https://example.org/", None, ())
    assert named(a_feed("example.org"), parsed).publisher == "Sahel Wire"


def test_a_name_that_somebody_gave_stays() -> None:
    parsed = ParsedFeed("Sahel Wire", "https://example.org/", None, ())
    assert named(a_feed("The Wire"), parsed).publisher == "The Wire"


def test_a_document_without_title_names_nobody() -> None:
    assert named(a_feed("example.org"), ParsedFeed(None, None, None, ())).publisher == "example.org"
    assert named(a_feed("example.org"), None).publisher == "example.org"
