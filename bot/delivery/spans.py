"""Formatted text that Telegram's own parser accepts: built as spans, cut as spans, rendered once.

In: text of any origin and what each piece of it is. Out: Telegram HTML, or the same words as plain
text. Markup is never cut, so no limit can break a tag. Knows nothing of alerts, languages or the
library that sends. Rules: https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from bot.markup import web_link
from bot.model import Instant

MESSAGE_UNITS = 4096
"""UTF-16 code units in a message after parsing; Telegram's limit, counted the strictest way."""
ENTITIES = 90  # Telegram ignores what comes after the hundredth
_MARKUP_BYTES = 11_000
"""Bytes of tags in one message: with 4096 units of 5 bytes (`&amp;`) it stays below the 32 768
bytes that the Bot API server accepts before it parses."""

_LOST = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_DROPPED = re.compile("[\u0333\u033f\u030a]")  # marks that Telegram's server removes
_BLANK = re.compile(r"[^\S\n]")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text; `tags` are opening tags, outermost first; `block` numbers its quote."""

    text: str
    tags: tuple[str, ...] = ()
    quote: str = ""  # opening tag of the quote
    block: int = 0


class Text:
    """Formatted text under construction; every method but the last four returns the text itself."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans = list(spans)

    def text(self, text: str) -> Self:
        """Plain words; "\\n" begins a new line."""
        return self._add(text)

    def bold(self, text: str) -> Self:
        return self._add(text, "<b>")

    def italic(self, text: str) -> Self:
        return self._add(text, "<i>")

    def code(self, text: str) -> Self:
        return self._add(text, "<code>")

    def link(self, text: str, url: str, *, bold: bool = False) -> Self:
        """A link; only the words where `url` is no web address that Telegram would follow."""
        address = web_link(url)
        tags = [f'<a href="{html.escape(address)}">'] if address else []
        return self._add(text, *tags, *(["<b>"] if bold else []))

    def time(self, instant: Instant, shown: str, form: str = "t") -> Self:
        """A time that new clients show in the reader's own zone; old ones show `shown`.

        `form` is empty, `r`, or any of `w`, `d` or `D`, `t` or `T` in that order (Bot API 9.5).
        """
        return self._add(shown, f'<tg-time unix="{int(instant)}" format="{form}">')

    def quote(self, content: str | Text, *, expandable: bool = False) -> Self:
        """A block quote on lines of its own; a quote within the quote becomes part of it."""
        if self._spans and not self._spans[-1].text.endswith("\n"):
            self.line()
        tag = "<blockquote expandable>" if expandable else "<blockquote>"
        block = 1 + max((span.block for span in self._spans), default=0)
        inner = content if isinstance(content, Text) else Text().text(content)
        self._spans += [Span(span.text, span.tags, tag, block) for span in inner.spans()]
        return self

    def line(self, n: int = 1) -> Self:
        """Ends the line, `n` times."""
        return self._add("\n" * n)

    def pieces(self, pieces: Iterable[tuple[str, bool]]) -> Self:
        """Runs of words, each with whether it is bold (`bot.i18n.Piece`)."""
        for text, bold in pieces:
            self._add(text, *(["<b>"] if bold else []))
        return self

    def add(self, other: Text) -> Self:
        """All of another text at the end of this one."""
        first = max((span.block for span in self._spans), default=0)
        self._spans += [
            Span(span.text, span.tags, span.quote, span.block and span.block + first)
            for span in other.spans()
        ]
        return self

    def spans(self) -> Iterator[Span]:
        return iter(tuple(self._spans))

    def __bool__(self) -> bool:
        return any(span.text.strip() for span in self._spans)

    def __repr__(self) -> str:
        return f"Text({self.plain()!r})"

    # ── what comes out ──

    def cut(self, limit: int = MESSAGE_UNITS) -> Text:
        """At most `limit` UTF-16 units: a prefix and "…"; letters, flags and faces stay whole."""
        if self.length() <= limit:
            return Text(self._spans)
        keep = len(_prefix(self.plain(), max(limit - 1, 0)))
        kept: list[Span] = []
        for span in self._spans:
            if keep <= 0:
                break
            kept.append(Span(span.text[:keep], span.tags, span.quote, span.block))
            keep -= len(span.text)
        if limit > 0:
            last = kept[-1] if kept else Span("")
            kept.append(Span("…", (), last.quote, last.block))
        return Text(kept)

    def html(self, limit: int = MESSAGE_UNITS) -> str:
        """Telegram HTML of at most `limit` UTF-16 units once parsed, and of at most 90 entities."""
        purse = _Purse()
        return "".join(
            _block(quote, list(spans), purse)
            for (_, quote), spans in groupby(self.cut(limit).spans(), lambda s: (s.block, s.quote))
        )

    def plain(self, *, links: bool = False) -> str:
        """The words alone; with `links`, each address in brackets behind its words."""
        if not links:
            return "".join(span.text for span in self._spans)
        return "".join(span.text + _address(span) for span in self._spans)

    def length(self) -> int:
        """UTF-16 code units, as Telegram counts the offsets of entities."""
        return units(self.plain())

    def _add(self, text: str, *tags: str) -> Self:
        if tidied := _tidy(text):
            self._spans.append(Span(tidied, tags))
        return self


def units(text: str) -> int:
    """UTF-16 code units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _tidy(text: str) -> str:
    """What Telegram would change, changed by us: controls, other blanks, marks that it drops."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", _LOST.sub("", text.replace("\t", " ")))
    return _BLANK.sub(" ", _DROPPED.sub("", text))


# ── rendering ────────────────────────────────────────────────────────────────────────────────────


class _Purse:
    """What a message may spend on markup; a tag that it cannot pay for is left out."""

    def __init__(self) -> None:
        self.entities = ENTITIES
        self.bytes = _MARKUP_BYTES

    def buys(self, tag: str) -> bool:
        price = len(tag.encode()) + len(_closing(tag))
        if not tag or self.entities < 1 or self.bytes < price:
            return False
        self.entities -= 1
        self.bytes -= price
        return True


def _block(quote: str, spans: list[Span], purse: _Purse) -> str:
    around = quote if purse.buys(quote) else ""
    inner = "".join(_inline(span, purse) for span in spans)
    return f"{around}{inner}{_closing(around)}"


def _inline(span: Span, purse: _Purse) -> str:
    # Every entity covers a text with something in it; Telegram would drop the others.
    tags = [tag for tag in span.tags if span.text.strip() and purse.buys(tag)]
    words = html.escape(span.text, quote=False)
    return "".join(tags) + words + "".join(_closing(tag) for tag in reversed(tags))


def _closing(tag: str) -> str:
    return f"</{tag[1:-1].split(' ', 1)[0]}>" if tag else ""


def _address(span: Span) -> str:
    for tag in span.tags:
        if tag.startswith("<a "):
            return f" ({html.unescape(tag[9:-2])})"
    return ""


# ── cutting ──────────────────────────────────────────────────────────────────────────────────────


def _prefix(text: str, limit: int) -> str:
    """The longest prefix of at most `limit` units that ends between two grapheme clusters."""
    kept = text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")
    at = len(kept)
    while 0 < at < len(text) and not _boundary(text, at):
        at -= 1
    return text[:at].rstrip()


def _boundary(text: str, at: int) -> bool:
    """Whether a reader sees two characters here: the rules of UAX 29 that matter in news."""
    before, after = text[at - 1], text[at]
    if before == "\u200d" or after in "\u200c\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    if unicodedata.category(after)[0] == "M":
        return False
    if _is_flag_half(after):
        start = at
        while start and _is_flag_half(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 0
    return not ("\u1160" <= after <= "\u11ff" and _is_hangul(before))


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_hangul(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"
