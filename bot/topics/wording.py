"""The words of an article in one row: the headline, an empty word, the body.

In: two texts. Out: a `Wording`. It refuses to know what is looked for in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.topics.heads import Head
from bot.topics.hooks import Hook
from bot.topics.lexicon import BREAK, Word

_SMALL = frozenset(("from", "with", "over", "into", "amid", "than", "that", "upon"))


class Wording:
    """A headline and a body, cut into words; the body begins behind number `title`."""

    __slots__ = ("_folded", "heads", "hooks", "row", "title")

    def __init__(self, title: str, body: str, words: dict[str, tuple[Word, ...]]) -> None:
        """`words` has, or makes, those of a piece between two blanks."""
        pieces = f"{title} {BREAK} {body}".split(" ")
        found = list(map(words.__getitem__, pieces))
        row = self.row = list(chain.from_iterable(found))
        self.title = sum(map(len, found[: title.count(" ") + 1]))
        if not all(found):
            _widen(row, found, pieces)
        heads: list[tuple[int, Head]] = []
        hooks: list[tuple[int, Hook]] = []
        for at, word in enumerate(row):
            if word.head is not None:
                heads.append((at, word.head))
            if word.hook is not None:
                hooks.append((at, word.hook))
        self.heads, self.hooks = heads, hooks
        self._folded: tuple[str, ...] | None = None

    @property
    def folded(self) -> tuple[str, ...]:
        """The words in the form in which they are compared."""
        if self._folded is None:
            self._folded = tuple([word.folded for word in self.row])
        return self._folded

    @property
    def ballots(self) -> list[int]:
        """What each word says of the language; nothing of those that say nothing."""
        return [word.ballot for word in self.row if word.ballot]

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


def _widen(row: list[Word], found: list[tuple[Word, ...]], pieces: list[str]) -> None:
    """Gives what is no word (a dash between blanks) to the gap behind the word before it."""
    at = -1
    for piece, cut in zip(pieces, found, strict=True):
        if cut:
            at += len(cut)
        elif at >= 0 and row[at].folded:
            word = row[at]
            row[at] = word.between(word.lead, f"{word.gap}{piece} ")


def _titled(row: Sequence[Word]) -> bool:
    long = [word.text for word in row if len(word.text) > 3 and word.text[0].isalpha()]
    return len(long) > 2 and not any(w[0].islower() and w not in _SMALL for w in long)
