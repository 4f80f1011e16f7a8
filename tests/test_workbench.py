"""The workbench: rows in, lines out."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PageError, QueryError
from bot.model import Page, ParsedEntry, ParsedFeed
from bot.workbench import (
    RowError,
    articles,
    feed_lines,
    page_line,
    story_lines,
    summary_line,
    text_page,
    topic_lines,
)

NOW = 1_770_000_000


def rows(*given: dict[str, object]) -> list[str]:
    return [json.dumps(row) for row in given]


def test_a_line_for_each_entry_with_times_in_utc() -> None:
    east = datetime(2026, 3, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    entry = ParsedEntry("guid-1", "Title", "https://a.example/1", east, None, "Teaser")
    bare = ParsedEntry(None, None, "https://a.example/2", None, None, None)
    lines = feed_lines("file.xml", ParsedFeed("Feed", None, None, (entry, bare)))
    assert lines == [
        {
            "source": "file.xml",
            "id": "guid-1",
            "title": "Title",
            "link": "https://a.example/1",
            "published": "2026-03-01T08:00:00+00:00",
            "updated": None,
            "summary": "Teaser",
        },
        {
            "source": "file.xml",
            "id": "https://a.example/2",
            "title": None,
            "link": "https://a.example/2",
            "published": None,
            "updated": None,
            "summary": None,
        },
    ]


def test_rows_become_articles() -> None:
    given = rows(
        {"id": "a", "title": "One", "published": "2026-03-01T08:00:00"},
        {"id": 7, "title": "<b>Two</b>", "publisher": "Post", "language": "FR"},
        {"id": "c", "title": "Three", "published": 1_772_355_600, "text": None},
        {"id": "d", "title": "Four", "published": "some day"},
    )
    (a, one), (b, two), (_, three), (_, four) = articles([*given, "", "  "], NOW)
    assert (a, b) == ("a", 7)
    assert one.published == int(datetime(2026, 3, 1, 8, tzinfo=UTC).timestamp())
    assert (two.title, two.publisher, two.language) == ("Two", "Post", "fr")
    assert two.published == one.published
    assert three.published == four.published == 1_772_355_600


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "7", '{"id": 1}', '{"title": "x"}', '{"id": 1, "title": 2}'],
)
def test_a_wrong_row_is_named_by_its_line(line: str) -> None:
    with pytest.raises(RowError, match=r"^line 2: expected a JSON object"):
        list(articles(['{"id": 1, "title": "x"}', line], NOW))


@pytest.mark.parametrize("time", [True, [1], {"a": 1}, 1e400, 1e300])
def test_a_wrong_time_is_named_by_its_line(time: object) -> None:
    row = json.dumps({"id": 1, "title": "x", "published": time})
    with pytest.raises(RowError, match=r"^line 1: .published."):
        list(articles([row], NOW))


@given(st.dictionaries(st.text(max_size=9), st.none() | st.integers() | st.text(), max_size=5))
def test_any_object_is_an_article_or_a_named_mistake(row: dict[str, object]) -> None:
    with contextlib.suppress(RowError):
        assert len(list(articles(rows({"id": 1, "title": "x"} | row), NOW))) == 1


def test_topic_lines_say_why() -> None:
    given = rows(
        {"id": "yes", "title": "Soldiers leave Niger"},
        {"id": "no", "title": "Nigeria wins the cup"},
    )
    assert list(topic_lines("Niger", articles(given, NOW))) == [
        {"id": "yes", "match": True, "why": "Niger (title)"},
        {"id": "no", "match": False, "why": None},
    ]


def test_a_wrong_query_is_refused() -> None:
    with pytest.raises(QueryError):
        list(topic_lines('"', articles(rows({"id": 1, "title": "x"}), NOW)))


def test_story_lines_follow_the_order_given() -> None:
    same = "American soldiers leave the Agadez air base in Niger"
    given = rows(
        {"id": "a", "title": same, "publisher": "Post", "published": NOW},
        {"id": "b", "title": "Rain floods the markets of Lima", "publisher": "Post"},
        {"id": "c", "title": same, "publisher": "Herald"},
    )
    lines = list(story_lines(articles(given, NOW)))
    assert [line["id"] for line in lines] == ["a", "b", "c"]
    first, second, third = (line["story"] for line in lines)
    assert first == third != second


COPIED = """Home News Old bridge at Gaya closed

Old bridge at Gaya closed

The bridge on Sunday. PHOTO/Agency

The ministry closed the old bridge at Gaya on Monday morning after cracks were found.
Subscribe to our newsletter
Lorries with onions and cement wait on both banks of the river since then.
"""


def test_a_copied_text_is_read_without_its_furniture() -> None:
    page = text_page(COPIED.encode())
    assert (page.title, page.language) == ("Old bridge at Gaya closed", "en")
    assert page.text.splitlines() == [COPIED.splitlines()[6], COPIED.splitlines()[8]]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_a_refusal(body: bytes) -> None:
    with contextlib.suppress(PageError):
        assert text_page(body).text


def test_page_and_summary_lines() -> None:
    text = "The ministry closed the bridge on Monday. Lorries wait on both banks of the river."
    page = Page("Bridge closed", text, datetime(2026, 3, 1, tzinfo=UTC), "en")
    assert page_line(page)["published"] == "2026-03-01T00:00:00+00:00"
    line = summary_line([("a.html", page)], 1)
    assert len(line["sentences"]) == 1
    assert line["sentences"][0]["source"] == "a.html"
    assert line["sentences"][0]["text"].replace(" (23 Feb)", "") in text  # the day it speaks of
