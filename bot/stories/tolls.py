"""How many were killed, hurt, missing, arrested: what each outlet says, side by side.

In: one text per publisher. Out: a `Difference` for each count on which they do not agree; nothing
is averaged or chosen. Or an article; then the counts of its headline and first sentence. Only the
beginning of a text is read, where the count of this event stands; sentences that look back ("in
2019", "since") are left out. The words stand in tolls.toml; those that multiply are of `figures`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, get_args

from bot.model import Article, Count, Difference, Source, Toll
from bot.stories.figures import Speech, speech_of
from bot.stories.splitting import sentences

_KINDS: tuple[Toll, ...] = get_args(Toll)
_READ = 4
"""Sentences of a source in which its own count is looked for."""
_DIGITS = r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?!\d)|\d{1,6}"
_AND = "(?:and|et|y|e|und|и|و)"
_OTHER = "when|who|he|she|years?|old|ans|años?|anos?|jahren?|лет|года?"  # "44 when he died"
_NO_COUNT = r"(?!\d|[%-]| ?(?:percent|per cent|pour cent|por ciento|por cento|prozent|процент))"
"""What tells that a number counts no people: "75%", "6-year-old"."""
_BACK = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:since|previous|last year|depuis|desde|seit|с начала)\b"
)


def differences(sources: Sequence[Source]) -> tuple[Difference, ...]:
    """The counts on which at least two publishers disagree, each with all who give one."""
    counted = [(source.publisher, _counts(source)) for source in sources]
    found: list[Difference] = []
    for kind in _KINDS:
        told = sorted((counts[kind], name) for name, counts in counted if kind in counts)
        if len({number for number, _ in told}) > 1 and len({name for _, name in told}) > 1:
            found.append(Difference(kind, tuple(told)))
    return tuple(found)


def counted(article: Article) -> tuple[Count, ...]:
    """The first count of each kind in the headline, else in the first sentence of the summary."""
    code = article.language[:2].lower()
    speech = _speech(code)
    if speech is None:
        return ()
    found: dict[Toll, Count] = {}
    first = sentences((article.summary or article.text)[:1000], code)[:1]
    for headline, sentence in ((True, article.title), *((False, said) for said in first)):
        low = sentence.lower()
        if _BACK.search(low):
            continue
        for kind, number, (start, end) in speech.found(low):
            words = sentence[start:end] if len(sentence) == len(low) else low[start:end]
            found.setdefault(kind, Count(kind, number, words, headline))
    return tuple(found.values())


def _counts(source: Source) -> dict[Toll, int]:
    """The first count of each kind."""
    speech = _speech(source.language[:2].lower())
    if speech is None:
        return {}
    said = [source.title, *sentences(source.text[:2000], source.language[:2])[:_READ]]
    found: dict[Toll, int] = {}
    for sentence in said:
        low = sentence.lower()
        if not _BACK.search(low):
            for kind, count, _ in speech.found(low):
                found.setdefault(kind, count)
    return found


class _Speech:
    """One language: the patterns of each kind, and its written-out numbers."""

    def __init__(self, words: Mapping[str, Any], speech: Speech | None) -> None:
        self._numbers = [re.compile(number) for number in words["numbers"]]
        self._scales = speech.scales if speech else ()
        scale = "|".join(pattern.pattern for pattern, _ in self._scales) or "(?!)"
        said = (
            rf"(?:\d+[.,]\d{{1,2}}(?= ?(?:{scale})(?!\w))|{_DIGITS}|{'|'.join(words['numbers'])})"
        )
        said = rf"{said}(?: ?(?P<scale>{scale})(?!\w))?"
        number = rf"(?:{words['about']} )*(?P<n>{said}){_NO_COUNT}"
        self._kinds = [
            (kind, [_pattern(p, number) for p in words[kind]]) for kind in _KINDS if kind in words
        ]
        self._sum = re.compile(rf"(?<!\w){said}(?P<of>(?: [^\W\d]+){{1,3}}) {_AND} ?(?:\w+ )?$")

    def found(self, low: str) -> Iterator[tuple[Toll, int, tuple[int, int]]]:
        """Each kind that the sentence counts; what is only a part of a sum is left out."""
        for kind, patterns in self._kinds:
            match = next((m for p in patterns if (m := p.search(low))), None)
            if match is not None and not self._adds(low, match.start("n")):
                yield kind, self._value(match["n"], match["scale"]), match.span("n")

    def _adds(self, low: str, start: int) -> bool:
        """In "12 soldiers and 3 guides were killed", whether the 3 begins here."""
        summand = self._sum.search(low[:start])
        if summand is None:
            return False
        own = low[summand.start() : summand.end("of")]  # "12 killed and 3 hurt" is no sum
        return not any(p.search(own) for _, patterns in self._kinds for p in patterns)

    def _value(self, said: str, scale: str | None) -> int:
        if scale is not None:
            times = next(n for pattern, n in self._scales if pattern.fullmatch(scale))
            plain = said[: said.rindex(scale)].strip()
            if part := re.fullmatch(r"(\d+)[.,](\d{1,2})", plain):
                return int(float(f"{part[1]}.{part[2]}") * times)
            return self._value(plain, None) * times
        digits = re.sub(r"\D", "", said)
        if digits:
            return int(digits)
        return next(n for n, word in enumerate(self._numbers, 1) if word.fullmatch(said))


def _pattern(words: str, number: str) -> re.Pattern[str]:
    between = rf"(?: (?!(?:{_AND}|{_OTHER})\b)[^\W\d]+){{0,4}}?"
    return re.compile(rf"(?<![\w.,])و?(?:{words.replace('{n}', number).replace('{w}', between)})")


@cache
def _speech(code: str) -> _Speech | None:
    text = resources.files(__package__).joinpath("tolls.toml").read_text("utf-8")
    words = tomllib.loads(text).get(code)
    return _Speech(words, speech_of(code)) if words else None
