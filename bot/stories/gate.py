"""The gate: what a model wrote is shown only if the sentences it cites hold it.

In: numbered sentences out of articles, and an answer. Out: its sentences with their citations, and
what is wrong with them: a number, name, quotation or denial that the cited sentences do not hold,
links, markup, another language, no citation. Pure. It is a net for the worst errors and no proof: a
sentence can pass and still mislead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from bot.language import script_of
from bot.stories.answer import Claim, claims_in
from bot.stories.denial import denials
from bot.stories.figures import Figure, figures
from bot.stories.named import names
from bot.stories.prose import is_prose
from bot.stories.roles import exchanged
from bot.stories.splitting import balanced, size
from bot.stories.terms import terms
from bot.stories.units import other_units
from bot.text import language as language_of
from bot.text import tokens

MOST = 3
"""Sentences of an answer."""
LONGEST = 420  # characters of one
ROOM = 740  # characters of all
_TITLE = 3  # words in quotation marks that may be a name: «Севлес»
_HELD = 0.25  # of the words of a sentence, at least, stand in what it cites

Kind: TypeAlias = Literal[
    "empty", "citation", "form", "markup", "language", "number", "name", "quotation", "negation",
    "role", "far",
]  # fmt: skip


class Numbered(NamedTuple):
    """A sentence as the model was given it."""

    number: int
    text: str
    outlet: str


class Fault(NamedTuple):
    """What is wrong with a sentence of the answer, counted from 1; `what` stands in it."""

    kind: Kind
    what: str
    sentence: int = 0


class Verdict(NamedTuple):
    """`claims` that hold, in their order; the answer may be shown when there are no `faults`."""

    claims: tuple[Claim, ...]
    faults: tuple[Fault, ...]


_QUOTED = re.compile(r"[“„”]([^“”„]+)[”“]|«([^«»]+)»|\"([^\"]+)\"|「([^「」]+)」|‘([^‘’]{8,})’")
_LINK = re.compile(r"://|\bwww\.|(?<![\w.])[\w-]{2,}\.[a-z]{2,}(?![\w.])|\bt\.me\b", re.ASCII)
_MARKUP = re.compile(
    r"[<>{}\[\]`|*_\\~^]|(?<!\w)[@#/]\w|\w@\w|[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_ENDED = re.compile(r"[.!?…。！？؟।][\"”’»)」]*$")


def judged(answer: str, offered: Sequence[Numbered], language: str) -> Verdict:
    """Weigh an answer; `language` is the one that the sentences are in ("": unknown)."""
    claims = claims_in(answer)
    if not claims:
        return Verdict((), (Fault("empty", ""),))
    faults: list[Fault] = []
    held: list[Claim] = []
    for place, claim in enumerate(claims, 1):
        found = [Fault(kind, what, place) for kind, what in _faults(claim, offered, language)]
        faults += found
        if not found:
            held.append(claim)
    if len(claims) > MOST or sum(len(c.text) + 1 for c in claims) > ROOM:
        faults.append(Fault("form", "too long"))
    said = " ".join(claim.text for claim in claims)
    spoken = language_of(said)
    if not faults and language and spoken and spoken != language and len(said) > 80:
        faults.append(Fault("language", spoken))
    return Verdict(tuple(held), tuple(faults))


def _faults(claim: Claim, offered: Sequence[Numbered], language: str) -> list[tuple[Kind, str]]:
    known = {sentence.number: sentence for sentence in offered}
    wrong = [n for n in claim.cites if n not in known]
    if wrong or not claim.cites:
        return [("citation", f"[{wrong[0]}]" if wrong else "no source")]
    shape = _shape(claim.text)
    if shape is not None:
        return [shape]
    cited = [known[n] for n in claim.cites]
    text = "\n".join(sentence.text for sentence in cited)
    if script_of(claim.text) != script_of(text):
        return [("language", script_of(claim.text))]
    outlets = " ".join(sentence.outlet for sentence in cited)
    found: list[tuple[Kind, str]] = []
    found += (("number", what) for what in _numbers(claim.text, text, language))
    found += (("quotation", what) for what in _quotations(claim.text, text))
    found += (("name", what) for what in names(claim.text, text, outlets, language))
    found += (("negation", what) for what in denials(claim.text, text, language))
    found += (("role", what) for what in exchanged(unquoted(claim.text), unquoted(text), language))
    return found or _far(claim.text, text, language)


def _shape(said: str) -> tuple[Kind, str] | None:
    """What can be seen without the sources."""
    link = _LINK.search(said) or _MARKUP.search(said)
    if link:
        return "markup", link[0]
    if len(said) > LONGEST or not 3 <= size(said) <= 70 or not _ENDED.search(said):
        return "form", "no whole sentence"
    if not balanced(said):
        return "form", "quotation marks"
    return None if is_prose(said) else ("form", "no news")


def _far(said: str, text: str, language: str) -> list[tuple[Kind, str]]:
    own = set(terms(said, language))
    if len(own) < 4 or len(own & set(terms(text, language))) >= _HELD * len(own):
        return []
    return [("far", said[:40])]


# ── numbers ──


def _numbers(said: str, text: str, language: str) -> list[str]:
    """Figures that the sources do not give, or give of something else."""
    told = figures(text, language)
    own = figures(said, language)
    missing = [f.text for f in own if not _given(f, told)]
    return (
        missing or other_units(said, own, text, told, language) or _swapped(said, own, text, told)
    )


def _given(figure: Figure, told: Sequence[Figure]) -> bool:
    if any(figure.what == other.what for other in told):
        return True
    if figure.what[0] != "~":
        return False
    least = figure.amount  # "hundreds" of 450
    return any(o.what[0] == "#" and least <= o.amount < least * 100 for o in told)


def _swapped(said: str, own: Sequence[Figure], text: str, told: Sequence[Figure]) -> list[str]:
    """Numbers that the sources give of something else: "27 people" where those were 4."""
    amounts = [f for f in own if f.what[0] == "#"]
    others = [f for f in told if f.what[0] == "#"]
    found = []
    for figure in amounts:
        of = _counted(said, figure)
        places = [o for o in others if of and _counted(text, o) == of]
        if places and all(o.what != figure.what for o in places):
            found.append(figure.text)
    return found or _turned(said, amounts, text, others)


def _counted(text: str, figure: Figure) -> str:
    """The first word behind a number, as far as it is told by its beginning."""
    behind = tokens(text[figure.end : figure.end + 40])[:1]
    return behind[0][:6] if behind and len(behind[0]) > 3 else ""


def _turned(said: str, own: Sequence[Figure], text: str, told: Sequence[Figure]) -> list[str]:
    """ "48 to 61" for "61 to 48"."""
    pairs = _pairs(text, told)
    return [f"{a} – {b}" for a, b in _pairs(said, own) if (b, a) in pairs and (a, b) not in pairs]


def _pairs(text: str, found: Sequence[Figure]) -> set[tuple[str, str]]:
    return {
        (a.what[1:], b.what[1:])
        for a, b in pairwise(found)
        if 0 < b.start - a.end <= 6 and "\n" not in text[a.end : b.start]
    }


# ── quotations ──


def _quotations(said: str, text: str) -> list[str]:
    """Quotations that are not word for word in one of the sources'."""
    quoted = [_spaced(quote) for quote in quotations(text)]
    whole = _spaced(text)
    found = []
    for quote in quotations(said):
        words = _spaced(quote)
        places = quoted if len(words.split()) > 2 else [whole]
        if not any(words in place for place in places):
            found.append(quote)
    return found


def quotations(text: str) -> list[str]:
    """What stands in quotation marks."""
    return [next(filter(None, match)) for match in _QUOTED.findall(text)]


def unquoted(text: str) -> str:
    """The text without its longer quotations, which are compared word for word; names are kept."""
    return _QUOTED.sub(lambda m: m[0] if len(m[0].split()) <= _TITLE else " ", text)


def _spaced(text: str) -> str:
    return f" {' '.join(tokens(text))} "
