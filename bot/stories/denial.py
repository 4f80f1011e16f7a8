"""Whether a sentence says yes where its sources say no, or up where they say down.

In: a sentence, the text of its sources, the language. Out: the words that deny, or that say the
opposite. Only words are compared, those of gate.toml; irony and double negation are beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.stories.figures import Speech, speech_of
from bot.stories.terms import terms
from bot.text import tokens

_CLAUSE = re.compile(r"[,;:.!?،؛\n]| (?:and|but|while|et|mais|y|pero|mas|und|aber|но|а) ")
_NEAR = 4  # words that a denial reaches
_WHOLE = 4  # letters; a shorter beginning of a word is the word itself


def denials(said: str, text: str, language: str) -> list[str]:
    """What is denied on one side only."""
    speech = speech_of(language)
    if speech is None:
        return []
    own, told = _denied(said, speech.no), _denied(text, speech.no)
    lacking, lacked = _denied(said, speech.lacks), _denied(text, speech.lacks)
    if own and not told and not lacked:
        return [own[0][0]]
    if (told or lacked) and not own and not lacking:
        mine = terms(said, language)
        return [word for word, near in told + lacked if _says(near, mine, language)][:1]
    return [] if own or lacking else list(_opposed(said, text, speech))


def _denied(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Each word that denies, with what it denies: the clause behind it, else before it."""
    found = []
    low = text.lower()
    for match in pattern.finditer(low):
        behind = _CLAUSE.split(low[match.end() :].lstrip(" "), maxsplit=1)[0]
        before = _CLAUSE.split(low[: match.start()])[-1]
        found.append((match[0], behind if len(tokens(behind)) > 1 else before))
    return found


def _says(near: str, mine: list[str], language: str) -> bool:
    """Whether most of what is denied is said all the same."""
    denied = terms(near, language)[:_NEAR]
    common = sum(1 for term in denied if any(_same(term, one, language) for one in mine))
    return bool(denied) and common * 2 >= len(denied)


def _same(one: str, other: str, language: str) -> bool:
    """Arabic verbs and short words grow at their beginning."""
    if one == other or language != "ar":
        return one == other
    return min(len(one), len(other)) > 2 and (one.endswith(other) or other.endswith(one))


def _opposed(said: str, text: str, speech: Speech) -> Iterator[str]:
    mine, theirs = tokens(said), tokens(text)
    for one, other in speech.opposites:
        for side, contrary in ((one, other), (other, one)):
            word = _any_of(side, mine)
            if not word or _any_of(contrary, mine) or _any_of(side, theirs):
                continue
            if _any_of(contrary, theirs):
                yield word


def _any_of(side: tuple[str, ...], found: list[str]) -> str:
    """The first word that begins so; "" for none."""
    for word in found:
        for stem in side:
            rest = word[len(stem) :]
            if word.startswith(stem) and (len(stem) > _WHOLE or rest in _RESTS):
                return word
    return ""


_INFLECTED = "s es d ed ing ies ied y t ts e en er o ou io a an am ia ped ping ted ting ned ning"
_RESTS = frozenset(["", *_INFLECTED.split()])
