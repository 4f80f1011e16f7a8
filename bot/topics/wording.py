"""The words of an article in one row: the headline, an empty word, the body.

In: two texts. Out: a `Wording`. It refuses to know what is looked for in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.topics.lexicon import BREAK, Head, Lexicon, Word

_SMALL = frozenset(("from", "with", "over", "into", "amid", "than", "that", "upon"))


class Wording:
    """A headline and a body, cut into words; the body begins behind number `title`."""

    __slots__ = ("folded", "heads", "row", "title")

    def __init__(self, title: str, body: str, lexicon: Lexicon) -> None:
        row = self.row = _row(f"{title} {BREAK} {body}".split(" "), lexicon)
        self.folded = tuple([word[0] for word in row])
        self.title = self.folded.index("")
        self.heads: list[tuple[int, Head]] = [
            (at, word[2]) for at, word in enumerate(row) if word[2] is not None
        ]

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
    if all(found):
        return list(chain.from_iterable(found))
    row: list[Word] = []
    for piece, cut in zip(pieces, found, strict=True):
        if cut:
            row += cut
        elif row and row[-1].folded:  # a dash between blanks
            row[-1] = row[-1]._replace(gap=f"{row[-1].gap}{piece} ")
    return row


def _titled(row: Sequence[Word]) -> bool:
    long = [word.text for word in row if len(word.text) > 3 and word.text[0].isalpha()]
    return len(long) > 2 and not any(w[0].islower() and w not in _SMALL for w in long)
