"""A room to talk in: the real application, store and services against the strict Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import certifi
import pytest

from bot.delivery.lanes import Lanes
from bot.delivery.render import alert_message
from bot.delivery.telegram import keyboard, reply_application
from bot.demo.api.limits import Limits
from bot.demo.api.messages import Message
from bot.demo.api.people import Person
from bot.demo.api.server import BotApi
from bot.model import Alert, Article, Chat, NewAlert, Reason, Sent, Settlement, TopicId
from bot.reading.stories import Reading
from bot.store import Store, open_store
from bot.subscriptions.feeds import Subscriptions
from bot.topics.match import Percolator
from handlers import ALLOWED_UPDATES, InOrder, Services, register
from handlers.context import App
from tests import desk

OPERATOR = 999


@dataclass
class Clock:
    at: float = float(desk.NOW)

    def __call__(self) -> float:
        return self.at


@dataclass
class Room:
    api: BotApi
    store: Store
    services: Services
    application: App
    clock: Clock
    web: desk.TableWeb
    amina: Person

    async def chat(self, telegram: int | None = None, thread: int = 0) -> Chat:
        found = await self.store.chats.find(telegram or self.amina.id, thread)
        assert found is not None
        return found

    async def labels(self, telegram: int | None = None) -> list[str]:
        """What a chat follows."""
        found = await self.store.chats.find(telegram or self.amina.id)
        return [f.label for f in await self.store.topics.of_chat(found.id)] if found else []

    async def toast(self, message: Message, button: str, by: Person | None = None) -> str:
        """Tap, and what the toast says once the tap has been dealt with."""
        tap = await (by or self.amina).tap(message, button)
        answer = await tap.answered()
        await self.settle()
        return str(answer["text"] or "")

    async def settle(self) -> None:
        """Until every update sent so far has been handled."""
        await self.api.wait_for(lambda: not self.api.updates.pending)
        await self.application.update_queue.join()

    async def news(self, title: str = "Troops leave Niger", **more: object) -> Article:
        feed = await desk.feed(self.store, str(more.pop("outlet", "herald")))
        return await desk.article(self.store, feed, title, **more)  # type: ignore[arg-type]

    async def alert(self, chat: Chat, article: Article, words: str = "Niger") -> Alert:
        """Queue an alert and deliver it, as the courier does."""
        followed = await self.services.subscriptions.follow(chat, words)
        return await self.deliver(chat, article, followed.follow.topic)

    async def deliver(self, chat: Chat, article: Article, topic: TopicId) -> Alert:
        assert article.story is not None
        now = self.clock()
        new = NewAlert(chat.id, article.story, 0, topic, article.id, Reason("Niger", "title"))
        async with self.store.transaction() as tx:
            await tx.outbox.queue([new], now)
            (claimed,) = await tx.outbox.claim(now, 1, 60)
        texts = self.services.texts_for(chat.language)
        summary = await self.services.reading.summary(article.story, chat)
        message = alert_message(claimed, summary, chat, texts, now=now)
        sent = await self.application.bot.send_message(
            chat.telegram,
            message.text.html(),
            parse_mode="HTML",
            reply_markup=keyboard(message.keyboard),
        )
        done = Settlement(claimed.id, claimed.token, Sent(sent.message_id, 1), now)
        async with self.store.transaction() as tx:
            await tx.outbox.mark([(claimed.id, claimed.token)], now)
            await tx.outbox.settle([done], now)
        return claimed


@pytest.fixture(scope="session")
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing here speaks TLS, yet every HTTP client reads all certificates: 30 ms for each."""
    path = tmp_path_factory.mktemp("tls") / "one.pem"
    end = "-----END CERTIFICATE-----\n"
    path.write_text(certifi.contents().partition(end)[0] + end)
    return path


@pytest.fixture
async def room(
    tmp_path: Path, one_certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Room]:
    monkeypatch.setenv("SSL_CERT_FILE", str(one_certificate))
    clock, web, worker = Clock(), desk.TableWeb(), desk.InlineWorker()
    async with BotApi(limits=Limits.off(), now=clock) as api:
        store = await open_store(f"sqlite:///{tmp_path}/n.db", now=clock)
        builder = reply_application(api.token, api.url, Lanes(1000.0))
        order = InOrder(store)
        application = builder.concurrent_updates(order).update_queue(order.backlog()).build()
        services = Services(
            store,
            Subscriptions(store, Percolator(), web, worker, clock),  # type: ignore[arg-type]
            Reading(store, web, worker, clock),  # type: ignore[arg-type]
            clock,
            frozenset({OPERATOR}),
        )
        register(application, services)
        async with application:
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling(timeout=5, allowed_updates=ALLOWED_UPDATES)
            yield Room(api, store, services, application, clock, web, api.user(1001, "Amina"))
            await application.updater.stop()
            await application.stop()
        await store.close()
