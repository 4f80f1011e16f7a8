"""Summaries that have become better than what sent messages show.

In: alerts and stories. Out: the best summary that is known for an alert, without a word to the
network; and for stories that were told by their headline alone, what their page says. It refuses to
know how a message is edited: it says to the store what a summary is worth, and the courier sees to
it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from bot.errors import NewsbellError
from bot.model import Alert, Clock, Summary
from bot.reading.stories import Reading
from bot.store import Store

log = logging.getLogger(__name__)

FRESH = 1800  # seconds after sending in which a bare headline is worth a look at its page
_PAUSE = 2.0  # seconds between two looks
_IDLE = 10.0


class Better:
    """Runs beside the courier; `page`: what a summary from a page is worth."""

    def __init__(self, store: Store, reading: Reading, now: Clock, *, page: int) -> None:
        self._store = store
        self._reading = reading
        self._now = now
        self._page = page

    async def of(self, alert: Alert) -> Summary | None:
        """As the alert's chat may see it, in the language of its article; None: none is known."""
        view = await self._reading.story(alert.story.id, alert.chat)
        if view is None or view.story.language != alert.article.language:
            return None
        return self._reading.known(view)

    async def run(self, stop: asyncio.Event) -> None:
        """Look into one story after the other, until `stop`; nobody waits for any of it."""
        while not stop.is_set():
            looked = False
            try:
                looked = await self.look()
            except NewsbellError as error:  # the headline stands there
                log.debug("a story keeps its headline: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(_PAUSE if looked else _IDLE):
                    await stop.wait()

    async def look(self) -> bool:
        """Read the page of a story that rang with its headline alone; False where there is none."""
        story = await self._store.outbox.bare(self._now() - FRESH)
        if story is None:
            return False
        summary = await self._reading.summary(story)
        async with self._store.transaction() as tx:
            if summary.kind == "page" and summary.sentences:
                await tx.outbox.improved(story, self._page, self._now())
            else:
                await tx.outbox.hopeless(story)
        return True
