"""Names in a sentence that its sources do not hold.

In: a sentence, the text of its sources, their outlets, the language. Out: the words that look like
names and stand nowhere there. A capital tells a name where the script has any, in German only a run
of them; countries are known in every script (`carried`). It refuses to know who anybody is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.language import STOP_WORDS
from bot.stories.carried import carried
from bot.stories.figures import figures
from bot.stories.terms import terms
from bot.text import Word, fold, words

_BREAK = re.compile(r"[.!?:;\"“”„«»—–(]\s*$|^$")  # what may stand before a word that begins anew
_SUFFIXES = (
    "s n i es an ian ese ish er ers a e y os as o ns als is en em ern ens u om oy ov am ami ya "
    "а у е и ы ом ой ем ей ам ах ами ого ому я ю ов"
)
_ENDINGS = frozenset(_SUFFIXES.split())
_COMMON = 2  # letters a word of a name has at least


def names(said: str, text: str, outlets: str, language: str) -> list[str]:
    """The names, as they stand; none where all are in the sources."""
    found = words(said)
    held = _Held(f"{text}\n{outlets}", language)
    taken = [(f.start, f.end) for f in figures(said, language)]
    unknown = [
        word.text
        for at, word in enumerate(found)
        if _is_name(said, found, at, held, language)
        and not any(start < word.end and word.start < end for start, end in taken)
    ]
    unknown += _replaced(found, text, held) if not _has_capitals(said) else []
    return list(dict.fromkeys([*unknown, *_countries(said, held, language)]))


def _has_capitals(said: str) -> bool:
    return said.lower() != said.upper()


def _replaced(found: list[Word], text: str, held: _Held) -> list[str]:
    """Two unknown words behind a known one, where no capital tells a name: "the mayor X Y"."""
    told = {word.folded for word in words(text)}
    for at in range(len(found) - 2):
        one, *both = found[at : at + 3]
        unknown = all(w not in held and w.folded not in _stopped() for w in both)
        if one.folded in told and unknown:
            return [" ".join(word.text for word in both)]
    return []


def _countries(said: str, held: _Held, language: str) -> Iterator[str]:
    """Countries and peoples, whatever the script."""
    for mark in carried(said, language):
        if mark[0] == "=" and mark not in held.marks:
            yield mark[1:]


class _Held:
    """What the sources hold: their words, their stems, their countries, their initials."""

    def __init__(self, text: str, language: str) -> None:
        found = words(text)
        self.language = language
        self.folded = {word.folded for word in found}
        self.stems = set(terms(text, language))
        self.marks = set(carried(text, language))
        self.initials = _initials(found, text)

    def __contains__(self, word: Word) -> bool:
        folded = word.folded
        if folded in self.folded or folded in self.initials:
            return True
        stems = terms(word.text, self.language)
        if stems and all(stem in self.stems for stem in stems):
            return True
        mark = (carried(word.text, self.language) or [""])[0]
        if mark.startswith("="):  # Niger is no other form of Nigeria
            return mark in self.marks
        if mark.startswith("@") and mark in self.marks:
            return True
        return any(_akin(folded, other) for other in self.folded)


def _akin(one: str, other: str) -> bool:
    """One word in two forms: an ending on one, or on both; or the end of a compound."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4:
        return False
    if other.endswith(
        one
    ):  # Minister, where the source has the Verkehrsminister; not Hohnstadt for Stadt
        return len(one) > 4
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if at < max(3, len(short) - 3):
        return False
    return all(rest in _ENDINGS or not rest for rest in (short[at:], long[at:]))


def _initials(found: list[Word], text: str) -> set[str]:
    """Of every run of capitalised words: "United Nations" gives "un"."""
    made: set[str] = set()
    run: list[Word] = []
    for word in found:
        joined = run and text[run[-1].end : word.start].strip() in {"", "-"}
        run = [*run, word] if joined and word.text[0].isupper() else [word]
        for start in range(len(run)):
            made.add("".join(w.folded[0] for w in run[start:]))
    return {initials for initials in made if len(initials) > 1}


def _is_name(said: str, found: list[Word], at: int, held: _Held, language: str) -> bool:
    word = found[at]
    if not word.text[0].isupper() or len(word.folded) < _COMMON or word in held:
        return False
    if word.folded in _stopped():
        return False
    if _is_initials(word, held):
        return False
    run = _in_run(said, found, at)
    if language == "de":
        return run and not _is_office(said, found, at, held)
    before = said[: word.start].rstrip(" ")
    first = at == 0 or _BREAK.search(before) is not None
    if not first:
        return True
    return run or _is_owner(said, word) or _looks_like_a_name(word, language)


def _is_initials(word: Word, held: _Held) -> bool:
    """ "UN" where the sources write it out is known by its initials; else it must stand there."""
    return word.text.isupper() and word.folded in held.initials


def _in_run(said: str, found: list[Word], at: int) -> bool:
    """Whether another capitalised word stands beside it."""
    after = at + 1 < len(found) and _beside(said, found[at], found[at + 1])
    return after or (at > 0 and _beside(said, found[at - 1], found[at]))


def _beside(said: str, one: Word, other: Word) -> bool:
    both = one.text[0].isupper() and other.text[0].isupper()
    return both and said[one.end : other.start] == " " and one.folded not in _stopped()


def _is_office(said: str, found: list[Word], at: int, held: _Held) -> bool:
    """What somebody is, before a first and a last name that the sources have."""
    behind = found[at + 1 : at + 3]
    return len(behind) == 2 and all(
        word in held and _beside(said, one, word)
        for one, word in zip(found[at:], behind, strict=False)
    )


def _is_owner(said: str, word: Word) -> bool:
    return said[word.end : word.end + 2] in {"'s", "’s"}


def _looks_like_a_name(word: Word, language: str) -> bool:
    """At the beginning of a sentence every word has its capital: one that news hardly uses."""
    if language not in {"en", "fr", "es", "pt", "it"}:
        return False
    return all(stem not in _usual() for stem in terms(word.text, language))


@cache
def _stopped() -> frozenset[str]:
    return frozenset(fold(word) for listed in STOP_WORDS.values() for word in listed.split())


@cache
def _usual() -> frozenset[str]:
    """Words that news at large uses."""
    from bot.stories.background import Background

    return frozenset(Background.shipped().at_large)
