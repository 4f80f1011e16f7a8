"""Text into sentences, in its language.

In: text with its line breaks. Out: its sentences in order. The library splits; here is put together
again what it cuts: inside quotation marks, before a small letter, behind "M.", "им." or "am 3.".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sentencex import segment

_HOUR = re.compile(r"\b[ap]\.m\.$")  # "at 3 a.m. | Tuesday in Linden"
_DAY = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|E[DS]?T|GMT)"
)
_GLUED = re.compile(
    r"(?<=[a-zàâçéèêëîïôûùüñãõáíóúäöß]{3})(?=(?:L[ea]s?|Une?|Des|El|Los|The|Der|Die|Das) |L['’]\w)"
)
_HUMP = re.compile("[a-zé][A-Z]")
_LONGEST = 600  # characters that a quotation left open may draw together

# What ends with a full stop and ends no sentence, where the library does not know it.
_SHORT = {
    "ar": r"(?:[دأمح]|أ\.د)",
    "de": r"(?:\d{1,2}|Fa|Gem|Abs|Art|Hr|Fr|Hrsg|Gebr)",
    "en": r"(?:approx|Vol|Messrs|Gens|Sens|Reps|Det|Supt|Insp|Const|Cpl|Pte)",
    "es": r"(?:D|Dª|Da|Fr|Hno|Hna|gral|cap|cnel|tte|núm|arts?|[A-Z])",
    "fr": r"(?:MM?|Mmes?|Mlles?|Mgr|Dr|Drs|Prs?|Ste?|art|env|éd|[A-Z]\.-[A-Z]|[A-Z])",
    "pt": r"(?:S|D|Av|Sta|Sto|cel|cap|maj|ten|dep|sen|arts?|núm|[A-Z])",
    "ru": r"(?:им|ул|пр|пл|св|акад|проф|ген)",
}
_ENDS = {
    code: re.compile(rf"(?:^|[\s(“«„\"'’-]){short}\.[\u00a0\s]*$") for code, short in _SHORT.items()
}


def sentences(text: str, language: str = "") -> list[str]:
    """The sentences in order; a line break always ends one."""
    found: list[str] = []
    if _HUMP.search(text):
        text = _GLUED.sub("\n", text)
    for line in text.splitlines():
        if line.strip():
            parts = segment(language or "en", line.strip())
            found.extend(_mended((s.strip() for s in parts), _ENDS.get(language[:2])))
    return found


def _mended(parts: Iterable[str], short: re.Pattern[str] | None) -> list[str]:
    """Join what was cut inside quotation marks, before a small letter or behind a short form."""
    found: list[str] = []
    for part in parts:
        if not part:
            continue
        if found and (_goes_on(found[-1], part) or (short and short.search(found[-1]))):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _goes_on(before: str, part: str) -> bool:
    if _HOUR.search(before) and _DAY.match(part):
        return True
    opened = not balanced(before) and len(before) + len(part) < _LONGEST
    return (opened and part[0] not in "“«„") or part[0].islower()


_WIDE = re.compile("[\u0e00-\u0eff\u3040-\u9fff]")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"), ("「", "」"))


def balanced(sentence: str) -> bool:
    """Whether every quotation mark and bracket has its partner."""
    if sentence.count('"') % 2:
        return False
    for opening, closing in _PAIRS:
        if sentence.count(opening) != sentence.count(closing) and not (
            opening == "“" and "„" in sentence
        ):
            return False
    return True


def size(text: str) -> float:
    """The length in words; of scripts without blanks, two characters are a word."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return len(text.split()) + wide / 2
