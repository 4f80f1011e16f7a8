"""T29 and G01-G05: groups, rights, strangers, and links."""

from __future__ import annotations

import pytest

from bot.demo.api.chats import ANONYMOUS_ADMIN, LINKED_CHANNEL
from handlers.groups import MOST_KEPT
from handlers.links import topic_link
from handlers.rights import BELIEVED
from tests.handlers.conftest import OPERATOR, Room
from tests.handlers.test_senders import stage

pytestmark = pytest.mark.loopback

SECRET_FEED = "https://reader:hunter22@daily.example/rss?key=s3cr3t"


# ── T29 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_t29_a_stranger_adds_the_bot_to_hundreds_of_groups_and_most_are_left(
    room: Room,
) -> None:
    """Few at a time and not too many in all, also after a restart; others are not hindered."""
    crowd = [room.api.group(title=f"Spam {n}", bot="left") for n in range(60)]
    stranger = room.api.user(66, "Stranger")
    for group in crowd:
        await group.add_bot(by=stranger)
    await room.settle()
    assert sum(group.chat.bot.present for group in crowd) == MOST_KEPT
    room.application.bot_data["newsbell"].joins._levels.clear()  # as a restart would
    one_more = room.api.group(title="One more", bot="left")
    await one_more.add_bot(by=stranger)
    club = room.api.group(title="Club", bot="left")
    await club.add_bot(by=room.amina)
    operator = room.api.user(OPERATOR, "Operator")
    own = [room.api.group(title=f"Own {n}", bot="left") for n in range(MOST_KEPT + 5)]
    for group in own:
        await group.add_bot(by=operator)
    await room.settle()
    assert not one_more.chat.bot.present
    assert club.chat.bot.present
    assert all(group.chat.bot.present for group in own)
    await crowd[0].kick_bot()  # whoever makes room may add another
    await room.settle()
    await one_more.add_bot(by=stranger)
    await room.settle()
    assert one_more.chat.bot.present


# ── G01, G02 ─────────────────────────────────────────────────────────────────────────────────────


async def test_g01_rights_are_asked_for_live_and_forgotten_when_they_change(room: Room) -> None:
    """A member changes nothing; an admin who was demoted nothing any more, after a minute."""
    here = await stage(room)
    for words in ("/follow Gaza", "/unfollow Niger", "/settings fr", "/delete_me"):
        sent = await here.member.send(words, here.place)
        (answer,) = await here.answers(sent.id)
        assert "Only admins" in answer.text
    asked = len(room.api.log.of("getChatMember"))
    await here.place.join(here.ruler, "member")
    room.clock.at += BELIEVED
    await here.ruler.send("/unfollow Niger", here.place)
    assert await here.follows() == ["Niger"]
    await room.settle()
    assert len(room.api.log.of("getChatMember")) == asked + 1
    await here.place.promote_bot()
    await here.place.join(here.ruler, "administrator")
    await here.ruler.send("/follow Gaza", here.place)
    await room.settle()
    assert await here.follows() == ["Niger", "Gaza"]
    await here.place.join(here.ruler, "member")  # as an admin the bot is told at once
    await here.ruler.send("/unfollow Gaza", here.place)
    await room.settle()
    assert await here.follows() == ["Niger", "Gaza"]


async def test_g02_hidden_senders_each_have_a_rule(room: Room) -> None:
    """An anonymous admin rules, a foreign channel and a linked one do not, nobody is not enough."""
    here = await stage(room)
    await here.ruler.send("/follow Gaza", here.place, anonymous=True)
    await room.settle()
    assert await here.follows() == ["Niger", "Gaza"]
    base = {"date": int(room.clock()), "chat": here.place.chat.as_json(), "text": "/follow Iran",
            "entities": [{"type": "bot_command", "offset": 0, "length": 7}]}  # fmt: skip
    other = room.api.channel(title="Elsewhere").chat.as_json()
    group_bot = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group"}
    linked = {"id": LINKED_CHANNEL, "is_bot": False, "first_name": "Telegram"}
    senders = (
        {},  # nobody at all
        {"from": group_bot},  # the stand-in, without the group it would speak for
        {"from": group_bot, "sender_chat": other},
        {"from": linked, "sender_chat": other, "is_automatic_forward": True},
    )
    for number, sender in enumerate(senders, 900):
        room.api.updates.put({"message": base | sender | {"message_id": number}})
    await room.settle()
    assert await here.follows() == ["Niger", "Gaza"]
    chat = await room.chat(here.place.id)
    assert chat.keeper == here.ruler.id


# ── G03, G04 ─────────────────────────────────────────────────────────────────────────────────────


async def test_g03_taps_of_others_forged_and_stale_ones_change_nothing(room: Room) -> None:
    here = await stage(room)
    card = here.place.messages[-1]
    assert "Only admins" in await room.toast(card, "Undo", here.member)
    chat = await room.chat(here.place.id)
    news = await room.news()
    alert = await room.alert(chat, news)
    elsewhere = await room.amina.ask("/start")
    for data in ("m:1", f"u:{alert.id}", f"mu:{alert.id}", f"ru:{alert.id}"):
        await room.amina.press(elsewhere, data).answered()  # another chat's alert
    for data in (
        "",
        "x",
        "un:1",
        "tx:1:0",
        "fo:Gaza",
        "de:yes",
        "m:zzzzzzzzzzzzz",
        "sx:\u0000",
        "tq:1",
    ):
        await here.member.press(card, data).answered()
    await room.settle()
    assert await here.follows() == ["Niger"]
    assert not await room.store.stories.is_muted(chat.id, alert.story.id, room.clock())
    await room.application.updater.stop()  # type: ignore[union-attr]
    await room.application.updater.start_polling(timeout=5)  # type: ignore[union-attr]
    await room.toast(card, "Undo", here.ruler)  # a restart makes no button stale
    assert await here.follows() == []


async def test_g04_what_only_looks_like_a_command_is_none(room: Room) -> None:
    here = await stage(room)
    last = here.place.messages[-1].id
    origin = {"type": "user", "sender_user": here.ruler.user.as_json(), "date": 1}
    await here.ruler.send("/follow Gaza", here.place, forward_origin=origin)
    await here.ruler.send("/follow@other_bot Gaza", here.place)
    await here.ruler.send("> /follow Gaza", here.place)
    edited = await here.ruler.send("hello", here.place)
    await here.ruler.edit(edited, "/follow Gaza", here.place)
    photo = {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]}
    await here.ruler.send("/follow Gaza", here.place, file=photo)
    quote = {"quote": {"text": "/follow Gaza", "position": 0}}
    await here.ruler.send("indeed", here.place, **quote)
    assert await here.answers(last) == []
    assert await here.follows() == ["Niger"]


async def test_g04_a_reply_to_an_alert_is_an_order_or_talk_but_never_a_topic(room: Room) -> None:
    """ "mute" mutes where an admin says it; what people say about the news stays theirs."""
    here = await stage(room)
    chat = await room.chat(here.place.id)
    alert = await room.alert(chat, await room.news())
    stored = await room.store.outbox.get(alert.id)
    assert stored is not None
    number = stored.message
    last = here.place.messages[-1].id
    for words in ("terrible news", "I was there in 1999, and it was quite different then", "Gaza"):
        await here.member.send(words, here.place, reply_to=number)
    assert await here.answers(last) == []
    sent = await here.member.send("Mute!", here.place, reply_to=number)
    (refusal,) = await here.answers(sent.id)
    assert "Only admins" in refusal.text
    sent = await here.ruler.send("Mute!", here.place, reply_to=number)
    (answer,) = await here.answers(sent.id)
    assert answer.text.startswith("Muted")
    assert await room.store.stories.is_muted(chat.id, alert.story.id, room.clock())
    sent = await here.ruler.send("stop", here.place, reply_to=number)
    await here.answers(sent.id)
    assert await here.follows() == []


# ── G05 ──────────────────────────────────────────────────────────────────────────────────────────


async def test_g05_a_link_shows_what_was_shared_and_nothing_can_be_counted_up(room: Room) -> None:
    """A signed number opens its topic, a bare one only what several follow; none follows it."""
    owner = room.api.user(1, "Owner")
    await owner.ask("/follow Zarmakoy")
    (follow,) = await room.store.topics.of_chat((await room.chat(1)).id)
    link = await topic_link(room.store, "newsbell_bot", follow.topic)
    payload = link.partition("?start=")[2]
    assert len(payload) <= 64
    assert "Zarmakoy" in (await room.amina.ask(f"/start {payload}")).text
    forged = (f"t_{follow.topic}", f"t_{follow.topic}_{'A' * 16}", payload[:-1], payload + "x",
              f"t_{follow.topic + 1}_{payload[-16:]}", "t_0", "t_" + "9" * 60, "' OR 1=1",
              "../../etc/passwd", "\u202e", "%s%n", "t_1 t_2", "x" * 64)  # fmt: skip
    for words in forged:
        card = await room.amina.ask(f"/start {words}")
        assert "no topic in it" in card.text, words
        assert "Zarmakoy" not in card.text
    for number in (2, 3):
        await room.api.user(number).ask("/follow Zarmakoy")
    assert "Zarmakoy" in (await room.amina.ask(f"/start t_{follow.topic}")).text
    assert await room.labels() == []
