"""Telegram's HTML, as Telegram reads it. In: a text with `parse_mode=HTML`. Out: plain text and its
entities, or Telegram's own complaint.

The rules of TDLib's parse_html (github.com/tdlib/td, MessageEntity.cpp), byte for byte, checked
against the library itself in tests/demo/api/test_html_oracle.py. It trims and merges nothing: that
is bot/demo/api/entities.py, as it is a step of its own at Telegram.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.demo.api import marks
from bot.demo.api.marks import Entity, HtmlError, order

TAGS = {
    b"b": "bold", b"strong": "bold", b"i": "italic", b"em": "italic",
    b"s": "strikethrough", b"strike": "strikethrough", b"del": "strikethrough",
    b"u": "underline", b"ins": "underline", b"tg-spoiler": "spoiler", b"span": "spoiler",
    b"tg-emoji": "custom_emoji", b"tg-time": "date_time", b"a": "text_link", b"pre": "pre",
    b"code": "code", b"blockquote": "blockquote",
}  # fmt: skip

_SPECIAL = re.compile(rb"[&<]")
_NAME = re.compile(rb"[^ \t\r\n\0\v>]*")
_ATTRIBUTE = re.compile(rb"[^ \t\r\n\0\v=>/\"']*")
_SPACES = re.compile(rb"[ \t\r\n\v]*")
_TOKEN = re.compile(rb"[a-zA-Z0-9.\-]*")
_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]*)|([0-9]*))")
_WORD = re.compile(rb"&([a-zA-Z]*)")
_WORDS = {b"lt": 0x3C, b"gt": 0x3E, b"amp": 0x26, b"quot": 0x22}
_SPACE_OR_END = b" \t\r\n\0\v"


@dataclass(slots=True)
class _Open:
    tag: bytes
    argument: bytes
    offset: int
    begin: int
    unix: bytes = b""


@dataclass(slots=True)
class _Reader:
    """`data` ends with a NUL that is not part of the text: every look ahead may stop at it."""

    data: bytes
    pos: int = 0
    out: bytearray = field(default_factory=bytearray)
    units: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    surrogates: bool = False

    def read(self) -> None:
        end = len(self.data) - 1
        while self.pos < end:
            found = _SPECIAL.search(self.data, self.pos, end)
            stop = found.start() if found else end
            self._plain(self.data[self.pos : stop])
            self.pos = stop
            if found is None:
                break
            if self.data[stop] == 0x26:
                self._reference()
            elif self.data[stop + 1] == 0x2F:
                self._close()
            else:
                self._open()

    def _plain(self, chunk: bytes) -> None:
        self.out += chunk
        self.units += _units(chunk)

    def _reference(self) -> None:
        code, self.pos = _decode(self.data, self.pos)
        if not code:
            self._plain(b"&")
            self.pos += 1
            return
        self.surrogates |= 0xD800 <= code <= 0xDFFF
        self.out += chr(code).encode("utf-8", "surrogatepass")
        self.units += 1 + (code > 0xFFFF)

    # ── tags ──

    def _open(self) -> None:
        begin, data = self.pos, self.data
        self.pos = _end(_NAME, data, begin + 1)
        if data[self.pos] == 0:
            raise HtmlError(f"Unclosed start tag at byte offset {begin}")
        tag = data[begin + 1 : self.pos].lower()
        if tag not in TAGS:
            raise HtmlError(f'Unsupported start tag "{_shown(tag)}" at byte offset {begin}')
        opened = _Open(tag, b"", self.units, len(self.out))
        while data[self.pos] != 0x3E:
            self.pos = _end(_SPACES, data, self.pos)
            if data[self.pos] != 0x3E:
                self._attribute(opened, begin)
        if tag == b"span" and opened.argument != b"spoiler":
            text = 'Tag "span" must have class "tg-spoiler"'
            raise HtmlError(f"{text} at byte offset {begin}")
        self.pos += 1
        self.stack.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        data, start = self.data, self.pos
        where = f'tag "{_shown(opened.tag)}" at byte offset {begin}'
        end = _end(_ATTRIBUTE, data, start)
        if end == start:
            raise HtmlError(f"Empty attribute name in the {where}")
        name = data[start:end]
        self.pos = _end(_SPACES, data, end)
        if data[self.pos] != 0x3D:
            if data[self.pos] == 0:
                raise HtmlError(f"Unclosed start {where}")
            _take(opened, name, b"")
            return
        self.pos = _end(_SPACES, data, self.pos + 1)
        if data[self.pos] == 0:
            raise HtmlError(f"Unclosed start {where}")
        value = self._quoted() if data[self.pos] in b"'\"" else self._token()
        if data[self.pos] == 0:
            raise HtmlError(f"Unclosed start tag at byte offset {begin}")
        _take(opened, name, value)

    def _token(self) -> bytes:
        start = self.pos
        self.pos = _end(_TOKEN, self.data, start)
        if self.data[self.pos] not in _SPACE_OR_END + b">":
            raise HtmlError(f"Unexpected end of name token at byte offset {start}")
        return self.data[start : self.pos].lower()

    def _quoted(self) -> bytes:
        data, quote, value = self.data, self.data[self.pos], bytearray()
        self.pos += 1
        while data[self.pos] not in (quote, 0):
            if data[self.pos] == 0x26:
                code, after = _decode(data, self.pos)
                if code:
                    value += chr(code).encode("utf-8", "surrogatepass")
                    self.pos = after
                    continue
            value.append(data[self.pos])
            self.pos += 1
        self.pos += data[self.pos] == quote
        return bytes(value)

    def _close(self) -> None:
        begin, data = self.pos, self.data
        if not self.stack:
            raise HtmlError(f"Unexpected end tag at byte offset {begin}")
        end = _end(_NAME, data, begin + 2)
        name = data[begin + 2 : end].lower()
        self.pos = _end(_SPACES, data, end)
        if data[self.pos] != 0x3E:
            raise HtmlError(f"Unclosed end tag at byte offset {begin}")
        opened = self.stack[-1]
        if name and name != opened.tag:
            expected = f'expected "</{_shown(opened.tag)}>", found "</{_shown(name)}>"'
            raise HtmlError(f"Unmatched end tag at byte offset {begin}, {expected}")
        if self.units > opened.offset:
            self._mark(opened)
        self.stack.pop()
        self.pos += 1

    # ── entities ──

    def _mark(self, opened: _Open) -> None:
        entity = Entity(TAGS[opened.tag], opened.offset, self.units - opened.offset)
        if opened.tag == b"a":
            kept = marks.link(entity, opened.argument or bytes(self.out[opened.begin :]))
        elif opened.tag in (b"pre", b"code"):
            entity.value = opened.argument.decode("utf-8", "surrogatepass")
            kept = not self._joined(entity)
        else:
            kept = marks.fill(entity, opened.argument, opened.unix)
        if kept:
            self.entities.append(entity)

    def _joined(self, entity: Entity) -> bool:
        """`pre` around exactly one `code` with a language (or inside it) is one entity."""
        last = self.entities[-1] if self.entities else None
        if last is None or (last.offset, last.length) != (entity.offset, entity.length):
            return False
        pair = (last.type, entity.type)
        if pair == ("code", "pre") and last.value:
            last.type = "pre"
            return True
        if pair == ("pre", "code") and entity.value and not last.value:
            last.value = entity.value
            return True
        return False


def _take(opened: _Open, name: bytes, value: bytes) -> None:
    match opened.tag, name:
        case (b"a", b"href") | (b"tg-emoji", b"emoji-id") | (b"tg-time", b"format"):
            opened.argument = value
        case (b"code", b"class") if value.startswith(b"language-"):
            opened.argument = value[9:]
        case (b"span", b"class") if value.startswith(b"tg-"):
            opened.argument = value[3:]
        case (b"blockquote", b"expandable"):
            opened.argument = b"1"
        case (b"tg-time", b"unix"):
            opened.unix = value


def _decode(data: bytes, at: int) -> tuple[int, int]:
    """The code point of a reference and where it ends; 0 and `at` where there is none."""
    number = _NUMBER.match(data, at)
    if number:
        base, digits = (16, number[1]) if number[1] is not None else (10, number[2])
        code = int(digits, base) if digits and number.end() - at < 10 else 0
        code, end = (code if code < 0x10FFFF else 0), number.end()
    else:
        word = _WORD.match(data, at)
        code, end = (_WORDS.get(word[1], 0), word.end()) if word else (0, at)
    if not code:
        return 0, at
    return code, end + (data[end] == 0x3B)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at


def _shown(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _units(chunk: bytes) -> int:
    """UTF-16 units: one per character, two from four bytes on."""
    if chunk.isascii():
        return len(chunk)
    return len(chunk.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")) // 2


def parse(text: str) -> tuple[str, list[Entity]]:
    """Raises HtmlError. `text` must be encodable as UTF-8."""
    reader = _Reader(text.encode() + b"\0")
    reader.read()
    if reader.stack:
        tag = _shown(reader.stack[-1].tag)
        raise HtmlError(f'Can\'t find end tag corresponding to start tag "{tag}"')
    if reader.surrogates:
        raise HtmlError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    for entity in reader.entities:
        if entity.type == "code":
            entity.value = ""
    return reader.out.decode(), sorted(reader.entities, key=order)
