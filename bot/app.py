"""The composition root: settings become a running bot.

In: settings, the clock, chance. Out: an exit code, once everything has been stopped in order. The
one place where the parts meet; it decides nothing about news. Stop order: updates, visits, alerts
in flight, HTTP, worker, store. A kill instead loses nothing (docs/decisions/0001-delivery.md).
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram.error import Conflict, InvalidToken

import handlers
from bot.delivery.courier import Courier
from bot.delivery.digest import Digests
from bot.delivery.lanes import Lanes
from bot.delivery.notices import Notices
from bot.delivery.pulse import Pulse
from bot.delivery.sender import Sender
from bot.delivery.telegram import NewsBot, bulk_bot, reply_application
from bot.errors import NewsbellError, QueryError, SettingsError, StoreError, TokenRefused
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.i18n import texts_for
from bot.model import Clock
from bot.pipeline import Pace, Pipeline
from bot.reading import Reading
from bot.settings import Settings
from bot.sources import plant, sources_named
from bot.store import Store, open_store
from bot.stories.cluster import Grouper
from bot.subscriptions import Subscriptions
from bot.topics.match import Percolator
from bot.topics.query import STORED_LIMIT, parse_query
from bot.web import Health, Web, Webhook, look
from bot.worker import Worker
from handlers.updates import Address, Conversation, reached

log = logging.getLogger(__name__)

EX_CONFIG = 78  # a token that no restart mends; see docs/operating.md
PRUNE_SECONDS = 3600.0
SEND_SECONDS = 25.0  # for one digest, with all its tries


@dataclass(frozen=True)
class Time:
    """The clock and the dice of a run."""

    now: Clock
    rng: random.Random


async def run(
    settings: Settings,
    *,
    now: Clock = time.time,
    rng: random.Random | None = None,
    stop: asyncio.Event | None = None,
    ready: Callable[[], None] | None = None,
) -> int:
    """Run the bot until `stop` is set or the process is told to end; the exit code.

    `ready` is called once Telegram has been reached and updates are being taken. Raises
    SettingsError and StoreError for what a person must mend before a start.
    """
    stop = stop or asyncio.Event()
    token = settings.token()
    times = Time(now, rng or random.Random())
    async with AsyncExitStack() as stack:
        store = await open_store(settings.database_url, now=now)
        stack.push_async_callback(store.close)
        worker = Worker()
        stack.push_async_callback(worker.close)
        fetcher = await stack.enter_async_context(
            Fetcher(Guard(settings.fetch_allow), contact=settings.contact, now=now)
        )
        await plant(store, sources_named(settings.feeds), int(now()))
        house = await _furnish(settings, token, store, fetcher, worker, times)
        stack.enter_context(_ending_on_signals(stop))
        await house.live(stop, ready or (lambda: None))
    return house.exit_code


async def _furnish(
    settings: Settings, token: str, store: Store, fetcher: Fetcher, worker: Worker, times: Time
) -> House:
    """Build everything that runs, with the live window and the followed topics in memory."""
    now, wake = times.now, asyncio.Event()
    grouper, percolator = Grouper(), Percolator()
    grouper.rebuild(await store.stories.live(now() - grouper.settings.window))
    for topic in await store.topics.all():
        try:
            percolator.add(topic.id, parse_query(topic.query, limit=STORED_LIMIT))
        except QueryError:
            log.warning("topic %s is no longer understood and cannot ring", topic.id)
    lanes = Lanes(settings.bulk_rate)
    application = (
        reply_application(token, settings.telegram_api_url, lanes)
        .concurrent_updates(handlers.InOrder(store))
        .build()
    )
    services = handlers.Services(
        store,
        Subscriptions(store, percolator, fetcher, worker, now),
        Reading(store, fetcher, worker, now),
        now,
        settings.admins,
    )
    handlers.register(application, services)
    bulk = bulk_bot(token, settings.telegram_api_url, lanes)
    return House(
        settings,
        store,
        pipeline=Pipeline(
            store, fetcher, worker, grouper, percolator,
            pace=Pace(settings.poll_floor, settings.poll_ceiling),
            wake=wake, now=now, rng=times.rng,
        ),
        courier=Courier(store, bulk, texts_for, lanes=lanes, now=now, rng=times.rng, wake=wake),
        digests=Digests(store, Sender(bulk, seconds=SEND_SECONDS), texts_for, lanes=lanes, now=now),
        notices=Notices(store, bulk, texts_for, lanes=lanes, now=now),
        conversation=Conversation(application, services, _address(settings)),
        bulk=bulk,
        now=now,
    )  # fmt: skip


class House:
    """What runs, in one TaskGroup, and the order in which it stops."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        pipeline: Pipeline,
        courier: Courier,
        digests: Digests,
        notices: Notices,
        conversation: Conversation,
        bulk: NewsBot,
        now: Clock,
    ) -> None:
        self._settings = settings
        self._store = store
        self._pipeline = pipeline
        self._courier = courier
        self._digests = digests
        self._notices = notices
        self._conversation = conversation
        self._bulk = bulk
        self._pulse = Pulse(bulk, now=now)
        self._now = now
        self._courier_alive = False
        self.exit_code = 0

    async def live(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks, self._serving():
                await self._run(tasks, stop, ready)
        except* (InvalidToken, TokenRefused):
            log.error("Telegram refused the token; what is owed stays in the outbox")
            self.exit_code = EX_CONFIG
        except* Conflict:
            log.error(
                "this bot stops, for another one with its token goes on taking the updates: "
                "stop that one, or get a token of its own for each from @BotFather"
            )
            self.exit_code = 1
        except* NewsbellError as several:
            error = _first(several)
            log.error("%s", error)
            self.exit_code = EX_CONFIG if isinstance(error, SettingsError) else 1

    async def _run(
        self, tasks: asyncio.TaskGroup, stop: asyncio.Event, ready: Callable[[], None]
    ) -> None:
        """Start the tasks; then stop them one after the other when `stop` is set."""
        ends = [asyncio.Event() for _ in range(3)]
        talking = tasks.create_task(self._conversation.run(ends[0], ready), name="conversation")
        visiting = tasks.create_task(self._pipeline.run(ends[1]), name="collector")
        sending = tasks.create_task(self._send(ends[2]), name="courier")
        janitor = tasks.create_task(self._tidy(), name="janitor")
        await stop.wait()
        log.info("stopping")
        janitor.cancel()
        for end, task in zip(ends, (talking, visiting, sending), strict=True):
            end.set()
            await asyncio.wait([task])

    async def _send(self, stop: asyncio.Event) -> None:
        """Alerts, edits and digests, with a bot of their own."""
        try:
            if not await reached(self._bulk.initialize, stop, quiet=True):
                return
            self._courier_alive = True
            async with asyncio.TaskGroup() as senders:
                senders.create_task(self._courier.run(stop), name="alerts")
                senders.create_task(self._digests.run(stop), name="digests")
                senders.create_task(self._notices.run(stop), name="notices")
                senders.create_task(self._pulse.run(stop), name="pulse")
        finally:
            self._courier_alive = False
            await self._bulk.shutdown()

    async def _tidy(self) -> None:
        while True:
            try:
                removed = await self._store.prune(self._now())
            except StoreError as error:  # a full disk passes; old rows can wait for an hour
                log.warning("old articles and alerts stay for now: %s", error)
            else:
                log.debug("pruned %s rows", removed)
            await asyncio.sleep(PRUNE_SECONDS)

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        """The health page, when a port is set."""
        if self._settings.web_port is None:
            yield
            return
        web = Web(
            self._settings.web_host,
            self._settings.web_port,
            probe=self._health,
            now=self._now,
            webhook=_webhook(self._settings, self._conversation),
        )
        log.info("health page at %s/healthz", await web.start())
        try:
            yield
        finally:
            await web.stop()

    async def _health(self) -> Health:
        return await look(
            self._store,
            last_visit=self._pipeline.last_visit,
            courier_alive=self._courier_alive,
            telegram_silent_since=self._pulse.silent_since,
            now=self._now,
        )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group of groups."""
    (error, *_) = group.exceptions
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _address(settings: Settings) -> Address | None:
    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    return Address(url, secret.get_secret_value()) if url and secret else None


def _webhook(settings: Settings, conversation: Conversation) -> Webhook | None:
    address = _address(settings)
    if address is None:
        return None
    return Webhook(urlsplit(address.url).path or "/", address.secret, conversation.take)


@contextmanager
def _ending_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """The first SIGTERM or SIGINT asks for an end in order; the second one does not ask."""
    loop, asked = asyncio.get_running_loop(), (signal.SIGTERM, signal.SIGINT)

    def end() -> None:
        if stop.is_set():
            os._exit(128 + signal.SIGTERM)
        stop.set()

    for number in asked:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in asked:
            loop.remove_signal_handler(number)
