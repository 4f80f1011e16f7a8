"""Time zones as people name them: by their city, a big city near by, their country, UTC+1.

Comes in: words in the reader's language. Goes out: an IANA name, or what to call one. It refuses to
know chats. Names of cities and countries are those of CLDR, https://cldr.unicode.org.
"""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from bot.i18n import Texts
from bot.text import fold

OFFERED = (
    "Africa/Niamey", "Africa/Lagos", "Africa/Nairobi", "Africa/Cairo",
    "Europe/London", "Europe/Paris", "Europe/Kyiv", "Europe/Moscow",
    "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo",
    "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "UTC",
)  # fmt: skip

_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?::?00)?", re.IGNORECASE)
_FIXED = re.compile(r"Etc/GMT([+-])(\d{1,2})")
_EASTMOST, _WESTMOST = 14, 12  # hours from UTC
_RENAMED = {"Europe/Kyiv": "Europe/Kiev", "Asia/Kolkata": "Asia/Calcutta"}  # → as CLDR has them
_PRIMARY = {  # of countries with several zones, https://cldr.unicode.org primaryZones
    "CL": "America/Santiago", "CN": "Asia/Shanghai", "DE": "Europe/Berlin",
    "EC": "America/Guayaquil", "ES": "Europe/Madrid", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon", "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
    "GB": "Europe/London",
}  # fmt: skip
_NEAR = {  # big cities that give no zone its name
    "Africa/Niamey": "agadez zinder maradi", "Africa/Lagos": "abuja kano ibadan",
    "Africa/Casablanca": "rabat marrakech", "Africa/Johannesburg": "cape_town pretoria durban",
    "Africa/Abidjan": "yamoussoukro", "Africa/Dar_es_Salaam": "dodoma",
    "America/Chicago": "houston dallas austin", "America/Los_Angeles":
    "san_francisco seattle san_diego las_vegas", "America/New_York":
    "washington boston miami atlanta philadelphia", "America/Sao_Paulo": "rio_de_janeiro brasilia",
    "America/Toronto": "ottawa montreal", "Asia/Dubai": "abu_dhabi", "Asia/Ho_Chi_Minh": "hanoi",
    "Asia/Jerusalem": "tel_aviv", "Asia/Karachi": "islamabad lahore",
    "Asia/Kolkata": "delhi new_delhi mumbai bengaluru bangalore chennai hyderabad",
    "Asia/Riyadh": "jeddah mecca", "Asia/Shanghai": "beijing shenzhen guangzhou",
    "Asia/Tokyo": "osaka kyoto", "Australia/Sydney": "canberra",
    "Europe/Berlin": "munich munchen hamburg frankfurt cologne koln", "Europe/Istanbul": "ankara",
    "Europe/London": "manchester edinburgh", "Europe/Madrid": "barcelona",
    "Europe/Moscow": "saint_petersburg st_petersburg", "Europe/Paris": "lyon marseille",
    "Europe/Rome": "milan milano", "Europe/Zurich": "geneva geneve bern",
}  # fmt: skip


def zone_named(words: str, texts: Texts) -> str | None:
    """The zone that words mean, in English or in the reader's language; None for no such place."""
    if offset := _OFFSET.fullmatch(words.strip()):
        return _fixed(offset[1], int(offset[2]))
    key = _key(words)
    return _places().get(key) or _places_in(texts.language).get(key)


def _fixed(sign: str, hours: int) -> str | None:
    """The zone of an offset; POSIX, hence IANA, counts the hours west of Greenwich."""
    if hours > (_EASTMOST if sign == "+" else _WESTMOST):
        return None
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"


def city(zone: str, texts: Texts) -> str:
    """What a zone is called among readers: its city, in their language."""
    if fixed := _FIXED.fullmatch(zone):
        return f"UTC{'+' if fixed[1] == '-' else '−'}{fixed[2]}"
    return _city(Locale.parse(texts.language), zone) or zone.rpartition("/")[2].replace("_", " ")


def _city(locale: Locale, zone: str) -> str | None:
    found = locale.time_zones.get(_RENAMED.get(zone, zone), {}).get("city")
    return str(found) if found else None


def _key(words: str) -> str:
    return fold(words).replace("_", " ").replace("-", " ").strip()


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """IANA names, their cities where only one zone has them, and big cities near by, → name."""
    names = sorted(available_timezones())
    cities: dict[str, set[str]] = {}
    for name in names:
        cities.setdefault(_key(name.rpartition("/")[2]), set()).add(name)
    found = {c: min(zones) for c, zones in cities.items() if len(zones) == 1}
    for zone, near in _NEAR.items():
        found |= {_key(place): zone for place in near.split()}
    found |= {_key(name): name for name in names}
    for new, old in _RENAMED.items():
        found |= {_key(old): new, _key(old.rpartition("/")[2]): new}
    return found


@lru_cache(maxsize=16)
def _places_in(language: str) -> dict[str, str]:
    """Countries that have one zone, or a first among several, and cities, as a language says."""
    known, found = available_timezones(), dict[str, str]()
    for code in (language, "en"):
        locale = Locale.parse(code)
        for country, zones in get_global("territory_zones").items():
            zone = _PRIMARY.get(country) or (zones[0] if len(zones) == 1 else "")
            if zone in known and country in locale.territories:
                found.setdefault(_key(locale.territories[country]), zone)
        for zone in sorted(known - set(_RENAMED.values())):
            if name := _city(locale, zone):
                found.setdefault(_key(name), zone)
    return found
