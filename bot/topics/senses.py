"""Which senses a text speaks of: the longest name wins, and rivals compete for the same words.

In: the words of an article and the languages it may be in. Out: hits, each a sense with the words
that stand for it. It refuses to know topics, and it never looks at one name alone: the language of
the text, capital letters, neighbouring words and the other names in the article all have a say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.text import Word, words
from bot.topics.names import Entry, Names
from bot.topics.people import GIVEN, NOT_SURNAMES, TITLES

_PROCLITICS = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ك")
_ENDINGS = {
    "de": ("s",),
    "sv": ("s",),
    "da": ("s",),
    "no": ("s",),
    "nl": ("s",),
    "pl": ("a", "u", "owi", "em", "ie", "y", "i", "om", "ow", "ami", "ach"),
    "cs": ("a", "u", "ovi", "em", "e", "y", "i"),
    "ru": ("а", "у", "ом", "е", "ы", "и", "я", "ю"),
    "uk": ("а", "у", "ом", "і", "и", "я", "ю"),
    "tr": ("in", "da", "de", "dan", "den", "ya", "ye", "yi", "un", "a", "e", "i", "u"),
    "fi": ("n", "ssa", "sta", "lla", "lle", "an", "iin"),
    "hu": ("ban", "ben", "nak", "nek", "ra", "re", "ba", "be", "t", "ot", "et"),
}
_PARTICLES = frozenset(("le", "de", "la", "du", "di", "van", "von", "der", "bin", "al", "el", "da"))
_SMALL = frozenset(("from", "with", "over", "into", "amid", "than", "that", "upon"))
_JOINS = frozenset(" \u00a0-‐‑–'’.·\u200b")


class Hit(NamedTuple):
    """A sense at the words `start` up to `end` of its segment."""

    sense: str
    start: int
    end: int
    segment: int


@dataclass(slots=True)
class Segment:
    """A title or a body, cut into words."""

    text: str
    words: list[Word] = field(default_factory=list)
    titled: bool = False  # every word has a capital: capitals say nothing

    @classmethod
    def of(cls, text: str) -> Segment:
        found = words(text)
        long = [w.text for w in found if len(w.text) > 3 and w.text[0].isalpha()]
        plain = any(w[0].islower() and w not in _SMALL for w in long)
        return cls(text, found, len(long) > 2 and not plain)

    def surface(self, start: int, end: int) -> str:
        return self.text[self.words[start].start : self.words[end - 1].end]


class _Candidate(NamedTuple):
    segment: int
    start: int
    end: int
    key: str
    entries: tuple[Entry, ...]


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
    people = _people(candidates, segments)
    present = {w.folded for segment in segments for w in segment.words}
    present.update("@" + w.folded for w in words(source))
    support = _support(names, candidates, people)
    hits = []
    for candidate in candidates:
        if (candidate.segment, candidate.start) in people:
            continue
        sense = _decide(names, candidate, present, support)
        if sense is not None:
            hits.append(Hit(sense, candidate.start, candidate.end, candidate.segment))
    return hits


def _scan(
    names: Names, segment: Segment, number: int, languages: frozenset[str]
) -> list[_Candidate]:
    """The longest usable names from left to right; they never overlap."""
    found: list[_Candidate] = []
    at, last = 0, len(segment.words)
    while at < last:
        candidate = _longest(names, segment, number, at, languages)
        if candidate is None:
            at += 1
        else:
            found.append(candidate)
            at = candidate.end
    return found


def _longest(
    names: Names, segment: Segment, number: int, at: int, languages: frozenset[str]
) -> _Candidate | None:
    row = segment.words
    first = row[at].folded
    size = names.longest.get(first)
    if size is None:
        return _inflected(names, segment, number, at, languages)
    end = _reach(segment, at, size)
    while end > at:
        key = first if end == at + 1 else " ".join([w.folded for w in row[at:end]])
        entries = names.entries.get(key)
        if entries:
            usable = _usable(entries, segment, at, end, languages)
            if usable:
                return _Candidate(number, at, end, key, usable)
        end -= 1
    if any(e.languages is None or e.languages & languages for e in names.entries.get(first, ())):
        return None  # the exact form is a name of its own: Нигерия is no form of Нигер
    return _inflected(names, segment, number, at, languages)


def _reach(segment: Segment, at: int, size: int) -> int:
    """How far a name may run from here: over blanks, hyphens and apostrophes only."""
    row, end = segment.words, at + 1
    while end < min(at + size, len(row)):
        gap = segment.text[row[end - 1].end : row[end].start]
        if gap in ("（", "(") and row[end - 1].text > "\u3000":  # 刚果（金）
            end += 1
            continue
        if len(gap) > 2 or not _JOINS.issuperset(gap):
            break
        if "." in gap and len(row[end - 1].text) > 3:
            break
        end += 1
    return end


def _inflected(
    names: Names, segment: Segment, number: int, at: int, languages: frozenset[str]
) -> _Candidate | None:
    """A name with an ending or an Arabic proclitic; only when the form itself is no name."""
    word = segment.words[at]
    for stem in _stems(word, languages):
        entries = names.entries.get(stem)
        if entries:
            usable = _usable(entries, segment, at, at + 1, languages)
            if usable:
                return _Candidate(number, at, at + 1, stem, usable)
    return None


def _stems(word: Word, languages: frozenset[str]) -> list[str]:
    folded = word.folded
    if "\u0600" <= folded[0] <= "\u06ff":
        return [
            folded[len(p) :]
            for p in _PROCLITICS
            if folded.startswith(p) and len(folded) > len(p) + 2
        ]
    if len(folded) < 5 or word.text[0].islower():
        return []
    return [
        folded[: -len(ending)]
        for language in languages
        for ending in _ENDINGS.get(language, ())
        if folded.endswith(ending) and len(folded) - len(ending) >= 4
    ]


def _usable(
    entries: tuple[Entry, ...], segment: Segment, start: int, end: int, languages: frozenset[str]
) -> tuple[Entry, ...]:
    text = segment.words[start].text
    whole = segment.surface(start, end)
    return tuple(
        e
        for e in entries
        if (e.languages is None or not languages.isdisjoint(e.languages))
        and (
            e.case == "" or (not text[0].islower() if e.case == "first" else whole.upper() == whole)
        )
    )


def _support(
    names: Names, candidates: Sequence[_Candidate], people: set[tuple[int, int]]
) -> Counter[str]:
    """How often the clear names of the article speak for each sense."""
    support: Counter[str] = Counter()
    seen: set[str] = set()
    for candidate in candidates:
        clear = len(candidate.entries) == 1 and not candidate.entries[0].weak
        if (
            clear
            and candidate.key not in seen
            and (candidate.segment, candidate.start) not in people
        ):
            seen.add(candidate.key)
            support.update(names.family(candidate.entries[0].sense))
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
    found: set[tuple[int, int]] = set()
    named: set[str] = set()
    plain: set[str] = set()
    for candidate in candidates:
        if candidate.entries[0].person:
            if _is_person(segments[candidate.segment], candidate.start, candidate.end):
                found.add((candidate.segment, candidate.start))
                named.add(candidate.key)
            elif not segments[candidate.segment].titled:
                plain.add(candidate.key)
    for candidate in candidates:
        bare = segments[candidate.segment].titled or candidate.segment > 0
        if candidate.key in named and (bare or candidate.key not in plain):
            found.add((candidate.segment, candidate.start))
    return found


def _is_person(segment: Segment, start: int, end: int) -> bool:
    """Whether a given name stands before, or a surname behind (Chad Daybell, Jim Jordan)."""
    row, text = segment.words, segment.text
    if start and text[row[start - 1].end : row[start].start] in (" ", "\u00a0"):
        before = row[start - 1]
        if before.folded in GIVEN and before.text[0].isupper():
            return True
        if before.folded in TITLES and before.text[0].isupper():
            return True
    if end < len(row) and text[row[end - 1].end : row[end].start] in (" ", "\u00a0"):
        after = row[end]
        if after.text in _PARTICLES and end + 1 < len(row) and row[end + 1].text[0].isupper():
            return True
        if after.text[0].isupper() and not after.text.isupper() and len(after.text) > 2:
            return not segment.titled and after.folded not in NOT_SURNAMES
    return False
