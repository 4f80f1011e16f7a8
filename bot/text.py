"""One meaning of "word" for stories, topics and search.

In: any text, from any feed or reader. Out: folded text, tokens, words with their positions, the
language, the direction. It refuses to know what an article, a topic or a database is.

Accents fold inside one script only: nothing is transliterated, for Чад must not
become the name Chad.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from bot.language import LETTERS, SCRIPTS, STOP_WORDS

MARKS = "".join(
    f"\\U{code:08x}"
    for code in (*range(0x300, 0x1C00), *range(0x1DC0, 0x1E00), 0x3099, 0x309A)
    if unicodedata.category(chr(code)).startswith("M")
)
_WORD = re.compile(rf"[^\W_]+(?:[{MARKS}\u200c\u200d]+[^\W_]*)*")
_PARTS = re.compile(f"({_WORD.pattern})")
# Written without spaces, or with particles glued on (Hangul): cut into single characters.
_GLUED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_PIECE = re.compile(rf"[{_GLUED}][{MARKS}]*|[^{_GLUED}]+")
_GLUED_ONE = re.compile(rf"[{_GLUED}]")
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d]"
)
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
        "ɗ": "d", "ɓ": "b", "ƙ": "k", "ƴ": "y", "ə": "e",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و",
        "ة": "ه", "ھ": "ه", "ہ": "ه", "ۃ": "ه", "ک": "ك", "ڪ": "ك",
        **{chr(0x660 + n): str(n) for n in range(10)},
        **{chr(0x6F0 + n): str(n) for n in range(10)},
    }
)  # fmt: skip


Ballot: TypeAlias = tuple[tuple[str, float], ...]
"""What a word says of the language: codes, each with a weight of 0 to 1."""


class Word(NamedTuple):
    """A word, or one character of a script that doesn't part its words; `text[start:end]`."""

    text: str
    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """The form in which words are compared: no case, no accents, one shape per letter.

    й stays apart from и, and vowel signs of Indic and Thai scripts stay: there they are letters.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    text = _ACCENTS.sub("", text.replace("и\u0306", "\ue000")).translate(_LETTERS)
    return unicodedata.normalize("NFC", text.replace("\ue000", "й"))


def words(text: str) -> list[Word]:
    """The words in order; apostrophes and hyphens part words ("L'armée": L, armée)."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        run, at = match.group(), match.start()
        if run.isascii() or not _GLUED_ONE.search(run):
            found.append(_word(run, at))
        else:
            found.extend(_word(piece.group(), at + piece.start()) for piece in _PIECE.finditer(run))
    return [word for word in found if word.folded]


def _word(run: str, at: int) -> Word:
    return Word(run, _fold_word(run), at, at + len(run))


@lru_cache(maxsize=20_000)
def _fold_word(word: str) -> str:
    folded = fold(word)
    return folded if folded.isalnum() else "".join(_WORD.findall(folded))  # ¼ is 1 and 4


def cut(text: str) -> tuple[list[str], list[str]]:
    """The words as they stand, and the gap behind each: `words` in a fifth of the time.

    A word may fold to nothing (a lone tatweel); `words` leaves those out.
    """
    parts = _PARTS.split(text)
    found, gaps = parts[1::2], parts[2::2]
    if text.isascii() or not _GLUED_ONE.search(text):
        return found, gaps
    pieces, between = [], []
    for run, gap in zip(found, gaps, strict=True):
        cuts = _PIECE.findall(run)
        pieces += cuts
        between += [""] * (len(cuts) - 1) + [gap]
    return pieces, between


def fold_word(word: str) -> str:
    """The folded form of one word of `cut`; "" for one that has no letter of its own."""
    return _fold_word(word)


def tokens(text: str) -> list[str]:
    """Folded words to index and to look for; glued scripts give overlapping pairs of characters.

    A lone character stands for itself, so a one-character query still finds a one-character word.
    """
    if not _GLUED_ONE.search(text):
        return [folded for folded in map(_fold_word, _WORD.findall(text)) if folded]
    found: list[str] = []
    run: list[str] = []
    end = -1
    for word in words(text):
        glued = _GLUED_ONE.match(word.text) is not None
        if run and not (glued and word.start == end):
            found.extend(_pairs(run))
            run = []
        if glued:
            run.append(word.folded)
        else:
            found.append(word.folded)
        end = word.end
    return found + _pairs(run)


def _pairs(run: list[str]) -> list[str]:
    return run if len(run) < 2 else [a + b for a, b in pairwise(run)]


@lru_cache(maxsize=512)
def language(text: str) -> str:
    """ISO 639 code of the language, or "" when the text doesn't tell.

    The script decides first; among the languages of one script, their own letters and their most
    frequent words. A short headline of names alone has no language.
    """
    text = text[:_SAMPLE]
    script = _script(text)
    if script not in _USUAL:
        return script
    return _elected(text, script, map(_BALLOTS[script].__getitem__, _WORD.findall(text)))


def language_by(text: str, ballots: Iterable[Ballot]) -> str:
    """`language`, for those who have asked for the `ballot` of every word of the text already."""
    if len(text) > _SAMPLE:
        return language(text)
    unusual = "" if text.isascii() else _PLAIN.sub("", text)  # a few accents and quotation marks
    if unusual and _NOT_LATIN.search(unusual):
        return language(text)
    return _elected(unusual, "latin", ballots) if _LETTER.search(text) else ""


def ballot(word: str) -> Ballot:
    """Which languages in Latin script a word speaks for, and how much."""
    return _BALLOTS["latin"][word]


def _elected(text: str, script: str, ballots: Iterable[Ballot]) -> str:
    votes = defaultdict[str, float](float, _letter_votes(text, script))
    for cast in filter(None, ballots):
        for code, weight in cast:
            votes[code] += weight
    if not votes:
        return _USUAL[script]
    (score, best), *rest = sorted(((vote, code) for code, vote in votes.items()), reverse=True)
    return best if not rest or score > rest[0][0] * 1.1 else _USUAL[script]


_SAMPLE = 600  # characters that are looked at
_USUAL = {"latin": "", "cyrillic": "ru", "arabic": "ar", "devanagari": "hi"}
"""What a text of a script is in, when nothing tells."""


def _script(text: str) -> str:
    """The script most letters belong to, or at once the language that alone uses it."""
    if text.isascii() or not _NOT_LATIN.search(text):
        return "latin" if _LETTER.search(text) else ""
    counts: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char.isalpha():
            counts[_char_script(char)] += times if char < "\u3000" else 3 * times
    if counts["ja"] and counts["ja"] + counts["zh"] > counts["latin"]:
        return "ja" if counts["ja"] * 8 > counts["zh"] else "zh"
    return counts.most_common(1)[0][0] if counts else ""


_PLAIN = re.compile(r"[\x00-\x7f]+")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_LATIN = re.compile(r"[^\W\x00-\u024f\u1e00-\u1eff]")


@lru_cache(maxsize=4_096)
def _char_script(char: str) -> str:
    if char < "\u0250" or "\u1e00" <= char < "\u1f00":
        return "latin"
    for first, last, name in _RANGES:
        if first <= char <= last:
            return name
    return "other" if char > "\u02ff" else "latin"


_RANGES = (
    ("\u0250", "\u02ff", "latin"),
    ("\u0370", "\u03ff", "el"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0530", "\u058f", "hy"),
    ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u08ff", "arabic"),
    ("\u0900", "\u097f", "devanagari"),
    ("\u0980", "\u09ff", "bn"),
    ("\u0a00", "\u0a7f", "pa"),
    ("\u0a80", "\u0aff", "gu"),
    ("\u0b00", "\u0b7f", "or"),
    ("\u0b80", "\u0bff", "ta"),
    ("\u0c00", "\u0c7f", "te"),
    ("\u0c80", "\u0cff", "kn"),
    ("\u0d00", "\u0d7f", "ml"),
    ("\u0d80", "\u0dff", "si"),
    ("\u0e00", "\u0e7f", "th"),
    ("\u0e80", "\u0eff", "lo"),
    ("\u1000", "\u109f", "my"),
    ("\u10a0", "\u10ff", "ka"),
    ("\u1200", "\u137f", "am"),
    ("\u1780", "\u17ff", "km"),
    ("\u3040", "\u30ff", "ja"),
    ("\u3400", "\u9fff", "zh"),
    ("\uac00", "\ud7af", "ko"),
    ("\ufb50", "\ufdff", "arabic"),
    ("\ufe70", "\ufeff", "arabic"),
)


def _letter_votes(text: str, script: str) -> dict[str, float]:
    votes: dict[str, float] = {}
    if text.isascii():
        return votes
    for char, times in Counter(_TELLING.findall(text.casefold())).items():
        for code in LETTERS[char]:
            if SCRIPTS.get(code, "latin") == script:
                votes[code] = votes.get(code, 0.0) + 0.7 * times / len(LETTERS[char])
    return {code: min(vote, 3.0) for code, vote in votes.items()}


_TELLING = re.compile(f"[{''.join(LETTERS)}]")


class _Ballots(dict[str, Ballot]):
    """Word as it stands → what it says for each language of one script; kept for frequent words."""

    def __init__(self, script: str) -> None:
        owners: dict[str, list[str]] = {}
        for code, listed in STOP_WORDS.items():
            for word in listed.split():
                owners.setdefault(word, []).append(code)
        self.weights = {
            word: tuple(
                (code, 1.0 / len(codes)) for code in codes if SCRIPTS.get(code, "latin") == script
            )
            for word, codes in owners.items()
        }

    def __missing__(self, word: str) -> Ballot:
        if len(self) >= _KEPT:
            self.clear()
        self[word] = found = self.weights.get(word.casefold(), ())
        return found


_KEPT = 20_000
_BALLOTS = {script: _Ballots(script) for script in _USUAL}


def is_rtl(text: str) -> bool:
    """Whether the text runs from right to left: its first strong character decides (UAX #9, P2)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
