"""Which senses a text speaks of: the longest name wins, and rivals compete for the same words.

In: the words of an article and the languages it may be in. Out: hits, each a sense with the words
that stand for it. It refuses to know topics, and it never looks at one name alone: the language of
the text, capital letters, neighbouring words and the other names in the article all have a say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from bot.text import words
from bot.topics.names import Entry, Names
from bot.topics.people import GIVEN, NOT_SURNAMES, TITLES
from bot.topics.segment import Head, Segment

_PARTICLES = frozenset(("le", "de", "la", "du", "di", "van", "von", "der", "bin", "al", "el", "da"))
_JOINS = frozenset(" \u00a0-‐‑–'’.·\u200b")
_BLANKS = (" ", "\u00a0")


class Hit(NamedTuple):
    """A sense at the words `start` up to `end` of its segment."""

    sense: str
    start: int
    end: int
    segment: int


class _Candidate(NamedTuple):
    segment: int
    start: int
    end: int
    key: str
    entries: tuple[Entry, ...]

    @property
    def clear(self) -> bool:
        """Whether it can mean one thing only."""
        return len(self.entries) == 1 and not self.entries[0].weak


def find(
    names: Names, segments: Sequence[Segment], languages: frozenset[str], source: str = ""
) -> list[Hit]:
    """All senses the segments speak of, parents not included."""
    candidates = [
        candidate
        for number, segment in enumerate(segments)
        for candidate in _scan(names, segment, number, languages)
    ]
    if not candidates:
        return []
    people: set[tuple[int, int]] = set()
    if any(candidate.entries[0].person for candidate in candidates):
        people = _people(candidates, segments)
    found = [c for c in candidates if (c.segment, c.start) not in people]
    if all(c.clear for c in found):
        return [Hit(c.entries[0].sense, c.start, c.end, c.segment) for c in found]
    present = {folded for segment in segments for folded in segment.folded}
    present.update("@" + w.folded for w in words(source))
    support = _support(names, found)
    decided = ((_decide(names, c, present, support), c) for c in found)
    return [Hit(sense, c.start, c.end, c.segment) for sense, c in decided if sense is not None]


def _scan(
    names: Names, segment: Segment, number: int, languages: frozenset[str]
) -> list[_Candidate]:
    """The longest usable names from left to right; they never overlap."""
    found: list[_Candidate] = []
    free = 0
    for at, head in segment.heads:
        if at >= free:
            candidate = _longest(names, segment, number, at, head, languages)
            if candidate is not None:
                found.append(candidate)
                free = candidate.end
    return found


def _longest(
    names: Names, segment: Segment, number: int, at: int, head: Head, languages: frozenset[str]
) -> _Candidate | None:
    if not head.size:
        return _inflected(segment, number, at, head, languages)
    row = segment.folded
    first = row[at]
    end = at + 1 if head.size == 1 else _reach(segment, at, head.size)
    while end > at:
        key = first if end == at + 1 else " ".join(row[at:end])
        entries = names.entries.get(key)
        if entries:
            usable = _usable(entries, segment, at, end, languages)
            if usable:
                return _Candidate(number, at, end, key, usable)
        end -= 1
    if not head.stems:
        return None
    for entry in names.entries.get(first, ()):
        if entry.languages is None or not languages.isdisjoint(entry.languages):
            return None  # the exact form is a name of its own: Нигерия is no form of Нигер
    return _inflected(segment, number, at, head, languages)


def _reach(segment: Segment, at: int, size: int) -> int:
    """How far a name may run from here: over blanks, hyphens and apostrophes only."""
    texts, gaps, end = segment.texts, segment.gaps, at + 1
    last = min(at + size, len(texts))
    while end < last:
        gap, before = gaps[end - 1], texts[end - 1]
        if gap == " " or (gap in ("（", "(") and before > "\u3000"):  # 刚果（金）
            end += 1
            continue
        if len(gap) > 2 or not _JOINS.issuperset(gap):
            break
        if "." in gap and len(before) > 3:
            break
        end += 1
    return end


def _inflected(
    segment: Segment, number: int, at: int, head: Head, languages: frozenset[str]
) -> _Candidate | None:
    """A name with an ending or an Arabic proclitic; only when the form itself is no name."""
    for form in head.stems:
        if not form.language or form.language in languages:
            usable = _usable(form.entries, segment, at, at + 1, languages)
            if usable:
                return _Candidate(number, at, at + 1, form.key, usable)
    return None


def _usable(
    entries: tuple[Entry, ...], segment: Segment, start: int, end: int, languages: frozenset[str]
) -> tuple[Entry, ...]:
    """The entries that may stand in a text of these languages, written with these capitals."""
    found = []
    for entry in entries:
        _, spoken, case, _, _, _ = entry
        if spoken is not None and languages.isdisjoint(spoken):
            continue
        if case == "first":
            if segment.texts[start][0].islower():
                continue
        elif case == "all":
            whole = segment.surface(start, end)
            if whole.upper() != whole:
                continue
        found.append(entry)
    return entries if len(found) == len(entries) else tuple(found)


def _support(names: Names, candidates: Sequence[_Candidate]) -> Counter[str]:
    """How often the clear names of the article speak for each sense."""
    support: Counter[str] = Counter()
    first = {c.key: c.entries[0] for c in reversed(candidates) if c.clear}
    for entry in first.values():
        support.update(names.family(entry.sense))
    return support


def _decide(
    names: Names, candidate: _Candidate, present: set[str], support: Counter[str]
) -> str | None:
    """The sense with the most evidence; None when there is none for any."""
    entries = candidate.entries
    if len(entries) == 1 and not entries[0].weak:
        return entries[0].sense
    best, most = None, 0.0
    for entry in entries:
        cues = names.cues.get(entry.sense, frozenset())
        evidence = min(len(present & cues) - (candidate.key in cues), 4)
        evidence += min(support[entry.sense], 3)
        score = evidence + (0.0 if entry.weak else 0.9)
        if score > most:
            best, most = entry.sense, score
    return best


def _people(candidates: Sequence[_Candidate], segments: Sequence[Segment]) -> set[tuple[int, int]]:
    """Where a name belongs to a person; what the body shows holds for the headline too."""
    titled = [segment.titled() for segment in segments]
    found: set[tuple[int, int]] = set()
    named: set[str] = set()
    plain: set[str] = set()
    for c in candidates:
        if c.entries[0].person:
            if _is_person(segments[c.segment], c.start, c.end, titled=titled[c.segment]):
                found.add((c.segment, c.start))
                named.add(c.key)
            elif not titled[c.segment]:
                plain.add(c.key)
    for c in candidates:
        bare = titled[c.segment] or c.segment > 0
        if c.key in named and (bare or c.key not in plain):
            found.add((c.segment, c.start))
    return found


def _is_person(segment: Segment, start: int, end: int, *, titled: bool) -> bool:
    """Whether a given name stands before, or a surname behind (Chad Daybell, Jim Jordan)."""
    texts, row, gaps = segment.texts, segment.folded, segment.gaps
    if start and gaps[start - 1] in _BLANKS and texts[start - 1][0].isupper():
        if row[start - 1] in GIVEN or row[start - 1] in TITLES:
            return True
    if end < len(row) and gaps[end - 1] in _BLANKS:
        after = texts[end]
        if after in _PARTICLES and end + 1 < len(row) and texts[end + 1][0].isupper():
            return True
        if after[0].isupper() and not after.isupper() and len(after) > 2:
            return not titled and row[end] not in NOT_SURNAMES
    return False
