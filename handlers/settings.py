"""/settings: language, time zone, quiet hours, daily digest, edited in place or typed.

Comes in: a choice from a page of buttons, or words such as `Africa/Niamey`, `quiet 22-7`,
`digest 8:30`, `fr`. Goes out: the chat's settings as they are now. It refuses to know what they do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from bot.delivery.render import Button, Text
from bot.i18n import Texts, languages, texts_for
from handlers.cards import Card, data
from handlers.context import Call, Tap
from handlers.rights import allowed

ZONES = (
    "Africa/Niamey", "Africa/Lagos", "Africa/Nairobi", "Africa/Cairo",
    "Europe/London", "Europe/Paris", "Europe/Kyiv", "Europe/Moscow",
    "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo",
    "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "UTC",
)  # fmt: skip
QUIET = ((21, 7), (22, 7), (23, 7), (0, 8))
DIGESTS = (6, 7, 8, 9, 12, 18, 20, 21)
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?"
_SPAN = re.compile(rf"(?:quiet\s+)?{_CLOCK}\s*[-–]\s*{_CLOCK}", re.IGNORECASE)
_DIGEST = re.compile(rf"digest\s+{_CLOCK}", re.IGNORECASE)
_OFF = re.compile(r"(quiet|digest)\s+(?:off|no|none|-)", re.IGNORECASE)

Change = dict[str, Any]


async def settings(call: Call) -> None:
    """/settings [what to set]"""
    if not call.args:
        await call.reply(settings_card(call))
        return
    change = understood(call.args)
    if change is None:
        await call.say("settings.odd")
    elif await allowed(call):
        await _set(call, change)
        await call.reply(settings_card(call))


def understood(words: str) -> Change | None:
    """Words as a change of settings; None where they are none."""
    words = " ".join(words.split())
    if off := _OFF.fullmatch(words):
        return _off(off[1].lower())
    if span := _SPAN.fullmatch(words):
        return _quiet(_minutes(span[1], span[2]), _minutes(span[3], span[4]))
    if digest := _DIGEST.fullmatch(words):
        at = _minutes(digest[1], digest[2])
        return None if at is None else {"digest_at": at}
    if words.casefold() in _languages():
        return {"language": _languages()[words.casefold()]}
    zone = _zones().get(words.casefold().replace(" ", "_"))
    return {"timezone": zone} if zone else None


def _off(what: str) -> Change:
    return {"digest_at": None} if what == "digest" else {"quiet_from": None, "quiet_to": None}


def _quiet(start: int | None, end: int | None) -> Change | None:
    if start is None or end is None or start == end:
        return None
    return {"quiet_from": start, "quiet_to": end}


def _minutes(hours: str, minutes: str | None) -> int | None:
    """Minutes after midnight; None for a time that no clock shows, 24:00 is midnight."""
    at = int(hours) * 60 + int(minutes or 0)
    return at % 1440 if at <= 1440 and int(minutes or 0) < 60 else None


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """Codes and own names of the languages → code."""
    names = {texts_for(code)("language.name").casefold(): code for code in languages()}
    return {**{code: code for code in languages()}, **names}


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """IANA names, and their last parts where only one zone has it, → name."""
    full = {name.casefold(): name for name in available_timezones()}
    cities: dict[str, set[str]] = {}
    for name in full.values():
        cities.setdefault(name.rpartition("/")[2].casefold(), set()).add(name)
    return {**{c: min(names) for c, names in cities.items() if len(names) == 1}, **full}


async def _set(call: Call, change: Change) -> None:
    async with call.services.store.transaction() as tx:
        call.chat = await tx.chats.change(call.chat.id, **change)
    call.texts = call.services.texts_for(call.chat.language)


# ── the page and its choices ──


def settings_card(call: Call) -> Card:
    """The settings as they are, each with its button."""
    texts, chat = call.texts, call.chat
    zone = texts("settings.now", zone=chat.timezone, time=texts.clock(call.now, chat.timezone))
    values = {
        "language": texts("language.name"),
        "timezone": zone,
        "quiet": quiet_span(texts, chat.quiet_from, chat.quiet_to),
        "digest": digest_time(texts, chat.digest_at),
    }
    text = Text().bold(texts("settings.title"))
    for name, value in values.items():
        text.line().text(f"{texts(f'settings.{name}')}: ").bold(value)
    buttons = [Button(texts(f"settings.{name}"), data("sp", name)) for name in values]
    return Card(text, _grid(buttons, 2))


def quiet_span(texts: Texts, start: int | None, end: int | None) -> str:
    if start is None or end is None:
        return texts("settings.off")
    return texts("settings.span", start=texts.time(start), end=texts.time(end))


def digest_time(texts: Texts, at: int | None) -> str:
    return texts("settings.off") if at is None else texts("settings.at", time=texts.time(at))


async def settings_tap(tap: Tap) -> None:
    """Back to the page."""
    await tap.edit(settings_card(tap))


async def choices_tap(tap: Tap) -> None:
    """The choices of one setting."""
    make = _CHOICES.get(tap.args)
    if make is None:
        await tap.edit(settings_card(tap))
        return
    rows = make(tap.texts)
    rows.append([Button(tap.texts("button.back"), "sb:")])
    await tap.edit(Card(Text().text(tap.texts(f"settings.pick_{tap.args}")), rows))


async def choose_tap(tap: Tap) -> None:
    """One choice: it is made, and the page shows it."""
    change = understood(tap.args)
    if change is None:
        await tap.toast(tap.texts("odd.stale"), alert=True)
    elif await allowed(tap):
        await _set(tap, change)
        await tap.toast(tap.texts("settings.saved"))
        await tap.edit(settings_card(tap))


def _language_rows(_: Texts) -> list[list[Button]]:
    return _grid([_choice(texts_for(code)("language.name"), code) for code in languages()], 2)


def _zone_rows(_: Texts) -> list[list[Button]]:
    names = ((zone.rpartition("/")[2].replace("_", " "), zone) for zone in ZONES)
    return _grid([_choice(name, zone) for name, zone in names], 2)


def _quiet_rows(texts: Texts) -> list[list[Button]]:
    spans = [
        _choice(quiet_span(texts, start * 60, end * 60), f"quiet {start}-{end}")
        for start, end in QUIET
    ]
    return [*_grid(spans, 2), [_choice(texts("settings.turn_off"), "quiet off")]]


def _digest_rows(texts: Texts) -> list[list[Button]]:
    times = [_choice(texts.time(hour * 60), f"digest {hour}") for hour in DIGESTS]
    return [*_grid(times, 4), [_choice(texts("settings.turn_off"), "digest off")]]


_CHOICES = {
    "language": _language_rows,
    "timezone": _zone_rows,
    "quiet": _quiet_rows,
    "digest": _digest_rows,
}


def _choice(shown: str, words: str) -> Button:
    return Button(shown, data("sx", words))


def _grid(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]
