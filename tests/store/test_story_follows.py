"""One story that a chat follows: who is told of what follows it, and when that ends."""

from __future__ import annotations

from bot.model import Chat, ChatId, NewAlert, Reason, StoryId
from bot.store.story_follows import NOBODYS
from tests.store.world import DAY, WHY, World

PLAIN = Reason("", "title")


async def begun(world: World, earlier: StoryId | None = None) -> StoryId:
    """A story, as the development of an earlier one where that is given."""
    story = await world.story(await world.article(await world.feed()))
    if earlier is not None:
        async with world.store.transaction() as tx:
            await tx.stories.follows(story, earlier, ["new"], world.time.now)
    return story


async def follow(world: World, chat: Chat, story: StoryId) -> None:
    async with world.store.transaction() as tx:
        await tx.stories.follow(chat.id, story, world.time.now)


async def watchers(world: World, story: StoryId) -> list[ChatId]:
    feed = await world.feed()
    told = await world.store.stories.watchers(story, feed.id, world.time.now)
    return [chat for chat, _ in told]


async def test_what_follows_a_story_is_for_those_who_follow_it(world: World) -> None:
    reader, stranger = await world.chat(), await world.chat()
    story = await begun(world)
    before = await begun(world, story)
    world.time.pass_(60)
    await follow(world, reader, story)
    await follow(world, reader, story)
    world.time.pass_(60)
    later = await begun(world, before)
    assert await watchers(world, later) == [reader.id]
    assert await watchers(world, before) == [], "it was there when the reader began"
    assert await watchers(world, story) == [], "it is no news of itself"
    assert await watchers(world, await begun(world)) == [], "another affair"

    stories = world.store.stories
    assert await stories.followed(reader.id, later) == story
    assert await stories.followed(stranger.id, later) is None
    assert [f.story.id for f in await stories.followed_by(reader.id)] == [story]


async def test_one_follow_of_a_saga_is_enough_and_one_tap_ends_it(world: World) -> None:
    chat = await world.chat()
    story = await begun(world)
    later = await begun(world, story)
    await follow(world, chat, story)
    await follow(world, chat, later)
    assert len(await world.store.stories.followed_by(chat.id)) == 1
    async with world.store.transaction() as tx:
        await tx.stories.unfollow(chat.id, later)
    assert await world.store.stories.followed_by(chat.id) == []


async def test_who_may_not_see_the_feed_is_not_told(world: World) -> None:
    owner, stranger = await world.chat(), await world.chat()
    story = await begun(world)
    for chat in (owner, stranger):
        await follow(world, chat, story)
    world.time.pass_(1)
    later = await begun(world, story)
    private = await world.feed(owner=owner)
    told = await world.store.stories.watchers(later, private.id, world.time.now)
    assert told == [(owner.id, story)]


async def test_following_ends_a_mute_of_the_saga(world: World) -> None:
    chat = await world.chat()
    story = await begun(world)
    async with world.store.transaction() as tx:
        await tx.stories.mute(chat.id, story, world.time.now + DAY)
    later = await begun(world, story)
    assert await world.store.stories.is_muted(chat.id, later, world.time.now)
    await follow(world, chat, later)
    for muted in (story, later):
        assert not await world.store.stories.is_muted(chat.id, muted, world.time.now)


async def owe(world: World, chat: Chat, story: StoryId) -> None:
    (article, *_) = await world.store.articles.of_story(story)
    async with world.store.transaction() as tx:
        topic = await tx.stories.nobodys(world.time.now)
        await tx.outbox.queue(
            [NewAlert(chat.id, story, 0, topic, article.id, PLAIN)], world.time.now
        )


async def test_what_is_owed_for_a_story_names_no_topic(world: World) -> None:
    chat = await world.chat()
    story = await begun(world)
    await follow(world, chat, story)
    world.time.pass_(1)
    later = await begun(world, story)
    await owe(world, chat, later)
    (alert,) = await world.claim()
    assert alert.followed
    assert alert.label == NOBODYS
    assert [t.query for t in await world.store.topics.all()] == [], "nobody can follow it"


async def test_what_a_topic_wants_too_stays_owed(world: World) -> None:
    chat, other = await world.chat(), await world.chat()
    story = await begun(world)
    world.time.pass_(1)
    later = await begun(world, story)
    topic = await world.follow(chat)
    (article, *_) = await world.store.articles.of_story(later)
    async with world.store.transaction() as tx:
        await tx.stories.note([(later, article.id, topic, WHY)])
    for one in (chat, other):
        await follow(world, one, story)
        await owe(world, one, later)
    async with world.store.transaction() as tx:
        for one in (chat, other):
            await tx.stories.unfollow(one.id, story)
        assert await tx.stories.hand_over(chat.id, story, world.time.now) == []
        assert await tx.stories.hand_over(other.id, story, world.time.now) == [later]
    owed = {alert.chat.id: alert for alert in await world.claim()}
    assert owed[chat.id].topic == topic
    assert not owed[chat.id].followed


async def test_a_story_that_becomes_another_takes_its_readers_and_its_saga_along(
    world: World,
) -> None:
    chat = await world.chat()
    first = await begun(world)
    gone, keep = await begun(world, first), await begun(world)
    await follow(world, chat, gone)
    async with world.store.transaction() as tx:
        await tx.stories.absorb(keep, gone)
        await tx.stories.absorb(keep, gone)
    assert await world.store.stories.followed(chat.id, first) == keep
    world.time.pass_(1)
    assert await watchers(world, await begun(world, first)) == [chat.id]


async def test_it_ends_when_nothing_can_follow_any_more(world: World) -> None:
    chat = await world.chat()
    story = await begun(world)
    await follow(world, chat, story)
    world.time.pass_(2 * DAY)
    later = await begun(world, story)
    world.time.pass_(2 * DAY)
    await world.store.prune(world.time.now)
    assert await world.store.stories.followed(chat.id, story) == story, "it went on meanwhile"
    world.time.pass_(DAY + 1)
    await world.store.prune(world.time.now)
    assert await world.store.stories.followed(chat.id, later) is None


async def test_it_moves_with_its_chat_and_is_in_what_is_exported(world: World) -> None:
    chat = await world.chat()
    story = await begun(world)
    await follow(world, chat, story)
    async with world.store.transaction() as tx:
        (place,) = (await tx.chats.export(chat.telegram))["chats"]
        assert [row["since"] for row in place["followed_stories"]] == [world.time.now]
        new = await tx.chats.ensure(-100_123, chat.thread, "supergroup", "en", now=world.time.now)
        await tx.chats.migrate(chat.telegram, -100_123)
    assert new.telegram == -100_123
    kept = await world.store.chats.find(-100_123, chat.thread)
    assert kept is not None
    assert await world.store.stories.followed(kept.id, story) == story
    async with world.store.transaction() as tx:
        await tx.chats.forget(-100_123)
    assert await world.store.stories.followed(kept.id, story) is None
