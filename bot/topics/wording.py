"""The words of an article in one row: the headline, an empty word, the body.

In: two texts. Out: a `Wording`. It refuses to know what is looked for in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, compress
from operator import itemgetter

from bot.topics.heads import Head
from bot.topics.lexicon import BREAK, Lexicon, Word

_SMALL = frozenset(("from", "with", "over", "into", "amid", "than", "that", "upon"))
_folded, _stem, _head = itemgetter(0), itemgetter(1), itemgetter(2)


class Wording:
    """A headline and a body, cut into words; the body begins behind number `title`."""

    __slots__ = ("folded", "heads", "row", "stems", "title")

    def __init__(self, title: str, body: str, lexicon: Lexicon) -> None:
        row = self.row = _row(f"{title} {BREAK} {body}".split(" "), lexicon)
        self.folded = tuple(map(_folded, row))
        self.stems = list(map(_stem, row))
        self.title = self.folded.index("")
        heads = list(map(_head, row))
        self.heads: list[tuple[int, Head]] = list(compress(enumerate(heads), heads))

    @property
    def ballots(self) -> list[int]:
        """What each word says of the language."""
        return [word[3] for word in self.row]

    def gap(self, before: int) -> str:
        """What stands between a word and the next."""
        return self.row[before].gap + self.row[before + 1].lead

    def surface(self, start: int, end: int) -> str:
        """The words `start` up to `end` as they stand in the text."""
        row = self.row
        text = row[start].text
        for at in range(start + 1, end):
            text += row[at - 1].gap + row[at].lead + row[at].text
        return text

    def titled(self) -> tuple[bool, bool]:
        """Whether every word of the headline, of the body has a capital, which then say nothing."""
        return _titled(self.row[: self.title]), _titled(self.row[self.title + 1 :])


def _row(pieces: list[str], lexicon: Lexicon) -> list[Word]:
    found = list(map(lexicon.__getitem__, pieces))
    row = list(chain.from_iterable(found))
    if not all(found):
        _widen(row, found, pieces)
    return row


def _widen(row: list[Word], found: list[tuple[Word, ...]], pieces: list[str]) -> None:
    """Gives what is no word (a dash between blanks) to the gap behind the word before it."""
    at = -1
    for piece, cut in zip(pieces, found, strict=True):
        if cut:
            at += len(cut)
        elif at >= 0 and row[at].folded:
            word = row[at]
            row[at] = Word(*word[:6], f"{word.gap}{piece} ")


def _titled(row: Sequence[Word]) -> bool:
    long = [word.text for word in row if len(word.text) > 3 and word.text[0].isalpha()]
    return len(long) > 2 and not any(w[0].islower() and w not in _SMALL for w in long)
