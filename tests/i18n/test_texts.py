"""Phrases, plurals, times and numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Piece, choose, languages, texts_for, zone_of

NOW = int(datetime(2026, 11, 23, 13, 5, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400
codes = st.sampled_from(languages())


def test_a_value_is_never_read_as_a_template() -> None:
    texts = texts_for("en")
    assert texts("follow.stopped", topic="{n} {0!r}") == "You no longer follow {n} {0!r}."
    assert texts.pieces("follow.stopped", topic="<b>x")[1] == Piece("<b>x", bold=True)


def test_an_unknown_key_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        texts_for("en")("no.such")


@pytest.mark.parametrize(
    ("code", "ours"),
    [("pt-BR", "pt"), ("fr_CA", "fr"), ("AR", "ar"), ("xx", "en"), ("", "en"), (None, "en")],
)
def test_the_language_for_a_code(code: str | None, ours: str) -> None:
    assert choose(code) == ours
    assert texts_for(code).language == ours


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "1 издание"), (2, "2 издания"), (5, "5 изданий"), (11, "11 изданий"), (21, "21 издание"),
     (104, "104 издания")],
)  # fmt: skip
def test_russian_counts(n: int, said: str) -> None:
    assert texts_for("ru").n("alert.outlets", n) == said


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "لا مصادر"), (1, "مصدر واحد"), (2, "مصدران"), (3, "مصادر"), (11, "مصدرًا"), (100, "مصدر")],
)
def test_arabic_counts(n: int, said: str) -> None:
    assert texts_for("ar").n("alert.outlets", n).endswith(said)


def test_a_latin_name_does_not_reorder_arabic() -> None:
    """Isolated (UAX 9), and the isolates are outside the bold run."""
    pieces = texts_for("ar").pieces("follow.stopped", topic="Niger")
    at = pieces.index(Piece("Niger", bold=True))
    assert (pieces[at - 1].text, pieces[at + 1].text) == ("\u2068", "\u2069")


def test_times_as_the_reader_says_them() -> None:
    texts, zone = texts_for("en"), "Africa/Niamey"  # UTC+1: it is 14:05 on a Monday
    assert texts.when(NOW, zone, NOW) == "14:05"
    assert texts.when(NOW - DAY, zone, NOW) == "yesterday 14:05"
    assert texts.when(NOW - 3 * DAY, zone, NOW) == "Fri 14:05"
    assert texts.when(NOW - 30 * DAY, zone, NOW) == "24 Oct 14:05"
    assert texts.when(NOW - 365 * DAY, zone, NOW) == "23 Nov 2025 14:05"
    assert texts.when(NOW + DAY, zone, NOW) == "24 Nov 14:05"
    assert texts_for("fr").when(NOW - DAY, zone, NOW) == "hier 14:05"
    assert texts.day(NOW, zone) == "Monday 23 November"


def test_the_day_is_the_readers() -> None:
    at_night = int(datetime(2026, 11, 23, 23, 30, tzinfo=UTC).timestamp())
    assert texts_for("en").when(at_night, "Asia/Tokyo", at_night + HOUR) == "08:30"
    assert texts_for("en").when(at_night, "UTC", at_night + HOUR) == "yesterday 23:30"


def test_how_long_ago() -> None:
    assert texts_for("en").ago(NOW - 20, NOW) == "just now"
    assert texts_for("en").ago(NOW - 300, NOW) == "5 minutes ago"
    assert texts_for("en").ago(NOW + 2 * HOUR, NOW) == "in 2 hours"
    assert texts_for("de").ago(NOW - 2 * DAY, NOW) == "vor 2 Tagen"


def test_numbers() -> None:
    assert texts_for("en").number(12345) == "12,345"
    assert texts_for("de").number(12345) == "12.345"
    assert texts_for("en")("topics.page", page=1, pages=1200) == "Page 1 of 1,200"
    assert texts_for("en").time(450) == "07:30"


def test_an_unknown_zone_is_utc() -> None:
    for name in ("", "Nowhere/Land", "../etc/passwd", "\0", "A" * 5000):
        assert zone_of(name) == ZoneInfo("UTC")


@given(codes, st.integers(-(10**9), 4 * 10**9), st.integers(0, 4 * 10**9))
def test_any_time_can_be_said(code: str, instant: int, now: int) -> None:
    texts = texts_for(code)
    assert texts.when(instant, "America/Sao_Paulo", now)
    assert texts.ago(instant, now)
    assert texts.day(now, "Asia/Kathmandu")


@given(codes, st.integers(0, 10**7), st.text(max_size=40))
def test_any_value_can_be_said(code: str, n: int, words: str) -> None:
    texts = texts_for(code)
    assert words in texts("follow.stopped", topic=words)
    assert texts.n("preview.week_busy", n, topic=words, pace=n)


@pytest.mark.parametrize(
    ("code", "name", "shut_off"),
    [
        ("en", "Reuters", False),
        ("en", "بوصلة", True),
        ("ar", "Reuters", True),
        ("ar", "بوصلة", False),
    ],
)
def test_a_name_written_the_other_way_is_shut_off(code: str, name: str, shut_off: bool) -> None:
    shown = texts_for(code).name(name)
    assert name in shown
    assert (shown != name) is shut_off
    assert texts_for(code).name("") == ""


def test_a_line_that_begins_with_a_value_runs_the_way_of_its_language() -> None:
    said = {"name": "Newsbell", "value": "UTC"}
    assert texts_for("ar")("settings.line", **said).startswith("\u200f\u2068")
    assert texts_for("en")("settings.line", **said) == "Newsbell: UTC"
