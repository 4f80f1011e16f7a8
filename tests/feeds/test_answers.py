"""Statuses and headers: what they mean and how long they make us wait."""

from __future__ import annotations

import pytest

from bot.feeds.answers import LONGEST_WAIT, http_date, max_age, refusal, retry_after

NOW = 1_770_000_000.0  # Mon, 02 Feb 2026 02:40:00 GMT
DATE = "Mon, 02 Feb 2026 02:40:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("Mon, 02 Feb 2026 02:50:00 GMT", 600),
        ("Mon, 02 Feb 2026 02:00:00 GMT", None),
        ("99999999999999", LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: int | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_retry_after_counts_from_the_servers_own_clock() -> None:
    headers = {
        "retry-after": "Mon, 02 Feb 2026 05:50:00 GMT",
        "date": "Mon, 02 Feb 2026 05:40:00 GMT",
    }
    assert retry_after(headers, NOW) == 600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=900"}, 900),
        ({"cache-control": 'MAX-AGE="60", private'}, 60),
        ({"cache-control": "no-cache, max-age=900"}, None),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=60", "expires": "Mon, 02 Feb 2026 03:40:00 GMT"}, 60),
        ({"expires": "Mon, 02 Feb 2026 03:40:00 GMT", "date": DATE}, 3600),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 02 Feb 2026 01:40:00 GMT"}, None),
        ({}, None),
    ],
)
def test_max_age(headers: dict[str, str], seconds: int | None) -> None:
    assert max_age(headers, NOW) == seconds


@pytest.mark.parametrize(
    "text", [DATE, "Monday, 02-Feb-26 02:40:00 GMT", "Mon Feb  2 02:40:00 2026"]
)
def test_all_three_forms_of_a_date(text: str) -> None:
    assert http_date(text) == NOW


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (404, {}, "status"),
        (410, {}, "gone"),
        (429, {"retry-after": "5"}, "wait"),
        (503, {}, "wait"),
        (403, {"cf-mitigated": "challenge"}, "blocked"),
        (500, {}, "status"),
        (799, {}, "status"),
        (204, {}, "status"),
    ],
)
def test_refusal(status: int, headers: dict[str, str], kind: str) -> None:
    refused = refusal(status, headers, "https://a.example/", NOW)
    assert (refused.kind, refused.status) == (kind, status)
    assert refused.problem.endswith(".")
