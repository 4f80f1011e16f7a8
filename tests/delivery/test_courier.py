"""The courier against the strict server: what is owed arrives, once, whatever Telegram answers."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import TokenRefused
from bot.model import Alert
from tests.delivery.house import House, Telegram, until, working

pytestmark = pytest.mark.loopback


async def all_are(house: House, state: str) -> bool:
    return set(await house.states()) == {state}


async def delivered(house: House, telegram: Telegram, state: str = "sent") -> None:
    """Runs a courier until every alert is in that state; time passes meanwhile."""

    async def there() -> bool:
        house.time.at += 0.5
        telegram.wake.set()
        return await all_are(house, state)

    async with working(telegram.courier(house)):
        await until(there)


async def the_alert(house: House) -> Alert:
    (alert,) = await house.alerts()
    return alert


async def test_an_alert_arrives_with_its_buttons(house: House, telegram: Telegram) -> None:
    await house.owe(await house.chat(7), title="Troops leave <Niger> & go home")
    await delivered(house, telegram)
    (message,) = telegram.messages(7)
    assert message.text.startswith("Troops leave <Niger> & go home\nExample Times · ")
    assert "A river rose" in message.text
    assert message.labels == ["Summary", "Mute story", "Unfollow", "Why?"]
    alert = await the_alert(house)
    assert (alert.message, alert.shown_publishers) == (message.id, 1)


async def test_it_leaves_at_once_when_something_is_queued(house: House, telegram: Telegram) -> None:
    chat = await house.chat(7)
    async with working(telegram.courier(house, poll=3600.0)):
        await asyncio.sleep(0.05)
        await house.owe(chat)
        telegram.wake.set()
        await until(lambda: all_are(house, "sent"))


async def test_every_chat_hears_of_every_story_once(house: House, telegram: Telegram) -> None:
    chats = [await house.chat(number) for number in range(10, 16)]
    for chat in chats:
        await telegram.reader(chat.telegram)
        for _ in range(3):
            await house.owe(chat)
    await delivered(house, telegram)
    for chat in chats:
        texts = telegram.sent(chat.telegram)
        assert len(texts) == len(set(texts)) == 3


async def test_a_forum_thread_gets_it_in_the_thread(house: House, telegram: Telegram) -> None:
    forum = telegram.api.group(kind="supergroup")
    await forum.open_thread("Europe")
    thread = await forum.open_thread("Africa")
    await house.owe(await house.chat(forum.id, "supergroup", thread.id))
    await delivered(house, telegram)
    assert [message.thread for message in telegram.messages(forum.id)] == [thread.id]


async def test_two_429s_in_a_row(house: House, telegram: Telegram) -> None:
    telegram.api.faults.add("429", "sendMessage", times=2, seconds=3)
    await house.owe(await house.chat(7))
    began = house.time()
    await delivered(house, telegram)
    assert len(telegram.sent(7)) == 1
    assert not (await the_alert(house)).doubt
    assert house.time() - began >= 6


async def test_a_429_of_ten_hours_survives_a_restart(house: House, telegram: Telegram) -> None:
    telegram.api.faults.add("429", "sendMessage", seconds=36_000)
    await house.owe(await house.chat(7))
    async with working(telegram.courier(house)):
        await until(lambda: all_are(house, "later"))
    await house.reopen()
    async with working(telegram.courier(house)):
        await asyncio.sleep(0.1)
        assert telegram.sent(7) == []
        house.time.at += 36_001
        await until(lambda: all_are(house, "sent"))


@pytest.mark.parametrize("fault", ["502", "close", "not-ok", "empty"])
async def test_an_answer_without_sense_is_asked_about_before_another_try(
    house: House, telegram: Telegram, fault: str
) -> None:
    telegram.api.faults.add(fault, "sendMessage")
    await house.owe(await house.chat(7))
    await delivered(house, telegram)
    (text,) = telegram.sent(7)
    assert "You may have received this one before." in text
    calls = [call.method.lower() for call in telegram.api.log]
    assert calls[-3:] == ["sendmessage", "getme", "sendmessage"]


@pytest.mark.parametrize("fault", ["done-then-close", "done-then-502", "no-result", "wrong-type"])
async def test_what_may_have_arrived_is_sent_once_more_at_most(
    house: House, telegram: Telegram, fault: str
) -> None:
    telegram.api.faults.add(fault, "sendMessage", times=5)
    await house.owe(await house.chat(7))
    await delivered(house, telegram, "closed")
    assert len(telegram.api.log.of("sendMessage")) == 2


async def test_an_answer_that_never_comes(house: House, telegram: Telegram) -> None:
    telegram.api.faults.add("done-then-hang", "sendMessage")
    await house.owe(await house.chat(7))

    async with working(telegram.courier(house, send=0.3)):
        await until(lambda: all_are(house, "sent"))
    assert len(telegram.sent(7)) == 2


async def test_no_connection_leaves_no_doubt(house: House, telegram: Telegram) -> None:
    await house.owe(await house.chat(7))
    await telegram.api.offline()
    async with working(telegram.courier(house)):
        await until(lambda: all_are(house, "later"))
        house.time.at += 5
        await asyncio.sleep(0.1)
        await telegram.api.online()

        async def there() -> bool:
            house.time.at += 1
            return await all_are(house, "sent")

        await until(there)
    assert not (await the_alert(house)).doubt
    assert len(telegram.sent(7)) == 1


async def test_an_outage_risks_no_second_alert(house: House, telegram: Telegram) -> None:
    chats = [await house.chat(number) for number in range(10, 40)]
    for chat in chats:
        await telegram.reader(chat.telegram)
        await house.owe(chat)
    outage = telegram.api.faults.add("502", times=None)
    async with working(telegram.courier(house)):
        await until(lambda: len(telegram.api.log.of("getMe")) > 1)
        tried = len(telegram.api.log.of("sendMessage"))
        assert tried <= 8
        asked = len(telegram.api.log.of("getMe"))

        def asked_three_times_more() -> bool:
            house.time.at += 10  # while a question is on its way, too
            return len(telegram.api.log.of("getMe")) > asked + 3

        await until(asked_three_times_more)
        assert len(telegram.api.log.of("sendMessage")) == tried
        assert outage.hits > tried + 2
    telegram.api.faults.clear()
    await delivered(house, telegram)


async def test_a_reader_who_blocks_the_bot_is_left_alone(house: House, telegram: Telegram) -> None:
    chat = await house.chat(7)
    for _ in range(3):
        await house.owe(chat)
    await telegram.api.user(7).block()
    await delivered(house, telegram, "closed")
    found = await house.store.chats.get(chat.id)
    assert found is not None
    assert (found.state, found.problem) == ("closed", "Forbidden: bot was blocked by the user")
    assert len(telegram.api.log.of("sendMessage")) == 1


async def test_a_group_that_moved_gets_it_at_its_new_place(
    house: House, telegram: Telegram
) -> None:
    group = telegram.api.group()
    chat = await house.chat(group.id, "group")
    await house.owe(chat)
    new = await group.migrate()
    await delivered(house, telegram)
    found = await house.store.chats.get(chat.id)
    assert found is not None
    assert found.telegram == new.id
    assert len(telegram.sent(found.telegram)) == 1


@pytest.mark.parametrize(
    "words",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "tg-time" at byte offset 9',
        "Bad Request: message is too long",
        "Bad Request: BUTTON_DATA_INVALID",
    ],
)
async def test_a_part_that_telegram_refuses_is_left_out(
    house: House, telegram: Telegram, words: str
) -> None:
    telegram.api.faults.add("error", "sendMessage", description=words)
    await house.owe(await house.chat(7), title="Troops leave Niger")
    await delivered(house, telegram)
    (message,) = telegram.messages(7)
    assert message.text.startswith("Troops leave Niger")
    if "parse" in words:
        assert "https://example-times.example/" in message.text
    assert bool(message.labels) == ("BUTTON" not in words)


async def test_one_alert_that_cannot_be_sent_stops_no_other(
    house: House, telegram: Telegram
) -> None:
    telegram.api.faults.add("error", {"chat_id": 7}, times=None, description="Bad Request: ODD")
    await telegram.reader(8)
    await house.owe(await house.chat(7))
    await house.owe(await house.chat(8))

    async def there() -> bool:
        due = await house.store.outbox.next_due()
        house.time.at = max(house.time.at + 0.5, due or 0)  # always on: questions have their pauses
        return await house.states() == ["closed", "sent"]

    async with working(telegram.courier(house)):
        await until(there)
    assert len(telegram.api.log.of("sendMessage", 7)) == 3


async def test_hostile_titles(house: House, telegram: Telegram) -> None:
    for title in ("<script>", "\u202egnp.exe", "a" * 9000, "&#0;", "👩‍👩‍👧" * 2000):
        await house.owe(await house.chat(7), title=title)
    await delivered(house, telegram)
    assert len(telegram.sent(7)) == 5
    assert all(call.status == 200 for call in telegram.api.log)


async def test_a_refused_token_keeps_the_queue(house: House, telegram: Telegram) -> None:
    telegram.api.faults.add(
        "error", "sendMessage", times=None, code=401, description="Unauthorized"
    )
    for number in (7, 8, 9):
        await house.owe(await house.chat(number))
    with pytest.raises(TokenRefused, match="BotFather") as raised:
        await telegram.courier(house).run(asyncio.Event())
    assert "SECRET" not in str(raised.value)
    assert set(await house.states()) <= {"ready", "later"}
