"""What each spelling is worth to topics, worked out when first met and kept.

In: a piece of text between two blanks, and the table of names. Out: the words in it, folded and
stemmed, with the names that may begin there. The same spellings come back in every article, so most
of an article is looked up, not read.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.language import BALLOTS
from bot.text import cut, fold_word
from bot.topics.names import Entry, Names

_KEPT = 30_000  # spellings; about 15 MB
_LONG = 30  # characters: a sentence without blanks, which won't come back
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


_BY_ENDING: dict[str, list[tuple[int, str]]] = {}  # ending → rank, language
for _language, _listed in _ENDINGS.items():
    for _rank, _ending in enumerate(_listed):
        _BY_ENDING.setdefault(_ending, []).append((_rank, _language))
_SIZES = sorted({len(ending) for ending in _BY_ENDING})


class Stem(NamedTuple):
    """A name of one word that a spelling is a form of, in one language ("" for any)."""

    language: str
    key: str
    entries: tuple[Entry, ...]


class Head(NamedTuple):
    """A word at which a name may begin: how, and everything that it might then be about."""

    single: tuple[Entry, ...]  # what it means alone
    spoken: dict[frozenset[str], tuple[Entry, ...]]  # the same for some languages; filled on demand
    seconds: frozenset[str]  # words that go on with a longer name
    size: int  # words of the longest name
    stems: tuple[Stem, ...]  # names that it may be a form of
    senses: frozenset[str]


class Word(NamedTuple):
    """A word as it stands in a text; the gap to the next is `gap` and the next one's `lead`."""

    folded: str
    stem: str
    head: Head | None
    ballot: int  # of which language it is, if it is in Latin script
    text: str
    lead: str
    gap: str


BREAK = "\0"
"""A piece that parts headline and body; no name, phrase or person spans it."""
_BREAK = (Word("", "", None, 0, "", "\n\n", "\n\n"),)


class Lexicon(dict[str, tuple[Word, ...]]):
    """The words of a piece between two blanks, by the piece."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._alone: dict[str, Word] = {}  # words with nothing around them
        self[BREAK] = _BREAK

    def __missing__(self, piece: str) -> tuple[Word, ...]:
        found = self._words(piece)
        if len(piece) <= _LONG:
            if len(self) >= _KEPT:
                self.clear()
                self[BREAK] = _BREAK
            self[piece] = found
        return found

    def _words(self, piece: str) -> tuple[Word, ...]:
        texts, gaps = cut(piece)
        if not texts:
            return ()
        lead = ""
        if not piece.startswith(texts[0]):
            lead = piece[: len(piece) - sum(map(len, texts)) - sum(map(len, gaps))]
        gaps[-1] += " "
        found: list[Word] = []
        for text, gap in zip(texts, gaps, strict=True):
            word = self._alone.get(text) or self._word(text)
            if word.folded:
                found.append(Word(*word[:5], lead, gap) if lead or gap else word)
                lead = ""
            elif found:  # a lone tatweel is no word
                found[-1] = found[-1]._replace(gap=found[-1].gap + text + gap)
        return tuple(found)

    def _word(self, text: str) -> Word:
        folded = fold_word(text)
        head = self._head(text, folded) if folded else None
        word = Word(folded, stem(folded), head, BALLOTS["latin"][text], text, "", "")
        if len(self._alone) >= _KEPT:
            self._alone.clear()
        self._alone[text] = word
        return word

    def _head(self, text: str, folded: str) -> Head | None:
        names = self._names
        entries = names.entries
        forms = [form for form in _stems(text, folded) if form[1] in entries]
        single = entries.get(folded, ())
        longer = names.longer.get(folded, ())
        if not (single or longer or forms):
            return None
        stems = tuple(Stem(language, key, entries[key]) for language, key in forms)
        several = [single, *(entries[key] for key in longer), *(s.entries for s in stems)]
        begun = {entry.sense for entries in several for entry in entries}
        about = frozenset(kin for sense in begun for kin in names.family(sense))
        parts = [key.split(" ") for key in longer]
        seconds = frozenset(part[1] for part in parts)
        return Head(single, {}, seconds, max(map(len, parts), default=1), stems, about)


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
    found = [
        (place, folded[:-size])
        for size in _SIZES
        if len(folded) - size >= 4
        for place in _BY_ENDING.get(folded[-size:], ())
    ]
    return [(language, key) for (_, language), key in sorted(found)]


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
