"""A small newsroom for the tests: a store with owed alerts, a clock that is ours, a courier."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.delivery.courier import Courier, Pace
from bot.delivery.lanes import Lanes
from bot.delivery.telegram import NewsBot, bulk_bot
from bot.demo.api.limits import Limits
from bot.demo.api.messages import Message
from bot.demo.api.server import BotApi
from bot.i18n import texts_for
from bot.model import (
    Alert,
    AlertId,
    Chat,
    ChatKind,
    Draft,
    FeedSource,
    NewAlert,
    Reason,
    StoryId,
    TopicId,
)
from bot.store import Store, open_store

NOON = 1_795_003_200  # 2026-11-18 12:00 UTC
TOKEN = "4242:SECRET-PART-OF-THE-TOKEN"


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self, at: float = NOON) -> None:
        self.at = float(at)

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += max(0.0, seconds)
        await asyncio.sleep(0)


class House:
    def __init__(self, store: Store, path: Path, time: FakeTime) -> None:
        self.store = store
        self.path = path
        self.time = time
        self.numbers = iter(range(1, 10_000))

    async def reopen(self) -> None:
        """As after a crash: another process opens the file."""
        await self.store.close()
        self.store = await open_store(f"sqlite:///{self.path}", now=self.time)

    async def chat(self, telegram: int, kind: ChatKind = "private", thread: int = 0) -> Chat:
        async with self.store.transaction() as tx:
            return await tx.chats.ensure(telegram, thread, kind, "en", now=self.time())

    async def publish(
        self,
        title: str = "",
        *,
        publisher: str = "Example Times",
        summary: str = "",
        link: str = "",
    ) -> StoryId:
        """A story of one article; another publisher joins it with `join`."""
        article = await self._article(title, publisher, summary, link)
        async with self.store.transaction() as tx:
            return await tx.stories.create(article, now=self.time())

    async def join(self, story: StoryId, publisher: str) -> None:
        article = await self._article("", publisher, "", "")
        async with self.store.transaction() as tx:
            await tx.stories.file(article, story, now=self.time())
            await tx.outbox.refresh([story], now=self.time())

    async def _article(self, title: str, publisher: str, summary: str, link: str) -> Any:
        number = next(self.numbers)
        host = publisher.lower().replace(" ", "-")
        source = FeedSource(f"https://{host}.example/feed", publisher, publisher, language="en")
        draft = Draft(
            key=f"key-{number}",
            guid=None,
            title=title or f"Report number {number}",
            link=link or f"https://{host}.example/{number}",
            summary=summary or f"A river rose by {number} metres near the old town on Monday.",
            text="",
            published=int(self.time()) - 60,
            updated=None,
            language="en",
        )
        async with self.store.transaction() as tx:
            feed, _ = await tx.feeds.add(source, now=self.time(), public=True)
            saved = await tx.articles.add(feed, [draft], now=self.time())
        return saved.new[0]

    async def topic(self, chat: Chat, query: str = "niger") -> TopicId:
        async with self.store.transaction() as tx:
            topic = await tx.topics.ensure(query, now=self.time())
            await tx.topics.follow(chat.id, topic, query.title(), now=self.time())
        return topic

    async def owe(self, chat: Chat, story: StoryId | None = None, **story_parts: str) -> AlertId:
        """One alert of a story of its own."""
        story = story or await self.publish(**story_parts)
        found = await self.store.stories.get(story)
        assert found is not None
        topic = await self.topic(chat)
        reason = Reason("Niger", "title")
        async with self.store.transaction() as tx:
            alert = NewAlert(chat.id, story, 0, topic, found.lead, reason)
            assert await tx.outbox.queue([alert], now=self.time()) == 1
        return AlertId((await self.alerts())[-1].id)

    async def alerts(self) -> list[Alert]:
        """Every row of the outbox, oldest first; numbers are given without gaps."""
        found: list[Alert] = []
        while alert := await self.store.outbox.get(AlertId(len(found) + 1)):
            found.append(alert)
        return found

    async def states(self) -> list[str]:
        return [alert.state for alert in await self.alerts()]


@asynccontextmanager
async def open_house(tmp_path: Path, time: FakeTime) -> AsyncIterator[House]:
    path = tmp_path / "news.db"
    house = House(await open_store(f"sqlite:///{path}", now=time), path, time)
    try:
        yield house
    finally:
        await house.store.close()


class Telegram:
    """The strict server, a bot on it, and couriers for a house."""

    def __init__(self, api: BotApi, lanes: Lanes, bot: NewsBot) -> None:
        self.api = api
        self.lanes = lanes
        self.bot = bot
        self.wake = asyncio.Event()

    async def reader(self, telegram: int) -> None:
        """A person who pressed Start."""
        await self.api.user(telegram).send("/start")

    def courier(self, house: House, **pace: Any) -> Courier:
        return Courier(
            house.store,
            self.bot,
            texts_for,
            lanes=self.lanes,
            now=house.time,
            rng=random.Random(1),
            wake=self.wake,
            pace=Pace(**({"tick": 0.0, "poll": 0.02} | pace)),
            monotonic=house.time,
        )

    def messages(self, chat: int) -> list[Message]:
        """What the bot sent there."""
        return [message for message in self.api.messages(chat) if message.by_bot]

    def sent(self, chat: int) -> list[str]:
        return [message.text for message in self.messages(chat)]


@asynccontextmanager
async def open_telegram(
    time: FakeTime, *, limits: Limits | None = None, silence: float = 20.0, rate: float = 1000
) -> AsyncIterator[Telegram]:
    api = BotApi(token=TOKEN, limits=limits or Limits.off())
    url = await api.start()
    lanes = Lanes(rate, now=time, sleep=time.sleep)
    bot = bulk_bot(TOKEN, url, lanes, timeout=silence)
    try:
        async with bot:
            yield Telegram(api, lanes, bot)
    finally:
        await api.stop()


@asynccontextmanager
async def working(courier: Courier) -> AsyncIterator[asyncio.Event]:
    """The courier at work; stopped in good order at the end."""
    stop = asyncio.Event()
    task = asyncio.create_task(courier.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Waits for something to become true; the limit only ends what hangs."""
    async with asyncio.timeout(seconds):
        while not await _truth(condition()):  # noqa: ASYNC110  rows have no events
            await asyncio.sleep(0.005)


async def _truth(value: Any) -> bool:
    return bool(await value if asyncio.iscoroutine(value) else value)
