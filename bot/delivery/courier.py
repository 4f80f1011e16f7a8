"""claim → summarise → render → send → settle: what is owed is delivered, once.

In: the outbox, and `wake` when something was queued. Out: messages, settled rows, edits of messages
that grow. A bounded number of alerts is in flight, one per chat; a crash anywhere loses none and
repeats no settled one (docs/decisions/0001-delivery.md). Which alerts are owed is not its business.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Self

from telegram.error import TelegramError

from bot import metrics
from bot.delivery.catchup import RULES, CatchUp
from bot.delivery.edits import Better, Edits
from bot.delivery.journal import TICK, Journal
from bot.delivery.lanes import Lanes, crew
from bot.delivery.outcome import classify, in_words, lost_thread, refuses_token
from bot.delivery.phrased import Phrased
from bot.delivery.quiet import quiet_until
from bot.delivery.reachable import Reachable
from bot.delivery.render import Message
from bot.delivery.sender import Sender
from bot.delivery.teaser import Teasers
from bot.delivery.telegram import NewsBot
from bot.delivery.window import Window
from bot.errors import StoreError, TokenRefused
from bot.i18n import Texts
from bot.model import Alert, AlertId, Clock, Later, Never, Outcome, Sent, Unknown
from bot.store import Store

log = logging.getLogger(__name__)

_CHAT_PATIENCE = 2.0  # seconds; an alert whose chat must rest longer goes back to the outbox
_STORM_PATIENCE = 10.0  # the same for what Telegram asks of all alerts together
_RECLAIM = 15.0  # seconds between looks for claims whose lease has run out
_STORE_TROUBLE = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds. `send` is below half of `lease`, so that a send ends within its claim."""

    in_flight: int = 8
    lease: float = 60.0
    send: float = 25.0
    poll: float = 1.0  # between looks at the outbox when nobody wakes us
    tick: float = TICK
    drain: float = 10.0


class Courier:
    """`wake` is set by whoever queues alerts; `lanes` are those of the bot."""

    def __init__(
        self,
        store: Store,
        bot: NewsBot,
        texts_for: Callable[[str], Texts],
        *,
        lanes: Lanes,
        now: Clock,
        rng: random.Random,
        wake: asyncio.Event,
        policy: Literal["resend", "drop"] = "resend",
        pace: Pace | None = None,
        monotonic: Clock = time.monotonic,
    ) -> None:
        self._pace = pace or Pace(crew(lanes.full))
        self._store = store
        self._lanes = lanes
        self._now = now
        self._wake = wake
        self._policy = policy
        teasers = Teasers(store, now)
        self._phrased = Phrased(teasers, texts_for, now)
        self._catch_up = CatchUp(store, teasers, texts_for, now)
        self._sender = Sender(bot, seconds=self._pace.send)
        self._edits = Edits(store, self._sender, teasers, texts_for, lanes, now)
        self._journal = Journal(store, now, wake.set, tick=self._pace.tick)
        self._reachable = Reachable(bot, rng, monotonic)
        self._queue: asyncio.Queue[Alert] = asyncio.Queue()
        self._claimed: dict[AlertId, tuple[Alert, float]] = {}  # in hand, and since when
        self._sending: set[asyncio.Task[Any] | None] = set()  # workers past their mark
        self._window = Window(self._pace.in_flight)
        self._leaving = False
        self._refused = False

    def improving(self, better: Better) -> Self:
        """Sent messages are edited when this knows a better summary."""
        self._edits.better = better
        return self

    async def run(self, stop: asyncio.Event) -> None:
        """Delivers until `stop`, then ends what is in flight within 10 seconds.

        Raises TokenRefused when Telegram does not know the token; the queue is kept.
        """
        await self._recover(at_start=True)
        try:
            async with asyncio.TaskGroup() as group:
                crew = [group.create_task(self._work()) for _ in range(self._pace.in_flight)]
                clerks = [
                    group.create_task(self._journal.run()),
                    group.create_task(self._reclaim()),
                    group.create_task(self._watch(stop)),
                ]
                await self._feed(stop)
                await self._drain(crew)
                for clerk in clerks:
                    clerk.cancel()
        finally:
            for alert, _ in self._claimed.values():  # void for those that were marked or settled
                self._journal.hand_back(alert)
            await self._journal.commit()
        if self._refused:
            raise TokenRefused("Telegram refused the token. Check TELEGRAM_TOKEN with @BotFather.")

    # ── who keeps it going ──

    async def _feed(self, stop: asyncio.Event) -> None:
        """Claims no more than the crew can soon send; edits only when nothing is owed."""
        while not (stop.is_set() or self._refused):
            self._wake.clear()
            try:
                pause = await self._round()
            except StoreError as error:
                log.warning("The outbox can't be read: %s", error)
                pause = _STORE_TROUBLE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await (stop if pause > self._pace.poll else self._wake).wait()

    async def _round(self) -> float:
        """One look at the outbox; seconds until the next."""
        try:
            if await self._reachable.wait() or self._lanes.pause > _STORM_PATIENCE:
                return self._pace.poll
            if await self._claim():
                return 0.0
            if not self._claimed and await self._edits.one():
                return 0.0
        except (TelegramError, TimeoutError) as error:
            self._refused |= refuses_token(error)
            self._reachable.lost()
        return self._pace.poll

    async def _claim(self) -> bool:
        """Takes alerts for the free places; a few at a time, for each claim is a transaction."""
        room = self._window.places - len(self._claimed)
        if room < self._window.places / 2:
            return False
        now = self._now()
        due = await self._store.outbox.next_due()
        if due is None or due > now:
            return False
        async with self._store.transaction() as tx:
            alerts = await tx.outbox.claim(now, room, self._pace.lease, RULES)
        for alert in alerts:
            self._claimed[alert.id] = (alert, now)
            self._queue.put_nowait(alert)
        return bool(alerts)

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _reclaim(self) -> None:
        while True:
            await asyncio.sleep(_RECLAIM)
            try:
                await self._recover()
            except StoreError as error:
                log.warning("Old claims can't be looked at: %s", error)

    async def _recover(self, *, at_start: bool = False) -> None:
        """Frees what a process that died, or a lease that ran out, left claimed or in doubt."""
        async with self._store.transaction() as tx:
            freed, doubtful = await tx.outbox.recover(self._now(), self._policy)
        if freed or doubtful:
            when = "at the start" if at_start else "from leases that ran out"
            log.info("Recovered %s: %d alerts, %d more in doubt", when, freed, doubtful)

    async def _drain(self, crew: list[asyncio.Task[None]]) -> None:
        """Ends what is being sent; the rest goes back to the outbox, without doubt."""
        self._leaving = True
        for worker in crew:
            if worker not in self._sending:
                worker.cancel()
        _, late = await asyncio.wait(crew, timeout=self._pace.drain)
        for worker in late:
            worker.cancel()

    # ── one alert ──

    async def _work(self) -> None:
        while not self._leaving:
            await self._deliver(await self._queue.get())

    async def _deliver(self, alert: Alert) -> None:
        """From a claim to its settlement. What goes wrong here goes wrong for this one alone."""
        marked = False
        try:
            message = await self._prepare(alert)
            if message is not None:
                marked = await self._mark(alert)
            if message is not None and marked:
                sent = await self._sender.send(alert.chat, message)
                told = alert.story.publishers
                self._settle(alert, Sent(sent.message, told, sent.astray, message.worth))
                self._window.widen()
                metrics.LATENCY.observe(max(0.0, self._now() - alert.article.first_seen))
        except asyncio.CancelledError:
            if not marked:  # whatever the disk says by now, nothing was written to Telegram
                self._journal.settle(alert, Later(0, "interrupted", scope="alert"))
            raise
        except Exception as error:  # noqa: BLE001  one of the three catching places
            self._failed(alert, error, marked=marked)
        finally:
            self._sending.discard(asyncio.current_task())
        self._claimed.pop(alert.id, None)  # a claim that was cancelled is handed back instead
        self._wake.set()

    async def _prepare(self, alert: Alert) -> Message | None:
        """The message, when it is the chat's turn; otherwise None, and the alert waits."""
        chat = alert.chat
        until = quiet_until(chat, self._now())
        if until is not None:
            self._journal.hold(alert, until)
            return None
        rest = self._lanes.wait(chat.telegram)
        if rest > _CHAT_PATIENCE:
            self._journal.settle(alert, Later(rest, "the chat has had enough for the moment"))
            return None
        message = await self._words(alert)
        if message is None or await self._lanes.turn(chat.telegram, _STORM_PATIENCE):
            return message
        self._journal.hand_back(alert)
        return None

    async def _words(self, alert: Alert) -> Message | None:
        if alert.gathers:
            return await self._catch_up.message(alert)
        return await self._phrased.of(alert)

    async def _mark(self, alert: Alert) -> bool:
        """Claimed → sending, unless it is too late to begin; from here on a crash leaves doubt."""
        if not self._reachable.up or self._late(alert):
            self._journal.hand_back(alert)
            return False
        self._sending.add(asyncio.current_task())
        if not await self._journal.mark(alert):
            return False
        if self._late(alert):  # the disk was slow; nothing was written to Telegram
            self._journal.settle(alert, Later(0, "the claim grew too old", scope="alert"))
            return False
        return True

    def _late(self, alert: Alert) -> bool:
        """In the last half of its lease, or no longer ours at all."""
        held = self._claimed.get(alert.id)
        return held is None or self._now() - held[1] > self._pace.lease / 2

    def _failed(self, alert: Alert, error: Exception, *, marked: bool) -> None:
        """What an error of this alert means; the queue stays as it is when it means all of them."""
        if not marked and isinstance(error, StoreError):
            log.warning("Alert %s must wait for the store: %s", alert.id, error)
            self._journal.hand_back(alert)
            return
        if not isinstance(error, TelegramError | TimeoutError):
            metrics.ERRORS.labels("courier").inc()
            log.error("Alert %s failed in an unexpected way", alert.id, exc_info=error)
        if not marked:
            self._settle(alert, Never("it could not be put into words", scope="alert"))
            return
        self._refused |= refuses_token(error)
        outcome = classify(error, chat=alert.chat, refused=alert.refused, now=self._now())
        if isinstance(outcome, Unknown) or (isinstance(outcome, Later) and outcome.scope == "bot"):
            self._reachable.lost()
            self._window.narrow()
        self._settle(alert, outcome, thread=alert.chat.thread if lost_thread(error) else None)

    def _settle(self, alert: Alert, outcome: Outcome, thread: int | None = None) -> None:
        metrics.OUTCOMES.labels(type(outcome).__name__.lower()).inc()
        if not isinstance(outcome, Sent):
            log.info("Alert %s %s", alert.id, in_words(outcome))
        self._journal.settle(alert, outcome, thread=thread)
