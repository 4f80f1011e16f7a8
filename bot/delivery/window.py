"""How many alerts are put at risk at once. In: successes and failures. Out: a number of places."""

from __future__ import annotations


class Window:
    """How many alerts may be in hand: one at first, then more with every success.

    Whoever crashes again and again soon after starting, or talks to a Telegram that answers
    nothing, puts one alert in doubt each time, not a crew's worth.
    """

    def __init__(self, in_flight: int) -> None:
        self._full = in_flight
        self._open = 1

    @property
    def places(self) -> int:
        """Twice the crew when all is well, so that nobody waits for a claim."""
        return 2 * self._full if self._open >= self._full else self._open

    def widen(self) -> None:
        self._open = min(self._full, self._open + 1)

    def narrow(self) -> None:
        self._open = 1
