"""Living messages: a sent alert grows to "3 outlets" where it stands, without ringing.

In: sent alerts that show too few publishers, a headline of before, or a summary that is no longer
the best. Out: edits, one at a time, when no alert is waiting; those for a summary alone come last,
twice a message at most. An edit may fail for good without harm, so it is never in doubt.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from telegram.error import TelegramError

from bot import metrics
from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify, flooded, in_words, refuses_token, unchanged
from bot.delivery.render import alert_message
from bot.delivery.sender import Sender
from bot.delivery.teaser import Teasers
from bot.delivery.worth import worth
from bot.i18n import Texts
from bot.model import Alert, Clock, Later, Summary, Unknown
from bot.store import Store

log = logging.getLogger(__name__)

_LOOK_AT = 8
_PATIENCE = 1.0  # seconds that an edit waits for its chat

Better = Callable[[Alert], Awaitable[Summary | None]]
"""The best summary of an alert's story that is known already; it asks no network."""


class Edits:
    def __init__(
        self,
        store: Store,
        sender: Sender,
        teasers: Teasers,
        texts_for: Callable[[str], Texts],
        lanes: Lanes,
        now: Clock,
    ) -> None:
        self._store = store
        self._sender = sender
        self._teasers = teasers
        self._texts_for = texts_for
        self._lanes = lanes
        self._now = now
        self.better: Better | None = None

    async def one(self) -> bool:
        """Make the edit that is longest due. False where there is none to be made now.

        Raises the error of an edit that says something about Telegram as a whole: no connection,
        no sense in the answer, no such token. Its edit stays due.
        """
        idle: list[Alert] = []
        for alert in await self._store.outbox.edits(self._now(), _LOOK_AT):
            if alert.message is None or self._lanes.wait(alert.chat.telegram) > _PATIENCE:
                continue
            summary = await self._best(alert)
            if _says_more(alert, summary):
                await self._edit(alert, alert.message, summary)
                break
            idle.append(alert)
        else:
            await self._rest(idle)
            return bool(idle)
        return True

    async def _best(self, alert: Alert) -> Summary:
        """What a new alert would show; of two that are worth the same, what the feeds say."""
        quoted = await self._teasers.of(alert)
        known = await self.better(alert) if self.better is not None else None
        return known if known is not None and worth(known) > worth(quoted) else quoted

    async def _edit(self, alert: Alert, message: int, summary: Summary) -> None:
        texts = self._texts_for(alert.chat.language)
        words = alert_message(alert, summary, alert.chat, texts, now=self._now(), grown=True)
        await self._lanes.turn(alert.chat.telegram)
        try:
            await self._sender.edit(alert.chat, message, words)
        except (TelegramError, TimeoutError) as error:
            await self._failed(alert, error, words.worth)
        else:
            await self._done(alert, "edited", ok=True, shown=words.worth)

    async def _rest(self, idle: Sequence[Alert]) -> None:
        """A better summary is known no more, or is none for these: nothing is asked of Telegram."""
        if idle:
            async with self._store.transaction() as tx:
                for alert in idle:
                    await tx.outbox.edited(alert, alert.shown_publishers, ok=True)

    async def _failed(self, alert: Alert, error: TelegramError | TimeoutError, shown: int) -> None:
        if unchanged(error):
            await self._done(alert, "same", ok=True, shown=shown)
            return
        wait = flooded(error)
        if wait is not None:
            metrics.EDITS.labels("later").inc()
            async with self._store.transaction() as tx:
                await tx.outbox.pause(alert.chat.id, self._now() + wait)
            return
        outcome = classify(error)
        everywhere = isinstance(outcome, Later) and outcome.scope == "bot"
        if refuses_token(error) or everywhere or isinstance(outcome, Unknown):
            raise error
        log.info("The edit of alert %s %s", alert.id, in_words(outcome))
        await self._done(alert, "never", ok=False)

    async def _done(self, alert: Alert, how: str, *, ok: bool, shown: int = -1) -> None:
        metrics.EDITS.labels(how).inc()
        async with self._store.transaction() as tx:
            await tx.outbox.edited(alert, alert.story.publishers, ok, shown_summary=shown)


def _says_more(alert: Alert, summary: Summary) -> bool:
    grown = alert.story.publishers > alert.shown_publishers
    return grown or alert.stale or worth(summary) > alert.shown_summary
