"""What an HTTP answer means: statuses, waiting times, ages (pure).

In: status and headers. Out: seconds, or the `Refused` that a person can read. RFC 9110 and
RFC 9111; the limits are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from bot.model import Refused

LONGEST_WAIT = 7 * 86400
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)\b", re.IGNORECASE)
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SAME_AGAIN = frozenset({307, 308})
"""Redirects that want the same method and body at the new address (RFC 9110, 15.4.8 and 15.4.9)."""

_SAYINGS = {
    401: "The server wants a password for this address (401).",
    402: "The server wants money for this address (402).",
    403: "The server refuses to show this address (403).",
    404: "There is nothing at this address (404).",
    406: "The server has no feed for us at this address (406).",
    410: "The feed is gone for good, says its server (410).",
    429: "The server asks for fewer visits (429).",
    451: "The address is withheld for legal reasons (451).",
    503: "The server is resting (503).",
}


def refusal(status: int, headers: Mapping[str, str], url: str, now: float) -> Refused:
    """The meaning of a status that brings no body for us."""
    wait = retry_after(headers, now)
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return Refused(
            "blocked", "The site shows a test for humans instead of its feed.", status, wait, url
        )
    problem = _SAYINGS.get(status) or f"The server answered {status}{_phrase(status)}."
    if status == HTTPStatus.GONE:
        return Refused("gone", problem, status, None, url)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return Refused("wait", problem, status, wait, url)
    return Refused("status", problem, status, wait if status >= 500 else None, url)


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def retry_after(headers: Mapping[str, str], now: float) -> int | None:
    """Seconds, from a number or from a date relative to the answer's own; at most a week.

    None where there is none or where it makes no sense (RFC 9110, 10.2.3).
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(int(value[:9]), LONGEST_WAIT)
    until = http_date(value)
    if until is None:
        return None
    seconds = until - (http_date(headers.get("date", "")) or now)
    return min(int(seconds), LONGEST_WAIT) if seconds > 0 else None


def max_age(headers: Mapping[str, str], now: float) -> int | None:
    """Seconds for which the answer stays fresh; max-age wins over Expires (RFC 9111, 5.3)."""
    control = headers.get("cache-control", "")
    if _NO_CACHE.search(control):
        return None
    match = _MAX_AGE.search(control)
    if match:
        return int(match[1]) or None
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    seconds = int(expires - (http_date(headers.get("date", "")) or now))
    return seconds if seconds > 0 else None


def http_date(text: str) -> float | None:
    """Unix seconds of an HTTP date, in any of its three forms."""
    if not text:
        return None
    try:
        when = parsedate_to_datetime(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    try:
        return datetime.strptime(text, "%A, %d-%b-%y %H:%M:%S GMT").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
