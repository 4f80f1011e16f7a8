"""Words and phrases that queries ask for as they are written, and where they stand in a text.

In: words of queries, added and removed while running; the folded words of a text. Out: the slots
these fill. What a spelling is worth is worked out when it is first met, kept until a query changes
that, and then only looked up. It refuses to know names and senses.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.topics.lexicon import stem
from bot.topics.slots import Slot, Spots, Table

_KEPT = 30_000  # spellings

_Seconds = dict[str, list[Slot]]


class _Hook(NamedTuple):
    """What hangs on one spelling: slots that it fills, and phrases that begin with it."""

    slots: tuple[Slot, ...]
    seconds: _Seconds


class Literals(dict[str, _Hook | None]):
    """Hooks by folded word, with the tables of slots that they come from."""

    def __init__(self) -> None:
        self.words: Table = {}  # by stem
        self._quoted: Table = {}  # phrases of one word
        self._phrases: Table = {}
        self._begun: dict[str, _Seconds] = {}  # first word, second word → phrases

    def word(self, value: str) -> Slot:
        """The slot of a word in any of its forms."""
        return self._slot(self.words, stem(value))

    def phrase(self, value: str) -> Slot:
        """The slot of folded words that must stand in this order."""
        return self._slot(self._phrases if " " in value else self._quoted, value)

    def _slot(self, table: Table, key: str) -> Slot:
        slot = table.get(key)
        if slot is None:
            slot = table[key] = Slot(table, key)
            self.clear()
            if table is self._phrases:
                first, second, *rest = key.split(" ")
                slot.rest = tuple(rest)
                self._begun.setdefault(first, {}).setdefault(second, []).append(slot)
        return slot

    def forget(self, slot: Slot) -> None:
        """Of a slot that no query asks for any more."""
        self.clear()
        if slot.table is self._phrases:
            first, second, *_ = slot.key.split(" ")
            seconds = self._begun[first]
            seconds[second].remove(slot)
            if not seconds[second]:
                del seconds[second]
            if not seconds:
                del self._begun[first]

    def __missing__(self, folded: str) -> _Hook | None:
        if len(self) >= _KEPT:
            self.clear()
        found = (self.words.get(stem(folded)), self._quoted.get(folded))
        slots = tuple(slot for slot in found if slot is not None)
        seconds = self._begun.get(folded)
        self[folded] = hook = _Hook(slots, seconds or {}) if slots or seconds else None
        return hook

    def asked(self) -> bool:
        return bool(self.words or self._quoted or self._phrases)

    def note(self, row: tuple[str, ...], spots: Spots) -> None:
        """Where each slot is filled first; what stands between the words of a phrase is free."""
        for at, hook in enumerate(map(self.__getitem__, row)):
            if hook is None:
                continue
            slots, seconds = hook
            for slot in slots:
                if slot not in spots:
                    spots[slot] = (at, at + 1)
            if seconds and at + 1 < len(row) and row[at + 1] in seconds:
                _note_phrases(seconds[row[at + 1]], row, at, spots)


def _note_phrases(begun: list[Slot], row: tuple[str, ...], at: int, spots: Spots) -> None:
    for slot in begun:
        rest = slot.rest
        end = at + 2 + len(rest)
        if (not rest or row[at + 2 : end] == rest) and slot not in spots:
            spots[slot] = (at, end)
