"""Word of lost feeds, to the chats that use them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.delivery.lanes import Lanes
from bot.delivery.lost_feeds import LostFeeds
from bot.delivery.render import Message
from bot.delivery.sender import Sender
from bot.i18n import texts_for
from bot.model import Chat, FeedRecord
from bot.store import Store, open_store
from tests import desk
from tests.desk import NOW


class Letters:
    """A sender that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, Message]] = []
        self.failing = False

    async def send(self, chat: Chat, message: Message) -> int:
        if self.failing:
            raise TimeoutError
        self.sent.append((chat.telegram, message))
        return 1


@pytest.fixture
async def store(tmp_path) -> AsyncIterator[Store]:  # type: ignore[no-untyped-def]
    async with await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW) as made:
        yield made


def telling(store: Store, letters: Letters, admins: tuple[int, ...] = ()) -> LostFeeds:
    sender: Sender = letters  # type: ignore[assignment]
    return LostFeeds(store, sender, texts_for, lanes=Lanes(1000), admins=admins, now=lambda: NOW)


async def lose(store: Store, name: str, owner: Chat | None, address: str, state: str) -> None:
    feed = await desk.feed(store, name, owner)
    async with store.transaction() as tx:
        await tx.feeds.record(
            FeedRecord(feed.id, NOW, NOW, 60, False, 410, "Gone.", 3, state, since=NOW)  # type: ignore[arg-type]
        )
        await tx.feeds.leave_word(feed.id, address, NOW)


async def test_the_owner_hears_of_it_once_with_buttons(store: Store) -> None:
    letters, owner = Letters(), await desk.chat(store, 7)
    await lose(store, "daily", owner, "https://daily.example/new", "dead")
    for _ in range(2):
        await telling(store, letters).tell_due()
    ((telegram, message),) = letters.sent
    assert telegram == 7
    assert "Daily is gone for good" in message.text.plain()
    assert "https://daily.example/new" in message.text.plain()
    assert [button.data for (button,) in message.keyboard] == ["ad:0", "rm:1:0"]


async def test_a_feed_of_everyones_is_told_to_those_who_run_the_bot(store: Store) -> None:
    letters = Letters()
    await desk.chat(store, 7)
    await desk.chat(store, 8)
    await lose(store, "daily", None, "", "active")
    await telling(store, letters, admins=(8, 9)).tell_due()
    ((telegram, message),) = letters.sent
    assert (telegram, message.keyboard) == (8, ())
    assert "has not worked for a week" in message.text.plain()


async def test_a_feed_that_came_back_is_not_told_of(store: Store) -> None:
    letters, owner = Letters(), await desk.chat(store, 7)
    await lose(store, "daily", owner, "", "active")
    async with store.transaction() as tx:
        await tx.feeds.record(FeedRecord((await tx.feeds.all())[0].id, NOW, NOW, 60, True, 200))
    await telling(store, letters).tell_due()
    assert letters.sent == []
    assert await store.feeds.notices() == []


async def test_word_that_may_have_arrived_is_not_repeated(store: Store) -> None:
    letters, owner = Letters(), await desk.chat(store, 7)
    letters.failing = True
    await lose(store, "daily", owner, "", "dead")
    await telling(store, letters).tell_due()
    letters.failing = False
    await telling(store, letters).tell_due()
    assert letters.sent == []
