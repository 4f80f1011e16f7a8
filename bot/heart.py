"""The pulse of the event loop: whoever watches learns that it goes on, or that it stood still.

In: nothing but time. Out: `WATCHDOG=1` to the service manager once a second, since when the loop
was last held up, and the end of a process whose loop is held up for good. Systemd and Docker start
it again; what is owed is in the outbox. https://www.freedesktop.org/software/systemd/man/sd_notify
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from bot import metrics
from bot.model import Clock

log = logging.getLogger(__name__)

PERIOD = 1.0  # seconds between two beats
HELD_UP = 5.0  # seconds without a beat that are worth a warning …
REMEMBERED = 60.0  # … and keep the health page red for so long
STUCK = 60.0  # seconds without a beat after which the process is ended

Notify = Callable[[str], None]


class Heart:
    """`notify` tells the service manager; `ends` whether a loop that is stuck ends the process."""

    def __init__(
        self,
        notify: Notify = lambda _: None,
        *,
        ends: bool = False,
        period: float = PERIOD,
        stuck: float = STUCK,
        monotonic: Clock = time.monotonic,
    ) -> None:
        self._notify = notify
        self._ends = ends
        self._period = period
        self._stuck = stuck
        self._monotonic = monotonic
        self._held_up: float | None = None

    @property
    def faltering(self) -> bool:
        """Was the loop held up within the last minute?"""
        return self._held_up is not None and self._monotonic() - self._held_up < REMEMBERED

    async def run(self) -> None:
        """Beat until it is cancelled."""
        self._notify("READY=1")
        try:
            while True:
                self._beat()
                before = self._monotonic()
                await asyncio.sleep(self._period)
                self._judge(self._monotonic() - before - self._period)
        finally:
            if self._ends:
                faulthandler.cancel_dump_traceback_later()

    def stopping(self) -> None:
        """The process ends in order; it may take its time."""
        self._notify("STOPPING=1")

    def _beat(self) -> None:
        self._notify("WATCHDOG=1")
        if self._ends:
            # A thread in C, which a loop that never comes back cannot hold up. It names functions
            # and lines, no values.
            with suppress(OSError, RuntimeError, ValueError, AttributeError):
                faulthandler.dump_traceback_later(self._stuck, exit=True)

    def _judge(self, late: float) -> None:
        if late > HELD_UP:
            metrics.STALLS.inc()
            log.warning("everything stood still for %.0f s", late)
            self._held_up = self._monotonic()


def notifier(address: str | None) -> Notify:
    """What tells systemd, at the address it gave in NOTIFY_SOCKET; None: nobody listens."""
    if not address:
        return lambda _: None
    door = "\0" + address[1:] if address.startswith("@") else address

    def notify(state: str) -> None:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)  # a manager that does not read must not hold us up
            line.connect(door)
            line.send(state.encode())

    return notify
