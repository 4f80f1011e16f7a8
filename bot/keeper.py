"""What goes on for ever, begun again when it dies.

In: named work. Out: its life until it is told to stop, and a list of what is down for the health
page. A first start that fails is a mistake in the program or its settings and ends the process, as
does whatever no second attempt mends; later deaths are logged with their trace and the work begins
anew, after pauses that double. It refuses to know what the work is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

from bot import metrics
from bot.model import Clock

log = logging.getLogger(__name__)

SETTLED = 5.0  # seconds of life, from which on a death is an accident
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
WELL = 300.0  # seconds of life after which earlier deaths are forgotten


class Keeper:
    """`final`: errors that are the end of everything; `passing`: those that pass even at the start.

    Everything else that is raised within SETTLED seconds of a first start is final too.
    """

    def __init__(
        self,
        *,
        final: tuple[type[BaseException], ...] = (),
        passing: tuple[type[BaseException], ...] = (),
        monotonic: Clock = time.monotonic,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self._final = final
        self._passing = passing
        self._monotonic = monotonic
        self._first_pause = pause
        self._down: dict[str, str] = {}
        self._settled: set[str] = set()

    @property
    def down(self) -> Mapping[str, str]:
        """What died and is not well again, by name, with the kind of its error."""
        return MappingProxyType(self._down)

    async def keep(
        self, name: str, work: Callable[[], Awaitable[None]], stop: asyncio.Event
    ) -> None:
        """Let `work` live, again and again, until it ends by itself or `stop` is set.

        Raises what is final.
        """
        pause = self._first_pause
        while True:
            began = self._monotonic()
            error = await self._life(name, work)
            lived = self._monotonic() - began
            if error is None or stop.is_set():
                self._down.pop(name, None)
                self._end(name, error)
                return
            if self._is_final(name, error, lived):
                raise error
            self._settled.add(name)
            self._down[name] = type(error).__name__
            pause = self._first_pause if lived > WELL else pause
            metrics.RESTARTS.labels(name).inc()
            log.error("%s died and begins again in %g s", name, pause, exc_info=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
            if stop.is_set():
                return
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _life(self, name: str, work: Callable[[], Awaitable[None]]) -> BaseException | None:
        """One life; why it ended, None where it came to its own end."""
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._recovered(name), name=f"{name}: recovery")
            # gather hands an error over as a value, whatever it is.
            (ended,) = await asyncio.gather(work(), return_exceptions=True)
            watch.cancel()
        return ended if isinstance(ended, BaseException) else None

    async def _recovered(self, name: str) -> None:
        await asyncio.sleep(SETTLED)
        self._settled.add(name)
        self._down.pop(name, None)

    def _end(self, name: str, error: BaseException | None) -> None:
        """It was to stop: only what is final matters now."""
        if error is None:
            return
        if self._says_so(error):
            raise error
        log.warning("%s ended badly", name, exc_info=error)

    def _says_so(self, error: BaseException) -> bool:
        return any(isinstance(one, self._final) for one in leaves(error))

    def _is_final(self, name: str, error: BaseException, lived: float) -> bool:
        if self._says_so(error):
            return True
        if name in self._settled or lived >= SETTLED:
            return False
        return not all(isinstance(one, self._passing) for one in leaves(error))


def leaves(error: BaseException) -> list[BaseException]:
    """The errors of a group of groups; an error alone is a list of one."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [error]
