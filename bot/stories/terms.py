"""The terms by which articles are compared: stems of words, numbers, pairs of glued characters.

In: a text and its language. Out: terms without stop words. Stems merge what a reader takes for one
word (Snowball, by language); for names the matcher is stricter.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

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
    code = _language(text, language[:2].lower())
    stopped = _STOPPED.get(code, frozenset())
    stemmed = _stemmed
    return [
        stemmed(word, code) for word in tokens(text) if word not in stopped and word not in _ALWAYS
    ]


_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2e80-\uffff]")


def _language(text: str, declared: str) -> str:
    if declared in _SNOWBALL and (declared in ("ar", "ru") or not _OTHER_SCRIPT.search(text)):
        return declared
    return language_of(text) or declared or "en"


@lru_cache(maxsize=50_000)
def _stemmed(word: str, code: str) -> str:
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
    found = tokens(title)
    return " ".join(found) if len(found) >= 5 else ""
