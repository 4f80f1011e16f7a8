"""One digest a day: at its time, once, whatever restarts and clocks do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.digest import Contents, Digests, digest_message, is_due
from bot.delivery.sender import Sender
from bot.i18n import texts_for
from bot.model import Chat, ChatId, Reason
from tests.delivery.house import House, Telegram
from tests.delivery.telegram_parser import parse_html
from tests.delivery.test_render import NOON, STORY

BERLIN = Chat(ChatId(1), 7, 0, "private", "en", timezone="Europe/Berlin", digest_at=150)


def days(first: datetime, chat: Chat) -> list[str]:
    """The local times at which a digest is sent, looking every ten minutes for three days."""
    sent = []
    moment = first
    while moment < first + timedelta(days=3):
        now = moment.timestamp()
        if is_due(chat, now):
            local = datetime.fromtimestamp(now, ZoneInfo(chat.timezone))
            sent.append(local.isoformat(" ", "minutes"))
            chat = replace(chat, digest_on=local.date().isoformat())
        moment += timedelta(minutes=10)
    return sent


def test_once_a_day_at_its_time() -> None:
    start = datetime(2026, 11, 18, 12, tzinfo=ZoneInfo("UTC"))
    assert [sent[8:16] for sent in days(start, BERLIN)] == ["19 02:30", "20 02:30", "21 02:30"]


def test_half_past_two_does_not_exist_when_summer_time_begins() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("UTC"))
    assert [sent[8:16] for sent in days(start, BERLIN)] == ["29 03:00", "30 02:30", "31 02:30"]


def test_half_past_two_comes_twice_when_it_ends() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("UTC"))
    assert [sent[8:16] for sent in days(start, BERLIN)] == ["25 02:30", "26 02:30", "27 02:30"]


def test_a_digest_that_is_hours_late_is_none() -> None:
    chat = replace(BERLIN, timezone="UTC", digest_at=8 * 60)
    assert is_due(chat, NOON - 3600)
    assert not is_due(chat, NOON)
    assert not is_due(replace(chat, digest_at=None), NOON - 3600)


def test_what_it_says() -> None:
    stories = tuple(replace(STORY, headline=f"Headline <{n}>", publishers=n) for n in (3, 1))
    chat = replace(BERLIN, timezone="UTC")
    message = digest_message(Contents(stories, 5), chat, texts_for("en"), now=NOON)
    lines = message.text.plain().split("\n")
    assert lines[1:] == [
        "5 stories on your topics", "",
        "1. Headline <3>", "Example Times · 3 outlets", "",
        "2. Headline <1>", "Example Times", "",
        "and 3 more stories",
    ]  # fmt: skip
    parsed = parse_html(message.text.html())
    assert [e.text for e in parsed.entities if e.kind == "TextUrl"] == [
        "Headline <3>",
        "Headline <1>",
    ]
    assert not message.silent


def test_nothing_new_is_said_in_silence() -> None:
    assert digest_message(Contents((), 0), BERLIN, texts_for("en"), now=NOON).silent


def digests(house: House, telegram: Telegram) -> Digests:
    return Digests(
        house.store,
        Sender(telegram.bot, seconds=5),
        texts_for,
        lanes=telegram.lanes,
        now=house.time,
    )


async def subscriber(house: House) -> Chat:
    """A chat whose digest is due now, with a story on its topic."""
    chat = await house.chat(7)
    topic = await house.topic(chat)
    story = await house.publish("Troops leave Niger")
    found = await house.store.stories.get(story)
    assert found is not None
    async with house.store.transaction() as tx:
        await tx.stories.note([(story, found.lead, topic, Reason("Niger", "title"))])
        return await tx.chats.change(chat.id, digest_at=12 * 60)


@pytest.mark.loopback
async def test_it_is_sent_once_across_restarts(house: House, telegram: Telegram) -> None:
    await subscriber(house)
    assert await digests(house, telegram).send_due() == 1
    await house.reopen()
    assert await digests(house, telegram).send_due() == 0
    (text,) = telegram.sent(7)
    assert "Troops leave Niger" in text
    house.time.at += 86_400
    assert await digests(house, telegram).send_due() == 1


@pytest.mark.loopback
async def test_one_that_was_not_sent_is_tried_again(house: House, telegram: Telegram) -> None:
    await subscriber(house)
    telegram.api.faults.add("429", "sendMessage", seconds=30)
    ours = digests(house, telegram)
    assert await ours.send_due() == 0
    assert await ours.send_due() == 0
    assert len(telegram.api.log.of("sendMessage")) == 1
    house.time.at += 31
    assert await ours.send_due() == 1


@pytest.mark.loopback
async def test_one_that_may_have_arrived_is_not(house: House, telegram: Telegram) -> None:
    await subscriber(house)
    telegram.api.faults.add("done-then-close", "sendMessage")
    ours = digests(house, telegram)
    assert [await ours.send_due() for _ in range(2)] == [0, 0]
    assert len(telegram.sent(7)) == 1


@pytest.mark.loopback
async def test_a_reader_who_left_gets_no_more(house: House, telegram: Telegram) -> None:
    chat = await subscriber(house)
    await telegram.api.user(7).block()
    assert await digests(house, telegram).send_due() == 0
    found = await house.store.chats.get(chat.id)
    assert found is not None
    assert found.state == "closed"


@pytest.mark.loopback
async def test_who_follows_nothing_gets_nothing(house: House, telegram: Telegram) -> None:
    chat = await house.chat(7)
    async with house.store.transaction() as tx:
        await tx.chats.change(chat.id, digest_at=12 * 60)
    assert await digests(house, telegram).send_due() == 0
    assert telegram.sent(7) == []
