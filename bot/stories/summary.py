"""Two to four sentences that say what happened, each out of a named source, none invented.

In: one text per publisher. Out: whole sentences with their publisher, in the order of reading.
Pure, without a model: greedy coverage of what the sources agree on, a prior for the beginning of a
text, little redundancy; then repairs, so that no sentence needs one that isn't there, and none
needs to be read on the day it was written.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.model import Sentence, Source, Summary
from bot.stories.anchors import anchored
from bot.stories.leaning import is_dangling
from bot.stories.lines import is_label, lines_in_place, placeless
from bot.stories.prose import eligible, is_cut, is_prose
from bot.stories.splitting import sentences, size
from bot.stories.terms import terms
from bot.stories.tolls import differences
from bot.text import language as language_of

MOST_READ = 30
"""Sentences of a source that are considered; news says what matters early."""
MOST_CHARACTERS = 9_000
PER_OUTLET = 2
"""Sentences that one outlet gives at most, once several tell the story."""


@dataclass(slots=True)
class _Choice:
    """A sentence on offer."""

    text: str
    source: int  # index of its source
    place: int  # index in its source
    language: str
    terms: frozenset[str]
    dangling: bool
    follows: bool  # right behind the sentence before it


def summarise(
    sources: Sequence[Source],
    *,
    title: str,
    sentences: int = 3,
    limit: int = 500,
    same_day: bool = True,
) -> Summary:
    """At most `sentences` whole sentences and `limit` characters; none when no source has any.

    Texts that are alike (wire copies) count as one source, under its first publisher. Words like
    "on Friday" get their date; `same_day` False leaves out the day of publication, for readers who
    see that one anyway.
    """
    told = _distinct(sources)
    offered = [c for n, source in enumerate(told) for c in _offer(n, source, title)]
    if not offered:
        return Summary(tuple(_plain(told, sentences, limit, same_day=same_day)))

    def dated(choice: _Choice) -> str:
        source = told[choice.source]
        return anchored(choice.text, source.published, choice.language, same_day=same_day)

    chosen = _choose(offered, len(told), title, sentences, limit, dated)
    ordered = _ordered(chosen)
    quoted = tuple(Sentence(c.text, told[c.source].publisher) for c in ordered)
    return Summary(quoted, differences=differences(told) if len(told) > 1 else ())


def offered(
    sources: Sequence[Source], *, title: str, most: int = 15, limit: int = 5_000
) -> list[tuple[str, Source]]:
    """The sentences that say most, in order of reading, for somebody else to tell from.

    At most so many, and so many characters; as they stand, without dates. One that leans on the
    sentence before it comes only behind that.
    """
    told = _distinct(sources)
    left = [c for n, source in enumerate(told) for c in _offer(n, source, title)]
    weights = _weights(left, len(told), title)
    chosen: list[_Choice] = []
    covered: set[str] = set()
    while len(chosen) < most and (fit := [c for c in left if _allowed(c, chosen, 1)]):
        best = max(fit, key=lambda c: _gain(c, weights, covered, len(told)))
        left.remove(best)
        if len(best.text) <= limit:
            chosen.append(best)
            covered |= best.terms
            limit -= len(best.text)
    ordered = sorted(chosen, key=lambda c: (c.source, c.place))
    return [(c.text, told[c.source]) for c in ordered]


def _distinct(sources: Sequence[Source]) -> list[Source]:
    """Sources with texts of their own, the earliest first."""
    kept: list[Source] = []
    prints: list[frozenset[str]] = []
    for source in sources:
        found = frozenset(terms(source.text[:1500], source.language))
        alike = any(len(found & p) > 0.8 * max(1, min(len(found), len(p))) for p in prints)
        if source.text.strip() and not (alike and found):
            kept.append(source)
            prints.append(found)
    return kept


def _offer(number: int, source: Source, title: str) -> list[_Choice]:
    """The sentences of a source that may stand in a summary, with their place in it."""
    code = source.language[:2] or language_of(source.text[:400])
    found = _in_place(source.text[:MOST_CHARACTERS], source.title or title, code)
    return [
        _Choice(
            text,
            number,
            place,
            code,
            frozenset(terms(text, code)),
            is_dangling(text, code),
            follows,
        )
        for place, (text, follows) in enumerate(found)
        if eligible(text)
    ]


def _in_place(text: str, title: str, code: str) -> list[tuple[str, bool]]:
    """Sentences, and whether each stands right behind the one before it: nothing was dropped."""
    found: list[tuple[str, bool]] = []
    follows = False
    for line in lines_in_place(text, title):
        for said in sentences(line, code):
            # A dash before a sentence marks speech or an item of a list.
            found.append((placeless(said.lstrip("-–—•· ")), follows))
            follows = True
        follows = follows and bool(line)
        if len(found) >= MOST_READ:
            break
    return found[:MOST_READ]


def _choose(
    offered: list[_Choice],
    told: int,
    title: str,
    count: int,
    limit: int,
    dated: Callable[[_Choice], str],
) -> list[_Choice]:
    """The sentences that say most together; only those that are taken get their dates."""
    weights = _weights(offered, told, title)
    left, chosen = list(offered), list[_Choice]()
    covered: set[str] = set()
    room = limit
    while len(chosen) < count:
        fitting = [c for c in left if len(c.text) <= room and _allowed(c, chosen, told)]
        if not fitting:
            break
        best = max(fitting, key=lambda c: _gain(c, weights, covered, told))
        if chosen and _gain(best, weights, covered, told) <= 0:
            break
        left.remove(best)
        best.text = dated(best)
        if len(best.text) <= room:
            chosen.append(best)
            covered |= best.terms
            room -= len(best.text) + 1
    return chosen


def _ordered(chosen: list[_Choice]) -> list[_Choice]:
    """Outlet by outlet, that of the weightiest sentence first; each in its own order."""
    rank: dict[int, int] = {}
    for choice in chosen:
        rank.setdefault(choice.source, len(rank))
    return sorted(chosen, key=lambda c: (rank[c.source], c.place))


def _weights(offered: list[_Choice], told: int, title: str) -> dict[str, float]:
    """A term's worth: in how many sentences and sources it stands, more if in the headline."""
    spread: dict[str, set[int]] = {}
    counts: Counter[str] = Counter()
    for choice in offered:
        counts.update(choice.terms)
        for term in choice.terms:
            spread.setdefault(term, set()).add(choice.source)
    headline = set(terms(title, ""))
    return {
        term: math.log1p(n)
        * (1.0 + (len(spread[term]) - 1) / max(1, told))
        * (1.5 if term in headline else 1.0)
        for term, n in counts.items()
    }


def _gain(choice: _Choice, weights: dict[str, float], covered: set[str], told: int) -> float:
    """New worth per length, with a prior for the beginning and a malus for what is told already."""
    new = sum(weights[t] for t in choice.terms if t not in covered)
    old = sum(weights[t] for t in choice.terms if t in covered)
    prior = 1.0 / (1.0 + 0.35 * choice.place)
    length = max(8.0, size(choice.text)) ** 0.6
    return float((new - 0.3 * old) / length * (0.25 + prior))


def _allowed(choice: _Choice, chosen: list[_Choice], told: int) -> bool:
    if told > 1 and sum(1 for c in chosen if c.source == choice.source) >= PER_OUTLET:
        return False
    if choice.dangling:
        before = (choice.source, choice.place - 1)
        return choice.follows and any((c.source, c.place) == before for c in chosen)
    return all(_overlap(choice, c) < 0.6 for c in chosen)


def _overlap(a: _Choice, b: _Choice) -> float:
    return len(a.terms & b.terms) / max(1, min(len(a.terms), len(b.terms)))


def _plain(told: Sequence[Source], count: int, limit: int, *, same_day: bool) -> list[Sentence]:
    """For teasers without a full stop: their first lines, cut ones only if nothing else."""
    for source in told:
        code = source.language[:2] or language_of(source.text)
        found = [
            s
            for s in sentences(source.text, code)
            if size(s) >= 4 and is_prose(s) and not is_label(s) and len(s) <= limit
        ]
        whole = [s for s in found if not is_cut(s)] or found[:1]
        if whole:
            dated = [anchored(s, source.published, code, same_day=same_day) for s in whole[:count]]
            kept = _fitting(dated, limit) or whole[:1]
            return [Sentence(text, source.publisher) for text in kept]
    return []


def _fitting(texts: list[str], limit: int) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if sum(len(k) + 1 for k in kept) + len(text) > limit:
            break
        kept.append(text)
    return kept
