"""Every command from every kind of sender: an answer, a refusal, or not meant for us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.demo.api.messages import Message
from bot.demo.api.people import Person
from bot.demo.api.places import Place
from handlers import COMMANDS
from handlers.rights import BELIEVED
from tests.handlers.conftest import OPERATOR, Room

pytestmark = pytest.mark.loopback

RULED = ("/follow Gaza", "/unfollow Niger", "/settings fr", "/export", "/delete_me",
         "/sources https://daily.example/rss")  # fmt: skip
ASKED = ("/start", "/topics", "/headlines", "/headlines Niger", "/search Niger", "/summary",
         "/sources", "/settings", "/status", "/help", "/privacy", "/admin",
         "/follow", "/unfollow")  # fmt: skip
OURS = "@newsbell_bot"


@dataclass
class Stage:
    room: Room
    place: Place
    member: Person
    ruler: Person

    async def answers(self, since: int) -> list[Message]:
        await self.room.settle()
        return [m for m in self.place.messages if m.by_bot and m.id > since]

    async def follows(self) -> list[str]:
        return await self.room.labels(self.place.id)


async def stage(room: Room, kind: str = "supergroup") -> Stage:
    member, ruler = room.api.user(11, "Member"), room.api.user(12, "Ruler")
    place = room.api.group(kind=kind, title="News", members=[member], admins=[ruler])  # type: ignore[arg-type]
    house = room.application.bot_data["newsbell"]
    house.talk._burst = house.costly._burst = 1000.0
    await ruler.send("/follow Niger", place)
    await room.settle()
    return Stage(room, place, member, ruler)


def test_the_table_covers_every_command() -> None:
    named = {words.split()[0][1:] for words in (*RULED, *ASKED)}
    assert named == {command.name for command in COMMANDS}


async def test_in_private_every_command_answers(room: Room) -> None:
    room.application.bot_data["newsbell"].talk._burst = 1000.0
    forms = ("/{}", "/{}" + OURS, "/{} \u202ex\n<b>&")
    names = [command.name for command in COMMANDS]
    for words in [form.format(name) for form in forms for name in (*names, "HELP", "Topics")]:
        card = await room.amina.ask(words)
        assert card.text.strip()
        assert "went wrong" not in card.text


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_member_reads_and_changes_nothing(room: Room, kind: str) -> None:
    here = await stage(room, kind)
    for words in ASKED:
        sent = await here.member.send(words + ("" if " " in words else OURS), here.place)
        assert len(await here.answers(sent.id)) == 1, words
    for words in RULED:
        sent = await here.member.send(words, here.place)
        (answer,) = await here.answers(sent.id)
        assert "Only admins of this chat" in answer.text, words
    assert await here.follows() == ["Niger"]
    assert (await room.chat(here.place.id)).language == "en"


Say = Callable[[Stage, str], Awaitable[Message]]


async def as_admin(here: Stage, words: str) -> Message:
    return await here.ruler.send(words, here.place)


async def as_nobody(here: Stage, words: str) -> Message:
    return await here.ruler.send(words, here.place, anonymous=True)


@pytest.mark.parametrize("say", [as_admin, as_nobody])
async def test_an_admin_changes_also_anonymously(room: Room, say: Say) -> None:
    here = await stage(room)
    await say(here, "/follow Gaza")
    await room.settle()
    assert await here.follows() == ["Niger", "Gaza"]
    for words in (*ASKED, *RULED):
        sent = await say(here, words)
        answers = await here.answers(sent.id)
        assert len(answers) == 1, words
        assert "Only admins of this chat" not in answers[0].text


async def test_a_channel_is_ruled_by_its_posts(room: Room) -> None:
    channel = room.api.channel(title="Daily")
    for words in ("/follow Niger", *ASKED):
        sent = await channel.post(words)
        await room.settle()
        assert [m for m in channel.messages if m.by_bot and m.id > sent.id], words
    assert await room.labels(channel.id) == ["Niger"]
    sent = await channel.post("Niger is in the news today")
    await room.settle()
    assert channel.messages[-1].id == sent.id  # words of a channel are no topics


async def test_a_reader_of_a_channel_taps_in_vain(room: Room) -> None:
    channel = room.api.channel(title="Daily")
    await channel.post("/follow Niger")
    await room.settle()
    card = channel.messages[-1]
    assert "Only admins of this chat" in await room.toast(card, "Undo")
    assert await room.labels(channel.id) == ["Niger"]


async def test_who_is_not_listened_to(room: Room) -> None:
    """Other bots, linked channels, forwards, edits, captions, other bots' commands, mere talk."""
    here = await stage(room)
    bot = room.api.user(77, "Otherbot", is_bot=True)
    await here.place.join(bot, "administrator")
    linked = room.api.user(777000, "Telegram")
    origin = {"type": "hidden_user", "sender_user_name": "X", "date": 1_770_000_000}
    last = here.place.messages[-1].id
    await bot.send("/follow Gaza", here.place)
    await linked.send("/follow Gaza", here.place, is_automatic_forward=True)
    await here.ruler.send("/follow Gaza", here.place, forward_origin=origin)
    edited = await here.ruler.send("hello", here.place)
    await here.ruler.edit(edited, "/follow Gaza", here.place)
    photo = {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]}
    await here.ruler.send("/follow Gaza", here.place, file=photo)
    await here.ruler.send("/follow@other_bot Gaza", here.place)
    await here.ruler.send("Gaza", here.place)
    await here.ruler.send("see /follow Gaza", here.place)
    assert await here.answers(last) == []
    assert await here.follows() == ["Niger"]


async def test_a_member_speaking_as_a_channel_is_no_admin(room: Room) -> None:
    here = await stage(room)
    foreign = room.api.channel(title="Elsewhere")
    fake = {"sender_chat": foreign.chat.as_json()}
    await here.ruler.send("/follow Gaza", here.place, **fake)
    await room.settle()
    assert "Only admins of this chat" in here.place.messages[-1].text
    assert await here.follows() == ["Niger"]


async def test_a_member_taps_in_vain_an_admin_does_not(room: Room) -> None:
    here = await stage(room)
    card = here.place.messages[-1]
    assert "Only admins of this chat" in await room.toast(card, "Undo", here.member)
    assert await here.follows() == ["Niger"]
    await room.toast(card, "Undo", here.ruler)
    assert await here.follows() == []


async def test_rights_that_were_taken_are_gone_within_a_minute(room: Room) -> None:
    here = await stage(room)
    await here.place.join(here.ruler, "member")
    room.clock.at += BELIEVED
    await here.ruler.send("/follow Gaza", here.place)
    await room.settle()
    assert await here.follows() == ["Niger"]


async def test_rights_that_were_taken_are_gone_at_once_where_the_bot_is_told(room: Room) -> None:
    here = await stage(room)
    await here.place.promote_bot()
    await here.place.join(here.ruler, "member")
    await here.ruler.send("/follow Gaza", here.place)
    await room.settle()
    assert await here.follows() == ["Niger"]


async def test_when_telegram_does_not_say_nobody_is_admin(room: Room) -> None:
    here = await stage(room)
    room.clock.at += BELIEVED
    room.api.faults.add("500", "getChatMember", times=9)
    await here.ruler.send("/follow Gaza", here.place)
    await room.settle()
    assert await here.follows() == ["Niger"]


async def test_a_mention_with_words_is_a_question(room: Room) -> None:
    here = await stage(room)
    sent = await here.member.send(f"{OURS} Gaza", here.place)
    (answer,) = await here.answers(sent.id)
    assert "Gaza" in answer.text
    assert answer.labels == ["Follow"]
    assert "Only admins of this chat" in await room.toast(answer, "Follow", here.member)


async def test_admin_numbers_are_for_operators_in_private(room: Room) -> None:
    assert "people who run" in (await room.amina.ask("/admin")).text
    operator = room.api.user(OPERATOR, "Operator")
    assert "Newsbell in numbers" in (await operator.ask("/admin")).text
    assert "/admin" in (await operator.ask("/help")).text
    assert "/admin" not in (await room.amina.ask("/help")).text
    here = await stage(room)
    await here.place.join(operator, "administrator")
    sent = await operator.send("/admin", here.place)
    (answer,) = await here.answers(sent.id)
    assert "private chat" in answer.text
