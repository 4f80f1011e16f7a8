"""A headline or a body, cut into words that know what they may be part of.

In: a text and the table of names. Out: a `Segment`: rows of words, folded words and stems, the gaps
between them, and the few words at which a name may begin. What a word is worth is looked up once
for each spelling and kept in the `Lexicon`; the same words come back in every article.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.text import cut, fold_word
from bot.topics.names import Entry, Names

_KEPT = 30_000  # spellings; about 8 MB
_SMALL = frozenset(("from", "with", "over", "into", "amid", "than", "that", "upon"))
_PROCLITICS = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ك")
_ENDINGS = {
    "de": ("s",),
    "sv": ("s",),
    "da": ("s",),
    "no": ("s",),
    "nl": ("s",),
    "pl": ("a", "u", "owi", "em", "ie", "y", "i", "om", "ow", "ami", "ach"),
    "cs": ("a", "u", "ovi", "em", "e", "y", "i"),
    "ru": ("а", "у", "ом", "е", "ы", "и", "я", "ю"),
    "uk": ("а", "у", "ом", "і", "и", "я", "ю"),
    "tr": ("in", "da", "de", "dan", "den", "ya", "ye", "yi", "un", "a", "e", "i", "u"),
    "fi": ("n", "ssa", "sta", "lla", "lle", "an", "iin"),
    "hu": ("ban", "ben", "nak", "nek", "ra", "re", "ba", "be", "t", "ot", "et"),
}


class Stem(NamedTuple):
    """A name of one word that a spelling is a form of, in one language ("" for any)."""

    language: str
    key: str
    entries: tuple[Entry, ...]


class Head(NamedTuple):
    """A word at which a name may begin: how, and everything that it might then be about."""

    size: int  # words of the longest name that begins so; 0 when only a form of a name
    stems: tuple[Stem, ...]
    senses: frozenset[str]


class Spelling(NamedTuple):
    """What is known of a word as it stands in a text."""

    folded: str
    stem: str
    head: Head | None


class Lexicon(dict[str, Spelling]):
    """Spellings by the word as it stands, worked out when first met."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def __missing__(self, word: str) -> Spelling:
        folded = fold_word(word)
        found = Spelling(folded, stem(folded), self._head(word, folded) if folded else None)
        if len(self) >= _KEPT:
            self.clear()
        self[word] = found
        return found

    def _head(self, word: str, folded: str) -> Head | None:
        names = self._names
        stems = tuple(
            Stem(language, key, names.entries[key])
            for language, key in _stems(word, folded)
            if key in names.entries
        )
        begun = set(names.begun.get(folded, ()))
        begun.update(entry.sense for form in stems for entry in form.entries)
        if not begun:
            return None
        about = frozenset(kin for sense in begun for kin in names.family(sense))
        return Head(names.longest.get(folded, 0), stems, about)


class Segment:
    """A title or a body, cut into words; row n of each list is the same word."""

    __slots__ = ("folded", "gaps", "heads", "stems", "texts")

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        texts, gaps = cut(text)
        found = [lexicon[word] for word in texts]
        self.texts: list[str] = texts
        self.gaps: list[str] = gaps  # behind the word
        self.folded: tuple[str, ...] = ()
        self.stems: tuple[str, ...] = ()
        heads: Sequence[Head | None] = ()
        if found:
            self.folded, self.stems, heads = zip(*found, strict=True)
            if "" in self.folded:
                self._drop_empty()
                heads = [head for folded, _, head in found if folded]
        self.heads = [(at, head) for at, head in enumerate(heads) if head is not None]

    def _drop_empty(self) -> None:
        """Words without a letter of their own (a lone tatweel) are part of the gap before them."""
        texts, gaps = list[str](), list[str]()
        for word, gap, folded in zip(self.texts, self.gaps, self.folded, strict=True):
            if folded:
                texts.append(word)
                gaps.append(gap)
            elif gaps:
                gaps[-1] += word + gap
        self.texts, self.gaps = texts, gaps
        self.stems = tuple(s for s, f in zip(self.stems, self.folded, strict=True) if f)
        self.folded = tuple(folded for folded in self.folded if folded)

    def surface(self, start: int, end: int) -> str:
        """The words `start` up to `end` as they stand in the text."""
        if end == start + 1:
            return self.texts[start]
        texts, gaps = self.texts, self.gaps
        return "".join([texts[at] + gaps[at] for at in range(start, end - 1)]) + texts[end - 1]

    def titled(self) -> bool:
        """Whether every word has a capital, so that capitals say nothing."""
        long = [word for word in self.texts if len(word) > 3 and word[0].isalpha()]
        return len(long) > 2 and not any(w[0].islower() and w not in _SMALL for w in long)


def _stems(word: str, folded: str) -> list[tuple[str, str]]:
    """(language, name) of what a word may be a form of; Arabic proclitics hold in any language."""
    if "\u0600" <= folded[0] <= "\u06ff":
        return [
            ("", folded[len(p) :])
            for p in _PROCLITICS
            if folded.startswith(p) and len(folded) > len(p) + 2
        ]
    if len(folded) < 5 or word[0].islower():
        return []
    return [
        (language, folded[: -len(ending)])
        for language, endings in _ENDINGS.items()
        for ending in endings
        if folded.endswith(ending) and len(folded) - len(ending) >= 4
    ]


def stem(word: str) -> str:
    """A word without its plural or case ending, alike in all languages; for words typed plainly.

    Deliberately weak: it may miss a form, it must not merge different words.
    """
    if len(word) < 4:
        return word
    if word.isascii():
        if word.endswith("ies") and len(word) > 5:
            return word[:-3] + "y"
        if word.endswith(("ches", "shes", "sses", "xes")):
            return word[:-2]
        return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    if "а" <= word[0] <= "я" and len(word) > 4:
        return word.rstrip("аеиоуыэюяйь") if len(word.rstrip("аеиоуыэюяйь")) > 3 else word
    return word
