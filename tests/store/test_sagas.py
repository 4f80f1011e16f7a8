"""Stories that follow one another, stories that become one, headlines that change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Alert, AlertId, ArticleId, Chat, NewAlert, StoryId
from tests.store.world import DAY, WHY, World, draft


async def rings(world: World, chat: Chat, story: StoryId, article: ArticleId) -> Alert:
    """The chat is owed the story and gets it."""
    topic = await world.follow(chat)
    assert await world.queue(NewAlert(chat.id, story, 0, topic, article, WHY)) == 1
    (alert,) = await world.claim()
    await world.send(alert)
    sent = await world.store.outbox.get(alert.id)
    assert sent is not None
    return sent


async def development(world: World, earlier: StoryId, *fresh: str) -> tuple[StoryId, ArticleId]:
    article = await world.article(await world.feed(), "Court frees the minister")
    story = await world.story(article)
    async with world.store.transaction() as tx:
        await tx.stories.follows(story, earlier, fresh, world.time.now)
    return story, article.id


async def test_a_development_knows_the_message_it_answers(world: World) -> None:
    chat, stranger = await world.chat(), await world.chat()
    first = await world.article(await world.feed(), "Minister arrested")
    story = await world.story(first)
    told = await rings(world, chat, story, first.id)
    assert told.earlier is None

    later, article = await development(world, story, "Court", "frees  the")
    answer = await rings(world, chat, later, article)
    assert answer.earlier == told.message
    assert answer.story.fresh == ("Court", "frees the")
    assert (await rings(world, stranger, later, article)).earlier is None, "it was told nothing yet"

    third, last = await development(world, later, "appeal")
    assert (await rings(world, chat, third, last)).earlier == told.message, "the first one"
    saga = await world.store.stories.saga(third, chat.id)
    assert [s.id for s in saga] == [story, later]
    alone = await world.story(await world.article(await world.feed(), "Bridge opens"))
    assert await world.store.stories.saga(alone, chat.id) == []


async def test_who_muted_a_story_hears_nothing_of_what_follows(world: World) -> None:
    chat = await world.chat()
    story = await world.story(await world.article(await world.feed()))
    async with world.store.transaction() as tx:
        await tx.stories.mute(chat.id, story, world.time.now + DAY)
    later, _ = await development(world, story)
    assert await world.store.stories.is_muted(chat.id, later, world.time.now)
    async with world.store.transaction() as tx:
        await tx.stories.follows(later, StoryId(99_999), ["x"], world.time.now)  # gone: no error


async def test_a_private_story_is_in_no_strangers_saga(world: World) -> None:
    owner, stranger = await world.chat(), await world.chat()
    story = await world.story(await world.article(await world.feed(owner=owner), "Secret"))
    later, _ = await development(world, story)
    assert [s.id for s in await world.store.stories.saga(later, owner.id)] == [story]
    assert await world.store.stories.saga(later, stranger.id) == []
    assert await world.store.stories.saga(later, None) == []


async def test_copies_are_counted_beside_the_publishers(world: World) -> None:
    stories = world.store.stories
    articles = [await world.article(await world.feed()) for _ in range(3)]
    story = await world.story(articles[0])
    async with world.store.transaction() as tx:
        await tx.stories.file(articles[1], story, world.time.now, carries="AFP")
        filed = await tx.stories.file(articles[2], story, world.time.now, carries="AFP")
    assert (filed.publishers, filed.copies, filed.agency) == (3, 2, "AFP")
    assert await stories.get(story) == filed
    (listed,) = await stories.recent(since=0, viewer=None)
    assert (listed.copies, listed.agency) == (2, "AFP")


@pytest.mark.parametrize("kept_is_sent", [True, False])
@pytest.mark.parametrize("gone_is_sent", [True, False])
async def test_two_stories_become_one(world: World, kept_is_sent: bool, gone_is_sent: bool) -> None:
    chat = await world.chat()
    topic = await world.follow(chat)
    alerts = []
    for sent in (kept_is_sent, gone_is_sent):
        article = await world.article(await world.feed())
        story = await world.story(article)
        await world.queue(NewAlert(chat.id, story, 0, topic, article.id, WHY))
        if sent:
            (alert,) = await world.claim()
            await world.send(alert)
        alerts.append((AlertId(len(alerts) + 1), story))
    (kept, keep), (gone, lost) = alerts
    async with world.store.transaction() as tx:
        for number, story in await tx.stories.rivals(keep, lost):
            await tx.outbox.close_for(number, story=story)
        await tx.stories.absorb(keep, lost)
        await tx.stories.absorb(keep, lost)

    one = await world.store.stories.get(keep)
    assert one is not None
    assert (one.publishers, one.articles) == (2, 2)
    assert await world.store.stories.get(lost) is None
    owed = [await world.store.outbox.get(number) for number in (kept, gone)]
    assert all(alert is not None and alert.story.id == keep for alert in owed)
    waiting = [alert for alert in owed if alert and alert.state == "ready"]
    assert len(waiting) == (0 if kept_is_sent or gone_is_sent else 1), "one ring in all"
    assert len(await world.claim()) == len(waiting)


async def test_a_changed_headline_is_an_edit(world: World) -> None:
    chat, feed = await world.chat(), await world.feed()
    entry = draft("a", "Troops leave Chad")
    (article,) = (await world.save(feed, entry)).new
    story = await world.story(article)
    alert = await rings(world, chat, story, article.id)

    async def changed(**words: str) -> list[Alert]:
        saved = await world.save(feed, replace(entry, **words))  # type: ignore[arg-type]
        async with world.store.transaction() as tx:
            await tx.stories.retitled([a.id for a in saved.edited], world.time.now)
        return await world.store.outbox.edits(world.time.now, 10)

    assert await changed(summary="Other words below the headline.") == []
    (due,) = await changed(title="Troops leave Niger")
    assert due.id == alert.id
    assert (due.article.title, due.article.former) == ("Troops leave Niger", "Troops leave Chad")
    async with world.store.transaction() as tx:
        await tx.outbox.edited(due, 1, ok=True)
    assert await world.store.outbox.edits(world.time.now, 10) == []
