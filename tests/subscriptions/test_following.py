"""Topics that get other rules: what is owed, what others follow, and the way back."""

from __future__ import annotations

import pytest

from bot.errors import LimitReached
from bot.model import Article, Chat, NewAlert, Reason, TopicId
from bot.subscriptions.feeds import MAX_TOPICS
from bot.subscriptions.rules import in_headlines, leaving_out, stored
from tests.desk import NOW, article, chat, feed
from tests.subscriptions.test_feeds import Desk, desk

__all__ = ["desk"]


async def owe(desk: Desk, to: Chat, about: Article, topic: TopicId) -> None:
    assert about.story is not None
    new = NewAlert(to.id, about.story, 0, topic, about.id, Reason("Niger", "title"))
    async with desk.store.transaction() as tx:
        assert await tx.outbox.queue([new], NOW) == 1


async def test_what_the_new_rule_leaves_out_is_called_off(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    kept = await article(desk.store, post, "Troops leave Niger")
    dropped = await article(desk.store, post, "Rain", summary="It fell in Niger.")
    await owe(desk, desk.chat, kept, topic)
    await owe(desk, desk.chat, dropped, topic)
    change = await desk.subscriptions.refine(desk.chat, topic, in_headlines(stored("Niger")))
    assert change is not None
    assert (change.before.stories, change.after.stories) == (2, 1)
    assert (change.former, change.follow.label) == (topic, "Niger")
    stats = await desk.store.outbox.chat_stats(desk.chat.id, 0)
    assert (stats.waiting, stats.closed_24h) == (1, 1)
    async with desk.store.transaction() as tx:
        (claimed,) = await tx.outbox.claim(NOW, 5, 60)
    assert claimed.article.id == kept.id
    assert claimed.topic == change.follow.topic


async def test_others_keep_their_topic_and_it_goes_on_ringing(desk: Desk) -> None:
    other = await chat(desk.store, 2)
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    await desk.subscriptions.follow(other, "Niger")
    ruled = leaving_out(stored("Niger"), "football")
    await desk.subscriptions.refine(desk.chat, topic, ruled)
    assert len(desk.percolator) == 2
    post = await feed(desk.store, "post")
    match = await article(desk.store, post, "Niger wins at football")
    assert [m.topic for m in desk.percolator.match(match)] == [topic]
    await desk.subscriptions.unfollow(other, topic)
    assert len(desk.percolator) == 1


async def test_the_way_back(desk: Desk) -> None:
    topic = (await desk.subscriptions.follow(desk.chat, "Niger", rings_at=2)).follow.topic
    ruled = leaving_out(stored("Niger"), "football")
    change = await desk.subscriptions.refine(desk.chat, topic, ruled)
    assert change is not None
    await desk.subscriptions.rename(desk.chat, change.follow.topic, "Sahel")
    for _ in range(2):  # a double tap
        back = await desk.subscriptions.restore(desk.chat, change.follow.topic, topic)
        assert back is not None
        assert (back.topic, back.label, back.rings_at) == (topic, "Sahel", 2)
    assert len(desk.percolator) == 1
    assert await desk.subscriptions.restore(desk.chat, TopicId(0), TopicId(99)) is None
    assert await desk.subscriptions.refine(desk.chat, TopicId(99), ruled) is None


async def test_an_unfollow_comes_back_as_it_was(desk: Desk) -> None:
    followed = await desk.subscriptions.follow(desk.chat, "Niger", label="Sahel", rings_at=3)
    topic = followed.follow.topic
    await desk.subscriptions.mute(desk.chat, topic, NOW + 60)
    await desk.subscriptions.unfollow(desk.chat, topic)
    back = await desk.subscriptions.restore(desk.chat, TopicId(0), topic)
    assert back is not None
    assert (back.label, back.rings_at, back.muted_until) == ("Sahel", 3, NOW + 60)


async def test_the_limit_holds_for_undo(desk: Desk) -> None:
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    await desk.subscriptions.unfollow(desk.chat, topic)
    for number in range(MAX_TOPICS):
        await desk.subscriptions.follow(desk.chat, f"topic{number}")
    with pytest.raises(LimitReached):
        await desk.subscriptions.restore(desk.chat, TopicId(0), topic)


async def test_two_topics_that_become_the_same(desk: Desk) -> None:
    one = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    two = (await desk.subscriptions.follow(desk.chat, "title:Niger")).follow.topic
    change = await desk.subscriptions.refine(desk.chat, one, in_headlines(stored("Niger")))
    assert change is not None
    assert change.follow.topic == two
    assert len(await desk.subscriptions.topics(desk.chat)) == 1
    assert len(desk.percolator) == 1


async def test_only_the_digest_calls_off_what_is_owed(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    await owe(desk, desk.chat, await article(desk.store, post, "Troops leave Niger"), topic)
    assert await desk.subscriptions.ring_at(desk.chat, topic, 2)
    assert (await desk.store.outbox.chat_stats(desk.chat.id, 0)).waiting == 1
    assert await desk.subscriptions.ring_at(desk.chat, topic, 0)
    assert (await desk.store.outbox.chat_stats(desk.chat.id, 0)).waiting == 0
    assert not await desk.subscriptions.ring_at(desk.chat, TopicId(99), 2)


async def test_meanings_look_back_once_and_the_tap_uses_it(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    await article(desk.store, post, "Kemp signs a budget in Georgia, Atlanta says")
    samples = await desk.subscriptions.samples(desk.chat, "Georgia")
    assert [sample.meaning.key for sample in samples] == ["georgia-us", "GE", "word"]
    assert [sample.preview.stories for sample in samples] == [1, 0, 1]
    await article(desk.store, post, "Atlanta in Georgia has snow")
    followed = await desk.subscriptions.follow(desk.chat, samples[0].meaning.topic)
    assert followed.preview.stories == 1
    assert await desk.subscriptions.samples(desk.chat, "Niger") == []
