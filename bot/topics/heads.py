"""Words at which a name may begin, each with all that it can mean, worked out when first met.

In: a word as it stands in a text, and the table of names. Out: a `Head`, or None where no name can
begin. Capitals are looked at here, once for each spelling ("of", "reading", "new": no name begins
with a small letter there); it refuses to know the words around it.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.topics.names import Entry, Names

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

_BY_ENDING: dict[str, list[tuple[int, str]]] = {}  # ending → rank, language
for _language, _listed in _ENDINGS.items():
    for _rank, _ending in enumerate(_listed):
        _BY_ENDING.setdefault(_ending, []).append((_rank, _language))
_SIZES = sorted({len(ending) for ending in _BY_ENDING})

_GLUED = "\u0e00"  # from here on there are scripts that don't part their words
_NONE: frozenset[str] = frozenset()


class Alone(NamedTuple):
    """What a word means where no longer name begins with it."""

    key: str  # in the table: its own spelling, or that of which it is a form
    entries: tuple[Entry, ...]
    clear: bool  # it can mean one thing only
    plain: bool  # and neither capitals nor letters around it speak against that


class _Form(NamedTuple):
    """A name of one word that a spelling is a form of, in one language ("" for any)."""

    language: str
    key: str
    entries: tuple[Entry, ...]


class Head:
    """How a name may begin at one word."""

    __slots__ = ("_forms", "_longer", "_names", "_senses", "_single", "_text", "alone", "seconds",
                 "size", "varies")  # fmt: skip

    def __init__(self, names: Names, text: str, folded: str, forms: tuple[_Form, ...]) -> None:
        """`text` is the word as it stands, `forms` what it may be a form of."""
        self._names = names
        self._text = text
        self._forms = forms
        self._single = (folded, names.entries.get(folded, ()))
        self._longer = [
            key for key in names.longer.get(folded, ()) if written(names.entries[key], text)
        ]
        parts = [key.split(" ") for key in self._longer]
        self.seconds = frozenset([part[1] for part in parts]) if parts else _NONE
        self.size = max(map(len, parts), default=1)  # words of the longest name
        listed = [self._single[1], *(f.entries for f in forms)]
        listed += [names.entries[key] for key in self._longer]
        # Whether the language of the text has a say in what begins here.
        self.varies = any(form.language for form in forms) or any(
            entry.languages is not None for entries in listed for entry in entries
        )
        # What it means alone in a text of these languages, as far as somebody has asked.
        self.alone: dict[frozenset[str], Alone | None] = {}
        self._senses: frozenset[str] | None = None

    def may_begin(self) -> bool:
        """Whether any name can begin here in some language."""
        return bool(self._longer or self._forms or written(self._single[1], self._text))

    def means(self, languages: frozenset[str]) -> Alone | None:
        """What the word means alone, kept in `alone`."""
        self.alone[languages] = found = self._means(languages)
        return found

    def _means(self, languages: frozenset[str]) -> Alone | None:
        key, entries = self._single
        entries = spoken(entries, languages)
        if entries:
            # The exact form is a name of its own in any case: Нигерия is no form of Нигер.
            entries = written(entries, self._text)
            return alone_of(key, entries, self._text) if entries else None
        for form in self._forms:
            if not form.language or form.language in languages:
                entries = spoken(form.entries, languages)
                if entries:
                    return alone_of(form.key, entries, self._text)
        return None

    @property
    def senses(self) -> frozenset[str]:
        """Everything that a name beginning here might be about."""
        if self._senses is None:
            names = self._names
            several = [written(self._single[1], self._text), *(f.entries for f in self._forms)]
            several += [names.entries[key] for key in self._longer]
            begun = {entry.sense for entries in several for entry in entries}
            self._senses = frozenset(kin for sense in begun for kin in names.family(sense))
        return self._senses


def head_of(names: Names, text: str, folded: str) -> Head | None:
    """How names may begin with a word; None when none does."""
    entries = names.entries
    known = folded in entries or folded in names.longer
    forms = _forms(text, folded, entries)
    if not (known or forms):
        return None
    head = Head(names, text, folded, forms)
    return head if head.may_begin() else None


def alone_of(key: str, entries: tuple[Entry, ...], text: str) -> Alone:
    first = entries[0]
    clear = len(entries) == 1 and not first.weak
    plain = clear and not (first.person or first.common) and text[0] < _GLUED
    return Alone(key, entries, clear, plain)


def spoken(entries: tuple[Entry, ...], languages: frozenset[str]) -> tuple[Entry, ...]:
    """The entries that may stand in a text of these languages."""
    for entry in entries:
        if entry.languages is not None and languages.isdisjoint(entry.languages):
            break
    else:
        return entries
    return tuple(e for e in entries if e.languages is None or not languages.isdisjoint(e.languages))


def written(entries: tuple[Entry, ...], text: str) -> tuple[Entry, ...]:
    """The entries that may be written with these capitals; of a longer name, its beginning."""
    for entry in entries:
        if entry.case and not has_capitals(entry.case, text):
            return tuple(e for e in entries if not e.case or has_capitals(e.case, text))
    return entries


def has_capitals(case: str, text: str) -> bool:
    return not text[0].islower() if case == "first" else text.upper() == text


def _forms(text: str, folded: str, entries: dict[str, tuple[Entry, ...]]) -> tuple[_Form, ...]:
    """What a word may be a form of; Arabic proclitics hold in any language."""
    if "\u0600" <= folded[0] <= "\u06ff":
        last = max(len(folded) - 3, 0)
        bare = [("", folded[len(p) :]) for p in _PROCLITICS if folded.startswith(p, 0, last)]
        return _known(bare, text, entries) if bare else ()
    if len(folded) < 5 or text[0].islower():
        return ()
    found: list[tuple[tuple[int, str], str]] = []
    for size in _SIZES:
        key = folded[:-size]
        if key in entries and len(key) > 3:
            found += [(place, key) for place in _BY_ENDING.get(folded[-size:], ())]
    return _known([(place[1], key) for place, key in sorted(found)], text, entries)


def _known(
    forms: list[tuple[str, str]], text: str, entries: dict[str, tuple[Entry, ...]]
) -> tuple[_Form, ...]:
    """Those that the table has, and that may be written with these capitals."""
    found = [
        _Form(language, key, usable)
        for language, key in forms
        if key in entries and (usable := written(entries[key], text))
    ]
    return tuple(found)
