"""What hangs on one spelling, of all that queries ask for as it is written. Data only."""

from __future__ import annotations

from bot.topics.slots import Slot


class Hook:
    """Slots that a word fills, and phrases that begin with it."""

    __slots__ = ("seconds", "slots")

    def __init__(self, slots: tuple[Slot, ...], seconds: dict[str, list[Slot]]) -> None:
        self.slots = slots
        self.seconds = seconds  # second word → phrases
