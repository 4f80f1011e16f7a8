"""The terms by which articles are compared: stems of words, numbers, pairs of glued characters.

In: a text and its language. Out: terms without stop words. Stems merge what a reader takes for one
word (Snowball, by language); for names the matcher is stricter.
"""

from __future__ import annotations

import re
from functools import cache

import Stemmer

from bot.language import STOP_WORDS
from bot.text import fold, tokens
from bot.text import language as language_of

_SNOWBALL = {
    "ar": "arabic",
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "id": "indonesian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_STOPPED = {code: frozenset(fold(listed).split()) for code, listed in STOP_WORDS.items()}
_ALWAYS = frozenset(("s", "t", "re", "ll", "ve", "d", "n", "l", "m"))


def terms(text: str, language: str) -> list[str]:
    """Stems in order, stop words left out; `language` "" or wrong for the script is detected."""
    return terms_in(text, spoken(text, language[:2].lower()))


def terms_in(text: str, code: str) -> list[str]:
    """`terms`, where the language is certain."""
    known = _KNOWN.get(code) or _KNOWN.setdefault(code, _Terms(code))
    if not text.isascii():
        for mark in _TYPOGRAPHY:
            text = text.replace(mark, " ")
    found = _PLAIN.findall(text.lower()) if text.isascii() else tokens(text)
    return [term for term in map(known.__getitem__, found) if term]


def stem(word: str, language: str) -> str:
    """The term of one word in a language that is known; "" for a stop word."""
    return (_KNOWN.get(language) or _KNOWN.setdefault(language, _Terms(language)))[word]


class _Terms(dict[str, str]):
    """Folded word → its stem in one language, "" for a stop word; kept for frequent words."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._stopped = _STOPPED.get(code, frozenset()) | _ALWAYS

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        self[word] = found = "" if word in self._stopped else root(word, self._code)
        return found


_KEPT = 30_000
_KNOWN: dict[str, _Terms] = {}
_TYPOGRAPHY = "’‘“”–—…\xa0"  # often all that keeps a text from being ASCII
_PLAIN = re.compile("[a-z0-9]+")  # the words of a text in ASCII, as `tokens` finds them
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2e80-\uffff]")


def spoken(text: str, declared: str) -> str:
    """The language of a text: what its feed declares, unless the script speaks against it."""
    if declared in _SNOWBALL and (declared in ("ar", "ru") or not _OTHER_SCRIPT.search(text)):
        return declared
    return language_of(text) or declared or "en"


def root(word: str, code: str) -> str:
    """The stem of a folded word, of a stop word too; the word itself where none is known."""
    stemmer = _stemmer(code)
    return fold(stemmer.stemWord(word)) if stemmer is not None else word


@cache
def _stemmer(code: str) -> Stemmer.Stemmer | None:
    name = _SNOWBALL.get(code)
    try:
        return Stemmer.Stemmer(name, 0) if name else None
    except KeyError:  # an older Snowball without this language
        return None


def headline_key(title: str) -> str:
    """What equal headlines share; "" for one too short to mean the same event."""
    found = _PLAIN.findall(title.lower()) if title.isascii() else tokens(title)
    return " ".join(found) if len(found) >= 5 else ""
