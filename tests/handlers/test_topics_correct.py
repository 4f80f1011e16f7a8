"""Not about this, on an alert: one tap, this chat only, and back."""

from __future__ import annotations

import pytest

from bot.demo.api.messages import Message
from bot.model import Article, ArticleId, FeedId, Reason
from bot.subscriptions.corrections import corrections
from bot.subscriptions.rules import stored
from bot.topics.match import Percolator
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def rung(room: Room) -> Message:
    await room.amina.ask("/start")
    await room.news("American troops leave Niger", outlet="post")
    article = await room.news(
        "Niger gets fuel again", summary="The Niger Delta Avengers bombed a pipeline to Niger."
    )
    await room.alert(await room.chat(), article)
    return await room.amina.wait(lambda m: "Mute story" in m.labels)


async def query(room: Room, telegram: int | None = None) -> str:
    (found,) = await room.store.topics.of_chat((await room.chat(telegram)).id)
    return found.query


async def test_the_rule_that_would_have_kept_it_out(room: Room) -> None:
    alert = await rung(room)
    was, labels = alert.text, alert.labels
    assert "Not about this" not in labels
    await room.toast(alert, "Why?")
    await room.toast(alert, "Not about this")
    assert "for this chat only" in alert.text
    assert "-Niger Delta (Nigeria)" in alert.text
    assert "2 before, 1 now" in alert.text
    await room.toast(alert, "-Niger Delta")
    assert alert.text.startswith(was)
    assert "Not about Niger, you said." in alert.text
    assert "Niger -Niger Delta (Nigeria)" in alert.text
    assert await query(room) == "NOT Niger Delta (Nigeria) AND Niger"
    assert alert.labels == ["Undo", *labels]
    await room.toast(alert, "Undo")
    assert (alert.text, alert.labels) == (was, labels)
    assert await query(room) == "Niger"


async def test_others_keep_their_topic_and_a_second_tap_changes_nothing(room: Room) -> None:
    alert = await rung(room)
    bo = room.api.user(1002, "Bo")
    await bo.ask("/follow Niger")
    await room.toast(alert, "Why?")
    await room.toast(alert, "Not about this")
    data = next(b["callback_data"] for b in alert.buttons if "Herald" in b["text"].title())
    for _ in range(2):
        await room.amina.press(alert, data).answered()
        await room.settle()
    assert await query(room) == 'NOT source:"herald" AND Niger'
    assert await query(room, 1002) == "Niger"
    stale = bo.press(await bo.ask("/topics"), data)
    assert "too old" in (await stale.answered())["text"]


async def test_other_words_by_reply(room: Room) -> None:
    alert = await rung(room)
    await room.toast(alert, "Why?")
    await room.toast(alert, "Not about this")
    await room.toast(alert, "Other words…")
    asked = await room.amina.wait(lambda m: "leave out of Niger" in m.text)
    await room.amina.send("fuel", reply_to=asked)
    await room.amina.wait(lambda m: "Rule:" in m.text)
    assert await query(room) == "NOT fuel AND Niger"
    await room.toast(alert, "Back")
    await room.toast(alert, "Unfollow")
    await room.toast(alert, "Follow again")
    assert await query(room) == "NOT fuel AND Niger"
    assert await room.labels() == ["Niger"]


async def test_in_a_group_only_admins_and_by_reply_in_privacy_mode(room: Room) -> None:
    boss, guest = room.api.user(1, "Boss"), room.api.user(2, "Guest")
    group = room.api.group(title="Desk", owner=boss, members=[guest])
    await boss.send("/follow Niger", group)
    await boss.wait(lambda m: "You follow Niger" in m.text, chat=group)
    card = await boss.ask("/topics", chat=group)
    await room.toast(card, "Niger", by=boss)
    await room.toast(card, "＋ Also…", by=boss)
    asked = await boss.wait(lambda m: "count as Niger" in m.text, chat=group)
    assert asked.content.markup == {"force_reply": True, "selective": True}
    await guest.send("a word of talk that is longer than twenty-four letters", group, reply_to=card)
    await guest.send("a long name of a mine in Niger", group, reply_to=asked)
    await boss.wait(lambda m: "Only admins" in m.text, chat=group)
    await boss.send("a long name of a mine in Niger", group, reply_to=asked)
    made = await boss.wait(lambda m: "Rule:" in m.text, chat=group)
    assert "a long name of a mine in niger" in made.text
    was = made.text
    assert "Only admins" in await room.toast(made, "Only headlines", by=guest)
    assert made.text == was


CASES = [
    ('"jordan"', "Michael Jordan opens a golf club", '-"michael jordan"'),
    ("Chad", "Floods around Lake Chad reach Chad", "-Lake Chad"),
    ('"niger"', "NIGER Delta gunmen freed", "-Niger Delta (Nigeria)"),
    ('"mercury"', "Freddie Mercury Film Breaks Records Again", '-"freddie mercury"'),
    ("دلتا", "دلتا النيجر تشهد هجوما", '-"دلتا النيجر"'),
    ("Apple (company)", "Songs on Apple Music", '-"apple music"'),
    ('"几内亚"', "巴布亚新几内亚举行选举", "-Papua New Guinea"),
    ("Niger", "尼日尔代表团出席上海合作组织峰会", "-Shanghai Cooperation Organisation"),
    ("Russia", "俄罗斯方块比赛举行", '-"俄罗斯方块"'),
    ('"ヨルダン"', "ヨルダン川西岸で衝突", '-"ヨルダン川西岸"'),
    ("South Korea", "한국전력이 요금을 올렸다", '-"한국전력"'),
]


@pytest.mark.parametrize(("topic", "title", "rule"), CASES)
def test_the_longest_name_around_the_words(topic: str, title: str, rule: str) -> None:
    article = Article(ArticleId(1), FeedId(1), "Wire", title, "", "", "", 0, 0, "")
    asked = stored(topic)
    reason = Percolator().explain(asked, article) or Reason("", "title")
    assert rule.casefold() in [c.rule.casefold() for c in corrections(asked, article, reason)]
