"""What runs, in one TaskGroup: how each part begins again, in which order they stop, how they are.

In: the parts, built. Out: an exit code once everything has stopped in order. Stop order: updates,
visits, alerts in flight. A part that dies is begun again by the keeper; a refused token, another
poller and wrong settings end it all. It decides nothing about news.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp.web import Application
from telegram.error import Conflict, InvalidToken, NetworkError

from bot import metrics
from bot.callbacks import Callbacks, Hearing
from bot.delivery.pulse import Pulse
from bot.delivery.telegram import NewsBot
from bot.errors import (
    NewsbellError,
    SettingsError,
    StoreError,
    StoreMissing,
    TokenRefused,
    WebError,
)
from bot.heart import Heart
from bot.keeper import Keeper, leaves
from bot.model import Clock, Instant
from bot.orders import Orders
from bot.settings import Settings
from bot.store import Store
from bot.web import Health, Web, Webhook, look
from handlers.updates import Address, Conversation, reached

log = logging.getLogger(__name__)

EX_CONFIG = 78  # a token that no restart mends; see docs/operating.md
PRUNE_SECONDS = 3600.0
TEND_SECONDS = 60.0
LONG_LOG = 64 << 20  # bytes of the database's own log that mean that something holds on to it

FINAL = (InvalidToken, TokenRefused, Conflict, SettingsError, WebError, StoreMissing)


class Sending(Protocol):
    """Something that sends until it is told to stop."""

    async def run(self, stop: asyncio.Event) -> None: ...


class Collecting(Protocol):
    """The pipeline, as far as the house knows it."""

    last_visit: Instant | None

    async def run(self, stop: asyncio.Event) -> None: ...


class Pushing(Hearing, Protocol):
    """What hubs talk to."""

    async def run(self, stop: asyncio.Event) -> None: ...


@dataclass(frozen=True)
class Parts:
    """What runs. Senders are made anew for each life, by name; the first one is the courier."""

    collector: Collecting
    conversation: Conversation
    senders: dict[str, Callable[[], Sending]]
    bulk: NewsBot
    pushes: Pushing | None = None  # None where hubs cannot reach us
    orders: Orders | None = None  # from the command line


class House:
    """`heart` is what a service manager listens to."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        parts: Parts,
        *,
        now: Clock,
        heart: Heart | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._parts = parts
        self._pulse = Pulse(parts.bulk, now=now)
        self._heart = heart or Heart()
        self._keeper = keeper or Keeper(final=FINAL, passing=(StoreError, NetworkError, OSError))
        self._now = now
        self._courier_alive = False
        self._log_bytes = 0
        self.exit_code = 0

    async def live(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks, self._serving(), self._taking_orders():
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
            (error, *_) = leaves(several)
            log.error("%s", error)
            self.exit_code = EX_CONFIG if isinstance(error, SettingsError) else 1

    async def _run(
        self, tasks: asyncio.TaskGroup, stop: asyncio.Event, ready: Callable[[], None]
    ) -> None:
        """Start the tasks; then stop them one after the other when `stop` is set."""
        ends = [asyncio.Event() for _ in range(3)]
        never = asyncio.Event()

        def begin(
            name: str, work: Callable[[], Awaitable[None]], end: asyncio.Event
        ) -> asyncio.Task[None]:
            return tasks.create_task(self._keeper.keep(name, work, end), name=name)

        talk, parts = self._parts.conversation, self._parts
        talking = begin("conversation", lambda: talk.run(ends[0], ready), ends[0])
        collecting = [begin("collector", lambda: parts.collector.run(ends[1]), ends[1])]
        if pushes := parts.pushes:
            collecting.append(begin("pushes", lambda: pushes.run(ends[1]), ends[1]))
        sending = tasks.create_task(self._send(ends[2]), name="senders")
        background = [
            begin("janitor", self._tidy, never),
            begin("tender", self._tend, never),
            tasks.create_task(self._heart.run(), name="heart"),
        ]
        await stop.wait()
        log.info("stopping")
        self._heart.stopping()
        for end, ending in zip(ends, ([talking], collecting, [sending]), strict=True):
            end.set()
            await asyncio.wait(ending)
        for task in background:
            task.cancel()

    async def _send(self, stop: asyncio.Event) -> None:
        """Alerts, edits and digests, with a bot of their own."""
        bulk = self._parts.bulk
        try:
            if not await reached(bulk.initialize, stop, quiet=True):
                return
            self._courier_alive = True
            async with asyncio.TaskGroup() as senders:
                senders.create_task(self._pulse.run(stop), name="pulse")
                for name, make in self._parts.senders.items():
                    senders.create_task(self._keep_sending(name, make, stop), name=name)
        finally:
            self._courier_alive = False
            await bulk.shutdown()

    async def _keep_sending(
        self, name: str, make: Callable[[], Sending], stop: asyncio.Event
    ) -> None:
        await self._keeper.keep(name, lambda: make().run(stop), stop)

    async def _tidy(self) -> None:
        while True:
            try:
                removed = await self._store.prune(self._now())
            except StoreError as error:  # a full disk passes; old rows can wait for an hour
                log.warning("old articles and alerts stay for now: %s", error)
            else:
                log.debug("pruned %s rows", removed)
            await asyncio.sleep(PRUNE_SECONDS)

    async def _tend(self) -> None:
        while True:
            try:
                size = await self._store.tend()
            except StoreError as error:
                log.warning("the database's log could not be cut: %s", error)
            else:
                if size > LONG_LOG >= self._log_bytes:
                    log.warning("%s", _long(size))
                self._log_bytes = size
                metrics.LOG_BYTES.set(size)
            await asyncio.sleep(TEND_SECONDS)

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
            figures=lambda: self._store.figures(self._now()),
            webhook=_webhook(self._settings, self._parts.conversation),
            more=_callbacks(self._settings, self._parts.pushes),
        )
        log.info("health page at %s/healthz", await web.start())
        try:
            yield
        finally:
            await web.stop()

    @asynccontextmanager
    async def _taking_orders(self) -> AsyncIterator[None]:
        """From the command line."""
        orders = self._parts.orders
        if orders is None:
            yield
            return
        await orders.start()
        try:
            yield
        finally:
            await orders.stop()

    async def _health(self) -> Health:
        return await look(
            self._store,
            last_visit=self._parts.collector.last_visit,
            courier_alive=self._courier_alive,
            telegram_silent_since=self._pulse.silent_since,
            troubles=tuple(self._troubles()),
            now=self._now,
        )

    def _troubles(self) -> list[str]:
        """What is wrong inside, each a few words."""
        found = [
            f"{name} died ({kind}) and begins again" for name, kind in self._keeper.down.items()
        ]
        if self._heart.faltering:
            found.append("everything stood still within the last minute")
        if self._store.trouble is not None:
            found.append("nothing new is fetched, for the disk is full or fails")
        if self._log_bytes > LONG_LOG:
            found.append(_long(self._log_bytes))
        return found


def _long(size: int) -> str:
    return f"the database's log has grown to {size >> 20} MB: something keeps the file open"


def address_of(settings: Settings) -> Address | None:
    """The webhook; None for long polling."""
    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    return Address(url, secret.get_secret_value()) if url and secret else None


def _webhook(settings: Settings, conversation: Conversation) -> Webhook | None:
    address = address_of(settings)
    if address is None:
        return None
    return Webhook(urlsplit(address.url).path or "/", address.secret, conversation.take)


def _callbacks(settings: Settings, pushes: Pushing | None) -> list[Callable[[Application], None]]:
    path = urlsplit(settings.web_url or "").path
    return [Callbacks(path, pushes).add_to] if pushes else []
