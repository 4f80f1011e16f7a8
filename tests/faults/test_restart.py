"""A part of the bot that dies (row P06) begins again, the health page is red meanwhile; and nothing
grows over thousands of cycles (row P15).
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from telegram.error import InvalidToken, NetworkError

from bot.delivery.lanes import Lanes
from bot.delivery.telegram import NewsBot, reply_application
from bot.demo.api import BotApi, Limits
from bot.errors import StoreBusy, TokenRefused
from bot.feeds.fetch import Fetcher
from bot.house import FINAL, House, Parts
from bot.keeper import Keeper
from bot.model import Feed, Fetched
from bot.pipeline import Pace, Pipeline
from bot.reading.stories import Reading
from bot.settings import Settings
from bot.store import Store, open_store
from bot.stories.cluster import Grouper
from bot.subscriptions.feeds import Subscriptions
from bot.topics.match import Percolator
from bot.topics.query import parse_query
from bot.worker import Worker
from handlers import InOrder, Services, register
from handlers.updates import Conversation
from tests import desk
from tests.desk import InlineWorker
from tests.store.world import Time, World

NAMES = ("conversation", "collector", "alerts", "digests", "janitor", "tender")


class Part:
    """Work that raises what it is given, one error a life, and then goes on until it is to stop."""

    last_visit = None

    def __init__(self, *errors: BaseException) -> None:
        self.errors, self.lives = list(errors), 0
        self.well = asyncio.Event()

    async def run(self, stop: asyncio.Event, ready: Callable[[], None] | None = None) -> None:
        self.lives += 1
        if self.errors:
            raise self.errors.pop(0)
        self.well.set()
        await stop.wait()


class QuietBot:
    """As much of a bot as the pulse and the house ask for."""

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def get_me(self) -> None: ...


class DyingStore:
    """A store whose janitor and tender die once."""

    def __init__(self, store: Store, error: Exception | None) -> None:
        self._store = store
        self._errors = {"prune": error, "tend": error}
        self.pruned, self.tended = asyncio.Event(), asyncio.Event()
        self.log_bytes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def prune(self, now: float) -> int:
        self._die("prune")
        self.pruned.set()
        return 0

    async def tend(self) -> int:
        self._die("tend")
        self.tended.set()
        return self.log_bytes

    def _die(self, name: str) -> None:
        error, self._errors[name] = self._errors[name], None
        if error is not None:
            raise error


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(f"sqlite:///{tmp_path}/n.db", now=Time()) as opened:
        yield opened


def a_house(store: Any, parts: dict[str, Part], keeper: Keeper) -> House:
    senders = {name: (lambda name=name: parts[name]) for name in ("alerts", "digests")}
    made = Parts(
        collector=parts["collector"],
        conversation=cast(Conversation, parts["conversation"]),
        senders=cast(Any, senders),
        bulk=cast(NewsBot, QuietBot()),
    )
    settings = Settings(_env_file=None, telegram_token="4242:TEST")
    return House(settings, store, made, now=Time(), keeper=keeper)


def a_keeper(settled: bool = True) -> Keeper:
    """Its clock goes on by ten seconds at every look: each life has lasted, where it `settled`."""
    now = iter(range(0, 1_000_000, 10 if settled else 1))
    return Keeper(final=FINAL, passing=(StoreBusy,), monotonic=lambda: float(next(now)), pause=0.01)


@pytest.mark.parametrize("error", [RuntimeError("a slip"), KeyError("k"), NetworkError("x")])
async def test_p06_every_part_that_dies_begins_again(
    store: Store, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    parts = {name: Part(error) for name in NAMES[:4]}
    dying = DyingStore(store, error)
    house, stop = a_house(dying, parts, a_keeper()), asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        living = group.create_task(house.live(stop, lambda: None))
        for part in parts.values():
            await part.well.wait()
        await dying.pruned.wait()
        await dying.tended.wait()
        assert all(f"{name} died" in " ".join(house._troubles()) for name in NAMES)
        health = await house._health()
        assert len([p for p in health.problems(Time().at) if "begins again" in p]) == len(NAMES)
        stop.set()
        await living
    assert house.exit_code == 0
    assert all(part.lives == 2 for part in parts.values())
    assert len([r for r in caplog.records if "begins again" in r.getMessage()]) == len(NAMES)


@pytest.mark.parametrize(
    ("error", "code"), [(InvalidToken("no"), 78), (TokenRefused("no"), 78), (RuntimeError("x"), 1)]
)
async def test_p06_a_refused_token_and_a_mistake_at_the_start_end_it(
    store: Store, error: Exception, code: int
) -> None:
    parts = {name: Part() for name in NAMES[:4]} | {"alerts": Part(error)}
    house = a_house(DyingStore(store, None), parts, a_keeper(settled=False))
    if isinstance(error, RuntimeError):
        with pytest.raises(ExceptionGroup):
            await house.live(asyncio.Event(), lambda: None)
    else:
        await house.live(asyncio.Event(), lambda: None)
        assert house.exit_code == code
    assert parts["alerts"].lives == 1


async def test_p06_trouble_that_passes_does_not_end_a_start() -> None:
    part, stop = Part(StoreBusy("busy"), StoreBusy("busy")), asyncio.Event()
    keeper = a_keeper(settled=False)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(keeper.keep("part", lambda: part.run(stop), stop))
        await part.well.wait()
        assert dict(keeper.down) == {"part": "StoreBusy"}
        stop.set()
    assert part.lives == 3
    assert not keeper.down


async def test_p06_pauses_double_and_a_stop_ends_them(caplog: pytest.LogCaptureFixture) -> None:
    part, stop = Part(*[RuntimeError("again")] * 50), asyncio.Event()
    keeper = a_keeper()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(keeper.keep("part", lambda: part.run(stop), stop))
        while part.lives < 4:  # noqa: ASYNC110  (a part that only dies has no event)
            await asyncio.sleep(0.005)
        stop.set()
    # Asked to stop at the moment of its fourth death, it has one more thing to say.
    told = [r.args for r in caplog.records if "begins again" in r.msg]
    assert [args[1] for args in told if isinstance(args, tuple)][:3] == [0.01, 0.02, 0.04]


@pytest.mark.loopback
async def test_p06_a_conversation_that_died_is_taken_up_by_the_next(store: Store) -> None:
    async with BotApi(limits=Limits.off()) as api:
        order = InOrder(store)
        builder = reply_application(api.token, api.url, Lanes(1000.0)).concurrent_updates(order)
        application = builder.update_queue(order.backlog()).build()
        web = cast(Any, desk.TableWeb())
        actions = Subscriptions(store, Percolator(), web, cast(Any, InlineWorker()), Time())
        reading = Reading(store, web, cast(Any, InlineWorker()), Time())
        services = Services(store, actions, reading, Time())
        register(application, services)
        conversation, stop = Conversation(application, services), asyncio.Event()
        lives: list[int] = []

        def ready() -> None:
            lives.append(1)
            if len(lives) == 1:
                raise RuntimeError("a slip")

        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            keeper = a_keeper()
            group.create_task(
                keeper.keep("conversation", lambda: conversation.run(stop, ready), stop)
            )
            assert (await api.user(7, "Amina", "en").ask("/help")).text
            assert len(lives) == 2
            stop.set()


async def test_d06_a_log_above_64_mb_turns_health_red(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    dying = DyingStore(store, None)
    dying.log_bytes = 70 << 20
    house, stop = a_house(dying, {name: Part() for name in NAMES[:4]}, a_keeper()), asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(house.live(stop, lambda: None))
        await dying.tended.wait()
        await asyncio.sleep(0)
        problems = (await house._health()).problems(Time().at)
        stop.set()
    said = "the database's log has grown to 70 MB: something keeps the file open"
    assert said in problems
    assert caplog.messages.count(said) == 1


# ── P15 ──────────────────────────────────────────────────────────────────────────────────────────


WORDS = ["bridge", "well", "judge", "vote", "road", "school", "market"]


class Ticker:
    """A feed with another new entry at every visit, and nine old ones; its words are few, so that
    what is remembered of words is soon all there.
    """

    def __init__(self) -> None:
        self.number = 0

    async def visit(self, feed: Feed) -> Fetched:
        self.number += 1
        items = "".join(
            f"<item><title>Niger {WORDS[n % 7]} and {WORDS[n // 7 % 7]}</title>"
            f"<link>https://t.example/{n}</link><guid>{n}</guid></item>"
            for n in range(max(0, self.number - 9), self.number + 1)
        )
        body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
        return Fetched(feed.url, body.encode(), "application/rss+xml")

    def line_of(self, feed: Feed) -> str:
        return ""


EARLY, CYCLES = 100, 220
MOST_BLOCKS = 8  # of Python's memory a cycle, of about 70 bytes: 1 MB for every 2,000 cycles


async def test_p15_nothing_grows_with_the_cycles(tmp_path: Path) -> None:
    """fetch → settle, over and over, by a clock that leaves the live window behind: what is counted
    is what Python holds on to.
    """
    time = Time()
    async with await open_store(f"sqlite:///{tmp_path}/n.db", now=time) as store:
        world, percolator = World(store, time), Percolator()
        await world.feed("t")
        percolator.add(await world.follow(await world.chat()), parse_query("niger"))
        line = Pipeline(
            store,
            cast(Fetcher, Ticker()),
            cast(Worker, InlineWorker()),
            Grouper(),
            percolator,
            pace=Pace(1, 1),
            wake=asyncio.Event(),
            now=time,
            rng=random.Random(1),
        )
        held: list[int] = []
        for cycle in range(1, CYCLES + 1):
            time.pass_(3 * 3600)
            (feed,) = await store.feeds.all()
            await line.visit(feed)
            for alert in await world.claim():
                await world.send(alert)
            if cycle in {EARLY, CYCLES}:
                gc.collect()
                held.append(sys.getallocatedblocks())
        grown = (held[1] - held[0]) / (CYCLES - EARLY)
        assert grown < MOST_BLOCKS, f"{grown:.1f} blocks a cycle"
        stats = await store.outbox.stats(time.at)
        assert (stats.waiting, stats.in_flight) == (0, 0)
