"""Longer words around a name, and other names, where a script doesn't part its words (pure).

In: a text in Chinese, Japanese or Korean, and the words in it that matched. Out: what a reader
may mean instead: `约旦河西岸` around `约旦`. It refuses to know queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.text import words
from bot.topics.names import Names, spell

_LONGEST = 10  # characters of a name
_BEHIND = 2  # characters of the usual Chinese word
_MORE = 6  # characters of a compound, on either side of the name
# Small words that join others, and verbs that follow a name in headlines: where a name ends.
_SMALL = set(
    "的了在和与對对將将等及向也被是为為从從于於有称稱说說至以并並已又再却仍就把让讓这這那去来來不未"
)
_PARTICLES = re.compile("(?:에서|으로|에게|이나|까지|부터|은|는|이|가|을|를|의|에|와|과|도|로|만)$")
_HIRAGANA = re.compile("[\u3041-\u309f]")
_HANGUL = re.compile("[\uac00-\ud7af]")


def around(text: str, name: str, names: Names) -> Iterator[str]:
    """Longer words that the name is a part of, the known names first."""
    for match in list(re.finditer(re.escape(name), text))[:5]:
        start, end = match.span()
        yield from known_around(text, start, end, names)
        if _HANGUL.search(name):
            yield _korean(text, start, end)
        elif _HIRAGANA.search(text):
            yield _compound(text, start, end)
        else:
            yield from _pairs(text, start, end)


def known_around(text: str, start: int, end: int, names: Names) -> Iterator[str]:
    """Names of the table that hold what stands at `start` up to `end`, the longest first."""
    for size in range(_LONGEST, end - start, -1):
        for first in range(max(end - size, 0), start + 1):
            piece = text[first : first + size]
            if len(piece) == size and _is_word(piece) and spell(piece) in names.entries:
                yield piece


def other_names(text: str, name: str, names: Names) -> Iterator[str]:
    """Names of the table in a text, in order, but for what overlaps the name that matched."""
    own = {at for match in re.finditer(re.escape(name), text) for at in range(*match.span())}
    at = 0
    while at < len(text):
        size = next((s for s in range(_LONGEST, 1, -1) if _names(text[at : at + s], s, names)), 0)
        if size and own.isdisjoint(range(at, at + size)):
            yield text[at : at + size]
        at += size or 1


def _names(piece: str, size: int, names: Names) -> bool:
    if len(piece) < size or not _is_word(piece):
        return False
    return any(entry.name for entry in names.entries.get(spell(piece), ()))


def _korean(text: str, start: int, end: int) -> str:
    """The whole word between blanks, without its particle."""
    while start and _HANGUL.match(text[start - 1]):
        start -= 1
    while end < len(text) and _HANGUL.match(text[end]):
        end += 1
    return _PARTICLES.sub("", text[start:end])


def _compound(text: str, start: int, end: int) -> str:
    """The name and what joins it without a particle: Japanese writes those in Hiragana."""
    first, last = start, end
    while first and start - first < _MORE and _joins(text[first - 1]):
        first -= 1
    while last < len(text) and last - end < _MORE and _joins(text[last]):
        last += 1
    return text[first:last]


def _pairs(text: str, start: int, end: int) -> Iterator[str]:
    """The name with the two characters behind it, or before it: most Chinese words are pairs."""
    behind, before = text[end : end + _BEHIND], text[max(start - _BEHIND, 0) : start]
    if len(behind) == _BEHIND and all(map(_joins, behind)):
        yield text[start : end + _BEHIND]
    if len(before) == _BEHIND and all(map(_joins, before)):
        yield text[start - _BEHIND : end]


@lru_cache(maxsize=4_096)
def _joins(character: str) -> bool:
    """Whether a character may go on with a word: Han or Katakana, no small word."""
    han = "\u3400" <= character <= "\u9fff" and character not in _SMALL
    return han or "\u30a1" <= character <= "\u30ff"


def _is_word(piece: str) -> bool:
    return "".join(word.text for word in words(piece)) == piece
