"""What standing queries ask for, and when each holds.

In: the words, names and phrases found in an article, as `Facts`. Out: whether a condition holds,
and the slot that says why. Equal words of all queries share one `Slot`; a condition is a tree of
slots. It refuses to know how anything is found in a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.model import Article, TopicId

Table: TypeAlias = "dict[str, Slot]"
Spots: TypeAlias = "dict[Slot, tuple[int, int]]"
"""Where in an article each slot is filled first: from word, up to word."""


class Facts(Protocol):
    """What an article says, as far as conditions ask; languages and sources only when they do."""

    filled: set[Slot]  # NAMELESS is always in it

    def in_title(self, slot: Slot) -> bool: ...
    def in_capitals(self, slot: Slot) -> bool: ...
    @property
    def article(self) -> Article: ...
    @property
    def language(self) -> str: ...
    @property
    def source(self) -> str: ...


class Slot:
    """One name, word, phrase or publisher that queries ask for; as a condition: it is there."""

    __slots__ = ("key", "more", "rest", "table", "terms", "topics")

    def __init__(self, table: Table, key: str) -> None:
        self.table = table
        self.key = key
        self.rest: tuple[str, ...] = ()  # of a phrase: its words behind the second
        self.terms = 0  # of standing queries that ask for it
        self.topics: tuple[TopicId, ...] = ()  # that ask for nothing else, or for others as well
        # Topics that need more, by a second slot that they can't do without (NAMELESS: any).
        self.more: dict[Slot, list[TopicId]] | None = None

    def drop(self, topic: TopicId) -> None:
        """A topic asks no more; a list may name a slot twice, and then it comes twice."""
        if topic in self.topics:
            at = self.topics.index(topic)
            self.topics = self.topics[:at] + self.topics[at + 1 :]

    def holds(self, facts: Facts) -> Slot | None:
        return self if self in facts.filled else None

    def slots(self) -> tuple[Slot, ...]:
        return (self,)


class Condition(Protocol):
    """`holds` gives the slot that says why, `NAMELESS` where no word does, None if it doesn't."""

    def holds(self, facts: Facts) -> Slot | None: ...
    def slots(self) -> tuple[Slot, ...]: ...


NAMELESS = Slot({}, "")
PUBLISHER = Slot({}, "")


@dataclass(frozen=True, slots=True)
class InTitle:
    slot: Slot

    def holds(self, facts: Facts) -> Slot | None:
        return self.slot if facts.in_title(self.slot) else None

    def slots(self) -> tuple[Slot, ...]:
        return (self.slot,)


@dataclass(frozen=True, slots=True)
class InCapitals:
    slot: Slot

    def holds(self, facts: Facts) -> Slot | None:
        return self.slot if facts.in_capitals(self.slot) else None

    def slots(self) -> tuple[Slot, ...]:
        return (self.slot,)


@dataclass(frozen=True, slots=True)
class From:
    """The publisher's name has these words; the slot is the first of them."""

    slot: Slot
    words: str

    def holds(self, facts: Facts) -> Slot | None:
        return PUBLISHER if f" {self.words} " in f" {facts.source} " else None

    def slots(self) -> tuple[Slot, ...]:
        return (self.slot,)


@dataclass(frozen=True, slots=True)
class Spoken:
    language: str

    def holds(self, facts: Facts) -> Slot | None:
        spoken = facts.language or facts.article.language[:2].lower()
        return NAMELESS if self.language == spoken else None

    def slots(self) -> tuple[Slot, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Published:
    country: str

    def holds(self, facts: Facts) -> Slot | None:
        return NAMELESS if self.country == facts.article.country else None

    def slots(self) -> tuple[Slot, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Absent:
    part: Condition

    def holds(self, facts: Facts) -> Slot | None:
        return None if self.part.holds(facts) else NAMELESS

    def slots(self) -> tuple[Slot, ...]:
        return self.part.slots()


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> Slot | None:
        for part in self.parts:
            found = part.holds(facts)
            if found is not None:
                return found
        return None

    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for part in self.parts for slot in part.slots())


@dataclass(frozen=True, slots=True)
class SomeSlot:
    """`Some` of slots alone, the most frequent list."""

    parts: tuple[Slot, ...]

    def holds(self, facts: Facts) -> Slot | None:
        filled = facts.filled
        for slot in self.parts:
            if slot in filled:
                return slot
        return None

    def slots(self) -> tuple[Slot, ...]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Every:
    """The first part that the headline has says why, else the first that has a name."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> Slot | None:
        why = NAMELESS
        for part in self.parts:
            found = part.holds(facts)
            if found is None:
                return None
            if found is NAMELESS:
                continue
            if why is NAMELESS or (facts.in_title(found) and not facts.in_title(why)):
                why = found
        return why

    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for part in self.parts for slot in part.slots())


Route: TypeAlias = tuple[Slot, Slot]


def routes(condition: Condition) -> list[Route] | None:
    """Slots of which one must be filled, each with another that must be too; None: none must.

    The other is NAMELESS where any may. Of an AND the part counts that is asked for most rarely,
    for it will be in few articles.
    """
    if isinstance(condition, Slot):
        return [(condition, NAMELESS)]
    if isinstance(condition, InTitle | InCapitals | From):
        return [(condition.slot, NAMELESS)]
    if isinstance(condition, SomeSlot):
        return [(slot, NAMELESS) for slot in condition.parts]
    if not isinstance(condition, Some | Every):
        return None
    parts = [routes(part) for part in condition.parts]
    needed = [part for part in parts if part is not None]
    if isinstance(condition, Some):
        every = len(needed) == len(parts)
        return [route for part in needed for route in part] if every else None
    if not needed:
        return None
    needed.sort(key=lambda part: (len(part), max(slot.terms for slot, _ in part)))
    also = needed[1][0][0] if len(needed) > 1 and len(needed[1]) == 1 else NAMELESS
    return [(slot, also if second is NAMELESS else second) for slot, second in needed[0]]
