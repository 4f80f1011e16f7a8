"""T05-T08: chats that refuse an alert, for good or for a while.

The courier and the notices against the strict server; the clock moves only when a test says so.
"""

from __future__ import annotations

import pytest

from bot.delivery.notices import Notices
from bot.demo.api.places import Place
from bot.i18n import texts_for
from bot.model import Chat, ChatKind
from tests.delivery.house import House, Telegram, until, working

pytestmark = pytest.mark.loopback

HOUR, DAY = 3600, 86_400
KEEPER = 7  # pressed Start, see the fixture


async def tried(house: House, telegram: Telegram, calls: int) -> None:
    """The courier at work until it has tried so often; what came of it is on disk."""
    async with working(telegram.courier(house)):
        await until(lambda: len(telegram.api.log.of("sendMessage")) >= calls)


async def delivered(house: House, telegram: Telegram) -> None:
    async def there() -> bool:
        return set(await house.states()) <= {"sent", "closed"}

    async with working(telegram.courier(house)):
        await until(there)


async def now(house: House, chat: Chat) -> Chat:
    found = await house.store.chats.get(chat.id)
    assert found is not None
    return found


async def kept(house: House, place: Place, kind: ChatKind, thread: int = 0) -> Chat:
    """A chat that the keeper looks after, with the keeper's own chat."""
    await house.chat(KEEPER)
    chat = await house.chat(place.id, kind, thread)
    async with house.store.transaction() as tx:
        await tx.chats.keep(chat.id, KEEPER)
    return chat


def notices(house: House, telegram: Telegram) -> Notices:
    return Notices(
        house.store, telegram.bot, texts_for, lanes=telegram.lanes, now=house.time, period=0.01
    )


async def told(house: House, telegram: Telegram) -> list[str]:
    """What the keeper has heard after one more look."""
    await notices(house, telegram).tell_due()
    return telegram.sent(KEEPER)


# ── T05, T06 ─────────────────────────────────────────────────────────────────────────────────────

FORBIDDEN = [
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked from the group chat",
    "bot was kicked from the supergroup chat",
    "bot was kicked from the channel chat",
    "bot is not a member of the group chat",
    "bot is not a member of the supergroup chat",
    "bot is not a member of the channel chat",
    "the group chat was deleted",
    "bot can't initiate conversation with a user",
    "bot can't send messages to bots",
]


async def test_t05_t06_a_chat_that_is_lost_is_closed_at_once(
    house: House, telegram: Telegram
) -> None:
    """Its queue is dropped, what it follows stays, and a return opens it again."""
    chats = {words: await house.chat(100 + at) for at, words in enumerate(FORBIDDEN)}
    for words, chat in chats.items():
        for _ in range(2):
            await house.owe(chat)
        said, where = f"Forbidden: {words}", {"chat_id": chat.telegram}
        telegram.api.faults.add("error", where, times=None, code=403, description=said)
    await delivered(house, telegram)
    assert set(await house.states()) == {"closed"}
    assert len(telegram.api.log.of("sendMessage")) == len(FORBIDDEN)
    for words, chat in chats.items():
        closed = await now(house, chat)
        assert (closed.state, closed.problem) == ("closed", f"Forbidden: {words}")
        async with house.store.transaction() as tx:
            await tx.chats.reopen(chat.telegram, house.time())
        assert len(await house.store.topics.of_chat(chat.id)) == 1
        assert (await now(house, chat)).state == "open"


# ── T07 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t07_a_chat_that_is_not_found_is_lost_after_two_tries_an_hour_apart(
    house: House, telegram: Telegram
) -> None:
    texts = ["chat not found", "PEER_ID_INVALID", "group chat was deactivated"]
    chats = [await house.chat(100 + at) for at in range(len(texts))]
    for chat, words in zip(chats, texts, strict=True):
        for _ in range(2):
            await house.owe(chat)
        said, where = f"Bad Request: {words}", {"chat_id": chat.telegram}
        telegram.api.faults.add("error", where, times=None, description=said)
    began = house.time()
    await tried(house, telegram, 3)
    assert {(await now(house, chat)).state for chat in chats} == {"open"}
    due = await house.store.outbox.next_due()
    assert due is not None
    assert due >= began + HOUR
    house.time.at += HOUR + 1
    await tried(house, telegram, 6)
    assert {(await now(house, chat)).state for chat in chats} == {"closed"}
    assert set(await house.states()) == {"closed"}


async def test_t07_other_failures_in_between_are_no_second_try(
    house: House, telegram: Telegram
) -> None:
    """A 429 and a 502 of the same alert say nothing about the chat."""
    chat = await house.chat(7)
    await house.owe(chat)
    for kind in ("429", "502"):
        telegram.api.faults.add(kind, "sendMessage")  # type: ignore[arg-type]
    telegram.api.faults.add("error", "sendMessage", description="Bad Request: chat not found")

    async def there() -> bool:
        house.time.at += 0.5
        return (await now(house, chat)).refusals == 1

    async with working(telegram.courier(house)):
        await until(there)
    assert (await now(house, chat)).state == "open"
    house.time.at += HOUR + 1
    await delivered(house, telegram)
    assert await house.states() == ["sent"]
    assert (await now(house, chat)).refusal is None


# ── T08 ──────────────────────────────────────────────────────────────────────────────────────────

RIGHTS = [
    (400, "not enough rights to send text messages to the chat"),
    (400, "have no rights to send a message"),
    (400, "CHAT_WRITE_FORBIDDEN"),
    (403, "CHAT_WRITE_FORBIDDEN"),
    (400, "CHAT_RESTRICTED"),
    (400, "CHAT_SEND_PLAIN_FORBIDDEN"),
    (400, "CHAT_ADMIN_REQUIRED"),
    (400, "need administrator rights in the channel chat"),
    (400, "USER_BANNED_IN_CHANNEL"),
]


async def test_t08_every_way_to_say_that_rights_are_missing_pauses_the_chat(
    house: House, telegram: Telegram
) -> None:
    chats = [await house.chat(-100 - at, "supergroup") for at in range(len(RIGHTS))]
    for chat, (code, words) in zip(chats, RIGHTS, strict=True):
        await house.owe(chat)
        name, where = "Forbidden" if code == 403 else "Bad Request", {"chat_id": chat.telegram}
        said = f"{name}: {words}"
        telegram.api.faults.add("error", where, times=None, code=code, description=said)
    await tried(house, telegram, len(RIGHTS))
    for chat in chats:
        paused = await now(house, chat)
        assert (paused.state, paused.refusal, paused.refusals) == ("open", "rights", 1)
    assert set(await house.states()) == {"later"}


async def test_t08_the_keeper_is_told_once_and_the_alert_arrives_in_the_end(
    house: House, telegram: Telegram
) -> None:
    group = telegram.api.group(kind="supergroup", title="Club <b>of</b> Niamey", bot="restricted")
    chat = await kept(house, group, "supergroup")
    await house.owe(chat)
    heard = ""
    for tries in (1, 2, 3):
        await tried(house, telegram, tries + (tries > 1))  # one of the calls is the notice
        (heard,) = await told(house, telegram)
        assert heard.startswith("I may no longer write in Club <b>of</b> Niamey")
        house.time.at += HOUR * 2 ** (tries - 1) + 1
    group.chat.bot.status = "member"
    await delivered(house, telegram)
    assert len(telegram.sent(group.id)) == 1
    assert await told(house, telegram) == [heard]
    assert (await now(house, chat)).refusal is None


async def test_t08_the_pause_grows_to_seven_days(house: House, telegram: Telegram) -> None:
    group = telegram.api.group(kind="supergroup", bot="restricted")
    chat = await kept(house, group, "supergroup")
    await house.owe(chat)
    waits = []
    for tries in range(1, 11):
        await tried(house, telegram, tries)
        due = await house.store.outbox.next_due()
        assert due is not None
        waits.append(round((due - house.time()) / HOUR))
        house.time.at = due
        if tries % 3 == 0:  # news goes on; the newest of it is no reason to begin anew
            await house.owe(chat)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 168, 168]


async def test_t08_a_keeper_who_never_started_the_bot_hears_nothing_until_they_do(
    house: House, telegram: Telegram
) -> None:
    group = telegram.api.group(kind="supergroup", bot="restricted")
    chat = await house.chat(group.id, "supergroup")
    async with house.store.transaction() as tx:
        await tx.chats.keep(chat.id, 8)
    await house.owe(chat)
    await tried(house, telegram, 1)
    await notices(house, telegram).tell_due()
    assert len(telegram.api.log.of("sendMessage")) == 1
    await telegram.reader(8)
    await house.chat(8)
    await notices(house, telegram).tell_due()
    assert len(telegram.sent(8)) == 1


async def test_t08_a_notice_that_fails_comes_later_and_one_in_doubt_does_not_come_twice(
    house: House, telegram: Telegram
) -> None:
    group = telegram.api.group(kind="supergroup", bot="restricted")
    await house.owe(await kept(house, group, "supergroup"))
    await tried(house, telegram, 1)
    telegram.api.faults.add("429", {"chat_id": KEEPER}, seconds=30)
    assert await told(house, telegram) == []
    house.time.at += 31
    telegram.api.faults.add("done-then-502", {"chat_id": KEEPER})
    assert len(await told(house, telegram)) == 1
    house.time.at += DAY
    assert len(await told(house, telegram)) == 1


async def test_t08_rights_given_back_resume_at_once(house: House, telegram: Telegram) -> None:
    """What Telegram tells with my_chat_member, and /start, both end the pause."""
    group = telegram.api.group(kind="supergroup", bot="restricted")
    chat = await kept(house, group, "supergroup")
    await house.owe(chat)
    await tried(house, telegram, 1)
    await group.promote_bot()
    async with house.store.transaction() as tx:
        await tx.chats.reopen(group.id, house.time())
    house.time.at += 5  # a group takes one alert in three seconds
    await delivered(house, telegram)
    assert len(telegram.sent(group.id)) == 1
