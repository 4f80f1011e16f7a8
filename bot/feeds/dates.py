"""The many ways in which feeds write a date.

In: what stands in the feed. Out: an aware datetime in UTC, or None. It never guesses what is not
there: a date without a zone is UTC, a time without a date is nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from time import struct_time

_ZONE_NAME = re.compile(r"\s*\(?\b([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2})\)?\s*$")
_ISO_LIKE = re.compile(r"\d{4}-?\d\d-?\d\d")
_SLASHES = re.compile(r"^(\d{4})/(\d\d?)/(\d\d?)\b")  # feedparser makes odd days of them
_DOTTED = re.compile(r"(?<=\s)(\d\d?)\.(\d\d)(?:\.(\d\d))?(?=\s|$)")  # a time as Finns write it
_WEEKDAY = re.compile(r"^[^\W\d_]{2,10}\.?,?\s+(?=\d)|^[^\W\d_]{2,10},\s*")
_LETTERS = re.compile(r"\d\s*([A-Z]{3,5})$")
_TWO_SIGNS = re.compile(r"(GMT|UTC?)(?=[+-]\d)", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_WORD = re.compile(r"[^\W\d_]{3,10}")
_HAS_DATE = re.compile(r"\d{4}|\d\D+\d")
_LONGEST = 100

# RFC 822 and what is common beside it, in hours; dateutil would read them as local or not at all.
_HOURS = {
    "UT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MET": 1, "WAT": 1, "CEST": 2,
    "MEST": 2, "EET": 2, "CAT": 2, "SAST": 2, "EEST": 3, "MSK": 3, "EAT": 3, "TRT": 3, "GST": 4,
    "PKT": 5, "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "AWST": 8, "PHT": 8, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "ART": -3, "ADT": -3, "AST": -4,
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
    "AKDT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
# How months begin in French, Spanish, Portuguese, Italian, German, Dutch and English.
_MONTHS = {
    "jan": "Jan", "ene": "Jan", "gen": "Jan", "jän": "Jan", "feb": "Feb", "fév": "Feb",
    "fev": "Feb", "mars": "Mar", "marz": "Mar", "març": "Mar", "mär": "Mar", "maa": "Mar",
    "mrt": "Mar", "apr": "Apr", "avr": "Apr", "abr": "Apr", "mai": "May", "mayo": "May",
    "mag": "May", "mei": "May", "juin": "Jun", "jun": "Jun", "giu": "Jun", "juil": "Jul",
    "jul": "Jul", "lug": "Jul", "aug": "Aug", "aoû": "Aug", "aou": "Aug", "ago": "Aug",
    "sep": "Sep", "set": "Sep", "oct": "Oct", "out": "Oct", "ott": "Oct", "okt": "Oct",
    "nov": "Nov", "dec": "Dec", "déc": "Dec", "dic": "Dec", "dez": "Dec",
}  # fmt: skip
_MINUTES = {"IST": 330, "NPT": 345, "ACST": 570, "ACDT": 630}


def read_date(text: str | None, parsed: struct_time | None = None) -> datetime | None:
    """The date that `text` holds; `parsed` is what feedparser made of it (UTC), if anything.

    Order: zones by name or letters, which feedparser misreads; ISO 8601; feedparser; dateutil.
    """
    text = " ".join((text or "")[:_LONGEST].split())
    if not text:
        return _from_struct(parsed)
    if _SLASHES.match(text):
        return _any(_SLASHES.sub(r"\1-\2-\3", text))
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    letters = _LETTERS.search(text)
    if letters and _offset(letters[1], None):  # feedparser takes letters it does not know for UTC
        return _any(text) or _from_struct(parsed)
    return _with_zone_name(text) or _iso(text) or _from_struct(parsed) or _any(text)


def _from_struct(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _in_utc(found: datetime, zone: timezone | ZoneInfo = UTC) -> datetime | None:
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _with_zone_name(text: str) -> datetime | None:
    """`Tue, 04 Feb 2025 20:19:00 America/Los_Angeles`."""
    match = _ZONE_NAME.search(text)
    if not match:
        return None
    try:
        zone = ZoneInfo(match[1])
    except (ValueError, OSError, LookupError):
        return None
    found = _dateutil(text[: match.start()])
    return _in_utc(found, zone) if found else None


def _iso(text: str) -> datetime | None:
    """RFC 3339 and the rest of ISO 8601 that Python reads."""
    if not _ISO_LIKE.match(text):
        return None
    try:
        return _in_utc(
            datetime.fromisoformat(text.upper().replace(" UTC", "Z").replace(" GMT", "Z"))
        )
    except ValueError:
        return None


def _any(text: str) -> datetime | None:
    if not _HAS_DATE.search(text):
        return None
    text = _DOTTED.sub(lambda m: ":".join(filter(None, m.groups())), _TWO_SIGNS.sub("", text))
    english = _WORD.sub(_english, text)
    found = _dateutil(text) or _dateutil(english) or _dateutil(_WEEKDAY.sub("", english, count=1))
    return _in_utc(found) if found else None


def _english(match: re.Match[str]) -> str:
    """A month's name in English; other words as they are."""
    word = match[0].lower()
    return next((month for name, month in _MONTHS.items() if word.startswith(name)), match[0])


def _dateutil(text: str) -> datetime | None:
    from dateutil import parser

    default = datetime(1, 1, 1)  # noqa: DTZ001  (what a date leaves out)
    try:
        found = parser.parse(text, default=default, tzinfos=_offset, ignoretz=False)
    except (ValueError, OverflowError, TypeError, AttributeError, ArithmeticError):
        return None
    return found if found.year > 1 else None


def _offset(name: str | None, seconds: int | None) -> timezone | None:
    """A zone for dateutil: from its offset, or from its letters where we know them."""
    minutes = _MINUTES.get((name or "").upper())
    if seconds is None and minutes is None:
        hours = _HOURS.get((name or "").upper())
        minutes = None if hours is None else hours * 60
    if seconds is not None:
        return timezone(timedelta(seconds=seconds))
    return None if minutes is None else timezone(timedelta(minutes=minutes))
