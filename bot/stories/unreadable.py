"""What is no page, told by its first bytes, whatever its server or its file's name says.

In: a body. Out: a sentence for a person, or "" where it may be a page or plain text. It refuses to
read any further: a feed, a picture or a document is somebody else's.
"""

from __future__ import annotations

import codecs
import re

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a sound"), (b"ID3", "a sound"), (b"\x1a\x45\xdf\xa3", "a film"),
    (b"PK\x03\x04", "an archive or a document"), (b"\x1f\x8b", "an archive"),
    (b"\xd0\xcf\x11\xe0", "a document"), (b"{\\rtf", "a document"),
)  # fmt: skip
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FEED = re.compile(
    rb"^\s*(?:<\?[^>]{0,200}\?>\s*|<!--.{0,500}?-->\s*){0,5}<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL
)
_SEEN = 4_096  # bytes
_NOISE = 0.1  # of them, of characters that no text has


def why_not(body: bytes) -> str:
    """Why this cannot be read; "" when nothing speaks against it."""
    start = body[:_SEEN].removeprefix(codecs.BOM_UTF8)
    if not start.strip():
        return "There is nothing in it."
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return f"This is {name} and not a page to read."
    if _FEED.match(start):
        return "This is a feed and not a page; `newsbell inspect feed` reads it."
    if start[:2] not in _BOMS and _is_noise(start):
        return "This is binary data and not a page to read."
    return ""


def _is_noise(start: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start)
    return control > _NOISE * len(start)


def utf8(body: bytes) -> bytes:
    """A body that says by its first two bytes that it is UTF-16, as UTF-8; others as they are."""
    return body.decode("utf-16", "replace").encode() if body[:2] in _BOMS else body
