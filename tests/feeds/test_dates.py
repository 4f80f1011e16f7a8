"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.dates import read_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-02-03T20:19:00Z", "2026-02-03T20:19:00"),
        ("2026-02-03T20:19:00.5+0230", "2026-02-03T17:49:00.500000"),
        ("2026-02-03 20:19:00 UTC", "2026-02-03T20:19:00"),
        ("2026-02-03", "2026-02-03T00:00:00"),
        ("Tue, 03 Feb 2026 20:19:00 GMT", "2026-02-03T20:19:00"),
        ("Tue, 3 Feb 26 20:19 +0100", "2026-02-03T19:19:00"),
        ("Tue, 03 Feb 2026 20:19:00 EST", "2026-02-04T01:19:00"),
        ("Tue, 03 Feb 2026 20:19:00 IST", "2026-02-03T14:49:00"),
        ("Tue, 03 Feb 2026 20:19:00 America/Los_Angeles", "2026-02-04T04:19:00"),
        ("Tue, 03 Feb 2026 20:19:00 GMT+0100", "2026-02-03T19:19:00"),
        ("Fév 3, 2026 20:19", "2026-02-03T20:19:00"),
        ("3 marzo 2026 20:19", "2026-03-03T20:19:00"),
        ("mardi 3 février 2026 20:19", "2026-02-03T20:19:00"),
        ("Dienstag, 3. März 2026", "2026-03-03T00:00:00"),
        ("February 3rd, 2026 8:19 PM", "2026-02-03T20:19:00"),
        ("1770149940", "2026-02-03T20:19:00"),
        ("1770149940000", "2026-02-03T20:19:00"),
    ],
)
def test_read(text: str, iso: str) -> None:
    found = read_date(text)
    assert found is not None
    assert found.tzinfo is not None
    assert found.replace(tzinfo=None).isoformat() == iso


@pytest.mark.parametrize("text", ["", None, "yesterday", "20:19", "soon", "0", "-", "9" * 90])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert read_date(text) is None


@given(st.integers(40_000_000, 4_070_000_000), st.integers(-14 * 60, 14 * 60))
def test_what_a_feed_writes_properly_is_read_exactly(seconds: int, minutes: int) -> None:
    aware = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert read_date(aware.isoformat()) == aware
    assert read_date(format_datetime(aware)) == aware


@given(st.text(max_size=120))
def test_nothing_breaks_it(text: str) -> None:
    found = read_date(text)
    assert found is None or found.tzinfo == UTC
