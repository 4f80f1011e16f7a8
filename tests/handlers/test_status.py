"""/status in a chat and /admin: the figures are those of the outbox."""

from __future__ import annotations

import pytest

from bot.errors import StoreFull
from bot.model import Article, Chat, NewAlert, Reason, TopicId
from tests import desk
from tests.handlers.conftest import OPERATOR, Room

pytestmark = pytest.mark.loopback


def owed(chat: Chat, article: Article, topic: TopicId) -> NewAlert:
    assert article.story is not None
    return NewAlert(chat.id, article.story, 0, topic, article.id, Reason("Niger", "title"))


async def test_nothing_yet(room: Room) -> None:
    said = (await room.amina.ask("/status")).text
    assert "0 topics followed" in said
    assert "Last 24 hours: 0 matched, 0 delivered, 0 waiting" in said
    assert "Last alert: none yet" in said
    assert "Quiet hours: off" in said


async def test_a_day_of_alerts(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    chat = await room.chat()
    for number in range(3):
        await room.alert(chat, await room.news(f"Niger report {number}"))
    waiting = await room.news("Niger report that waits")
    follow = (await room.services.subscriptions.topics(chat))[0]
    async with room.store.transaction() as tx:
        await tx.outbox.queue([owed(chat, waiting, follow.topic)], room.clock())
    room.clock.at += 600
    said = (await room.amina.ask("/status")).text
    assert "Last 24 hours: 4 matched, 3 delivered, 1 waiting" in said
    assert "Last alert: 10 minutes ago" in said
    room.clock.at += 2 * desk.DAY
    assert "0 matched, 0 delivered, 0 waiting" in (await room.amina.ask("/status")).text


async def test_what_keeps_alerts_back_is_said(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    chat = await room.chat()
    follow = (await room.services.subscriptions.topics(chat))[0]
    async with room.store.transaction() as tx:
        await tx.topics.mute(chat.id, follow.topic, int(room.clock()) + desk.DAY)
        await tx.chats.change(chat.id, quiet_from=0, quiet_to=1439)
        await tx.outbox.pause(chat.id, room.clock() + 3600)
    room.store._engine.trouble = StoreFull("No space is left.")
    try:
        said = (await room.amina.ask("/status")).text
    finally:
        room.store._engine.trouble = None
    assert "Muted: Niger" in said
    assert "and it is quiet now" in said
    assert "Telegram asks me to write nothing here until" in said
    assert "My disk is full" in said


async def test_a_group_has_its_own_figures(room: Room) -> None:
    group = room.api.group(kind="supergroup", title="Club", members=[room.amina])
    await room.amina.ask("/follow Niger")
    await room.alert(await room.chat(), await room.news())
    await room.amina.send("/status", group)
    said = await room.api.wait_for(
        lambda: next((m.text for m in room.api.messages(group.id) if m.by_bot), None)
    )
    assert "0 matched" in said
    assert "1 matched" in (await room.amina.ask("/status")).text


async def test_admin_sees_the_day_and_the_pace(room: Room) -> None:
    operator = room.api.user(OPERATOR, "Olu", "en")
    await room.amina.ask("/follow Niger")
    await room.alert(await room.chat(), await room.news())
    said = (await operator.ask("/admin")).text
    day = "1 matched, 1 delivered, 0 waiting, 0 held, 0 failed, 0 called off"
    assert f"Last 24 h: {day}" in said
    assert "From fetch to phone: half within 0 s, 95 of 100 within 0 s" in said
