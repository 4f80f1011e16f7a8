"""Words and phrases that queries ask for as they are written, and where they stand in a text.

In: words of queries, added and removed while running; the words of a text. Out: the slots these
fill. Nothing is worked out here and kept: a slot that comes or goes costs no other anything. It
refuses to know names and senses.
"""

from __future__ import annotations

from bot.topics.lexicon import stem
from bot.topics.slots import Slot, Spots, Table
from bot.topics.wording import Wording


class _Hook:
    """What hangs on one folded word: its own slot, and phrases that begin with it."""

    __slots__ = ("alone", "seconds")

    def __init__(self) -> None:
        self.alone: Slot | None = None  # of a phrase of one word
        self.seconds: dict[str, list[Slot]] = {}  # second word → phrases


class Literals:
    """The slots of words and phrases, by what a text shows of them."""

    def __init__(self) -> None:
        self.words: Table = {}  # by stem
        self._phrases: Table = {}
        self._hooks: dict[str, _Hook] = {}  # of phrases, by their first word

    def word(self, value: str) -> Slot:
        """The slot of a word in any of its forms."""
        key = stem(value)
        slot = self.words.get(key)
        if slot is None:
            slot = self.words[key] = Slot(self.words, key)
        return slot

    def phrase(self, value: str) -> Slot:
        """The slot of folded words that must stand in this order."""
        slot = self._phrases.get(value)
        if slot is None:
            slot = self._phrases[value] = Slot(self._phrases, value)
            first, *others = value.split(" ")
            hook = self._hooks.get(first)
            if hook is None:
                hook = self._hooks[first] = _Hook()
            if others:
                slot.rest = tuple(others[1:])
                hook.seconds.setdefault(others[0], []).append(slot)
            else:
                hook.alone = slot
        return slot

    def forget(self, slot: Slot) -> None:
        """Of a slot that no query asks for any more."""
        if slot.table is not self._phrases:
            return
        first, *others = slot.key.split(" ")
        hook = self._hooks[first]
        if others:
            hook.seconds[others[0]].remove(slot)
            if not hook.seconds[others[0]]:
                del hook.seconds[others[0]]
        else:
            hook.alone = None
        if hook.alone is None and not hook.seconds:
            del self._hooks[first]

    def asked(self) -> bool:
        return bool(self.words or self._phrases)

    def note(self, wording: Wording, spots: Spots) -> None:
        """Where each slot is filled first; what stands between the words of a phrase is free."""
        for at, slot in enumerate(map(self.words.get, wording.stems)):
            if slot is not None and slot not in spots:
                spots[slot] = (at, at + 1)
        for at, hook in enumerate(map(self._hooks.get, wording.folded)):
            if hook is None:
                continue
            if hook.alone is not None and hook.alone not in spots:
                spots[hook.alone] = (at, at + 1)
            if hook.seconds:
                _note_phrases(hook.seconds, wording.folded, at, spots)


def _note_phrases(
    seconds: dict[str, list[Slot]], row: tuple[str, ...], at: int, spots: Spots
) -> None:
    """The phrases that begin at a word."""
    if at + 1 == len(row) or row[at + 1] not in seconds:
        return
    for slot in seconds[row[at + 1]]:
        end = at + 2 + len(slot.rest)
        if (not slot.rest or row[at + 2 : end] == slot.rest) and slot not in spots:
            spots[slot] = (at, end)
