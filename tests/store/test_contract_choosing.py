"""When a topic rings, another query instead, and what was followed before."""

from __future__ import annotations

from bot.model import Article, Chat, Feed, NewAlert, StoryId, TopicId
from bot.store import Store
from tests.store.world import DAY, WHY, World


async def tell(world: World, feed: Feed, story: StoryId | None, *topics: TopicId) -> Article:
    """A report, filed and noted."""
    article = await world.article(feed)
    story = story or await world.story(article)
    async with world.store.transaction() as tx:
        await tx.stories.file(article, story, world.time.now)
        await tx.stories.note([(story, article.id, topic, WHY) for topic in topics])
    found = await world.store.articles.get(article.id)
    assert found is not None
    return found


async def patient(world: World, article: Article) -> list[NewAlert]:
    assert article.story is not None
    async with world.store.transaction() as tx:
        return await tx.topics.patient(article.id, article.feed, article.story, 0, world.time.now)


async def waiting(world: World, publishers: int = 2, telegram: int = 0) -> tuple[Chat, TopicId]:
    chat = await world.chat(telegram)
    topic = await world.follow(chat)
    async with world.store.transaction() as tx:
        assert await tx.topics.ring_at(chat.id, topic, publishers)
    return chat, topic


async def test_a_choice_is_kept_and_shown(world: World, store: Store) -> None:
    chat, topic = await waiting(world, 3)
    (follow,) = await store.topics.of_chat(chat.id)
    assert follow.rings_at == 3
    async with store.transaction() as tx:
        assert await tx.topics.name(chat.id, topic, "My Niger")
        assert not await tx.topics.name(chat.id, TopicId(99), "Nothing")
        assert not await tx.topics.ring_at(chat.id, TopicId(99), 2)
    (follow,) = await store.topics.of_chat(chat.id)
    assert follow.label == "My Niger"


async def test_who_wants_several_publishers_is_not_told_of_the_first(
    world: World, store: Store
) -> None:
    eager, topic = await waiting(world, 1)
    chat, _ = await waiting(world, 2)
    await waiting(world, 0)
    one = await world.feed(publisher="One")
    first = await tell(world, one, None, topic)
    assert first.story is not None
    now = world.time.now
    assert await store.topics.followers([topic], one.id, first.story, now) == [(topic, eager.id)]
    assert await patient(world, first) == []
    same = await tell(world, await world.feed(publisher="One"), first.story, topic)
    assert await patient(world, same) == []
    second = await tell(world, await world.feed(publisher="Two"), first.story)
    assert await patient(world, second) == [NewAlert(chat.id, first.story, 0, topic, first.id, WHY)]
    assert await world.queue(*await patient(world, second)) == 1
    assert await patient(world, second) == []


async def test_the_joining_article_speaks_for_itself(world: World) -> None:
    _, topic = await waiting(world)
    first = await tell(world, await world.feed(), None, topic)
    second = await tell(world, await world.feed(), first.story, topic)
    assert [alert.article for alert in await patient(world, second)] == [second.id]


async def test_what_was_told_before_the_follow_rings_only_by_an_article_of_now(
    world: World,
) -> None:
    _, theirs = await waiting(world, 1)
    first = await tell(world, await world.feed(), None, theirs)
    world.time.pass_(DAY)
    _, topic = await waiting(world)
    assert topic == theirs
    second = await tell(world, await world.feed(), first.story)
    assert await patient(world, second) == []
    third = await tell(world, await world.feed(), first.story, topic)
    assert [alert.article for alert in await patient(world, third)] == [third.id]


async def test_mutes_hold_for_those_who_wait(world: World, store: Store) -> None:
    muted, topic = await waiting(world)
    tired, _ = await waiting(world)
    gone, _ = await waiting(world)
    first = await tell(world, await world.feed(), None, topic)
    second = await tell(world, await world.feed(), first.story)
    assert first.story is not None
    assert len(await patient(world, second)) == 3
    async with store.transaction() as tx:
        await tx.topics.mute(muted.id, topic, world.time.now + 60)
        await tx.stories.mute(tired.id, first.story, world.time.now + 60)
        await tx.chats.close(gone.telegram, "blocked", world.time.now)
    assert await patient(world, second) == []
    world.time.pass_(61)
    assert {alert.chat for alert in await patient(world, second)} == {muted.id, tired.id}


async def test_a_private_feed_counts_for_its_chat_alone(world: World) -> None:
    owner, topic = await waiting(world)
    await waiting(world)
    secret = await world.feed(owner=owner)
    first = await tell(world, await world.feed(), None, topic)
    second = await tell(world, secret, first.story, topic)
    assert [alert.chat for alert in await patient(world, second)] == [owner.id]


async def test_another_query_instead(world: World, store: Store) -> None:
    chat, old = await waiting(world)
    alert = await world.owe(chat)
    async with store.transaction() as tx:
        new = await tx.topics.ensure("niger AND NOT delta", world.time.now)
        await tx.topics.remember(chat.id, old, world.time.now)
        await tx.topics.move(chat.id, old, new)
        assert [a.id for a in await tx.topics.owed(chat.id, new)] == [alert.article.id]
    (follow,) = await store.topics.of_chat(chat.id)
    assert (follow.topic, follow.query, follow.rings_at) == (new, "niger AND NOT delta", 2)
    former = await store.topics.former(chat.id, old)
    assert former is not None
    assert (former.query, former.label, former.rings_at) == ("niger", "Niger", 2)
    moved = await store.outbox.get(alert.id)
    assert moved is not None
    assert (moved.topic, moved.label) == (new, "Niger")
    assert await store.topics.former(chat.id, new) is None


async def test_two_topics_become_one(world: World, store: Store) -> None:
    chat, old = await waiting(world)
    other = await world.follow(chat, "mali", "Mali")
    async with store.transaction() as tx:
        await tx.topics.move(chat.id, old, other)
    assert [f.topic for f in await store.topics.of_chat(chat.id)] == [other]


async def test_former_topics_are_few_exported_merged_and_forgotten(
    world: World, store: Store
) -> None:
    chat = await world.chat(-5, kind="group")
    other = await world.chat(-1005, kind="supergroup")
    for n in range(32):
        topic = await world.follow(chat if n else other, f"secretword{n}")
        async with store.transaction() as tx:
            await tx.topics.remember(chat.id if n else other.id, topic, world.time.now + n)
            await tx.topics.unfollow(chat.id if n else other.id, topic)
    before = (await store.chats.export(-5))["chats"][0]["followed_before"]
    assert len(before) == 30
    assert before[-1]["query"] == "secretword31"
    async with store.transaction() as tx:
        await tx.chats.migrate(-5, -1005)
    kept = (await store.chats.export(-1005))["chats"][0]["followed_before"]
    assert len(kept) == 31
    async with store.transaction() as tx:
        await tx.chats.forget(-1005)
        assert await tx.topics.get(topic) is None


async def test_what_was_followed_long_ago_is_pruned(world: World, store: Store) -> None:
    chat, topic = await waiting(world)
    async with store.transaction() as tx:
        await tx.topics.remember(chat.id, topic, world.time.now)
        await tx.topics.unfollow(chat.id, topic)
    world.time.pass_(100 * DAY)
    await store.prune(world.time.now)
    assert await store.topics.former(chat.id, topic) is None
    assert await store.topics.get(topic) is None


async def test_a_quiet_report_is_counted_by_the_next(world: World) -> None:
    """A first visit rings nobody; the report after it finds two publishers."""
    chat, topic = await waiting(world)
    first = await tell(world, await world.feed(), None, topic)
    await tell(world, await world.feed(), first.story)
    third = await tell(world, await world.feed(), first.story)
    assert [alert.chat for alert in await patient(world, third)] == [chat.id]
