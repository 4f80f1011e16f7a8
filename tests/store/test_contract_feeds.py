"""Feeds: added once, claimed before they are visited, recorded after."""

from __future__ import annotations

from dataclasses import replace

from bot.model import FeedId, FeedRecord, FeedSource
from bot.store import Store
from tests.store.world import Time, World, draft


async def add(store: Store, source: FeedSource, now: int = 1, **kw: object) -> object:
    async with store.transaction() as tx:
        return await tx.feeds.add(source, now=now, **kw)  # type: ignore[arg-type]


async def test_a_url_is_added_once(store: Store) -> None:
    source = FeedSource("https://a.example/rss", "A", "A Press", "https://a.example", "NE", "fr")
    async with store.transaction() as tx:
        first, created = await tx.feeds.add(source, now=5, public=True)
        again, second = await tx.feeds.add(replace(source, title="Other"), now=6, public=True)
    assert (created, second) == (True, False)
    assert first == again == await store.feeds.by_url(source.url)
    assert (first.title, first.publisher, first.country, first.next_visit) == (
        "A",
        "A Press",
        "NE",
        5,
    )


async def test_a_feed_without_a_publisher_is_its_hosts(store: Store) -> None:
    async with store.transaction() as tx:
        feed, _ = await tx.feeds.add(FeedSource("https://www.a.example/x"), now=1, public=True)
        odd, _ = await tx.feeds.add(FeedSource("https://[bad/x", title="Odd"), now=1, public=True)
    assert (feed.publisher, feed.title) == ("a.example", "a.example")
    assert odd.title == "Odd"


async def test_a_private_feed_becomes_public_but_never_back(world: World, store: Store) -> None:
    chat = await world.chat()
    feed = await world.feed("secret", owner=chat)
    assert not feed.public
    async with store.transaction() as tx:
        now_public, created = await tx.feeds.add(FeedSource(feed.url), now=2, public=True)
        still, _ = await tx.feeds.add(FeedSource(feed.url), now=3, public=False, chat=chat.id)
    assert now_public.public
    assert still.public
    assert not created


async def test_who_sees_what(world: World, store: Store) -> None:
    mine, other = await world.chat(), await world.chat()
    public, private = await world.feed("public"), await world.feed("private", owner=mine)
    assert [f.id for f in await store.feeds.visible(None)] == [public.id]
    assert {f.id for f in await store.feeds.visible(mine.id)} == {public.id, private.id}
    assert [f.id for f in await store.feeds.visible(other.id)] == [public.id]
    assert [f.id for f in await store.feeds.own(mine.id)] == [private.id]
    assert {f.id for f in await store.feeds.all()} == {public.id, private.id}
    assert await store.feeds.get(FeedId(99)) is None


async def test_a_private_feed_goes_with_its_last_owner(world: World, store: Store) -> None:
    one, two = await world.chat(), await world.chat()
    feed = await world.feed("shared", owner=one)
    await world.feed("shared", owner=two)
    article = await world.article(feed)
    async with store.transaction() as tx:
        assert await tx.feeds.drop(feed.id, one.id)
        assert not await tx.feeds.drop(feed.id, one.id)
        assert await tx.feeds.get(feed.id)
        assert await tx.feeds.drop(feed.id, two.id)
    assert await store.feeds.get(feed.id) is None
    assert await store.articles.get(article.id) is None
    assert await store.check() == []


async def test_due_claims_the_most_overdue_and_holds_it(
    world: World, store: Store, time: Time
) -> None:
    late, early = await world.feed("late"), await world.feed("early")
    now = time.now
    async with store.transaction() as tx:
        for feed, due in ((late, now - 10), (early, now - 500)):
            await tx.feeds.record(FeedRecord(feed.id, now - 900, due, 60, True))
        assert await store.feeds.next_due() is not None
    assert await store.feeds.next_due() == now - 500
    async with store.transaction() as tx:
        claimed = await tx.feeds.due(now, 1, 300)
        rest = await tx.feeds.due(now, 5, 300)
        assert await tx.feeds.due(now, 5, 300) == []
    assert [f.id for f in claimed] == [early.id]
    assert [f.id for f in rest] == [late.id]
    assert claimed[0].next_visit == now + 300
    assert await store.feeds.next_due() == now + 300


async def test_nobody_visits_dead_feeds_or_those_of_closed_chats(
    world: World, store: Store, time: Time
) -> None:
    chat = await world.chat()
    dead, private = await world.feed("dead"), await world.feed("private", owner=chat)
    async with store.transaction() as tx:
        await tx.feeds.record(FeedRecord(dead.id, 1, 1, 60, False, state="dead", problem="gone"))
        await tx.chats.close(chat.telegram, "blocked", time.now)
        assert await tx.feeds.due(time.now, 9, 60) == []
        assert await tx.feeds.next_due() is None
        await tx.chats.reopen(chat.telegram, time.now)
        assert [f.id for f in await tx.feeds.due(time.now, 9, 60)] == [private.id]


async def test_a_failed_visit_leaves_validators_and_hash_alone(world: World, store: Store) -> None:
    feed = await world.feed()
    good = FeedRecord(
        feed.id, 10, 70, 60, True, 200, etag='"x"', last_modified="Mon", validators_url="u",
        body_hash="h", title="T", site="https://s.example", language="ha",
    )  # fmt: skip
    bad = FeedRecord(feed.id, 80, 200, 120, False, 503, "It is asleep.", failures=2)
    async with store.transaction() as tx:
        await tx.feeds.record(good)
        await tx.feeds.record(bad)
    after = await store.feeds.get(feed.id)
    assert after is not None
    assert (after.etag, after.last_modified, after.body_hash) == ('"x"', "Mon", "h")
    assert (after.title, after.site, after.language) == ("T", "https://s.example", "ha")
    assert (after.visits, after.last_visit, after.last_success) == (1, 80, 10)
    assert (after.failures, after.problem, after.status) == (2, "It is asleep.", 503)
    async with store.transaction() as tx:
        await tx.feeds.record(FeedRecord(feed.id, 90, 300, 60, True, 200, body_hash="i"))
    after = await store.feeds.get(feed.id)
    assert after is not None
    assert (after.etag, after.body_hash, after.problem, after.visits) == (None, "i", None, 2)


async def test_note_entry(world: World, store: Store) -> None:
    feed = await world.feed()
    assert feed.last_entry is None
    async with store.transaction() as tx:
        await tx.feeds.note_entry(feed.id, 77.9)
    noted = await store.feeds.get(feed.id)
    assert noted is not None
    assert noted.last_entry == 77


async def test_removing_a_feed_keeps_what_others_tell(world: World, store: Store) -> None:
    """The alert passes to another article of the story: nobody is rung for it again."""
    reader = await world.chat()
    gone, stays = await world.feed("gone"), await world.feed("stays")
    alert = await world.owe(reader, feed=gone)
    other = (await world.save(stays, draft("o", "The same, told by others"))).new[0]
    async with store.transaction() as tx:
        await tx.stories.file(other, alert.story.id, world.time.now)
        assert await tx.feeds.remove(gone.id)
        assert not await tx.feeds.remove(gone.id)
    kept = await store.outbox.get(alert.id)
    assert kept is not None
    assert kept.article.id == other.id
    assert (kept.story.lead, kept.story.articles, kept.story.publishers) == (other.id, 1, 1)
    async with store.transaction() as tx:
        await tx.feeds.remove(stays.id)
    assert await store.outbox.get(alert.id) is None
    assert await store.stories.get(alert.story.id) is None
    assert await store.check() == []


async def test_a_feed_that_was_given_up_is_tried_again_when_a_chat_adds_it(
    world: World, store: Store, time: Time
) -> None:
    feed, chat = await world.feed("dead"), await world.chat()
    source = FeedSource(feed.url)
    async with store.transaction() as tx:
        await tx.feeds.record(FeedRecord(feed.id, 1, 1, 60, False, state="dead", problem="gone"))
        known, _ = await tx.feeds.add(source, now=time.now, public=True)
        assert known.state == "dead", "a restart plants the same feeds again"
        known, created = await tx.feeds.add(source, now=time.now, public=False, chat=chat.id)
    assert (created, known.state, known.next_visit) == (False, "active", time.now)


async def test_what_is_due_can_be_put_off(world: World, store: Store, time: Time) -> None:
    await world.feed("a")
    async with store.transaction() as tx:
        await tx.feeds.put_off(time.now, time.now + 60)
    assert await store.feeds.next_due() == time.now + 60
