"""What each spelling is worth to topics, worked out when first met and kept.

In: a piece of text between two blanks, and the table of names. Out: the words in it, folded and
stemmed, with the names that may begin there. The same spellings come back in every article, so most
of an article is looked up, not read.
"""

from __future__ import annotations

from bot.language import BALLOTS
from bot.text import cut, fold_word
from bot.topics.heads import Head, head_of
from bot.topics.hooks import Hook
from bot.topics.names import Names

_KEPT = 15_000  # spellings lately met, and as many that were met before; about 15 MB
LONG = 30  # characters: what is longer is a sentence without blanks, which won't come back


class Word:
    """A word as it stands in a text; the gap to the next is `gap` and the next one's `lead`."""

    __slots__ = ("ballot", "folded", "gap", "head", "hook", "lead", "stem", "text")

    def __init__(self, text: str, folded: str, head: Head | None, ballot: int) -> None:
        """`ballot` is for the language that it is of, if it is in Latin script."""
        self.text = text
        self.folded = folded
        self.stem = stem(folded)
        self.head = head
        self.ballot = ballot
        self.lead = self.gap = ""
        self.hook: Hook | None = None  # what queries ask for that it may be, or begin

    def between(self, lead: str, gap: str) -> Word:
        """The same with something around it."""
        other = self.hooked(self.hook)
        other.lead, other.gap = lead, gap
        return other

    def hooked(self, hook: Hook | None) -> Word:
        """The same with other queries."""
        other = Word.__new__(Word)  # `copy` takes ten times as long
        other.text, other.folded, other.stem = self.text, self.folded, self.stem
        other.head, other.ballot, other.hook = self.head, self.ballot, hook
        other.lead, other.gap = self.lead, self.gap
        return other


BREAK = "\0"
"""A piece that parts headline and body; no name, phrase or person spans it."""


class Alone(dict[str, Word]):
    """Words with nothing around them, by their text; kept."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def __missing__(self, text: str) -> Word:
        folded = fold_word(text)
        head = head_of(self._names, text, folded) if folded else None
        if len(self) >= 2 * _KEPT:
            self.clear()
        self[text] = word = Word(text, folded, head, BALLOTS["latin"][text])
        return word


class Lexicon(dict[str, tuple[Word, ...]]):
    """The words of a piece between two blanks, by the piece."""

    def __init__(self, names: Names) -> None:
        self.alone = Alone(names)
        self._former: dict[str, tuple[Word, ...]] = {}  # pieces that have not been met again yet
        self[BREAK] = (Word("", "", None, 0).between("\n\n", "\n\n"),)

    def __missing__(self, piece: str) -> tuple[Word, ...]:
        found = self._former.get(piece)
        if found is None:
            found = cut_words(piece, self.alone)
        if len(piece) <= LONG:
            if len(self) >= _KEPT:
                self._former = dict(self)
                self.clear()
                self[BREAK] = (Word("", "", None, 0).between("\n\n", "\n\n"),)
            self[piece] = found
        return found


def cut_words(piece: str, alone: dict[str, Word]) -> tuple[Word, ...]:
    """The words of a piece, each as `alone` has it, and the gaps between them."""
    texts, gaps = cut(piece)
    if not texts:
        return ()
    lead = ""
    if not piece.startswith(texts[0]):
        lead = piece[: len(piece) - sum(map(len, texts)) - sum(map(len, gaps))]
    gaps[-1] += " "
    found: list[Word] = []
    for word, gap in zip(map(alone.__getitem__, texts), gaps, strict=True):
        if word.folded:
            found.append(word.between(lead, gap) if lead or gap else word)
            lead = ""
        elif found:  # a lone tatweel is no word
            before = found[-1]
            found[-1] = before.between(before.lead, before.gap + word.text + gap)
    return tuple(found)


def stem(word: str) -> str:
    """A word without its plural or case ending, alike in all languages; for words typed plainly.

    Deliberately weak: it may miss a form, it must not merge different words.
    """
    if len(word) < 4:
        return word
    if word.isascii():
        return _stem_latin(word)
    if "а" <= word[0] <= "я" and len(word) > 4:
        return _stem_cyrillic(word)
    if "\u0600" <= word[0] <= "\u06ff":
        return _stem_arabic(word)
    return word


def _stem_latin(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith("sse") and len(word) > 5:
        return word[:-1]  # sécheresse, sécheresses
    if word.endswith(("sses", "ches", "shes", "xes", "ciones")):
        return word[:-2]
    if word.endswith("coes") and len(word) > 6:
        return word[:-3] + "ao"  # eleições, eleição
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_CASES = (
    "ами", "ями", "ого", "его", "ому", "ему", "ыми", "ими", "ах", "ях", "ам", "ям", "ов", "ев",
    "ом", "ем", "ой", "ей", "ый", "ий", "ых", "их",
)  # fmt: skip


def _stem_cyrillic(word: str) -> str:
    for ending in _CASES:
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    bare = word.rstrip("аеиоуыэюяйь")
    return bare if len(bare) > 3 else word


def _stem_arabic(word: str) -> str:
    """The word without conjunction, preposition and article, as far as an article shows them."""
    for prefix in ("وال", "بال", "كال", "فال", "لل", "ال"):
        if word.startswith(prefix) and len(word) - len(prefix) > 2:
            return word[len(prefix) :]
    return word
