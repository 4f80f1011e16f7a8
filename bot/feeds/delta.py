"""What a document holds that the last one of its feed did not.

In: a body, and what is remembered of the last document: digests of its entries. Out: the feed with
only those entries that are not word for word as they were, and what to remember of this one. A feed
of fifty entries that has one new costs the reading of one. Run it in `bot.worker`: what it reads is
hostile.

Never at the price of another result: a document is read in full where it is not well-formed, where
an entry has no guid or shares one, where a new entry shares its link with a known one, where what
entries inherit changed (namespaces, base addresses), and once in eight days in any case. An
entry that reads as it did gives the draft that it gave, so leaving it out changes nothing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bot.errors import FeedError
from bot.feeds.decode import to_text
from bot.feeds.entries import NEWEST, key_of
from bot.feeds.parse import is_json, parse
from bot.feeds.schedule import PARSER
from bot.feeds.xmlfeed import XmlFeed, read_xml
from bot.model import ParsedEntry, ParsedFeed

_DAYS = 8  # then a document is read in full again
_HEAD = struct.Struct(">8sH8s8s")  # version, day, frame, context
_PIECE = struct.Struct(">8s4s4s")  # text, key, link; 16 bytes an entry
_VERSION = blake2b(f"1 {PARSER}".encode(), digest_size=8).digest()
_MARK = re.compile(
    r"<(?:!\[CDATA\[|!--|(/?)((?:[A-Za-z][\w.-]*:)?(?:item|entry))(?=[\s/>]))", re.IGNORECASE
)
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_INHERITED = re.compile(r"<[A-Za-z][^<>]*\sxml(?:ns|:)[^<>]*>")
_PASSING = re.compile(
    r"(?<=>)(\s*)(?:<!--.*?-->"
    r"|<(lastBuildDate|pubDate|updated|dc:date|modified)\b[^<>]*>[^<]*</\2\s*>)",
    re.DOTALL,
)
"""Between tags, for what is torn in two by a date would heal."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`feed` is None where nothing but dates changed; `pieces` is for `read` next time."""

    feed: ParsedFeed | None
    pieces: bytes
    whole: bool = True  # every entry of the document is in `feed`


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a document."""

    day: int
    frame: bytes
    context: bytes
    pieces: dict[bytes, tuple[bytes, bytes]]  # text → key and link, all digests


def read(body: bytes, content_type: str | None, url: str, known: bytes, day: int) -> Reading:
    """`known` is what `Reading.pieces` was last time, b"" for nothing; `day` counts any days.

    Raises FeedError as `parse` does.
    """
    if is_json(body) or b"<" not in body[:4096]:
        return Reading(parse(body, content_type=content_type, url=url), b"")
    text = to_text(body, content_type)
    chunks = split(text)
    if chunks is None:
        return Reading(read_xml(text, url).feed, b"")
    last = _unpacked(known, day)
    found = _changed(text, chunks, url, last) if last else None
    return found or _whole(text, chunks, url, day)


def split(text: str) -> list[tuple[int, int]] | None:
    """Where each entry of a document begins and ends; None where that is not beyond doubt."""
    found: list[tuple[int, int]] = []
    name, start, at = "", 0, 0
    while mark := _MARK.search(text, at):
        end = _ENDS.get(mark[0])
        at = text.find(end or ">", mark.end()) + len(end or ">")
        if at < mark.end():
            return None
        if end:
            continue
        if mark[1]:
            if mark[2] != name:
                return None
            found.append((start, at))
            name = ""
        elif name or text[at - 2] == "/":
            return None
        else:
            name, start = mark[2], mark.start()
    return None if name or not 0 < len(found) <= NEWEST else found


# ── the two ways of reading ──────────────────────────────────────────────────────────────────────


def _whole(text: str, chunks: Sequence[tuple[int, int]], url: str, day: int) -> Reading:
    found = read_xml(text, url)
    entries = found.feed.entries
    if not found.strict or len(entries) != len(chunks):
        return Reading(found.feed, b"")
    pieces = [
        (_digest(text[start:end]), *_names(entry))
        for (start, end), entry in zip(chunks, entries, strict=True)
    ]
    if any(entry.guid is None for entry in entries) or _repeats([key for _, key, _ in pieces]):
        return Reading(found.feed, b"")
    frame = _frame(text, chunks)
    head = _HEAD.pack(_VERSION, day & 0xFFFF, _frame_digest(frame, url), _context(frame, found))
    return Reading(found.feed, head + b"".join(_PIECE.pack(*piece) for piece in pieces))


def _changed(
    text: str, chunks: Sequence[tuple[int, int]], url: str, last: _Known
) -> Reading | None:
    """Only what is new; None where it must be read in full."""
    digests = [_digest(text[start:end]) for start, end in chunks]
    if _repeats(digests):
        return None
    new = [
        chunk for chunk, digest in zip(chunks, digests, strict=True) if digest not in last.pieces
    ]
    frame = _frame(text, chunks)
    frame_digest = _frame_digest(frame, url)
    if not new and frame_digest == last.frame:
        return Reading(None, _packed(last, frame_digest, digests, {}), whole=False)
    if 2 * len(new) > len(chunks):
        return None
    found = _read_some(text, chunks, new, url)
    if found is None or _context(frame, found) != last.context:
        return None
    fresh = [digest for digest in digests if digest not in last.pieces]
    named = {digest: _names(entry) for digest, entry in zip(fresh, found.feed.entries, strict=True)}
    if not _alone(digests, last, named, found.feed.entries):
        return None
    return Reading(found.feed, _packed(last, frame_digest, digests, named), whole=False)


def _read_some(
    text: str, chunks: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]], url: str
) -> XmlFeed | None:
    """The document with the new entries only; None where that is no well-formed feed."""
    kept = set(new)
    known = [chunk for chunk in chunks if chunk not in kept]
    try:
        found = read_xml(_frame(text, known), url)
    except FeedError:
        return None
    return found if found.strict and len(found.feed.entries) == len(new) else None


def _alone(
    digests: Sequence[bytes],
    last: _Known,
    named: dict[bytes, tuple[bytes, bytes]],
    entries: Sequence[ParsedEntry],
) -> bool:
    """Whether every entry has a guid of its own, and no new one the link of one that is known."""
    keys = [(named.get(digest) or last.pieces[digest])[0] for digest in digests]
    links = {last.pieces[digest][1] for digest in digests if digest in last.pieces}
    return (
        all(entry.guid is not None for entry in entries)
        and not _repeats(keys)
        and links.isdisjoint(link for _, link in named.values())
    )


# ── what is remembered ───────────────────────────────────────────────────────────────────────────


def _unpacked(known: bytes, day: int) -> _Known | None:
    if len(known) < _HEAD.size or (len(known) - _HEAD.size) % _PIECE.size:
        return None
    version, since, frame, context = _HEAD.unpack_from(known)
    if version != _VERSION or (day - since) & 0xFFFF >= _DAYS:
        return None
    pieces = {text: (key, link) for text, key, link in _PIECE.iter_unpack(known[_HEAD.size :])}
    return _Known(since, frame, context, pieces)


def _packed(
    last: _Known,
    frame: bytes,
    digests: Sequence[bytes],
    named: dict[bytes, tuple[bytes, bytes]],
) -> bytes:
    head = _HEAD.pack(_VERSION, last.day, frame, last.context)
    pieces = (
        _PIECE.pack(digest, *(named.get(digest) or last.pieces[digest])) for digest in digests
    )
    return head + b"".join(pieces)


def _names(entry: ParsedEntry) -> tuple[bytes, bytes]:
    key, link = key_of(entry), entry.link or entry.enclosure or ""
    return _digest(key, 4), _digest(link or key, 4)


def _digest(text: str, size: int = 8) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()


def _frame(text: str, chunks: Sequence[tuple[int, int]]) -> str:
    """The document without these entries."""
    starts = [0, *(end for _, end in chunks)]
    ends = [*(start for start, _ in chunks), len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _frame_digest(frame: str, url: str) -> bytes:
    """The same for frames that say the same of the feed, whenever they were written."""
    return _digest(url + "\0" + " ".join(_PASSING.sub(r"\1", frame).split()))


def _context(frame: str, found: XmlFeed) -> bytes:
    """What entries inherit: namespaces, languages and bases of what is around them."""
    return _digest("\0".join([found.base, *_INHERITED.findall(frame)]))


def _repeats(things: Sequence[bytes]) -> bool:
    return len(set(things)) < len(things)
