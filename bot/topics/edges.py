"""Where a name only seems to stand: inside a longer word, or where any word has a capital.

In: a name found in a text. Out: the name as far as its edges and capitals bear it out. It refuses
to know what the name means.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.topics.names import Entry
from bot.topics.wording import Wording

_KANA, _KANA_END, _HANGUL = "\u30a0", "\u30ff", "\uabff"
_WHOLE = 3  # a Korean name of so many syllables is hardly ever part of another word
_STARTS = frozenset('.!?:;|"“”„«»—–…\n')  # behind them a word is capital, whatever it is


class Candidate(NamedTuple):
    """A name at the words `start` up to `end`, and all that it can mean here."""

    start: int
    end: int
    key: str
    entries: tuple[Entry, ...]
    clear: bool  # it can mean one thing only
    plain: bool = False  # and neither capitals nor letters around it speak against that


def borne_out(found: Candidate, wording: Wording) -> Candidate | None:
    """The name, or what is left of it; None where it is only a part of a word."""
    if wording.row[found.start].text[0] >= _KANA and _is_part(found, wording):
        return None
    common = [entry.sense for entry in found.entries if entry.common]
    if not common or not _is_bare(found, wording):
        return found
    entries = tuple(e._replace(weak=True) if e.sense in common else e for e in found.entries)
    return found._replace(entries=entries, clear=False)


def _is_part(found: Candidate, wording: Wording) -> bool:
    """Whether a name in Kana or Hangul is only a part of a longer word (マリ in マリオ)."""
    row, start, end = wording.row, found.start, found.end
    before = row[start - 1].text[-1:] if start and not wording.gap(start - 1) else ""
    if row[start].text[0] > _HANGUL:  # particles follow a Korean word, but nothing leads it
        return before > _HANGUL and end - start < _WHOLE
    after = row[end].text[:1] if end < len(row) and not wording.gap(end - 1) else ""
    opens, closes = row[start].text[0], row[end - 1].text[0]
    return (_is_kana(opens) and _is_kana(before)) or (_is_kana(closes) and _is_kana(after))


def _is_kana(character: str) -> bool:
    return _KANA <= character <= _KANA_END


def _is_bare(found: Candidate, wording: Wording) -> bool:
    """Whether the capitals of a name say nothing: at the start, and where all have them."""
    row, start = wording.row, found.start
    if found.entries[0].case == "all":
        return _is_shouted(found, wording)
    if not start or not row[start - 1].folded or not _STARTS.isdisjoint(wording.gap(start - 1)):
        return True
    return wording.titled()[start > wording.title] or _is_shouted(found, wording)


def _is_shouted(found: Candidate, wording: Wording) -> bool:
    """Whether the words around are in capitals altogether."""
    near = wording.row[max(found.start - 3, 0) : found.start]
    near += wording.row[found.end : found.end + 3]
    words = [word.text for word in near if len(word.text) > 1]
    return len(words) > 1 and all(word.isupper() for word in words)
