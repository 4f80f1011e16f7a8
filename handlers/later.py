"""What is done to a message once it stands there, while nobody turns to it.

Comes in: one piece of work for each message, which it will change. Goes out: a task that the
application looks after, and that ends early when the message shows something else or the bot stops.
It refuses to know what is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.buckets import Buckets
from bot.delivery.render import Button
from bot.model import Clock
from handlers.cards import Rows

Place: TypeAlias = tuple[int, int]  # chat and message
Start: TypeAlias = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]

MOST = 50
"""Pieces of work at a time; more are not begun."""


@dataclass
class Turn:
    """Work on one message; `rows` are the buttons it shows by now."""

    rows: list[list[Button]]
    task: asyncio.Task[None] | None = None


class Later:
    """`start` makes a task of a coroutine that the application looks after."""

    def __init__(self, start: Start, now: Clock) -> None:
        self._start = start
        self.costly = Buckets(burst=20, per_second=1 / 30, now=now)  # work that costs, by user
        self._turns: dict[Place, Turn] = {}

    def begin(
        self, place: Place, rows: Rows, work: Callable[[Turn], Coroutine[Any, Any, None]]
    ) -> None:
        """Work on a message, instead of what was to be done to it; nothing where too much is."""
        self.end(place)
        if len(self._turns) < MOST:
            turn = self._turns[place] = Turn([list(row) for row in rows])
            turn.task = self._start(self._work(place, turn, work(turn)))

    async def _work(self, place: Place, turn: Turn, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            work.close()  # one that never began
            if self._turns.get(place) is turn:
                del self._turns[place]

    def end(self, place: Place) -> None:
        """The message shows something else now."""
        turn = self._turns.pop(place, None)
        if turn is not None and turn.task is not None:
            turn.task.cancel()

    def relabel(self, place: Place, rows: Rows) -> None:
        """Only the buttons of the message are others now."""
        if place in self._turns:
            self._turns[place].rows = [list(row) for row in rows]

    def stop(self) -> None:
        """End all of it."""
        for place in list(self._turns):
            self.end(place)
