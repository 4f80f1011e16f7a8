"""Following topics and adding feeds, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import FeedError, LimitReached, QueryError
from bot.model import Chat, FeedId, NewAlert, Reason, Refused, TopicId
from bot.store import Store, open_store
from bot.subscriptions.feeds import MAX_FEEDS, MAX_TOPICS, AddedFeed, Choices, Subscriptions
from bot.topics.match import Percolator
from tests.desk import DAY, NOW, InlineWorker, TableWeb, article, chat, feed, rss


@dataclass
class Desk:
    store: Store
    percolator: Percolator
    web: TableWeb
    subscriptions: Subscriptions
    chat: Chat


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW)
    percolator, web = Percolator(), TableWeb()
    subscriptions = Subscriptions(store, percolator, web, InlineWorker(), lambda: NOW)
    yield Desk(store, percolator, web, subscriptions, await chat(store))
    await store.close()


# ── topics ──


async def test_a_preview_counts_stories_not_articles(desk: Desk) -> None:
    post, herald = await feed(desk.store, "post"), await feed(desk.store, "herald")
    first = await article(desk.store, post, "Troops will leave Niger", age=2 * DAY)
    await article(desk.store, herald, "Soldiers to quit Niger", story=first.story, age=DAY)
    await article(desk.store, post, "Floods close roads in Niger", age=4000)
    await article(desk.store, post, "Nigeria wins the cup", age=3000)
    preview = await desk.subscriptions.preview("Niger", desk.chat.id)
    assert preview.stories == 2
    assert preview.days == 2
    assert preview.per_day == 1.0
    assert [story.headline for story in preview.examples] == [
        "Floods close roads in Niger",
        "Troops will leave Niger",
    ]


async def test_what_is_older_than_a_week_is_not_counted(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    await article(desk.store, post, "Floods in Niger", age=8 * DAY)
    await article(desk.store, post, "Rain elsewhere", age=7 * DAY - 60)
    preview = await desk.subscriptions.preview("Niger", None)
    assert (preview.stories, preview.days, preview.examples) == (0, 7, ())


async def test_a_preview_of_an_empty_store(desk: Desk) -> None:
    preview = await desk.subscriptions.preview("Niger", None)
    assert (preview.stories, preview.per_day) == (0, 0.0)


async def test_nobody_sees_the_feed_of_another_chat(desk: Desk) -> None:
    other = await chat(desk.store, 2)
    mine, theirs = await feed(desk.store, "open"), await feed(desk.store, "secret", other)
    hidden = await article(desk.store, theirs, "A secret word on Niger")
    assert (await desk.subscriptions.preview("Niger", desk.chat.id)).stories == 0
    own = await desk.subscriptions.preview("Niger", other.id)
    assert [story.headline for story in own.examples] == ["A secret word on Niger"]
    await article(desk.store, mine, "Niger, told in public", story=hidden.story)
    preview = await desk.subscriptions.preview("Niger", desk.chat.id)
    assert [story.headline for story in preview.examples] == ["Niger, told in public"]


async def test_following_is_live_at_once_and_idempotent(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    past = await article(desk.store, post, "Floods close roads in Niger")
    first = await desk.subscriptions.follow(desk.chat, "Niger")
    again = await desk.subscriptions.follow(desk.chat, "  niger ")
    assert (first.created, again.created) == (True, False)
    assert first.follow.topic == again.follow.topic
    assert [m.topic for m in desk.percolator.match(past)] == [first.follow.topic]
    assert [f.label for f in await desk.subscriptions.topics(desk.chat)] == [first.follow.label]
    stories = await desk.store.stories.recent(
        since=0, viewer=desk.chat.id, topic=first.follow.topic
    )
    assert [story.id for story in stories] == [past.story]


async def test_following_right_after_a_preview_looks_back_once(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    await article(desk.store, post, "Floods close roads in Niger")
    await desk.subscriptions.preview("niger", desk.chat.id)
    late = await article(desk.store, post, "Market reopens in Niger")
    followed = await desk.subscriptions.follow(desk.chat, "Niger")
    assert (followed.preview.stories, followed.preview.label) == (1, "Niger")
    assert [m.topic for m in desk.percolator.match(late)] == [followed.follow.topic]
    assert (await desk.subscriptions.preview("Niger", desk.chat.id)).stories == 2


async def test_a_topic_nobody_follows_any_more_is_forgotten(desk: Desk) -> None:
    other = await chat(desk.store, 2)
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    await desk.subscriptions.follow_topic(other, topic)
    gone = await desk.subscriptions.unfollow(desk.chat, topic)
    assert gone is not None
    assert gone.label == "Niger"
    assert len(desk.percolator) == 1
    await desk.subscriptions.unfollow(other, topic)
    assert len(desk.percolator) == 0
    assert await desk.subscriptions.unfollow(other, topic) is None


async def test_nothing_is_owed_after_unfollowing(desk: Desk) -> None:
    post = await feed(desk.store, "post")
    told = await article(desk.store, post, "Floods close roads in Niger")
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    alert = NewAlert(desk.chat.id, told.story, 0, topic, told.id, Reason("Niger", "title"))
    async with desk.store.transaction() as tx:
        assert await tx.outbox.queue([alert], NOW) == 1
    await desk.subscriptions.unfollow(desk.chat, topic)
    assert (await desk.store.outbox.stats(NOW)).waiting == 0


async def test_muting(desk: Desk) -> None:
    topic = (await desk.subscriptions.follow(desk.chat, "Niger")).follow.topic
    assert await desk.subscriptions.mute(desk.chat, topic, NOW + DAY)
    (follow,) = await desk.subscriptions.topics(desk.chat)
    assert follow.muted_until == NOW + DAY
    assert await desk.subscriptions.mute(desk.chat, topic, None)
    (follow,) = await desk.subscriptions.topics(desk.chat)
    assert follow.muted_until is None
    assert not await desk.subscriptions.mute(desk.chat, TopicId(999), None)


async def test_muting_a_story(desk: Desk) -> None:
    told = await article(desk.store, await feed(desk.store, "post"), "Floods in Niger")
    await desk.subscriptions.mute_story(desk.chat, told.story, NOW + DAY)
    assert await desk.store.stories.is_muted(desk.chat.id, told.story, NOW)
    await desk.subscriptions.mute_story(desk.chat, told.story, NOW)
    assert not await desk.store.stories.is_muted(desk.chat.id, told.story, NOW)


async def test_a_query_that_says_nothing_is_refused(desk: Desk) -> None:
    for text in ("", "()", "a" * 201):
        with pytest.raises(QueryError):
            await desk.subscriptions.follow(desk.chat, text)
    assert await desk.subscriptions.topics(desk.chat) == []


async def test_topics_have_a_limit(desk: Desk) -> None:
    for number in range(MAX_TOPICS):
        await desk.subscriptions.follow(desk.chat, f"word{number}")
    with pytest.raises(LimitReached):
        await desk.subscriptions.follow(desk.chat, "onemore")
    assert not (await desk.subscriptions.follow(desk.chat, "word3")).created
    assert len(desk.percolator) == MAX_TOPICS


async def test_an_unknown_topic_cannot_be_followed(desk: Desk) -> None:
    assert await desk.subscriptions.follow_topic(desk.chat, TopicId(999)) is None


# ── feeds ──


async def added(desk: Desk, address: str) -> AddedFeed:
    result = await desk.subscriptions.add_feed(desk.chat, address)
    assert isinstance(result, AddedFeed)
    return result


async def test_a_feed_is_fetched_once_and_stored_due_at_once(desk: Desk) -> None:
    desk.web.put("https://daily.example/rss", rss("The Daily", "One", "Two"), "text/xml")
    result = await added(desk, "daily.example/rss")
    assert desk.web.asked == ["https://daily.example/rss"]
    assert (result.created, result.entries) == (True, 2)
    assert (result.feed.title, result.feed.publisher) == ("The Daily", "daily.example")
    assert (result.feed.language, result.feed.public) == ("en", False)
    assert result.feed.next_visit <= NOW
    assert [f.id for f in await desk.store.feeds.own(desk.chat.id)] == [result.feed.id]


async def test_a_known_feed_is_not_fetched_again(desk: Desk) -> None:
    known = await feed(desk.store, "post")
    result = await added(desk, known.url)
    assert (result.created, result.entries, result.feed.id) == (False, None, known.id)
    assert desk.web.asked == []


async def test_a_page_leads_to_its_feed(desk: Desk) -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/f.xml"></head>'
    desk.web.put("https://daily.example/", page)
    desk.web.put("https://daily.example/f.xml", rss("The Daily", "One"), "text/xml")
    result = await added(desk, "https://daily.example/")
    assert (result.feed.url, result.entries) == ("https://daily.example/f.xml", 1)


async def test_a_page_with_several_feeds_gives_a_choice(desk: Desk) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{0}" href="/{0}.xml">'
    page = f"<html><head>{link.format('world')}{link.format('sport')}</head>"
    desk.web.put("https://daily.example/", page)
    result = await desk.subscriptions.add_feed(desk.chat, "https://daily.example/")
    assert isinstance(result, Choices)
    assert [source.title for source in result.sources] == ["world", "sport"]
    assert await desk.store.feeds.own(desk.chat.id) == []


async def test_an_old_site_is_tried_with_http_too(desk: Desk) -> None:
    desk.web.put("http://daily.example/rss", rss("The Daily", "One"), "text/xml")
    assert (await added(desk, "daily.example/rss")).feed.url == "http://daily.example/rss"


async def test_a_move_for_good_is_kept(desk: Desk) -> None:
    new = "https://daily.example/new"
    desk.web.put("https://daily.example/rss", rss("D", "One"), "text/xml", at=new, moved_to=new)
    assert (await added(desk, "https://daily.example/rss")).feed.url == new


async def test_a_publisher_of_the_catalogue_counts_once(desk: Desk) -> None:
    async with desk.store.transaction() as tx:
        from bot.model import FeedSource

        source = FeedSource(
            "https://feeds.daily.example/a", "A", "The Daily News", "https://daily.example"
        )
        await tx.feeds.add(source, now=NOW, public=True)
    desk.web.put("https://daily.example/rss", rss("Sport", "One"), "text/xml")
    assert (await added(desk, "https://daily.example/rss")).feed.publisher == "The Daily News"


@pytest.mark.parametrize("address", ["", "   ", "two words", "<>", "feed:"])
async def test_what_is_no_address_is_refused_kindly(desk: Desk, address: str) -> None:
    with pytest.raises(FeedError, match="Send the address"):
        await desk.subscriptions.add_feed(desk.chat, address)


async def test_a_refusal_is_told_in_its_own_words(desk: Desk) -> None:
    desk.web.pages["https://10.0.0.1/rss"] = Refused("address", "That address is private.")
    with pytest.raises(FeedError, match="That address is private"):
        await desk.subscriptions.add_feed(desk.chat, "10.0.0.1/rss")


async def test_a_page_without_a_feed_is_refused(desk: Desk) -> None:
    desk.web.put("https://daily.example/", "<html><body>Nothing here</body></html>")
    with pytest.raises(FeedError):
        await desk.subscriptions.add_feed(desk.chat, "https://daily.example/")


async def test_feeds_have_a_limit(desk: Desk) -> None:
    for number in range(MAX_FEEDS):
        await feed(desk.store, f"site{number}", desk.chat)
    with pytest.raises(LimitReached):
        await desk.subscriptions.add_feed(desk.chat, "https://daily.example/rss")
    assert desk.web.asked == []


async def test_only_ones_own_feeds_can_be_removed(desk: Desk) -> None:
    public, own = await feed(desk.store, "post"), await feed(desk.store, "mine", desk.chat)
    assert not await desk.subscriptions.remove_feed(desk.chat, public.id)
    assert await desk.subscriptions.remove_feed(desk.chat, own.id)
    assert not await desk.subscriptions.remove_feed(desk.chat, FeedId(999))
    assert [f.id for f in await desk.store.feeds.all()] == [public.id]


async def test_the_operator_adds_for_everyone(desk: Desk) -> None:
    desk.web.put("https://daily.example/rss", rss("The Daily", "One"), "text/xml")
    result = await desk.subscriptions.add_feed(None, "https://daily.example/rss")
    assert isinstance(result, AddedFeed)
    assert result.feed.public
