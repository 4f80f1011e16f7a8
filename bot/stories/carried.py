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
from bot.text import fold, tokens

_CALENDAR = frozenset(
    fold(
        "january february march april may june july august september october november december "
        "monday tuesday wednesday thursday friday saturday sunday januar februar marz mai juni "
        "juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag"
    ).split()
)
_STOPPED = _CALENDAR.union(*(fold(listed).split() for listed in STOP_WORDS.values()))
_PIECE = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d+)*|[^\W\d_]+")
_GROUPED = re.compile(r"[ \u00a0\u202f.,](?=\d{3}(?!\d))")
_GLUED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_KEPT = 5  # letters of a name that survive its endings: Izmir, Izmirze; Zelensky, Zelenskyy


def carried(text: str, language: str) -> list[str]:
    """The marks of a text, in order, repeated as often as they occur."""
    found: list[str] = []
    pieces = _PIECE.findall(text)
    end = 0  # of the last name of several words
    for at, sense in enumerate(map(_SENSES.__getitem__, pieces)):
        if sense is not _NOTHING and at >= end:
            marks, names = sense
            if names:
                code, length = _place(pieces, at, language)
                if code:
                    marks, end = (code,), at + length
            found += marks
    if _GLUED.search(text):
        found.extend(_glued_places(text))
    return found


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold(word)


def _sense(piece: str) -> tuple[tuple[str, ...], bool]:
    """The marks of a word or a number alone, and whether the name of a country may begin here."""
    if piece[0].isdigit():
        return tuple(_number(piece)), False
    word = fold(piece)
    if not word:
        return _NOTHING
    mark = _mark(piece, word)
    names = not piece[0].islower() and word in _places()
    return ((mark,) if mark else (), names) if mark or names else _NOTHING


def _number(piece: str) -> list[str]:
    """ "1,000", "1 000" and "1.000" are one number, "6,8" and "6.8" another; years tell nothing."""
    whole = _GROUPED.sub("", piece).replace(",", ".")
    parts = [whole] if " " not in whole else whole.split()
    return ["#" + p for p in parts if len(p) > 1 and not re.fullmatch(r"(?:19|20)\d\d", p)]


_NOTHING: tuple[tuple[str, ...], bool] = ((), False)


class _Senses(dict[str, tuple[tuple[str, ...], bool]]):
    """`_sense` of every word, kept for frequent ones."""

    def __missing__(self, piece: str) -> tuple[tuple[str, ...], bool]:
        if len(self) >= _MOST:
            self.clear()
        self[piece] = found = _sense(piece)
        return found


_MOST = 50_000
_SENSES = _Senses()


def _place(pieces: list[str], at: int, language: str) -> tuple[str, int]:
    """The country named at a word, by the longest name, and of how many words."""
    for name, code, languages in _places()[_folded(pieces[at])]:
        if (language in languages or "en" in languages or not language) and (
            len(name) == 1 or tuple(map(_folded, pieces[at : at + len(name)])) == name
        ):
            return "=" + code, len(name)
    return "", 1


def _mark(piece: str, word: str) -> str:
    """The concept of a word, or the beginning of a name; "" for any other."""
    whole, begins = _concepts()
    for form in _forms(word):
        concept = whole.get(form) or next(
            (begins[form[:k]] for k in range(len(form), 2, -1) if form[:k] in begins), ""
        )
        if concept and (concept[0] == "@" or len(form) > 3 or not piece.islower()):
            return concept
    if piece[0].isupper() and len(word) > 2 and word not in _STOPPED:
        return "~" + word[:_KEPT]
    return ""


def _forms(word: str) -> tuple[str, ...]:
    """Arabic glues the article and short words in front."""
    if not "\u0600" <= word[0] <= "\u06ff":
        return (word,)
    bare = re.sub(r"^[وفبلك]?ال", "", word)
    return (word, bare, word[1:]) if len(word) > 4 else (word, bare)


def _glued_places(text: str) -> list[str]:
    return ["=" + _glued()[1][name] for name in _glued()[0].findall(text)]


@cache
def _glued() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {
        name[0]: code
        for names in _places().values()
        for name, code, _ in names
        if _GLUED.match(name[0])
    }
    return re.compile("|".join(sorted(codes, key=len, reverse=True))), codes


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
def _concepts() -> tuple[dict[str, str], dict[str, str]]:
    """Whole words, and beginnings of words, with what they stand for."""
    whole: dict[str, str] = {}
    begins: dict[str, str] = {}
    for line in _lines("concepts.tsv"):
        concept, listed = line.split("\t")
        for word in listed.split():
            table = begins if word.endswith("*") else whole
            for token in tokens(word.rstrip("*"))[:1]:
                table.setdefault(token, concept)
    return whole, begins


def _lines(name: str) -> list[str]:
    text = resources.files("bot.stories").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
