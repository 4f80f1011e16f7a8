"""The words of an article in columns: the headline, an empty word, the body.

In: two texts. Out: a `Wording`: number n of each column is the same word. It refuses to know what
is looked for in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.text import Ballot
from bot.topics.lexicon import Head, Lexicon, Word

_BREAK = Word("", "", None, (), "", "\n\n", "\n\n")  # no name, phrase or person spans it
_SMALL = frozenset(("from", "with", "over", "into", "amid", "than", "that", "upon"))


class Wording:
    """A headline and a body, cut into words; the body begins behind number `title`."""

    __slots__ = ("ballots", "folded", "gaps", "heads", "leads", "stems", "texts", "title")

    folded: tuple[str, ...]
    stems: tuple[str, ...]
    ballots: tuple[Ballot, ...]
    texts: tuple[str, ...]
    leads: tuple[str, ...]
    gaps: tuple[str, ...]

    def __init__(self, title: str, body: str, lexicon: Lexicon) -> None:
        row = _row(title, lexicon)
        self.title = len(row)
        row.append(_BREAK)
        row += _row(body, lexicon)
        heads: tuple[Head | None, ...]
        self.folded, self.stems, heads, self.ballots, self.texts, self.leads, self.gaps = zip(
            *row, strict=True
        )
        self.heads = [(at, head) for at, head in enumerate(heads) if head is not None]

    def gap(self, before: int) -> str:
        """What stands between a word and the next."""
        return self.gaps[before] + self.leads[before + 1]

    def surface(self, start: int, end: int) -> str:
        """The words `start` up to `end` as they stand in the text."""
        if end == start + 1:
            return self.texts[start]
        texts = self.texts
        parts = [texts[at] + self.gap(at) for at in range(start, end - 1)]
        return "".join(parts) + texts[end - 1]

    def titled(self) -> tuple[bool, bool]:
        """Whether every word of the headline, of the body has a capital, which then say nothing."""
        return _titled(self.texts[: self.title]), _titled(self.texts[self.title + 1 :])


def _row(text: str, lexicon: Lexicon) -> list[Word]:
    pieces = text.split(" ")
    found = [lexicon[piece] for piece in pieces]
    if () not in found:
        return list(chain.from_iterable(found))
    row: list[Word] = []
    for piece, cut in zip(pieces, found, strict=True):
        if cut:
            row += cut
        elif row:  # a dash between blanks
            row[-1] = row[-1]._replace(gap=f"{row[-1].gap}{piece} ")
    return row


def _titled(texts: Sequence[str]) -> bool:
    long = [word for word in texts if len(word) > 3 and word[0].isalpha()]
    return len(long) > 2 and not any(w[0].islower() and w not in _SMALL for w in long)
