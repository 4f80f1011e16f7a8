"""What of an article carries across languages: countries, names, numbers, and what happens.

In: a text and its language. Out: marks that other languages give too: "=NE" (a country,
or its people), "@quake" (a concept), "~agade" (the beginning of a name), "#1000" (a number). It
refuses to know stories. Names are compared inside one script only: nothing is transliterated.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from bot.language import STOP_WORDS
from bot.stories.terms import root
from bot.text import fold

_CALENDAR = frozenset(
    fold(
        "january february march april may june july august september october november december "
        "monday tuesday wednesday thursday friday saturday sunday januar februar marz mai juni "
        "juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag"
    ).split()
)
_STOPS = {code: frozenset(fold(listed).split()) for code, listed in STOP_WORDS.items()}
_STOPPED = _CALENDAR.union(*_STOPS.values())
_PIECE = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d+)*|[^\W\d_]+")
_GROUPED = re.compile(r"[ \u00a0\u202f.,](?=\d{3}(?!\d))")
_GLUED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_KEPT = 5  # letters of a name that survive its endings: Izmir, Izmirze; Zelensky, Zelenskyy


def carried(text: str, language: str) -> list[str]:
    """The marks of a text, in order, repeated as often as they occur."""
    found: list[str] = []
    pieces = _PIECE.findall(text)
    end = 0  # of the last name of several words
    for at, sense in enumerate(map(_senses(language).__getitem__, pieces)):
        if sense is not _NOTHING and at >= end:
            marks, names = sense
            if names:
                code, length = _place(pieces, at, language)
                if code:
                    marks, end = (code,), at + length
            found += marks
    if _GLUED.search(text):
        found.extend(_glued_marks(text))
    return found


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold(word)


def _sense(piece: str, language: str) -> tuple[tuple[str, ...], bool]:
    """The marks of a word or a number alone, and whether the name of a country may begin here."""
    if piece[0].isdigit():
        return tuple(_number(piece)), False
    word = fold(piece)
    if not word:
        return _NOTHING
    mark = _mark(piece, word, language)
    names = not piece[0].islower() and word in _places()
    return ((mark,) if mark else (), names) if mark or names else _NOTHING


def _number(piece: str) -> list[str]:
    """ "1,000", "1 000" and "1.000" are one number, "6,8" and "6.8" another; years tell nothing."""
    whole = _GROUPED.sub("", piece).replace(",", ".")
    parts = [whole] if " " not in whole else whole.split()
    return ["#" + p for p in parts if len(p) > 1 and not re.fullmatch(r"(?:19|20)\d\d", p)]


_NOTHING: tuple[tuple[str, ...], bool] = ((), False)


class _Senses(dict[str, tuple[tuple[str, ...], bool]]):
    """`_sense` of every word of a language, kept for frequent ones."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, piece: str) -> tuple[tuple[str, ...], bool]:
        if len(self) >= _MOST:
            self.clear()
        self[piece] = found = _sense(piece, self._language)
        return found


_MOST = 30_000


@lru_cache(maxsize=32)
def _senses(language: str) -> _Senses:
    return _Senses(language)


def _place(pieces: list[str], at: int, language: str) -> tuple[str, int]:
    """The country named at a word, by the longest name, and of how many words."""
    for name, code, languages in _places()[_folded(pieces[at])]:
        if (language in languages or "en" in languages or not language) and (
            len(name) == 1 or tuple(map(_folded, pieces[at : at + len(name)])) == name
        ):
            return "=" + code, len(name)
    return "", 1


def _mark(piece: str, word: str, language: str) -> str:
    """The concept of a word, or the beginning of a name; "" for any other."""
    concept = _english(piece, word) if language == "en" else _foreign(piece, word, language)
    if concept:
        return concept
    if piece[0].isupper() and len(word) > 2 and word not in _STOPPED:
        return "~" + word[:_KEPT]
    return ""


def _english(piece: str, word: str) -> str:
    """By stems of whole words: "political" is not "police", nor "France" a French landslide."""
    concept = _concepts()[0].get(root(word, "en"), "")
    return concept if _names(concept, piece, word) else ""


def _foreign(piece: str, word: str, language: str) -> str:
    """By beginnings, for endings are many; a word that says nothing in its own language is none."""
    if word in _STOPS.get(language, ()):
        return ""
    _, whole, begins = _concepts()
    for form in _forms(word):
        concept = whole.get(form) or next(
            (begins[form[:k]] for k in range(len(form), 2, -1) if form[:k] in begins), ""
        )
        if concept and _names(concept, piece, form):
            return concept
    return ""


def _names(concept: str, piece: str, form: str) -> bool:
    """A short word names a country with a capital alone: US, us."""
    return concept[:1] == "@" or len(form) > 3 or not piece.islower()


def _forms(word: str) -> tuple[str, ...]:
    """Arabic glues the article and short words in front."""
    if not "\u0600" <= word[0] <= "\u06ff":
        return (word,)
    bare = re.sub(r"^[وفبلك]?ال", "", word)
    return (word, bare, word[1:]) if len(word) > 4 else (word, bare)


def _glued_marks(text: str) -> list[str]:
    pattern, marks = _glued()
    return [marks[word] for word in pattern.findall(text)]


@cache
def _glued() -> tuple[re.Pattern[str], dict[str, str]]:
    """What to look for in scripts that don't part their words: countries and concepts."""
    _, whole, _ = _concepts()
    marks = {word: concept for word, concept in whole.items() if _GLUED.match(word)}
    for names in _places().values():
        marks.update((name[0], "=" + code) for name, code, _ in names if _GLUED.match(name[0]))
    longest = sorted(marks, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))), marks


@cache
def _places() -> dict[str, tuple[tuple[tuple[str, ...], str, frozenset[str]], ...]]:
    """First word of a name → the names that begin with it, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str, frozenset[str]]]] = {}
    for line in _lines("places.tsv"):
        name, code, languages = line.split("\t")
        parts = tuple(name.split())
        found.setdefault(parts[0], []).append((parts, code, frozenset(languages.split())))
    return {first: tuple(sorted(names, key=lambda n: -len(n[0]))) for first, names in found.items()}


@cache
def _concepts() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Stems of English words, whole words and beginnings of others, with what they stand for."""
    english: dict[str, str] = {}
    whole: dict[str, str] = {}
    begins: dict[str, str] = {}
    for line in _lines("concepts.tsv"):
        concept, own, others = line.split("\t")
        for word in own.split():
            english.setdefault(root(word, "en"), concept)
        for word in others.split():
            table = begins if word.endswith("*") else whole
            table.setdefault(fold(word.rstrip("*")), concept)
    return english, whole, begins


def _lines(name: str) -> list[str]:
    text = resources.files("bot.stories").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
