"""G06-G08: floods, and what is nobody else's business; rights that are taken while we watch."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.delivery.notices import Notices
from bot.delivery.telegram import NewsBot
from bot.i18n import texts_for
from bot.model import NewAlert, Reason, Sent, Settlement
from tests.desk import rss
from tests.handlers.conftest import Room
from tests.handlers.test_senders import stage

pytestmark = pytest.mark.loopback

SECRET_FEED = "https://reader:hunter22@daily.example/rss?key=s3cr3t"


# ── G06 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_g06_floods_meet_buckets_and_quotas_with_one_warning(room: Room) -> None:
    last = room.amina.messages[-1].id if room.amina.messages else 0
    for number in range(100):
        await room.amina.send(f"/follow Topic{number}")
    await room.settle()
    said = [m.text for m in room.amina.messages if m.by_bot and m.id > last]
    assert len(said) <= 31
    assert sum("a lot at once" in text for text in said) <= 1
    assert len(await room.labels()) <= 30
    room.clock.at += 3600
    assert "long for a topic" in (await room.amina.ask("x" * 4096)).text
    huge = {"message_id": 9_000, "date": int(room.clock()), "text": "y" * 1_000_000,
            "chat": room.amina.chat.as_json(), "from": room.amina.user.as_json()}  # fmt: skip
    room.api.updates.put({"message": huge})
    await room.settle()
    assert len(await room.labels()) <= 30
    assert "What I can do" in (await room.amina.ask("/help")).text


# ── G07 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_g07_a_feed_with_a_secret_in_its_address_is_shown_to_nobody_else(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    for address in (SECRET_FEED, SECRET_FEED.replace("reader:hunter22@", "")):
        room.web.put(address, rss("The Private Daily", "A quiet day"), "application/rss+xml")
    await room.amina.ask(f"/sources {SECRET_FEED}")
    await room.amina.ask(f"/sources {SECRET_FEED.replace('reader:hunter22@', '')}")
    await room.settle()
    other = room.api.user(2, "Other")
    shown = [(await other.ask(words)).text for words in ("/sources", "/start", "/search quiet day")]
    shown.append(json.dumps(await room.store.chats.export(2)))
    shown.append(caplog.text)
    for text in shown:
        assert "hunter22" not in text
        assert "s3cr3t" not in text
        assert "Private Daily" not in text


# ── G08 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_g08_nothing_comes_back_of_somebody_who_was_erased_in_the_middle_of_it(
    room: Room,
) -> None:
    """An alert on its way, a refusal and a tap that end afterwards write nothing."""
    await room.amina.ask("/follow Niger")
    chat = await room.chat()
    news = await room.news()
    (follow,) = await room.store.topics.of_chat(chat.id)
    assert news.story is not None
    new = NewAlert(chat.id, news.story, 0, follow.topic, news.id, Reason("Niger", "title"))
    now = room.clock()
    async with room.store.transaction() as tx:
        await tx.outbox.queue([new], now)
        (alert,) = await tx.outbox.claim(now, 1, 60)
        await tx.outbox.mark([(alert.id, alert.token)], now)
    card = await room.amina.ask("/delete_me")
    room.api.faults.add("error", "editMessageText", description="Bad Request: chat not found")
    await room.toast(card, "Erase everything")
    async with room.store.transaction() as tx:
        await tx.outbox.settle([Settlement(alert.id, alert.token, Sent(5), now)], now)
        await tx.chats.refuse(chat.id, "missing", now, 60)
    await room.settle()
    assert await room.store.chats.find(room.amina.id) is None
    export = await room.store.chats.export(room.amina.id)
    assert export["chats"] == [] == export["looks_after"]


async def test_g08_whoever_is_erased_looks_after_no_group_any_more(room: Room) -> None:
    here = await stage(room)
    await here.ruler.send("/start")
    await room.settle()
    assert (await room.store.chats.export(here.ruler.id))["looks_after"] == [here.place.id]
    async with room.store.transaction() as tx:
        await tx.chats.forget(here.ruler.id)
    assert (await room.chat(here.place.id)).keeper is None


async def test_t08_rights_that_are_taken_pause_the_group_and_tell_its_keeper(room: Room) -> None:
    """As Telegram tells it: what was owed waits, the follows stay, rights given back end it."""
    here = await stage(room)
    await here.ruler.send("/start")
    await here.place.restrict_bot()
    await room.settle()
    assert (await room.chat(here.place.id)).refusal == "rights"
    bot = room.application.bot
    assert isinstance(bot, NewsBot)
    lanes = bot.rate_limiter
    notices = Notices(room.store, bot, texts_for, lanes=lanes, now=room.clock)  # type: ignore[arg-type]
    for _ in range(2):
        await notices.tell_due()
        await asyncio.sleep(0)
    told = [m for m in here.ruler.messages if "may no longer write in News" in m.text]
    assert len(told) == 1
    await here.place.promote_bot()
    await room.settle()
    back = await room.chat(here.place.id)
    assert (back.refusal, back.state) == (None, "open")
    assert await here.follows() == ["Niger"]
