"""T09, T10: forum topics that are closed or gone, and groups that have moved."""

from __future__ import annotations

import pytest

from bot.demo.api.messages import Message
from bot.demo.api.places import Place
from tests.delivery.house import House, Telegram, until, working
from tests.faults.test_telegram_refusals import (
    HOUR,
    KEEPER,
    delivered,
    kept,
    now,
    told,
    tried,
)

pytestmark = pytest.mark.loopback

# ── T09 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t09_a_closed_forum_topic_backs_off_and_goes_on_when_it_opens(
    house: House, telegram: Telegram
) -> None:
    forum = telegram.api.group(kind="supergroup", title="Forum")
    thread = await forum.open_thread("Africa")
    await forum.close_thread(thread.id)
    chat = await kept(house, forum, "supergroup", thread.id)
    general = await house.chat(forum.id, "supergroup")
    await house.owe(chat)
    await tried(house, telegram, 1)
    (heard,) = await told(house, telegram)
    assert "forum topic in Forum" in heard
    assert "closed" in heard
    assert (await now(house, chat)).refusal == "closed"
    assert (await now(house, general)).refusal is None
    await forum.close_thread(thread.id, closed=False)
    house.time.at += HOUR + 1
    await delivered(house, telegram)
    assert [message.thread for message in bot_messages(telegram, forum)] == [thread.id]
    assert await told(house, telegram) == [heard]


def bot_messages(telegram: Telegram, place: Place) -> list[Message]:
    return telegram.messages(place.id)


async def test_t09_a_forum_topic_that_is_gone_gets_one_alert_in_the_group_then_nothing(
    house: House, telegram: Telegram
) -> None:
    """Sent to the group once; its keeper is told; after an hour that topic alone is closed."""
    forum = telegram.api.group(kind="supergroup", title="Forum")
    thread = await forum.open_thread("Africa")
    await forum.delete_thread(thread.id)
    chat = await kept(house, forum, "supergroup", thread.id)
    general = await house.chat(forum.id, "supergroup")
    await house.owe(chat)
    await delivered(house, telegram)
    assert [message.thread for message in bot_messages(telegram, forum)] == [0]
    (heard,) = await told(house, telegram)
    assert "is gone" in heard
    for _ in range(2):
        await house.owe(chat)
    house.time.at += HOUR + 1
    await delivered(house, telegram)
    assert await house.states() == ["sent", "closed", "closed"]
    assert len(bot_messages(telegram, forum)) == 1
    assert (await now(house, chat)).state == "closed"
    assert (await now(house, general)).state == "open"
    assert len(await house.store.topics.of_chat(chat.id)) == 1
    assert await told(house, telegram) == [heard]


# ── T10 ──────────────────────────────────────────────────────────────────────────────────────────


async def service_message(house: House, old: Place, new: Place) -> None:
    """What both chats say; each of them is told on to the store alike."""
    async with house.store.transaction() as tx:
        await tx.chats.migrate(old.id, new.id)


@pytest.mark.parametrize("before", [0, 1, 2])
async def test_t10_a_group_that_moves_gets_its_alert_once_whoever_says_so_first(
    house: House, telegram: Telegram, before: int
) -> None:
    """`before`: how often the service message came before the answer of a send did."""
    group = telegram.api.group()
    chat = await house.chat(group.id, "group")
    async with house.store.transaction() as tx:
        await tx.chats.keep(chat.id, KEEPER)
        await tx.set_value(f"chat:{group.id}:note", "kept")
    await house.owe(chat)
    new = await group.migrate()
    for _ in range(before):
        await service_message(house, group, new)
    await delivered(house, telegram)
    for _ in range(2):
        await service_message(house, group, new)
    moved = await now(house, chat)
    assert (moved.telegram, moved.kind, moved.state) == (new.id, "supergroup", "open")
    assert moved.keeper == KEEPER
    assert len(telegram.sent(new.id)) == 1
    assert await house.store.get_value(f"chat:{new.id}:note") == "kept"
    assert len(telegram.api.log.of("sendMessage")) == (1 if before else 2)


async def test_t10_a_move_while_the_alert_is_on_its_way_repeats_nothing(
    house: House, telegram: Telegram
) -> None:
    """The service message overtakes the answer: the claim stays with whoever sends."""
    group = telegram.api.group()
    chat = await house.chat(group.id, "group")
    await house.owe(chat)
    telegram.api.faults.add("delay", "sendMessage", seconds=0.2)
    async with working(telegram.courier(house)):
        await until(lambda: telegram.api.log.of("sendMessage"))
        new = await group.migrate()
        await service_message(house, group, new)
        await until(lambda: telegram.sent(new.id))

        async def settled() -> bool:
            return await house.states() == ["sent"]

        await until(settled)
    assert len(telegram.sent(new.id)) == 1
    assert not (await house.alerts())[0].doubt
