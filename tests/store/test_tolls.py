"""Counts that articles give, and what becomes of alerts that nobody has heard yet."""

from __future__ import annotations

from bot.model import Chat, Count, NewAlert, Report, Rise, StoryId
from tests.store.world import DAY, WHY, World

NINE, MORE = Count("killed", 9, "9"), Count("killed", 120, "120")


async def told(world: World, *counts: Count) -> StoryId:
    article = await world.article(await world.feed())
    story = await world.story(article)
    async with world.store.transaction() as tx:
        await tx.tolls.note(article.id, counts, world.time.now, first=True)
    return story


async def test_what_an_article_said_first_stays(world: World) -> None:
    story = await told(world, NINE)
    (article, *_) = await world.store.articles.of_story(story)
    began = world.time.now
    world.time.pass_(60)
    async with world.store.transaction() as tx:
        await tx.tolls.note(article.id, [NINE, MORE], world.time.now, first=False)
    assert await world.store.tolls.of_story(story) == [
        Report(article.id, NINE, began, told=True),
        Report(article.id, MORE, world.time.now),
    ]


async def test_counts_go_with_their_article_into_another_story(world: World) -> None:
    keep, gone = await told(world, NINE), await told(world, MORE)
    async with world.store.transaction() as tx:
        assert await tx.stories.develop(gone) == 1
        await tx.stories.absorb(keep, gone)
    assert [r.count.number for r in await world.store.tolls.of_story(keep)] == [9, 120]
    story = await world.store.stories.get(keep)
    assert story is not None
    assert story.development == 1, "a number that was given is not given again"


async def owed(world: World, chat: Chat, story: StoryId) -> None:
    (article, *_) = await world.store.articles.of_story(story)
    topic = await world.follow(chat)
    assert await world.queue(NewAlert(chat.id, story, 0, topic, article.id, WHY)) == 1


async def test_what_goes_in_a_list_that_is_on_its_way_is_left_alone(world: World) -> None:
    chat, story = await world.chat(), await told(world, NINE)
    await owed(world, chat, story)
    feed = await world.feed()
    since, now = world.time.now - DAY, world.time.now
    (reader,) = await world.store.tolls.readers(story, feed.id, since, now)
    assert reader.unsent is not None
    (alert,) = await world.claim()
    (reader,) = await world.store.tolls.readers(story, feed.id, since, now)
    assert reader.unsent is None, "in flight"
    async with world.store.transaction() as tx:
        await tx.tolls.move([(alert.id, WHY)], alert.article.id, 5)
    unmoved = await world.store.outbox.get(alert.id)
    assert unmoved is not None
    assert unmoved.development == 0


async def test_only_the_first_rise_is_what_a_ring_is_about(world: World) -> None:
    chat, story = await world.chat(), await told(world, NINE)
    await owed(world, chat, story)
    (article, *_) = await world.store.articles.of_story(story)
    hurt = Count("injured", 700, "700")
    async with world.store.transaction() as tx:
        await tx.tolls.note(article.id, [MORE, hurt], world.time.now, first=False)
        number = await tx.stories.develop(story)
        await tx.tolls.tell([Rise(article.id, MORE, 9), Rise(article.id, hurt, 40)], number)
        (reader,) = await tx.tolls.readers(story, article.feed, 0, world.time.now)
        assert reader.unsent is not None
        await tx.tolls.move([(reader.unsent, WHY)], article.id, number)
    (alert,) = await world.claim()
    assert alert.rise == Rise(article.id, MORE, 9)
    assert all(report.told for report in await world.store.tolls.of_story(story))
