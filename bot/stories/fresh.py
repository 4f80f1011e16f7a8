"""What is new in a development: numbers, names and rare words that the story so far did not have.

In: an article, the terms known so far, the rarity of a term. Out: words as they stand in its title
or summary, so that a message can set them in bold. It refuses to know how stories are grouped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from itertools import groupby

from bot.model import Article
from bot.stories.terms import stem
from bot.text import Word, words

_BODY = 300  # characters of the summary that are read
_WHOLE = 140  # characters to which no summary is cut
_TITLE = 2.0  # a word of the headline before one of the summary


def fresh(
    article: Article, language: str, known: Container[str], rarity: Callable[[str], float],
    *, least: float, most: int,
) -> tuple[str, ...]:  # fmt: skip
    """At most so many new words or names, the most telling first; `least`: rarity of a word.

    Words of a name that stand together stay together; a figure needs two digits and is no year.
    """
    found: dict[str, float] = {}
    for text, factor in ((article.title, _TITLE), (article.summary[:_BODY], 1.0)):
        for part, weight in _new(text, language, known, rarity, least):
            found.setdefault(part, weight * factor)
    chosen: list[str] = []
    for part in sorted(found, key=lambda part: -found[part]):
        if len(chosen) < most and not any(_within(part, other) for other in chosen):
            chosen.append(part)
    return tuple(chosen)


def _within(part: str, other: str) -> bool:
    a, b = part.lower(), other.lower()
    return a in b or b in a


def _new(
    text: str, language: str, known: Container[str], rarity: Callable[[str], float], least: float
) -> list[tuple[str, float]]:
    def telling(word: Word) -> float:
        term = stem(word.folded, language)
        if not term or term in known or not _says(word.text) or word.end == cut:
            return 0.0
        weight = rarity(term)
        return weight if weight >= least or word.text[0].isdigit() else 0.0

    # A summary may have been cut off inside its last word.
    cut = len(text) if len(text) > _WHOLE else -1

    found = []
    weighed = [(word, telling(word)) for word in words(text)]
    for _, run in groupby(enumerate(weighed), key=lambda item: _run(text, weighed, item[0])):
        chosen = [pair for _, pair in run if pair[1]]
        if chosen:
            part = text[chosen[0][0].start : chosen[-1][0].end]
            found.append((part, max(weight for _, weight in chosen)))
    return found


def _says(word: str) -> bool:
    """Figures but for years; words but for the shortest that are no names."""
    if word.isdigit():
        return len(word) > 1 and not re.fullmatch(r"(?:19|20)\d\d", word)
    return len(word) > 3 or (len(word) > 1 and not word.islower())


def _run(text: str, weighed: list[tuple[Word, float]], at: int) -> int:
    """Where the run of new capitalised words that a word stands in begins."""
    while at and _joined(text, weighed[at - 1], weighed[at]):
        at -= 1
    return at


def _joined(text: str, left: tuple[Word, float], right: tuple[Word, float]) -> bool:
    gap = text[left[0].end : right[0].start]
    names = left[0].text[0].isupper() and right[0].text[0].isupper()
    return bool(left[1] and right[1]) and gap in (" ", "-", "") and (names or gap == "")
