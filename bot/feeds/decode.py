"""From the bytes of a feed to well-behaved XML text.

In: a body and its Content-Type. Out: text without DOCTYPE, without characters or references that
XML forbids, and without HTML's named entities, so that the strict parser reads what others stumble
over. It does not know what a feed is.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from html.entities import html5

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})")
_DECLARATION = re.compile(r"^<\?xml\b[^>]{0,400}\?>")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = (  # "<" without a mark before it: XML 1.0, appendix F
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What a label means on the web (WHATWG Encoding Standard): supersets stand for their subsets.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
_KNOWN = re.compile(
    r"utf-(8|16|32)(-[bl]e)?|cp(125\d|874|866|932|949|950|437|850)|iso8859-\d+|koi8-[rut]|gb18030"
    r"|big5hkscs|euc_jp|mac-(roman|cyrillic)|iso2022_(jp|kr)|hz|johab|ptcp154|kz1048"
)
"""Python has codecs that are no character sets ("undefined", "punycode", "zlib"): a feed may not
choose one."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_REFERENCE = re.compile(
    r"&(?!(?:lt|gt|amp|quot|apos);)(#[xX]?[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{1,31});"
)
"""All but the five that XML itself knows, which are most of them."""
_TOO_ODD = "\ufffd"


def to_text(body: bytes, content_type: str | None = None) -> str:
    """The characters of a document, however it is labelled. Never raises.

    Byte order mark first; then UTF-8 if the bytes are UTF-8, since nothing else looks like it; then
    what HTTP says, then what the document says. A few broken bytes leave UTF-8 what it is.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    wide = next((codec for start, codec in _STARTS if body.startswith(start)), None)
    return body.decode(wide, "replace") if wide else _narrow(body, content_type)


def _narrow(body: bytes, content_type: str | None) -> str:
    """A document in a superset of ASCII, or nearly one."""
    labels = [_known(label) for label in (_from_http(content_type), _from_document(body))]
    if not _SEVEN_BIT.intersection(labels):
        with contextlib.suppress(UnicodeDecodeError):
            return body.decode("utf-8")
    label = next((label for label in labels if label and not label.startswith("utf-")), None)
    return body.decode(label, "replace") if label else _broken_utf8(body)


def _broken_utf8(body: bytes) -> str:
    """UTF-8 with a few wrong bytes (a text cut in mid-character), else windows-1252."""
    text = body.decode("utf-8", "replace")
    wrong, high = text.count("\ufffd"), sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
    return text if wrong * 4 < high else body.decode("cp1252", "replace")


def _from_http(content_type: str | None) -> str:
    match = _CHARSET.search(content_type or "")
    return match[1] if match else ""


def _from_document(body: bytes) -> str:
    match = _DECLARED.match(body[:1024])
    return match[1].decode("ascii") if match else ""


def _known(label: str) -> str | None:
    """The codec a label stands for, if it is a character set."""
    try:
        name = codecs.lookup(label).name if label else ""
    except (LookupError, ValueError):
        return None
    name = _MEANT.get(name, name)
    return name if _KNOWN.fullmatch(name) else None


def tidy_xml(text: str) -> str:
    """The document from its first "<", without declaration, DOCTYPE and odd characters."""
    start = text.find("<")
    text = text[start:] if start > 0 else text
    text = _DECLARATION.sub("", text, count=1)
    text = _FORBIDDEN.sub("", text)
    text = _without_doctype(text)
    return _REFERENCE.sub(_reference, text) if "&" in text else text


def _reference(match: re.Match[str]) -> str:
    """What stands for a reference: itself where XML allows it, else the character."""
    name = match[1]
    if name.startswith("#"):
        return match[0] if _legal(name[1:]) else _TOO_ODD
    return html5.get(f"{name};", match[0])


def _legal(digits: str) -> bool:
    try:
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    except ValueError:
        return False
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFD


_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_ROOT = re.compile(r"<[A-Za-z_]")
_IN_DOCTYPE = re.compile(r"""<!--.*?-->|"[^"]*"|'[^']*'|[][>]""", re.DOTALL)


def _without_doctype(text: str) -> str:
    """Entities are declared in the DOCTYPE; a feed needs none, a bomb does."""
    match = _DOCTYPE.search(text)
    root = _ROOT.search(text)
    if not match or (root and root.start() < match.start()):
        return text
    depth = 0
    for part in _IN_DOCTYPE.finditer(text, match.end()):
        depth += {"[": 1, "]": -1}.get(part[0], 0)
        if part[0] == ">" and depth <= 0:
            return text[: match.start()] + text[part.end() :]
    return text[: match.start()] + (text[root.start() :] if root else "")
