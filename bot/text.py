"""One meaning of "word" for stories, topics and search.

In: any text, from any feed or reader. Out: folded text, tokens, words with their positions, the
language, the direction. It refuses to know what an article, a topic or a database is.

Accents fold inside one script only: nothing is transliterated, for Чад must not
become the name Chad.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.language import BALLOTS, SAMPLE, elect, has_letter, is_latin, script_of

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
_BETWEEN = re.compile(rf"(?<=[{_GLUED}]) (?=[{_GLUED}])")
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


def is_unspaced(text: str) -> bool:
    """Whether a text has words of a script that doesn't part them by blanks."""
    return not text.isascii() and _GLUED_ONE.search(text) is not None


def joined(text: str) -> str:
    """Words parted by blanks, as a script writes them that has none."""
    return _BETWEEN.sub("", text)


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
    text = text[:SAMPLE]
    script = script_of(text)
    if script not in BALLOTS:
        return script
    return elect(text, script, map(BALLOTS[script].__getitem__, _WORD.findall(text)))


def language_by(text: str, ballots: Iterable[int]) -> str:
    """`language`, for those who hold the Latin ballot of every word of the text already."""
    if len(text) > SAMPLE:
        return language(text)
    unusual = "" if text.isascii() else _PLAIN.sub("", text)  # a few accents and quotation marks
    if unusual and not is_latin(unusual):
        return language(text)
    return elect(unusual, "latin", ballots) if has_letter(text) else ""


_PLAIN = re.compile(r"[\x00-\x7f]+")


def is_rtl(text: str) -> bool:
    """Whether the text runs from right to left: its first strong character decides (UAX #9, P2)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
