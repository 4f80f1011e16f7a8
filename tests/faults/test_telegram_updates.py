"""T16, T17, T25-T28, T30: updates that come twice, broken, too late, or to somebody else."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Conflict

from bot.delivery.lanes import Lanes
from bot.delivery.telegram import reply_application
from bot.demo.api import BotApi
from bot.store import Store, open_store
from handlers import InOrder, register
from handlers.order import AT_ONCE
from handlers.rivals import NEWCOMER
from handlers.updates import Conversation
from tests.delivery.house import until
from tests.handlers.conftest import Room
from tests.handlers.test_updates import mutated

pytestmark = pytest.mark.loopback


@asynccontextmanager
async def a_conversation(
    api: BotApi, store: Store, room: Room
) -> AsyncIterator[asyncio.Task[None]]:
    """Another bot with the same token; its end may be awaited, and is asked for at the end."""
    order = InOrder(store)
    builder = reply_application(api.token, api.url, Lanes(1000.0)).concurrent_updates(order)
    application = builder.update_queue(order.backlog()).build()
    services = replace(room.services, store=store)
    register(application, services)
    stop, ready = asyncio.Event(), asyncio.Event()
    talk = Conversation(application, services)
    task = asyncio.create_task(talk.run(stop, ready.set))
    try:
        await ready.wait()
        yield task
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


async def rest(room: Room) -> None:
    """The room's own bot leaves the polling to somebody else."""
    assert room.application.updater is not None
    await room.application.updater.stop()


async def work_again(room: Room) -> None:
    """For the end of the fixture."""
    assert room.application.updater is not None
    await room.application.updater.start_polling(timeout=5)


# ── T16, T17 ─────────────────────────────────────────────────────────────────────────────────────


async def test_t16_of_two_pollers_the_newcomer_leaves_and_the_resident_goes_on(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The loser says why, within half a minute of quarrel; nothing is lost in between."""
    async with (
        await open_store(f"sqlite:///{tmp_path}/two.db", now=room.clock) as store,
        a_conversation(room.api, store, room) as newcomer,
    ):
        await until(lambda: "another bot with this token" in caplog.text)
        room.clock.at += NEWCOMER
        await until(newcomer.done)
        assert isinstance(newcomer.exception(), Conflict)
    assert "What I can do" in (await room.amina.ask("/help", 30)).text


async def test_t17_a_webhook_that_somebody_sets_while_we_ask_is_removed(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await rest(room)
    async with (
        await open_store(f"sqlite:///{tmp_path}/two.db", now=room.clock) as store,
        a_conversation(room.api, store, room),
    ):
        room.api.webhook.set("http://127.0.0.1:9/theirs", "", 40)
        room.api.updates.interrupt("terminated by setWebhook request")
        await room.api.wait_for(lambda: not room.api.webhook.url)
        assert "What I can do" in (await room.amina.ask("/help", 30)).text
    assert "a webhook that somebody set for this bot was removed" in caplog.text
    await work_again(room)


# ── T25 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t25_updates_twice_out_of_order_and_with_gaps_count_once(
    room: Room, tmp_path: Path
) -> None:
    """Also after a restart, for what was handled is written down."""
    await room.amina.ask("/follow Niger")
    said = [c.answer for c in room.api.log.of("getUpdates") if c.answer and c.answer["result"]]
    (update,) = [u for a in said if a for u in a["result"] if "Niger" in str(u)]
    number = update["update_id"]
    await room.amina.ask("/unfollow Niger")
    body = update["message"]
    for again in (number, number, number + 40, number + 7, number):
        words = body if again == number else body | {"text": "/help", "message_id": again}
        room.api.updates.put({"update_id": again, "message": words})
    await room.settle()
    assert await room.labels() == []
    await rest(room)
    async with a_conversation(room.api, room.store, room):
        room.api.updates.put({"update_id": number, "message": body})
        assert "What I can do" in (await room.amina.ask("/help")).text
    assert await room.labels() == []
    helps = [m for m in room.amina.messages if m.by_bot and "What I can do" in m.text]
    assert len(helps) == 3
    await work_again(room)


# ── T26 ──────────────────────────────────────────────────────────────────────────────────────────

WORDS = "canary words of a person"
PERSON = {"id": 1, "is_bot": False, "first_name": WORDS, "language_code": "en"}
PLACE = {"id": 1, "type": "private", "first_name": WORDS}
MESSAGE = {"message_id": 5, "date": 1_770_000_000, "chat": PLACE, "from": PERSON, "text": WORDS}
MEMBER = {"user": PERSON, "status": "member"}
QUERY = {"id": "1", "from": PERSON, "message": MESSAGE, "chat_instance": "1", "data": "s:1"}
CHANGE = {
    "chat": PLACE, "from": PERSON, "date": 1, "old_chat_member": MEMBER, "new_chat_member": MEMBER
}  # fmt: skip
KINDS: tuple[dict[str, Any], ...] = (
    {"message": MESSAGE},
    {"edited_message": MESSAGE},
    {"callback_query": QUERY},
    {"my_chat_member": CHANGE},
    {"poll_of_2027": {"text": WORDS}},
    {"message": MESSAGE | {"rich_message_of_2027": {"text": WORDS}}},
)


async def test_t26_a_thousand_broken_updates_are_passed_over_and_the_offset_advances(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that anybody wrote reaches the log, at any level."""
    for name in ("bot", "handlers"):  # the library's own DEBUG is never let through (bot/logs.py)
        caplog.set_level(logging.DEBUG, logger=name)
    house = room.application.bot_data["newsbell"]
    house.talk._burst = house.told._burst = 0.0  # what can be read gets no answer
    rng = random.Random(26)
    for _ in range(1000):
        broken = mutated(rng.choice(KINDS), rng)
        room.api.updates.put(broken if isinstance(broken, dict) else {"odd": broken})
    await room.settle()
    assert not room.api.updates.pending
    assert WORDS not in caplog.text
    house.talk._burst = house.told._burst = 9.0
    assert "What I can do" in (await room.amina.ask("/help")).text


# ── T27 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t27_an_update_that_always_fails_is_answered_once_and_never_again(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def poison(*_: object) -> object:
        raise RuntimeError(WORDS)

    monkeypatch.setattr(room.services.reading, "headlines", poison)
    card = await room.amina.ask("/headlines")
    assert "went wrong" in card.text
    assert "What I can do" in (await room.amina.ask("/help")).text
    assert len([m for m in room.amina.messages if "went wrong" in m.text]) == 1
    assert "A handler failed: RuntimeError" in caplog.text
    assert WORDS not in caplog.text


# ── T28 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t28_after_a_long_downtime_old_commands_are_dropped_politely_membership_is_not(
    room: Room,
) -> None:
    """Few notices for all, none of the old commands is done, and memory holds no backlog."""
    people = [room.api.user(5000 + n) for n in range(40)]
    await rest(room)
    for person in people:
        for _ in range(8):
            await person.send("/follow Niger")
    group = room.api.group(bot="left")
    await group.add_bot(by=people[0])
    await people[1].block()
    room.clock.at += 3600
    deepest = 0
    put = room.application.update_queue.put

    async def counted(update: object) -> None:
        nonlocal deepest
        deepest = max(deepest, room.application.update_queue.qsize())
        await put(update)

    room.application.update_queue.put = counted  # type: ignore[method-assign]
    await work_again(room)
    await room.settle()
    assert deepest <= AT_ONCE
    answers = [m for p in people for m in p.messages if m.by_bot]
    assert 0 < len(answers) <= 25
    assert all("I was away for a while" in m.text for m in answers)
    assert (await room.chat(group.id)).state == "open"
    blocked = await room.store.chats.find(people[1].id)
    assert blocked is None or blocked.state == "closed"
    assert await room.labels(people[2].id) == []
    assert "follow" in (await people[2].ask("/follow Niger")).text


# ── T30 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t30_taps_on_messages_that_are_gone_are_answered(room: Room) -> None:
    """Deleted, cleared with the whole chat, or too old to be shown."""
    cards = [await room.amina.ask(words) for words in ("/start", "/topics", "/settings", "/help")]
    cards = [card for card in cards if card.labels]
    await room.amina.clear()
    for card in cards:
        tap = room.amina.press(card, card.buttons[0]["callback_data"])
        answer = await tap.answered()
        assert "can't see that message" in str(answer["text"])
    assert "What I can do" in (await room.amina.ask("/help")).text
    bare = {"id": "77", "from": room.amina.user.as_json(), "chat_instance": "1", "data": "s:1"}
    room.amina.unseen({"callback_query": bare})
    room.amina.unseen({"callback_query": bare | {"id": "78", "inline_message_id": "x"}})
    await room.settle()
    assert len(room.api.log.of("answerCallbackQuery")) >= len(cards) + 2
