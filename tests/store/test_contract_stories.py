"""Stories and topics: counting publishers, who is told, and what stays private."""

from __future__ import annotations

from bot.model import ChatId, Reason, StoryId, Topic, TopicId
from bot.store import Store
from tests.store.world import DAY, HOUR, WHY, Time, World, draft


async def test_a_story_counts_each_publisher_once(world: World, store: Store, time: Time) -> None:
    times1, times2 = (
        await world.feed("t1", publisher="Times"),
        await world.feed("t2", publisher="Times"),
    )
    post = await world.feed("post", publisher="Post")
    first = await world.article(times1, "Troops leave Niger")
    story = await world.story(first)
    time.pass_(60)
    for feed, publishers, articles in ((times2, 1, 2), (post, 2, 3)):
        article = await world.article(feed)
        async with store.transaction() as tx:
            filed = await tx.stories.file(article, story, time.now)
            assert await tx.stories.file(article, story, time.now + 5) == filed
        assert (filed.publishers, filed.articles) == (publishers, articles)
    assert (filed.headline, filed.lead, filed.updated) == (first.title, first.id, first.published)
    assert await store.stories.get(story) == filed
    assert await store.stories.many([StoryId(99), story]) == [filed]
    assert [a.story for a in await store.articles.of_story(story)] == [story] * 3


async def test_refiling_an_article_counts_both_stories(world: World, store: Store) -> None:
    a, b = await world.article(await world.feed()), await world.article(await world.feed())
    one, two = await world.story(a), await world.story(b)
    async with store.transaction() as tx:
        filed = await tx.stories.file(b, one, world.time.now)
    assert (filed.articles, filed.publishers) == (2, 2)
    assert await store.stories.get(two) is None


async def test_recent_and_live(world: World, store: Store, time: Time) -> None:
    feed = await world.feed()
    old = await world.story(first := await world.article(feed))
    time.pass_(HOUR)
    new = await world.story(
        second := (await world.save(feed, draft("second", published=time.at))).new[0]
    )
    recent = await store.stories.recent(since=0, viewer=None)
    assert [s.id for s in recent] == [new, old]
    assert [s.id for s in await store.stories.recent(since=time.at - 5, viewer=None)] == [new]
    assert len(await store.stories.recent(since=0, viewer=None, limit=1)) == 1
    assert [(a.id, s) for a, s in await store.stories.live(0)] == [
        (first.id, old),
        (second.id, new),
    ]
    assert [s for _, s in await store.stories.live(time.at)] == [new]


async def test_notes_tell_which_stories_a_topic_is_about(world: World, store: Store) -> None:
    feed, chat = await world.feed(), await world.chat()
    topic = await world.follow(chat)
    a, b = await world.article(feed), await world.article(feed)
    one, two = await world.story(a), await world.story(b)
    async with store.transaction() as tx:
        await tx.stories.note([])
        await tx.stories.note([(one, a.id, topic, WHY), (one, a.id, topic, Reason("x", "text"))])
    assert await store.stories.reason(one, topic) == WHY
    assert await store.stories.reason(two, topic) is None
    assert [s.id for s in await store.stories.recent(since=0, viewer=None, topic=topic)] == [one]
    assert await store.stories.recent(since=0, viewer=None, topic=TopicId(99)) == []


async def test_developments_are_counted(world: World, store: Store) -> None:
    story = await world.story(await world.article(await world.feed()))
    async with store.transaction() as tx:
        assert await tx.stories.develop(story) == 1
        assert await tx.stories.develop(StoryId(99)) == 0
    found = await store.stories.get(story)
    assert found is not None
    assert found.development == 1


# ── private feeds ────────────────────────────────────────────────────────────────────────────────


async def test_a_private_story_is_its_owners_alone(world: World, store: Store) -> None:
    owner, other = await world.chat(), await world.chat()
    private = await world.feed("private", owner=owner)
    article = await world.article(private, "Secret words")
    story, topic = await world.story(article), await world.follow(owner)
    async with store.transaction() as tx:
        await tx.stories.note([(story, article.id, topic, WHY)])
    for viewer, sees in ((owner.id, 1), (other.id, 0), (None, 0)):
        assert len(await store.stories.recent(since=0, viewer=viewer)) == sees
        assert len(await store.stories.recent(since=0, viewer=viewer, topic=topic)) == sees
        assert len(await store.articles.search("secret", viewer=viewer, limit=5)) == sees
        assert len(await store.articles.recent(since=0, viewer=viewer)) == sees
        assert (await store.stories.reason(story, topic, viewer) is None) == (not sees)
    assert await store.articles.recent(since=0, viewer=owner.id, public_only=True) == []
    assert await store.articles.by_link(article.link) is None


async def test_a_private_lead_gives_way_to_a_public_article(world: World, store: Store) -> None:
    owner, other = await world.chat(), await world.chat()
    secret = await world.article(await world.feed("private", owner=owner), "Secret words")
    story, topic = await world.story(secret), await world.follow(owner)
    known = await store.stories.get(story)
    assert known is not None
    assert (known.headline, known.publishers) == ("Secret words", 1)
    public = await world.article(await world.feed("public"), "Open words")
    async with store.transaction() as tx:
        filed = await tx.stories.file(public, story, world.time.now)
        await tx.stories.note([(story, secret.id, topic, WHY)])
    assert (filed.headline, filed.publishers, filed.articles) == ("Open words", 1, 2)
    assert [s.headline for s in await store.stories.recent(since=0, viewer=other.id)] == [
        "Open words"
    ]
    assert await store.stories.recent(since=0, viewer=other.id, topic=topic) == []


async def test_two_private_feeds_in_one_story_do_not_show_each_other(
    world: World, store: Store
) -> None:
    one, two = await world.chat(), await world.chat()
    first = await world.article(await world.feed("p1", owner=one), "Words of one")
    second = await world.article(await world.feed("p2", owner=two), "Words of two")
    await world.story(first, second)
    for viewer, headline in ((one.id, "Words of one"), (two.id, "Words of two")):
        stories = await store.stories.recent(since=0, viewer=viewer)
        assert [s.headline for s in stories] == [headline]


# ── topics ───────────────────────────────────────────────────────────────────────────────────────


async def test_following_is_once(world: World, store: Store, time: Time) -> None:
    chat = await world.chat()
    async with store.transaction() as tx:
        topic = await tx.topics.ensure("niger", time.now)
        assert await tx.topics.ensure("niger", time.now + 1) == topic
        assert await tx.topics.all() == []
        follow, created = await tx.topics.follow(chat.id, topic, "Niger", time.now)
        again, second = await tx.topics.follow(chat.id, topic, "NIGER", time.now + 1)
    assert (created, second, again) == (True, False, follow)
    assert (follow.query, follow.label, follow.since) == ("niger", "Niger", time.now)
    assert (
        await store.topics.of_chat(chat.id) == [follow] == [await store.topics.find(chat.id, topic)]
    )
    assert await store.topics.all() == [Topic(topic, "niger")] == [await store.topics.get(topic)]
    async with store.transaction() as tx:
        assert await tx.topics.unfollow(chat.id, topic)
        assert not await tx.topics.unfollow(chat.id, topic)
        assert not await tx.topics.mute(chat.id, topic, 5)
    assert await store.topics.find(chat.id, topic) is None
    assert await store.topics.get(topic) is not None


async def test_who_is_to_be_told(world: World, store: Store, time: Time) -> None:
    told, muted, closed, deaf = [await world.chat() for _ in range(4)]
    feed = await world.feed()
    story = await world.story(await world.article(feed))
    for chat in (told, muted, closed, deaf):
        topic = await world.follow(chat)
    second = await world.follow(told, "war", "War")
    async with store.transaction() as tx:
        assert await tx.topics.mute(muted.id, topic, time.now + 60)
        await tx.chats.close(closed.telegram, "blocked", time.now)
        await tx.stories.mute(deaf.id, story, time.now + 60)
    followers = await store.topics.followers([second, topic], feed.id, story, time.now)
    assert followers == [(topic, told.id), (second, told.id)]
    assert await store.stories.is_muted(deaf.id, story, time.now)
    assert not await store.stories.is_muted(told.id, story, time.now)
    later = await store.topics.followers([topic], feed.id, story, time.now + 60)
    assert {chat for _, chat in later} == {told.id, muted.id, deaf.id}
    assert await store.topics.followers([], feed.id, story, time.now) == []


async def test_only_owners_are_told_of_a_private_feed(world: World, store: Store) -> None:
    owner, other = await world.chat(), await world.chat()
    feed = await world.feed("private", owner=owner)
    story = await world.story(await world.article(feed))
    topic = await world.follow(owner)
    await world.follow(other)
    assert await store.topics.followers([topic], feed.id, story, 1) == [(topic, owner.id)]


async def test_words_of_one_person_are_nobodys_suggestion(world: World, store: Store) -> None:
    one, two, three = [await world.chat() for _ in range(3)]
    for chat in (one, two, three):
        await world.follow(chat, "niger")
    for chat in (one, two):
        await world.follow(chat, "war")
    await world.follow(one, "my own name")
    assert [(t.query, n) for t, n in await store.topics.popular(5)] == [("niger", 3), ("war", 2)]
    assert len(await store.topics.popular(5, at_least=1)) == 3
    assert len(await store.topics.popular(1)) == 1


async def test_one_person_in_two_threads_is_one(world: World, store: Store) -> None:
    for thread in (1, 2):
        await world.follow(await world.chat(-5, thread=thread, kind="supergroup"), "mine")
    assert await store.topics.popular(5) == []


# ── pruning ──────────────────────────────────────────────────────────────────────────────────────


async def test_what_was_told_stays_as_long_as_its_alert(
    world: World, store: Store, time: Time
) -> None:
    chat = await world.chat()
    told = await world.owe(chat)
    untold = await world.story(article := await world.article(await world.feed()))
    loose = await world.article(await world.feed())
    await world.send((await world.claim())[0])
    time.pass_(31 * DAY)
    assert await store.prune(time.now) == 3
    assert await store.stories.get(untold) is None
    assert await store.articles.many([article.id, loose.id]) == []
    assert await store.outbox.get(told.id) is not None
    time.pass_(60 * DAY)
    await store.prune(time.now)
    assert await store.outbox.get(told.id) is None
    assert await store.stories.get(told.story.id) is None
    assert await store.check() == []


async def test_what_is_owed_is_never_pruned(world: World, store: Store, time: Time) -> None:
    alert = await world.owe(await world.chat())
    time.pass_(365 * DAY)
    await store.prune(time.now)
    assert await world.state(alert) == "ready"


async def test_pruning_in_batches(world: World, store: Store, time: Time) -> None:
    feed = await world.feed()
    for _ in range(3):
        await world.story(*[await world.article(feed) for _ in range(2)])
    time.pass_(40 * DAY)
    gone = await store.prune(time.now)
    assert gone == 9
    assert (await store.totals(time.now)).articles == 0
    assert await store.stories.recent(since=0, viewer=ChatId(1)) == []
