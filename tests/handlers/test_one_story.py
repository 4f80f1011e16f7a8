"""One story that a chat follows: the button, the list, the word, and who may."""

from __future__ import annotations

import pytest

from bot.demo.api.messages import Message
from bot.model import Article, Chat, StoryId
from bot.subscriptions.one_story import MAX_TOPICS, SILENT
from tests import desk
from tests.handlers.conftest import Room
from tests.handlers.test_alerts import rung
from tests.handlers.test_senders import stage

pytestmark = pytest.mark.loopback


async def follows(room: Room, article: Article, chat: Chat | None = None) -> bool:
    assert article.story is not None
    mine = (chat or await room.chat()).id
    return await room.store.stories.followed(mine, article.story) is not None


async def goes_on(room: Room, chat: Chat, article: Article) -> tuple[Message, StoryId]:
    """A development that is told because the story is followed."""
    later = await room.news("Parliament votes on the withdrawal", summary="It votes on Monday.")
    assert article.story is not None
    assert later.story is not None
    async with room.store.transaction() as tx:
        await tx.stories.follows(later.story, article.story, ["Parliament"], room.clock())
        nobodys = await tx.stories.nobodys(room.clock())
    await room.deliver(chat, later, nobodys)
    told = await room.amina.wait(lambda m: "Parliament votes" in m.text)
    return told, later.story


async def test_follow_where_it_stands_open_and_take_it_back(room: Room) -> None:
    alert, article = await rung(room)
    assert "Follow this story" not in alert.labels, "the alert has four buttons and no more"
    await room.toast(alert, "Summary")
    number = str(alert.buttons[0]["callback_data"]).partition(":")[2]
    assert "what comes next rings here" in await room.toast(alert, "Follow this story")
    assert await follows(room, article)
    assert alert.labels[-1] == "Unfollow story"
    await room.amina.press(alert, f"f:{number}").answered()  # a second tap that was on its way
    await room.settle()
    assert await follows(room, article)
    assert "no longer follow" in await room.toast(alert, "Unfollow story")
    assert not await follows(room, article)
    assert alert.labels[-1] == "Follow this story"


async def test_mute_and_follow_end_each_other(room: Room) -> None:
    alert, article = await rung(room)
    assert article.story is not None
    await room.toast(alert, "Summary")
    await room.toast(alert, "Follow this story")
    await room.toast(alert, "Mute story")
    assert not await follows(room, article)
    assert alert.labels[-1] == "Follow this story"
    await room.toast(alert, "Follow this story")
    chat = await room.chat()
    assert not await room.store.stories.is_muted(chat.id, article.story, room.clock())
    assert alert.labels == ["‹ Back", "Mute story", "Unfollow", "Why?", "Unfollow story"]


async def test_an_alert_of_a_followed_story_says_so(room: Room) -> None:
    alert, article = await rung(room)
    await room.toast(alert, "Summary")
    await room.toast(alert, "Follow this story")
    told, story = await goes_on(room, await room.chat(), article)
    assert told.text.startswith("New: Parliament votes")
    assert told.labels == ["Summary", "Mute story", "Unfollow story", "Why?"]
    await room.toast(told, "Why?")
    assert "You follow the story that this goes on with." in told.text
    assert "New since your first alert: Parliament" in told.text
    assert told.labels == ["‹ Back", "Mute story", "Unfollow story", "Summary"]
    await room.toast(told, "Unfollow story")
    assert not await follows(room, article)
    assert told.labels == ["‹ Back", "Mute story", "Follow this story", "Summary"]
    await room.toast(told, "Follow this story")
    for data, follow in (("u", False), ("ru", True)):  # no topic is meant
        number = str(told.buttons[0]["callback_data"]).partition(":")[2]
        await room.amina.press(
            told, f"{data}:{number if data == 'u' else int(number, 36)}"
        ).answered()
        await room.settle()
        assert await follows(room, article) is follow
    chat = await room.chat()
    assert await room.store.stories.followed(chat.id, story) == story
    await room.amina.send("stop", reply_to=told)
    await room.settle()
    assert not await follows(room, article)
    assert await room.labels() == ["Niger"], "the topic is another thing"


async def test_in_the_lists(room: Room) -> None:
    article = await room.news("American troops leave Niger")
    card = await room.amina.ask("/headlines")
    await room.toast(card, "1")
    assert card.labels == ["Follow this story", "‹ Back"]
    await room.toast(card, "Follow this story")
    assert card.labels == ["Unfollow story", "‹ Back"]
    assert await follows(room, article)
    assert "Followed stories: 1" in (await room.amina.ask("/status")).text

    topics = await room.amina.ask("/topics")
    assert "Stories you follow" in topics.text
    await room.toast(topics, "American troops leave Niger")
    assert topics.labels == ["Unfollow story", "‹ Back"]
    await room.toast(topics, "Back")
    assert topics.labels == ["American troops leave Niger", "✕"]
    await room.toast(topics, "✕")
    assert not await follows(room, article)
    await room.toast(topics, "Undo: American troops leave Niger")
    assert await follows(room, article)
    await room.amina.ask("/follow Niger")
    assert (await room.amina.ask("/topics")).labels[:3] == ["Niger", "🔕", "✕"]


async def test_it_counts_as_a_topic_does(room: Room) -> None:
    await room.amina.ask("/start")
    chat = await room.chat()
    for number in range(MAX_TOPICS - 1):
        await room.services.subscriptions.follow(chat, f"topic{number}")
    for title in ("American troops leave Niger", "Court frees a minister in Peru"):
        await room.news(title)
    card = await room.amina.ask("/headlines")
    await room.toast(card, "1")
    await room.toast(card, "Follow this story")
    assert card.labels[0] == "Unfollow story"
    await room.toast(card, "Back")
    await room.toast(card, "2")
    assert "30 topics and stories" in await room.toast(card, "Follow this story")
    assert card.labels[0] == "Follow this story"
    assert "30 topics and stories" in (await room.amina.ask("/follow Chad")).text


async def test_a_story_that_has_long_been_quiet(room: Room) -> None:
    article = await room.news("American troops leave Niger")
    card = await room.amina.ask("/headlines")
    await room.toast(card, "1")
    room.clock.at += SILENT + 1
    assert "quiet for days" in await room.toast(card, "Follow this story")
    assert not await follows(room, article)
    assert card.labels == ["‹ Back"], "it is offered no more"


async def test_what_a_chat_may_not_see_it_cannot_follow(room: Room) -> None:
    await room.amina.ask("/start")
    chat = await room.chat()
    feed = await desk.feed(room.store, "secret", owner=await desk.chat(room.store, 77))
    article = await desk.article(room.store, feed, "A secret plan")
    card = await room.amina.ask("/topics")
    for name in ("sf", "su"):
        await room.amina.press(card, f"{name}:{article.story}").answered()
        await room.settle()
    assert not await follows(room, article, chat)
    await room.amina.press(card, f"sv:{article.story}:0").answered()
    await room.settle()
    assert "secret" not in card.text


async def test_in_a_group_only_admins_follow(room: Room) -> None:
    here = await stage(room)
    article = await room.news("American troops leave Niger")
    await here.ruler.send("/headlines", here.place)
    await room.settle()
    card = here.place.messages[-1]
    await room.toast(card, "1", here.member)
    chat = await room.chat(here.place.id)
    assert "Only admins" in await room.toast(card, "Follow this story", here.member)
    assert not await follows(room, article, chat)
    await room.toast(card, "Follow this story", here.ruler)
    assert await follows(room, article, chat)
    assert "Only admins" in await room.toast(card, "Unfollow story", here.member)
    assert await follows(room, article, chat)


async def test_each_thread_of_a_forum_follows_for_itself(room: Room) -> None:
    article = await room.news("American troops leave Niger")
    forum = room.api.group(title="Desk", kind="supergroup", owner=room.amina)
    one, two = await forum.open_thread("One"), await forum.open_thread("Two")
    for thread in (one, two):
        await room.amina.send("/headlines", forum, thread=thread.id)
    card = await room.amina.wait(lambda m: m.thread == two.id and "1" in m.labels, chat=forum)
    await room.toast(card, "1")
    await room.toast(card, "Follow this story")
    assert await follows(room, article, await room.chat(forum.id, two.id))
    assert not await follows(room, article, await room.chat(forum.id, one.id))
