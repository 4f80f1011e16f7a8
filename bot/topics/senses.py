"""Which senses a text speaks of: the longest name wins, and rivals compete for the same words.

In: the words of an article and the languages it may be in. Out: hits, each a sense with the words
that stand for it. It refuses to know topics, and it never looks at one name alone: the language of
the text, capital letters, neighbouring words and the other names in the article all have a say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.text import words
from bot.topics.heads import Head, alone_of, spoken, written
from bot.topics.names import Names
from bot.topics.namesakes import Candidate, spoken_of
from bot.topics.people import GIVEN, NOT_SURNAMES, TITLES
from bot.topics.wording import Wording

_PARTICLES = frozenset(("le", "de", "la", "du", "di", "van", "von", "der", "bin", "al", "el", "da"))
_JOINS = frozenset(" \u00a0-‐‑–'’.·・&\u200b")
_BLANKS = (" ", "\u00a0")


class Hit(NamedTuple):
    """A sense at the words `start` up to `end`."""

    sense: str
    start: int
    end: int


def find(names: Names, wording: Wording, languages: frozenset[str], source: str = "") -> list[Hit]:
    """All senses the words speak of, parents not included."""
    candidates = _scan(names, wording, languages)
    if not candidates:
        return []
    candidates = spoken_of(names, candidates, wording)
    if [c for c in candidates if not c.plain and c.entries[0].person]:
        people = _people(names, candidates, wording)
        candidates = [c for c in candidates if c.start not in people]
    if not [c for c in candidates if not c.clear]:
        return [Hit(c.entries[0].sense, c.start, c.end) for c in candidates]
    present = set(wording.folded)
    present |= _cues_of(source)
    support = _support(names, candidates)
    hits = []
    for c in candidates:
        sense = c.entries[0].sense if c.clear else _decide(names, c, present, support)
        if sense is not None:
            hits.append(Hit(sense, c.start, c.end))
    return hits


@lru_cache(maxsize=1_000)
def _cues_of(source: str) -> frozenset[str]:
    return frozenset(f"@{word.folded}" for word in words(source))


def _scan(names: Names, wording: Wording, languages: frozenset[str]) -> list[Candidate]:
    """The longest usable names from left to right; they never overlap."""
    found: list[Candidate] = []
    row, free, last = wording.row, 0, len(wording.row) - 1
    for at, head in wording.heads:
        if at < free:
            continue
        if head.seconds and at < last and row[at + 1].folded in head.seconds:
            longer = _longer(names, wording, at, head, languages)
            if longer is not None:
                found.append(longer)
                free = longer.end
                continue
        means = head.alone
        alone = means[languages] if languages in means else head.means(languages)
        if alone is not None:
            found.append(Candidate(at, at + 1, *alone))
    return found


def _longer(
    names: Names, wording: Wording, at: int, head: Head, languages: frozenset[str]
) -> Candidate | None:
    """The longest name of several words that begins here."""
    end = _reach(wording, at, head.size)
    row = [word.folded for word in wording.row[at:end]]
    while len(row) > 1:
        key = " ".join(row)
        entries = names.entries.get(key)
        if entries is not None:
            end = at + len(row)
            entries = spoken(entries, languages)
            surface = wording.surface(at, end)
            entries = entries and written(entries, surface)
            if entries:
                return Candidate(at, end, *alone_of(key, entries, surface))
        row.pop()
    return None


def _reach(wording: Wording, at: int, size: int) -> int:
    """How far a name may run from here: over blanks, hyphens and apostrophes only."""
    row, end = wording.row, at + 1
    last = min(at + size, len(row))
    while end < last:
        gap, before = wording.gap(end - 1), row[end - 1].text
        if gap == " " or (gap in ("（", "(") and before > "\u3000"):  # 刚果（金）
            end += 1
            continue
        if gap != " & " and (len(gap) > 2 or not _JOINS.issuperset(gap)):
            break
        if "." in gap and len(before) > 3:
            break
        end += 1
    return end


def _support(names: Names, candidates: Sequence[Candidate]) -> dict[str, int]:
    """How often the clear names of the article speak for each sense."""
    support: dict[str, int] = {}
    first = {c.key: c.entries[0].sense for c in reversed(candidates) if c.clear}
    for sense in first.values():
        for kin in names.family(sense):
            support[kin] = support.get(kin, 0) + 1
    return support


def _decide(
    names: Names, candidate: Candidate, present: set[str], support: dict[str, int]
) -> str | None:
    """The sense with the most evidence; None when there is none for any."""
    best, most = None, 0.0
    for entry in candidate.entries:
        cues = names.cues.get(entry.sense)
        evidence = min(len(present & cues) - (candidate.key in cues), 4) if cues else 0
        # A city is likelier where its country is named; a weak name needs evidence of its own.
        if support:
            kin = (entry.sense,) if entry.weak else names.family(entry.sense)
            evidence += min(max([support.get(sense, 0) for sense in kin]), 3)
        score = evidence + (0.0 if entry.weak else 0.9)
        if score > most:
            best, most = entry.sense, score
    return best


def _people(names: Names, candidates: Sequence[Candidate], wording: Wording) -> set[int]:
    """Where a name belongs to a person; what the body shows holds for the headline too."""
    titled = wording.titled()
    found: set[int] = set()
    named: set[str] = set()
    plain: set[str] = set()
    for c in candidates:
        if c.entries[0].person:
            capitals = titled[c.start > wording.title]
            if _is_person(names, wording, c.start, c.end, titled=capitals):
                found.add(c.start)
                named.add(c.key)
            elif not capitals:
                plain.add(c.key)
    for c in candidates:
        in_body = c.start > wording.title
        if c.key in named and (in_body or titled[0] or c.key not in plain):
            found.add(c.start)
    return found


def _is_person(names: Names, wording: Wording, start: int, end: int, *, titled: bool) -> bool:
    """Whether a given name stands before, or a surname behind (Chad Daybell, Jim Jordan)."""
    row = wording.row
    if start and wording.gap(start - 1) in _BLANKS and row[start - 1].text[:1].isupper():
        before = row[start - 1].folded
        if before in GIVEN or before in TITLES:
            return True
    if end < len(row) and wording.gap(end - 1) in _BLANKS:
        after = row[end].text
        if after in _PARTICLES and end + 1 < len(row) and row[end + 1].text[:1].isupper():
            return True
        if after[0].isupper() and not after.isupper() and len(after) > 2:
            folded = row[end].folded  # two names in a row are no person ("Israel Gaza latest")
            return not titled and folded not in NOT_SURNAMES and folded not in names.entries
    return False
