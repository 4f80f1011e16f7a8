"""Living messages: a sent alert grows to "3 outlets" where it stands, without ringing.

In: sent alerts that show too few publishers. Out: edits, one at a time, when no alert is waiting.
An edit may fail for good without harm, so it is never in doubt.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from telegram.error import TelegramError

from bot import metrics
from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify, flooded, in_words, refuses_token, unchanged
from bot.delivery.render import alert_message
from bot.delivery.sender import Sender
from bot.delivery.teaser import Teasers
from bot.i18n import Texts
from bot.model import Alert, Clock, Later, Unknown
from bot.store import Store

log = logging.getLogger(__name__)

_LOOK_AT = 8
_PATIENCE = 1.0  # seconds that an edit waits for its chat


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

    async def one(self) -> bool:
        """Make the edit that is longest due. False where there is none to be made now.

        Raises the error of an edit that says something about Telegram as a whole: no connection,
        no sense in the answer, no such token. Its edit stays due.
        """
        for alert in await self._store.outbox.edits(self._now(), _LOOK_AT):
            if alert.message is not None and self._lanes.wait(alert.chat.telegram) <= _PATIENCE:
                await self._edit(alert, alert.message)
                return True
        return False

    async def _edit(self, alert: Alert, message: int) -> None:
        summary = await self._teasers.of(alert)
        texts = self._texts_for(alert.chat.language)
        words = alert_message(alert, summary, alert.chat, texts, now=self._now(), grown=True)
        await self._lanes.turn(alert.chat.telegram)
        try:
            await self._sender.edit(alert.chat, message, words)
        except (TelegramError, TimeoutError) as error:
            await self._failed(alert, error)
        else:
            await self._done(alert, "edited", ok=True)

    async def _failed(self, alert: Alert, error: TelegramError | TimeoutError) -> None:
        if unchanged(error):
            await self._done(alert, "same", ok=True)
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

    async def _done(self, alert: Alert, how: str, *, ok: bool) -> None:
        metrics.EDITS.labels(how).inc()
        async with self._store.transaction() as tx:
            await tx.outbox.edited(alert, alert.story.publishers, ok)
