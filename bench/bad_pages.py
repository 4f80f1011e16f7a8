"""Pages made to hurt whoever looks for the article in them: families of tricks, in several sizes.

In: nothing. Out: names and pages, made when asked for; the largest have two megabytes, which is as
much as is ever fetched. No command of its own: `python -m bench.hostile pages` reads them.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator

SIZES = (20_000, 200_000, 2_000_000)
_RNG = random.Random(7)
_TEXT = "The ferry to the island ran late again on Monday, said the harbour master of the town. "
_INLINE = ("b", "i", "a", "p", "div", "table", "td", "li", "ul", "font", "form", "span")


def repeated(piece: str) -> Callable[[int], str]:
    """The same again and again."""
    return lambda n: piece * (n // len(piece))


def nested(name: str) -> Callable[[int], str]:
    """Opened as often as closed, with a sentence in the middle."""
    return lambda n: (
        f"<{name}>" * (n // (2 * len(name) + 5)) + _TEXT + f"</{name}>" * (n // (2 * len(name) + 5))
    )


def _misnested(n: int) -> str:
    tags = [_RNG.choice(_INLINE) for _ in range(n // 12)]
    return "".join(f"<{tag}>x</{_RNG.choice(tags)}>" for tag in tags)


def _few_deep(n: int) -> str:
    """Just below the bound on tags, and the rest is text."""
    return "<div>" * 9_000 + _TEXT * (n // len(_TEXT)) + "</div>" * 9_000


def _tables(n: int) -> str:
    rows = "<tr><td><table>" * min(n // 15, 4_000)
    return rows + _TEXT * (max(0, n - len(rows)) // len(_TEXT))


TRICKS: dict[str, Callable[[int], str]] = {
    **{f"open {name}": repeated(f"<{name}>") for name in (*_INLINE, "script", "style", "svg")},
    **{f"nested {name}": nested(name) for name in _INLINE},
    **{f"closed {name}": repeated(f"</{name}>") for name in ("p", "br", "div", "a")},
    "misnested": _misnested,
    "deep and long": _few_deep,
    "tables": _tables,
    "adoption": repeated("<a><b><div></a></b>"),
    "formatting": repeated("<b><i><u><p>x"),
    "paragraphs": repeated("<p>x"),
    "links": repeated("<p><a href='/x'>x</a>"),
    "less than": repeated("<"),
    "comments": repeated("<!--"),
    "closed comments": repeated("<!-- x -->"),
    "declarations": repeated("<!x"),
    "cdata": repeated("<![CDATA["),
    "open attribute": repeated('<a href="'),
    "attributes": lambda n: "<p " + "".join(f"a{i}=x " for i in range(n // 9)) + ">" + _TEXT,
    "equal attributes": lambda n: "<p " + "class=x " * (n // 8) + ">" + _TEXT,
    "long attribute": lambda n: f"<p class='{'x ' * (n // 2)}'>{_TEXT}",
    "classes": lambda n: "<div class='" + "article-body-content " * (n // 21) + "'>" + _TEXT,
    "one word": lambda n: "<p>" + "x" * n,
    "spaces": lambda n: "<p>" + " \n\t" * (n // 3) + _TEXT,
    "breaks": lambda n: "<p>" + "x<br>" * min(n // 5, 19_000) + "x" * max(0, n - 95_000),
    "entities": repeated("&amp;"),
    "no entities": repeated("&x"),
    "references": repeated("&#x41;"),
    "controls": repeated("\x00\x01\x1b"),
    "direction": repeated("\u202e\u2066\u200b"),
    "marks": lambda n: "<p>a" + "\u0301" * (n // 2),
    "sentences": repeated(_TEXT),
    "one sentence": lambda n: "<p>" + "and the ferry " * (n // 14),
    "points": lambda n: "<p>" + "a. " * (n // 3),
    "quotes": lambda n: "<p>" + '" \u201c ' * (n // 6),
    "dates": lambda n: "<p>" + "2026-01-01T00:00 1/2/2026 " * (n // 26),
    "meta": repeated('<meta property="article:published_time" content="'),
    "open meta": lambda n: "<meta " + "name=date " * (n // 10),
    "json": lambda n: '<script type="application/ld+json">' + "[" * n,
    "long json": lambda n: '<script type="application/ld+json">{"datePublished":"' + "2" * n,
    "titles": repeated("<title>x</title>"),
    "heads": repeated("<head><body>"),
    "noise": lambda n: "".join(chr(_RNG.randrange(32, 0xD7FF)) for _ in range(n // 3)),
}
BYTES: dict[str, Callable[[int], bytes]] = {
    "zeros": bytes,
    "high bytes": lambda n: b"<p>" + b"\xff\xfe\x80" * (n // 3),
    "utf-16": lambda n: ("<p>" + _TEXT * (n // 180)).encode("utf-16"),
    "packed": lambda n: gzip.compress(b"<p>" + bytes(n)),
    "random": _RNG.randbytes,
}


def every() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and maker of each."""
    for trick, make in TRICKS.items():
        for size in SIZES:
            yield f"{trick}, {size}", lambda m=make, s=size: _page(m(s), s)
    for trick, made in BYTES.items():
        for size in SIZES:
            yield f"{trick}, {size}", lambda m=made, s=size: m(s)


def _page(inside: str, size: int) -> bytes:
    head = "<!doctype html><html lang=en><title>Ferry</title><body><article>"
    return (head + inside).encode("utf-8", "replace")[:size]
