"""A small world of feeds, chats and stories, in a store; times are `world.time`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from bot.model import (
    Alert,
    AlertId,
    Article,
    Chat,
    ChatKind,
    Draft,
    Feed,
    FeedSource,
    Instant,
    NewAlert,
    Reason,
    Saved,
    Sent,
    Settlement,
    StoryId,
    TopicId,
)
from bot.store import Store
from bot.store.engine import Row
from bot.store.folding import FoldingRules

START = 1_790_000_000
HOUR = 3_600
DAY = 86_400
WHY = Reason("Niger", "title")


@dataclass
class Time:
    """A clock that only tests move."""

    at: float = START

    def __call__(self) -> float:
        return self.at

    @property
    def now(self) -> Instant:
        return int(self.at)

    def pass_(self, seconds: float) -> None:
        self.at += seconds


def draft(
    key: str,
    title: str = "Troops leave Niger",
    *,
    link: str | None = None,
    summary: str = "They leave by September.",
    text: str = "",
    published: Instant | None = START - 60,
) -> Draft:
    return Draft(
        key=key,
        guid=key,
        title=title,
        link=f"https://news.example/{key}" if link is None else link,
        summary=summary,
        text=text,
        published=published,
        updated=None,
        language="en",
    )


class World:
    """Shorthands for what the pipeline, the courier and readers do to the store."""

    def __init__(self, store: Store, time: Time) -> None:
        self.store = store
        self.time = time
        self._numbers = count(1)
        self._alerts = 0  # ids are given in order, so the newest alert's is the number of them

    async def feed(self, name: str = "", *, publisher: str = "", owner: Chat | None = None) -> Feed:
        name = name or f"outlet{next(self._numbers)}"
        source = FeedSource(f"https://{name}.example/rss", name.title(), publisher or name.title())
        async with self.store.transaction() as tx:
            feed, _ = await tx.feeds.add(
                source,
                now=self.time.now,
                public=owner is None,
                chat=None if owner is None else owner.id,
            )
        return feed

    async def save(self, feed: Feed, *drafts: Draft) -> Saved:
        async with self.store.transaction() as tx:
            return await tx.articles.add(feed, drafts, self.time.now)

    async def article(self, feed: Feed, title: str = "Troops leave Niger") -> Article:
        key = f"n{next(self._numbers)}"
        saved = await self.save(feed, draft(key, title, link=f"https://{key}.example/a"))
        return saved.new[0]

    async def story(self, *articles: Article) -> StoryId:
        async with self.store.transaction() as tx:
            story = await tx.stories.create(articles[0], self.time.now)
            for article in articles:
                await tx.stories.file(article, story, self.time.now)
        return story

    async def chat(self, telegram: int = 0, *, thread: int = 0, kind: ChatKind = "private") -> Chat:
        async with self.store.transaction() as tx:
            return await tx.chats.ensure(
                telegram or 1000 + next(self._numbers), thread, kind, "en", self.time.now
            )

    async def follow(self, chat: Chat, query: str = "niger", label: str = "Niger") -> TopicId:
        async with self.store.transaction() as tx:
            topic = await tx.topics.ensure(query, self.time.now)
            await tx.topics.follow(chat.id, topic, label, self.time.now)
        return topic

    async def owe(self, chat: Chat, *, feed: Feed | None = None, title: str = "News") -> Alert:
        """A new story, owed to the chat."""
        article = await self.article(feed or await self.feed(), title)
        story = await self.story(article)
        topic = await self.follow(chat)
        assert await self.queue(NewAlert(chat.id, story, 0, topic, article.id, WHY)) == 1
        self._alerts += 1
        alert = await self.store.outbox.get(AlertId(self._alerts))
        assert alert is not None
        assert alert.story.id == story
        return alert

    async def queue(self, *alerts: NewAlert) -> int:
        async with self.store.transaction() as tx:
            return await tx.outbox.queue(alerts, self.time.now)

    async def claim(
        self, limit: int = 10, lease: float = 60, rules: FoldingRules | None = None
    ) -> list[Alert]:
        async with self.store.transaction() as tx:
            return await tx.outbox.claim(self.time.at, limit, lease, rules)

    async def mark(self, *alerts: Alert) -> set[int]:
        async with self.store.transaction() as tx:
            return set(await tx.outbox.mark([(a.id, a.token) for a in alerts], self.time.at))

    async def settle(self, alert: Alert, outcome: object) -> bool:
        settlement = Settlement(alert.id, alert.token, outcome, self.time.at)  # type: ignore[arg-type]
        async with self.store.transaction() as tx:
            return alert.id in await tx.outbox.settle([settlement], self.time.at)

    async def send(self, alert: Alert, message: int = 0, publishers: int = 1) -> None:
        """The whole way of one alert that is claimed."""
        assert await self.mark(alert) == {alert.id}
        assert await self.settle(alert, Sent(message or 500 + alert.id, publishers))

    async def state(self, alert: Alert) -> str:
        found = await self.store.outbox.get(alert.id)
        return "gone" if found is None else found.state


def assert_due(alerts: Sequence[Row], chats: Sequence[Row]) -> None:
    """`chat.due` is kept row by row; worked out anew it is the same."""
    for chat in chats:
        mine = [row for row in alerts if row["chat"] == chat["id"]]
        due = [row["not_before"] for row in mine if row["state"] in ("ready", "later", "held")]
        flying = any(row["state"] in ("claimed", "sending") for row in mine)
        wanted = None if flying or not due else max(min(due), chat["not_before"])
        assert chat["due"] == wanted
