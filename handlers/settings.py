"""/settings: language, time zone, quiet hours, daily digest, edited in place or typed.

Comes in: a choice from a page of buttons, or words such as `Africa/Niamey`, `quiet 22-7`,
`digest 8:30`, `fr`. Goes out: the chat's settings as they are now. It refuses to know what they do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bot.delivery.render import Button, Text
from bot.i18n import Texts, languages, texts_for
from handlers.cards import Card, data, phrase
from handlers.context import Call, Tap
from handlers.rights import allowed
from handlers.zones import OFFERED, city, zone_named

QUIET = ((21, 7), (22, 7), (23, 7), (0, 8))
DIGESTS = (6, 7, 8, 9, 12, 18, 20, 21)
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2})?)?\s*(am|pm)?"
_SPAN = re.compile(rf"(?:quiet\s+)?{_CLOCK}\s*(?:[-–]|to)\s*{_CLOCK}", re.IGNORECASE)
_DIGEST = re.compile(rf"digest\s+(?:at\s+)?{_CLOCK}", re.IGNORECASE)
_OFF = re.compile(r"(quiet|digest)\s+(?:off|no|none|-)", re.IGNORECASE)
_NAMED = re.compile(r"(?:time\s?zone|zone|tz|language|lang)\s+(?=\S)", re.IGNORECASE)
_NOON = 12 * 60

Change = dict[str, Any]


async def settings(call: Call) -> None:
    """/settings [what to set]"""
    if not call.args:
        await call.reply(settings_card(call))
        return
    page = call.args.strip().casefold()
    if page in _CHOICES:
        await call.reply(choices_card(call, page))
        return
    change = understood(call.args, call.texts)
    if change is None:
        await call.reply(Card(Text().text(call.texts("settings.odd")), _buttons(call.texts)))
    elif await allowed(call):
        await _set(call, change)
        await call.reply(settings_card(call))


def understood(words: str, texts: Texts) -> Change | None:
    """Words as a change of settings; None where they are none."""
    words = " ".join(words.split())
    if off := _OFF.fullmatch(words):
        return _off(off[1].lower())
    if span := _SPAN.fullmatch(words):
        return _quiet(_minutes(*span.groups()[:3]), _minutes(*span.groups()[3:]))
    if digest := _DIGEST.fullmatch(words):
        at = _minutes(*digest.groups())
        return None if at is None else {"digest_at": at}
    words = _NAMED.sub("", words, count=1)
    if words.casefold() in _languages():
        return {"language": _languages()[words.casefold()]}
    zone = zone_named(words, texts)
    return {"timezone": zone} if zone else None


def _off(what: str) -> Change:
    return {"digest_at": None} if what == "digest" else {"quiet_from": None, "quiet_to": None}


def _quiet(start: int | None, end: int | None) -> Change | None:
    if start is None or end is None or start == end:
        return None
    return {"quiet_from": start, "quiet_to": end}


def _minutes(hours: str, minutes: str | None, half: str | None) -> int | None:
    """Minutes after midnight; None for a time that no clock shows, 24:00 is midnight."""
    at = int(hours) * 60 + int(minutes or 0)
    if half:
        if not 1 <= int(hours) <= 12:
            return None
        at = at % _NOON + (_NOON if half.lower() == "pm" else 0)
    return at % 1440 if at <= 1440 and int(minutes or 0) < 60 else None


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """Codes and own names of the languages → code."""
    names = {texts_for(code)("language.name").casefold(): code for code in languages()}
    return {**{code: code for code in languages()}, **names}


async def _set(call: Call, change: Change) -> None:
    async with call.services.store.transaction() as tx:
        call.chat = await tx.chats.change(call.chat.id, **change)
    call.texts = call.services.texts_for(call.chat.language)


# ── the page and its choices ──


def settings_card(call: Call) -> Card:
    """The settings as they are, each with its button."""
    texts, chat = call.texts, call.chat
    values = {
        "language": texts("language.name"),
        "timezone": _clock(call, "settings.now"),
        "quiet": quiet_span(texts, chat.quiet_from, chat.quiet_to),
        "digest": digest_time(texts, chat.digest_at),
    }
    text = Text().bold(texts("settings.title"))
    for name, value in values.items():
        phrase(text.line(), texts, "settings.line", name=texts(f"settings.{name}"), value=value)
    return Card(text, _buttons(texts))


def _buttons(texts: Texts) -> list[list[Button]]:
    names = ("language", "timezone", "quiet", "digest")
    return _grid([Button(texts(f"settings.{name}"), data("sp", name)) for name in names], 2)


def _clock(call: Call, key: str) -> str:
    """Where this chat is, and what time it is there."""
    zone, texts = call.chat.timezone, call.texts
    return texts(key, zone=city(zone, texts), time=texts.clock(call.now, zone))


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
    """The choices of one setting, in place."""
    known = tap.args in _CHOICES
    await tap.edit(choices_card(tap, tap.args) if known else settings_card(tap))


def choices_card(call: Call, name: str) -> Card:
    """What one setting can be; ✓ on what it is."""
    rows = _CHOICES[name](call)
    text = Text().text(call.texts(f"settings.pick_{name}"))
    back = [Button(call.texts("button.back"), "sb:")]
    if name in _BY_THE_CLOCK:
        text.line(2).italic(_clock(call, "settings.clock"))
        back.append(Button(call.texts("settings.timezone"), data("sp", "timezone")))
    return Card(text, [*rows, back])


async def choose_tap(tap: Tap) -> None:
    """One choice: it is made, and the page shows it."""
    change = understood(tap.args, tap.texts)
    if change is None:
        await tap.toast(tap.texts("odd.stale"), alert=True)
    elif await allowed(tap):
        await _set(tap, change)
        await tap.toast(tap.texts("settings.saved"))
        await tap.edit(settings_card(tap))


def _language_rows(call: Call) -> list[list[Button]]:
    spoken = call.chat.language
    names = ((texts_for(code)("language.name"), code) for code in languages())
    return _grid([_choice(name, code, code == spoken) for name, code in names], 2)


def _zone_rows(call: Call) -> list[list[Button]]:
    here = call.chat.timezone
    return _grid([_choice(city(z, call.texts), z, z == here) for z in OFFERED], 2)


def _quiet_rows(call: Call) -> list[list[Button]]:
    texts, now = call.texts, (call.chat.quiet_from, call.chat.quiet_to)
    spans = [((start * 60, end * 60), f"quiet {start}-{end}") for start, end in QUIET]
    choices = [_choice(quiet_span(texts, *span), words, span == now) for span, words in spans]
    return [*_grid(choices, 2), [_choice(texts("settings.turn_off"), "quiet off")]]


def _digest_rows(call: Call) -> list[list[Button]]:
    texts, now = call.texts, call.chat.digest_at
    times = [_choice(texts.time(h * 60), f"digest {h}", h * 60 == now) for h in DIGESTS]
    return [*_grid(times, 4), [_choice(texts("settings.turn_off"), "digest off")]]


_CHOICES = {
    "language": _language_rows,
    "timezone": _zone_rows,
    "quiet": _quiet_rows,
    "digest": _digest_rows,
}
_BY_THE_CLOCK = {"quiet", "digest"}


def _choice(shown: str, words: str, chosen: bool = False) -> Button:
    return Button(f"✓ {shown}" if chosen else shown, data("sx", words))


def _grid(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]
