"""Prose: which sentences of an article a summary may quote.

In: sentences. Out: whether each is whole, prose, and the article's own. How furniture looks is
known in furniture.py.
"""

from __future__ import annotations

import re

from bot.stories.furniture import ENDED, is_call, is_mark
from bot.stories.splitting import balanced, size
from bot.text import MARKS

_CUT = re.compile(r"(?:\.{3}|…|\[(?:…|\.{3})\])[\"'”’»)\s]*$")
_MODEL = re.compile(r"ignore (?:all |the )?previous|as an ai|system prompt|language model")
_NO_LETTER = re.compile(rf"(?![{MARKS}])[\W\d_]")
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]{2}")  # two headlines run into one another


def eligible(sentence: str) -> bool:
    """Whether a sentence can stand in a summary: whole, prose, of the article."""
    count = size(sentence)
    if not 5 <= count <= 90 or not ENDED.search(sentence) or is_cut(sentence):
        return False
    return is_prose(sentence) and balanced(sentence)


def is_prose(sentence: str) -> bool:
    """At least 60 % letters, and neither credit nor call nor words for a machine."""
    if not _is_wordy("".join(sentence.split())) or _MODEL.search(sentence.lower()):
        return False
    return len(_GLUED.findall(sentence)) < 2 and not is_mark(sentence) and not is_call(sentence)


def _is_wordy(solid: str) -> bool:
    least = 0.6 * len(solid)
    if sum(map(str.isalpha, solid)) >= least:
        return True
    return len(solid) - len(_NO_LETTER.findall(solid)) >= least  # vowel signs, too


def is_cut(sentence: str) -> bool:
    """Whether a teaser ended here before its sentence did."""
    return _CUT.search(sentence) is not None
