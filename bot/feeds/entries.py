"""From the entries of a feed to drafts: who an entry is, when it was, and what it says.

In: a `ParsedFeed`. Out: `Draft`s, in the feed's order, each with a key that stays the same when
the feed is reordered, moves from http to https, or is edited. It does not know which are stored.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from bot.model import Draft, Instant, ParsedEntry, ParsedFeed

NEWEST = 2000
_LONGEST_KEY = 512
_LONGEST_TITLE = 300
_LONGEST_SUMMARY = 2000
_LONGEST_TEXT = 50_000
_DECADE = 3653 * 86400
_BROKEN_BEFORE = 631152000  # 1990: older dates are clocks that stood still
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)

# What WordPress appends to every teaser, in the languages it was seen in.
_FOOTER = re.compile(
    r"\s*(?:The post .{1,300} (?:appeared first|first appeared) on .{1,100}"
    r"|L[’']article .{1,300} est apparu en premier sur .{1,100}"
    r"|(?:La entrada|El artículo) .{1,300} (?:se publicó primero en|apareció primero en) .{1,100}"
    r"|Der Beitrag .{1,300} erschien zuerst auf .{1,100}"
    r"|O post .{1,300} apareceu primeiro em .{1,100}"
    r"|L'articolo .{1,300} proviene da .{1,100})$",
    re.DOTALL,
)
_MORE = re.compile(
    r"\s*(?:\[(?:…|\.\.\.|&hellip;)\]"
    r"|(?:Continue reading|Read more|Lire la suite|Weiterlesen)\b.{0,120})\s*$"
)


def drafts(parsed: ParsedFeed, *, url: str, language: str, now: Instant) -> tuple[Draft, ...]:
    """The entries, normalised; at most the newest 2000, none twice.

    `language` is what is known of the feed and beats what the feed says of itself (many say "en"
    because their software did). `url` is not part of any key: feeds move.
    """
    spoken = language or parsed.language or ""
    entries = _newest(parsed.entries, NEWEST)
    shared = {guid for guid, count in Counter(e.guid for e in entries).items() if count > 1}
    found: dict[str, Draft] = {}
    for entry in entries:
        title = _title(entry)
        if title:
            key = key_of(entry, entry.guid in shared)
            found.setdefault(key, _draft(entry, key, title, spoken, now))
    return tuple(found.values())


def _newest(entries: tuple[ParsedEntry, ...], most: int) -> tuple[ParsedEntry, ...]:
    if len(entries) <= most:
        return entries
    dated = sorted(range(len(entries)), key=lambda i: (-_age_key(entries[i]), i))
    return tuple(entries[i] for i in sorted(dated[:most]))


def _age_key(entry: ParsedEntry) -> float:
    when = entry.published or entry.updated
    return when.timestamp() if when else 0.0


def _draft(entry: ParsedEntry, key: str, title: str, language: str, now: Instant) -> Draft:
    published = _instant(entry.published or entry.updated, now)
    updated = _instant(entry.updated, now)
    summary = _teaser(entry, title)
    text = entry.text or ""
    return Draft(
        key=key,
        guid=entry.guid,
        title=title,
        link=entry.link or entry.enclosure or "",
        summary=summary,
        text=clip(text, _LONGEST_TEXT) if len(text) > len(summary) else "",
        published=published,
        updated=updated if updated and updated != published else None,
        language=language,
    )


def key_of(entry: ParsedEntry, shared: bool = False) -> str:
    """Who an entry is: raw guid, else link, else file, else a hash of what it says.

    A guid that several entries share is told apart by the link. http and https are one.
    """
    link = entry.link or entry.enclosure or ""
    if entry.guid and not shared:
        key = entry.guid
    elif entry.guid and link:
        key = f"{entry.guid} {link}"
    else:
        key = link or _digest((entry.title or "", entry.summary or ""))
    key = _SCHEME.sub("", key)
    return key if len(key) <= _LONGEST_KEY else _digest((key,))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _title(entry: ParsedEntry) -> str:
    if entry.title:
        return clip(entry.title, _LONGEST_TITLE)
    words = (entry.summary or entry.text or "").replace("\n", " ")
    return clip(words, 100) or entry.link or entry.enclosure or ""


def _teaser(entry: ParsedEntry, title: str) -> str:
    """The summary without what every entry of its feed ends with; "" where it repeats the title."""
    text = (entry.summary or "")[: 4 * _LONGEST_SUMMARY]
    text = _MORE.sub("", _FOOTER.sub("", text))
    return "" if text == title else clip(text, _LONGEST_SUMMARY)


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words, the cut marked with "…"."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ", limit // 2)
    return (cut[:space] if space > 0 else cut).rstrip(" ,;:–—-") + "…"


def _instant(when: datetime | None, now: Instant) -> Instant | None:
    """Unix seconds: the future is now, what is older than ten years is ten years old."""
    if when is None:
        return None
    seconds = int(when.timestamp())
    if seconds < _BROKEN_BEFORE:
        return None
    return max(now - _DECADE, min(seconds, now))
