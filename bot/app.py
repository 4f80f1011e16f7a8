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
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass

import handlers
from bot.collector.hubs import Hubs, settle
from bot.collector.pushes import Pushes
from bot.collector.sources import plant, sources_named
from bot.delivery.courier import Courier
from bot.delivery.digest import Digests
from bot.delivery.lanes import Lanes
from bot.delivery.lost_feeds import LostFeeds
from bot.delivery.notices import Notices
from bot.delivery.sender import Sender
from bot.delivery.telegram import bulk_bot, reply_application
from bot.delivery.worth import PAGE
from bot.descriptors import connections, raise_limit
from bot.errors import QueryError
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.heart import Heart
from bot.house import House, Parts, address_of
from bot.i18n import texts_for
from bot.model import Clock
from bot.orders import Clerk, Orders, socket_of
from bot.pipeline import Pace, Pipeline
from bot.reading.better import Better
from bot.reading.stories import Reading, Retells
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.sqlite_file import file_of
from bot.stories.cluster import Grouper
from bot.subscriptions.feeds import Subscriptions
from bot.topics.match import Percolator
from bot.topics.query import STORED_LIMIT, parse_query
from bot.worker import Worker
from handlers.updates import Conversation

log = logging.getLogger(__name__)

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
    heart: Heart | None = None,
    anew: bool = False,
) -> int:
    """Run the bot until `stop` is set or the process is told to end; the exit code.

    `ready` is called once Telegram has been reached and updates are being taken; `heart` is what a
    service manager listens to; `anew`: begin without the database that was here before. Raises
    SettingsError and StoreError for what a person must mend before a start.
    """
    stop = stop or asyncio.Event()
    token = settings.token()
    times = Time(now, rng or random.Random())
    async with AsyncExitStack() as stack:
        stack.enter_context(_ending_on_signals(stop))
        store = await open_store(settings.database_url, anew=anew, now=now)
        stack.push_async_callback(store.close)
        worker = Worker()
        stack.push_async_callback(worker.close)
        fetcher = await stack.enter_async_context(
            Fetcher(
                Guard(settings.fetch_allow),
                contact=settings.contact,
                connections=connections(raise_limit()),
                now=now,
            )
        )
        await plant(store, sources_named(settings.feeds), int(now()))
        reading = Reading(
            store, fetcher, worker, now, await _retelling(settings, store, now, stack)
        )
        house = await _furnish(
            settings, token, store, fetcher, worker, reading, times, heart, anew=anew
        )
        await house.live(stop, ready or (lambda: None))
    return house.exit_code


async def _furnish(
    settings: Settings,
    token: str,
    store: Store,
    fetcher: Fetcher,
    worker: Worker,
    reading: Reading,
    times: Time,
    heart: Heart | None,
    *,
    anew: bool,
) -> House:
    """Build everything that runs, with the live window and the followed topics in memory."""
    now, wake = times.now, asyncio.Event()
    grouper, percolator = Grouper(), await _followed(store)
    grouper.rebuild(await store.stories.live(now() - grouper.settings.window))
    lanes = Lanes(settings.bulk_rate)
    order = handlers.InOrder(store)
    builder = reply_application(token, settings.telegram_api_url, lanes)
    application = builder.concurrent_updates(order).update_queue(order.backlog()).build()
    subscriptions = Subscriptions(store, percolator, fetcher, worker, now)
    services = handlers.Services(store, subscriptions, reading, now, settings.admins)
    handlers.register(application, services)
    better = Better(store, reading, now, page=PAGE)
    bulk = bulk_bot(token, settings.telegram_api_url, lanes, paid=settings.bulk_paid)
    pipeline = Pipeline(
        store, fetcher, worker, grouper, percolator,
        pace=Pace(settings.poll_floor, settings.poll_ceiling),
        wake=wake, now=now, rng=times.rng,
        restored=int(await store.get_value("restored") or 0),
    )  # fmt: skip
    parts = Parts(
        collector=pipeline,
        pushes=await _pushes(settings, store, fetcher, pipeline, times),
        orders=Orders(
            socket_of(file_of(settings.database_url)), Clerk(store, subscriptions, now)
        ),
        conversation=Conversation(application, services, address_of(settings), anew=anew),
        senders={
            "alerts": lambda: Courier(
                store, bulk, texts_for, lanes=lanes, now=now, rng=times.rng, wake=wake
            ).improving(better.of),
            "better summaries": lambda: better,
            "digests": lambda: Digests(
                store, Sender(bulk, seconds=SEND_SECONDS), texts_for, lanes=lanes, now=now
            ),
            "notices": lambda: Notices(store, bulk, texts_for, lanes=lanes, now=now),
            "lost feeds": lambda: LostFeeds(
                store, Sender(bulk, seconds=SEND_SECONDS), texts_for, lanes=lanes,
                admins=settings.admins, now=now,
            ),
        },
        bulk=bulk,
    )  # fmt: skip
    return House(settings, store, parts, now=now, heart=heart)


async def _followed(store: Store) -> Percolator:
    percolator = Percolator()
    for topic in await store.topics.all():
        try:
            percolator.add(topic.id, parse_query(topic.query, limit=STORED_LIMIT))
        except QueryError:
            log.warning("topic %s is no longer understood and cannot ring", topic.id)
    return percolator


async def _pushes(
    settings: Settings, store: Store, fetcher: Fetcher, pipeline: Pipeline, times: Time
) -> Pushes | None:
    """What hubs talk to; nothing where they cannot reach us, and those who know us forget us."""
    now, rng, floor = times.now, times.rng, settings.poll_floor
    if not settings.web_url or settings.web_port is None:
        await settle(store, "", floor, int(now()))
        return None
    address = f"{settings.web_url}/push/"
    hubs = Hubs(store, fetcher, address=address, floor=floor, now=now, rng=rng)
    return Pushes(store, hubs, pipeline.take, floor=floor, now=now, rng=rng)


async def _retelling(
    settings: Settings, store: Store, now: Clock, stack: AsyncExitStack
) -> Retells | None:
    """The language model behind its gate; nothing of it is loaded where there is none."""
    if not settings.llm_url or not settings.llm_model:
        return None
    from bot.reading.llm import Model, connected
    from bot.reading.retelling import Retelling, budget

    key = settings.llm_key.get_secret_value() if settings.llm_key else ""
    session = await stack.enter_async_context(connected())
    spend = budget(store, now, settings.llm_daily)
    model = Model(session, settings.llm_url, settings.llm_model, key, spend=spend)
    return Retelling(model, store, now)


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
