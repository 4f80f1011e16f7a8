"""Feeds of the sizes that real feeds have, with HTML in them as real ones do.

In: a source of chance. Out: documents. Sizes and numbers of entries are those of 43 feeds that
sites served in 2026 (median 69 kB, mean 79 kB, 5 to 263 kB; a wider sample has a mean of 200 kB);
so is the share of those that carry whole articles, escaped or in CDATA. The words are invented.
Used by `bench.poll`: what plain software takes grows with the document, what the bot takes hardly.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

# kB and entries
SHAPES = (
    (5, 13), (9, 6), (10, 15), (15, 12), (15, 10), (20, 32), (21, 2), (21, 15), (22, 30), (23, 10),
    (24, 3), (25, 33), (26, 30), (28, 20), (32, 15), (37, 15), (38, 10), (39, 10), (55, 43),
    (63, 30), (67, 10), (70, 14), (71, 25), (71, 10), (71, 38), (72, 59), (81, 6), (81, 10),
    (87, 10), (96, 18), (102, 10), (109, 25), (111, 10), (117, 10), (124, 141), (141, 9), (173, 10),
    (180, 10), (192, 25), (209, 17), (222, 15), (226, 34), (263, 46),
)  # fmt: skip
_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
)
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za bre cla dro fli gra"


def vocabulary(rng: random.Random, size: int = 30_000) -> list[str]:
    """Words that no list of names knows, so that nothing but chance makes them match."""
    return ["".join(rng.choices(_SYLLABLES.split(), k=rng.randint(2, 4))) for _ in range(size)]


def realistic(words: Sequence[str], rng: random.Random) -> list[bytes]:
    """One feed of each shape, newest entry first."""
    return [_feed(n, 1000 * size, items, words, rng) for n, (size, items) in enumerate(SHAPES)]


def _feed(number: int, size: int, items: int, words: Sequence[str], rng: random.Random) -> bytes:
    now, site = int(time.time()), f"https://outlet{number}.example"
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>\n'
        f"<title>Outlet {number}</title>\n<link>{site}</link>\n<language>en</language>\n"
        f'<atom:link href="{site}/feed" rel="self" type="application/rss+xml"/>\n'
        f"<description>{said(words, rng, 8)}</description>\n<ttl>60</ttl>\n"
    )
    made = "".join(
        _item(number, items - place, size // items, now - 3600 * place - 60, words, rng)
        for place in range(items)
    )
    return f"{head}{made}</channel>\n</rss>\n".encode()


def _item(
    number: int, entry: int, size: int, when: int, words: Sequence[str], rng: random.Random
) -> str:
    link = f"https://outlet{number}.example/{entry}/{said(words, rng, 5).replace(' ', '-')}"
    date = format_datetime(datetime.fromtimestamp(when, UTC))
    facts = (
        f"<item>\n<title>{said(words, rng, 9)}</title>\n<link>{link}</link>\n"
        f'<guid isPermaLink="false">{number}-{entry}</guid>\n<pubDate>{date}</pubDate>\n'
        f"<dc:creator>{said(words, rng, 2)}</dc:creator>\n"
        f"<category>{words[entry % 99]}</category>\n"
    )
    return f"{facts}{_body(number, size - len(facts), link, words, rng)}</item>\n"


def _body(number: int, size: int, link: str, words: Sequence[str], rng: random.Random) -> str:
    """A teaser alone where there is no room for more; else the article, as one kind or another."""
    if size < 500:
        return f"<description>{said(words, rng, max(3, size // 8))}</description>\n"
    if number % 2:
        return f"<description>{escape(_html(size * 4 // 5, link, words, rng))}</description>\n"
    return (
        f"<description><![CDATA[{said(words, rng, 40)}]]></description>\n"
        f"<content:encoded><![CDATA[{_html(size - 350, link, words, rng)}]]></content:encoded>\n"
    )


def _html(size: int, link: str, words: Sequence[str], rng: random.Random) -> str:
    """Paragraphs with links and pictures: about a third of it is tags, as in blogs."""
    pieces: list[str] = []
    while sum(map(len, pieces)) < size:
        pieces.append(
            f'<p>{said(words, rng, 30)} <a href="{link}?n={len(pieces)}" target="_blank" '
            f'rel="noopener">{said(words, rng, 3)}</a>, <em>{said(words, rng, 4)}</em>.</p>\n'
        )
        if len(pieces) % 4 == 0:
            pieces.append(
                f'<div class="figure wide"><img src="{link}/{len(pieces)}.jpg" width="1024" '
                f'height="683" alt="{said(words, rng, 5)}" loading="lazy"/></div>\n'
            )
    return "".join(pieces)


def said(words: Sequence[str], rng: random.Random, number: int) -> str:
    """So many of the words."""
    # Squared: some words are frequent, most are rare, as in any language.
    return " ".join(words[int(len(words) * rng.random() ** 2)] for _ in range(number)).capitalize()
