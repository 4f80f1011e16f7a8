"""Who did what to whom: "A accused B" where the sources say that B accused A.

In: a sentence, the sentences it cites, the language. Out: the word around which two are exchanged,
compared with the one that is closest.
It parses nothing: around a word that both have, what stands on its left and on its right is
compared, names first. Where only one of the two is passive, an exchange is right; and words of
saying stand before a name as well as behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.language import STOP_WORDS
from bot.stories.figures import figures
from bot.stories.leaning import is_saying
from bot.stories.terms import terms
from bot.text import fold, words

_NEAR = 2  # words to either side that are compared
_PASSIVE = {
    "en": r"\b(?:was|were|been|being|be|is|are)\b.{0,80}\bby\b|\w+ed by\b",
    "fr": r"\b(?:été|fut|furent|est|sont|sera|seront)\b.{0,80}\bpar\b|\w+é[es]* par\b",
    "es": r"\b(?:fue|fueron|sido|será|serán)\b|\w+[ai]d[oa]s? por\b",
    "pt": r"\b(?:foi|foram|sido|será|serão)\b|\w+[ai]d[oa]s? p(?:or|el[oa]s?)\b",
    "de": r"\b(?:wurden?|worden|wird|werden)\b.{0,80}\b(?:von|vom|durch)\b",
    "ru": r"\b(?:был[аои]?|будет|будут)\b|\w+(?:ается|яется|лся|лась|лись|ован[аоы]?)\b",
    "ar": r"من قبل|على يد|من جانب",
}
_VERB_FIRST = frozenset(("ar",))
_MUTUAL = frozenset(
    "met meet match face play spoke talk rencontr reun reuni treff traf встрет встреч التق".split()  # noqa: SIM905
)
"""Stems of what two do to each other."""


_FIXED = frozenset(("en", "fr", "es", "pt"))
"""Where the place of a noun says what it does; elsewhere its form does."""
_OFFICES = re.compile(
    "prim|minist|president|présid|mayor|mair|alcald|prefeit|leader|líder|chief|head|chef|jef|direct"
    "|secret|govern|gobern|goubern|general|général|king|queen|judg|lawy|avocat|chair|found|own|captain"
)
"""Beginnings of what somebody is: in "X, minister of Y" nothing is done."""


class _Word(NamedTuple):
    term: str
    name: bool
    form: str = ""


def exchanged(said: str, text: str, language: str) -> list[str]:
    """The word around which a sentence exchanges what its source says; none mostly."""
    own = _read(said, language)
    known = {word.term for word in own}
    sources = [(_read(source, language), source) for source in text.split("\n")]
    told, source = max(sources, key=lambda pair: len(known & {w.term for w in pair[0]}))
    return list(islice(_turned(own, told, language, (said, source)), 1))


def _read(text: str, language: str) -> list[_Word]:
    """The terms of a sentence in order, numbers left out."""
    taken = [(f.start, f.end) for f in figures(text, language)]
    stopped = frozenset(fold(STOP_WORDS.get(language, "")).split())
    found = []
    for at, word in enumerate(words(text)):
        if word.folded in stopped or is_saying(word.text, language):
            continue
        if any(s < word.end and word.start <= e + 1 for s, e in taken):  # and what is counted
            continue
        form = f"{_article(text[: word.start])} {word.folded}".strip()
        capital = word.text[0].isupper() and at > 0
        found += [_Word(term, capital, form) for term in terms(word.text, language)[:1]]
    return found


def _turned(
    own: list[_Word], told: list[_Word], language: str, texts: tuple[str, str]
) -> Iterator[str]:
    shared = {w.term for w in own} & {w.term for w in told}
    names = {w.term for w in [*own, *told] if w.name} & shared
    if _passive(texts, language):
        return
    if language == "de" and shared - names:
        yield from _other_case(own, told, shared)
    if language not in _FIXED and language not in _VERB_FIRST and not _reshaped(own, told, shared):
        return
    for verb in (w.term for w in own if w.term in shared and w.term not in names | _MUTUAL):
        if _OFFICES.match(verb):
            continue
        here, there = _around(own, verb, shared), _around(told, verb, shared)
        verb_first = language in _VERB_FIRST and _first_turned(here, there)
        by_name = _crossed(*_only(here, names), *_only(there, names))
        if verb_first or by_name or (not names and _crossed(*_nearest(here), *_nearest(there))):
            yield verb


def _article(before: str) -> str:
    """The German article that stands before a noun; it says what the noun does."""
    found = re.search(r"\b(der|den|dem)\s$", before.lower())
    return found[1] if found else ""


def _other_case(own: list[_Word], told: list[_Word], shared: set[str]) -> Iterator[str]:
    """A man who does it in one and to whom it is done in the other: "der" and "den"."""
    forms = {w.term: w.form[:4] for w in told}
    for word in own:
        if word.term in shared and {word.form[:4], forms[word.term]} == {"der ", "den "}:
            yield word.term


def _reshaped(own: list[_Word], told: list[_Word], shared: set[str]) -> bool:
    """Whether a shared noun has another form, as it must where it does what was done to it."""
    forms = {w.term: w.form for w in told}
    return any(w.term in shared and w.form != forms[w.term] for w in own)


Sides = tuple[list[str], list[str]]


def _around(found: Sequence[_Word], verb: str, shared: set[str]) -> Sides:
    listed = [w.term for w in found]
    at = listed.index(verb)
    return (
        [t for t in listed[:at] if t in shared and t != verb],
        [t for t in listed[at + 1 :] if t in shared and t != verb],
    )


def _only(sides: Sides, names: set[str]) -> Sides:
    return _nearest(([t for t in sides[0] if t in names], [t for t in sides[1] if t in names]))


def _nearest(sides: Sides) -> Sides:
    return sides[0][-_NEAR:], sides[1][:_NEAR]


def _crossed(left: list[str], right: list[str], was_left: list[str], was_right: list[str]) -> bool:
    """Whether most of what stood on one side stands on the other."""
    over, back = len({*left} & {*was_right}), len({*right} & {*was_left})
    kept = len({*left} & {*was_left}) + len({*right} & {*was_right})
    return over > 0 and back > 0 and over + back > kept


def _first_turned(here: Sides, there: Sides) -> bool:
    """Where the verb comes first, who does it stands behind it, and to whom behind that."""
    if (here[0][:1] and there[0][:1]) or not (here[1] and there[1]):
        return False
    mine, theirs = here[1][0], there[1][0]
    return mine != theirs and mine in there[1] and theirs in here[1]


def _passive(texts: tuple[str, str], language: str) -> bool:
    """Whether just one of the two is passive."""
    pattern = _PASSIVE.get(language)
    if pattern is None:
        return True
    one, other = (re.search(pattern, text.lower()) is not None for text in texts)
    return one != other
