"""Words and phrases that queries ask for as they are written, and where they stand in a text.

In: words of queries, added and removed while running; the words of a text. Out: the slots these
fill. What hangs on a spelling is worked out when it is first met and kept with it; a slot that
comes or goes has the spellings forgotten that it concerns, and no others. It refuses to know names
and senses.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.topics.hooks import Hook
from bot.topics.lexicon import LONG, Lexicon, Word, cut_words, stem
from bot.topics.slots import Slot, Spots, Table
from bot.topics.wording import Wording

_KEPT = 30_000  # spellings
_NOTHING: dict[str, list[Slot]] = {}


class Literals(dict[str, tuple[Word, ...]]):
    """The lexicon's words of a piece between two blanks, with the hooks that queries put there."""

    def __init__(self, lexicon: Callable[[], Lexicon]) -> None:
        self.lexicon = lexicon
        self.words: Table = {}  # by stem
        self._quoted: Table = {}  # phrases of one word
        self._phrases: Table = {}
        self._begun: dict[str, dict[str, list[Slot]]] = {}  # first word, second word → phrases
        self._met: dict[str, str | set[str]] = {}  # a word's stem, its letters → pieces with it
        self._alone = _Alone(self)

    # ── slots come and go ──

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
            if table is self._phrases:
                first, second, *rest = key.split(" ")
                slot.rest = tuple(rest)
                self._begun.setdefault(first, {}).setdefault(second, []).append(slot)
            self._unlearn(slot)
        return slot

    def forget(self, slot: Slot) -> None:
        """Of a slot that no query asks for any more."""
        if slot.table is self._phrases:
            first, second, *_ = slot.key.split(" ")
            seconds = self._begun[first]
            seconds[second].remove(slot)
            if not seconds[second]:
                del seconds[second]
            if not seconds:
                del self._begun[first]
        self._unlearn(slot)

    def _unlearn(self, slot: Slot) -> None:
        """Forgets the spellings on which this slot hangs, or did."""
        met = self._met.pop(slot.key.partition(" ")[0], ())
        for piece in (met,) if isinstance(met, str) else met:
            self.pop(piece, None)
            self._alone.pop(piece, None)

    # ── texts ──

    def __missing__(self, piece: str) -> tuple[Word, ...]:
        if len(piece) > LONG:
            return cut_words(piece, self._alone)
        found = self.lexicon()[piece]
        hooks = [self._alone[word.text].hook for word in found]
        if any(hooks):
            found = tuple(word.hooked(hook) for word, hook in zip(found, hooks, strict=True))
        if len(self) >= _KEPT:
            self.start_over()
        self[piece] = found
        for word in found:
            self.learn(word, piece)
        return found

    def hook(self, word: Word) -> Hook | None:
        """What hangs on a word now."""
        alone = (self.words.get(word.stem), self._quoted.get(word.folded))
        slots = tuple(slot for slot in alone if slot is not None)
        seconds = self._begun.get(word.folded, _NOTHING)
        return Hook(slots, seconds) if slots or seconds else None

    def start_over(self) -> None:
        """Forgets all spellings."""
        self.clear()
        self._alone.clear()
        self._met.clear()

    def learn(self, word: Word, piece: str) -> None:
        """Notes where a word has been met, to forget that when queries change what hangs on it."""
        self._learn(word.stem, piece)
        if word.folded != word.stem:
            self._learn(word.folded, piece)

    def _learn(self, key: str, piece: str) -> None:
        met = self._met.get(key)
        if met is None:
            self._met[key] = piece
        elif not isinstance(met, str):
            met.add(piece)
        elif met != piece:
            self._met[key] = {met, piece}


class _Alone(dict[str, Word]):
    """Words with nothing around them and their hooks, by their text."""

    def __init__(self, literals: Literals) -> None:
        self._literals = literals

    def __missing__(self, text: str) -> Word:
        word = self._literals.lexicon().alone[text]
        hook = self._literals.hook(word)
        if len(self) >= _KEPT:
            self._literals.start_over()
        self[text] = word = word.hooked(hook) if hook else word
        self._literals.learn(word, text)
        return word


def note(wording: Wording, spots: Spots) -> None:
    """Where each slot is filled first; what stands between the words of a phrase is free."""
    row = wording.row
    last = len(row) - 1
    for at, hook in wording.hooks:
        for slot in hook.slots:
            if slot not in spots:
                spots[slot] = (at, at + 1)
        if hook.seconds and at < last and row[at + 1].folded in hook.seconds:
            _note_phrases(hook.seconds[row[at + 1].folded], row, at, spots)


def _note_phrases(begun: list[Slot], row: list[Word], at: int, spots: Spots) -> None:
    """The phrases that begin with these two words."""
    for slot in begun:
        end = at + 2 + len(slot.rest)
        if slot in spots:
            continue
        if not slot.rest or tuple([word.folded for word in row[at + 2 : end]]) == slot.rest:
            spots[slot] = (at, end)
