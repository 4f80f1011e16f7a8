from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.quiet import local_date, minutes_past, quiet_until
from bot.model import Chat, ChatId


def chat(start: int | None, end: int | None, timezone: str = "UTC") -> Chat:
    return Chat(ChatId(1), 7, 0, "private", "en", timezone=timezone, quiet_from=start, quiet_to=end)


def at(text: str, timezone: str = "UTC", fold: int = 0) -> float:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone), fold=fold)
    return moment.timestamp()


NIGHT = (22 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-18 21:59", None),
        ("2026-11-18 22:00", "2026-11-19 07:00"),
        ("2026-11-18 23:59", "2026-11-19 07:00"),
        ("2026-11-19 00:00", "2026-11-19 07:00"),
        ("2026-11-19 06:59", "2026-11-19 07:00"),
        ("2026-11-19 07:00", None),
        ("2026-12-31 23:00", "2027-01-01 07:00"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Africa/Niamey", "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_a_night(now: str, end: str | None, zone: str) -> None:
    expected = at(end, zone) if end else None
    assert quiet_until(chat(*NIGHT, zone), at(now, zone)) == expected


def test_a_siesta_is_on_one_day() -> None:
    siesta = chat(13 * 60, 15 * 60, "Europe/Madrid")
    assert quiet_until(siesta, at("2026-07-01 14:00", "Europe/Madrid")) == at(
        "2026-07-01 15:00", "Europe/Madrid"
    )
    assert quiet_until(siesta, at("2026-07-01 15:00", "Europe/Madrid")) is None


def test_no_quiet_hours() -> None:
    for nothing in (chat(None, None), chat(60, None), chat(None, 60), chat(60, 60)):
        assert quiet_until(nothing, at("2026-11-18 01:00")) is None


def test_an_end_that_the_change_to_summer_time_skips() -> None:
    # 2026-03-29: 02:00 becomes 03:00 in Berlin, so half past two never comes.
    quiet = chat(22 * 60, 150, "Europe/Berlin")
    end = quiet_until(quiet, at("2026-03-29 01:30", "Europe/Berlin"))
    assert end is not None
    assert quiet_until(quiet, end) is None
    assert end - at("2026-03-29 01:30", "Europe/Berlin") == 3600


def test_an_end_that_comes_twice_in_autumn() -> None:
    quiet = chat(22 * 60, 150, "Europe/Berlin")
    first = at("2026-10-25 02:15", "Europe/Berlin")
    assert quiet_until(quiet, first) == first + 15 * 60
    second = at("2026-10-25 02:15", "Europe/Berlin", fold=1)
    assert quiet_until(quiet, second) == second + 15 * 60


def test_an_unknown_zone_is_utc() -> None:
    assert quiet_until(chat(*NIGHT, "Mars/Olympus"), at("2026-11-18 23:00")) == at(
        "2026-11-19 07:00"
    )


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_quiet_hours_always_end_within_a_day(
    moment: datetime, start: int, end: int, zone: str
) -> None:
    now = int(moment.replace(tzinfo=UTC).timestamp())
    until = quiet_until(chat(start, end, zone), now)
    assert until is None or 0 < until - now <= timedelta(hours=26).total_seconds()


def test_the_readers_calendar() -> None:
    now = at("2026-11-18 23:30")
    assert local_date("Pacific/Auckland", now).isoformat() == "2026-11-19"
    assert minutes_past("Pacific/Auckland", 12 * 60, now) == 30
    assert minutes_past("UTC", 23 * 60 + 45, now) == -15
