"""Articles: new once, edited in place, never news again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import ArticleId, FeedSource
from bot.store import Store
from bot.store.articles import full_text
from bot.store.intake import front_page, shared_links
from tests.store.world import DAY, START, Time, World, draft


async def test_an_entry_is_new_once(world: World, store: Store) -> None:
    feed = await world.feed()
    first = await world.save(feed, draft("a"), draft("b"))
    again = await world.save(feed, draft("a"), draft("b"), draft("c"))
    assert [a.guid for a in first.new] == ["b", "a"]  # feeds list the newest first
    assert [a.guid for a in again.new] == ["c"]
    assert again.edited == ()
    article = await store.articles.get(first.new[0].id)
    assert article == first.new[0]
    assert article is not None
    assert (article.publisher, article.language, article.first_seen) == (
        feed.publisher, "en", START,
    )  # fmt: skip


async def test_the_newest_gets_the_highest_id_and_comes_last(world: World) -> None:
    feed = await world.feed()
    saved = await world.save(
        feed, draft("new", published=START - 1), draft("old", published=START - 99)
    )
    assert [a.guid for a in saved.new] == ["old", "new"]
    assert saved.new[0].id < saved.new[1].id


async def test_nothing_was_published_after_we_saw_it(world: World) -> None:
    feed = await world.feed()
    saved = await world.save(
        replace(feed, visits=1),
        draft("future", published=START + DAY),
        draft("none", published=None),
    )
    assert {a.published for a in saved.new} == {START}


async def test_edited_words_are_taken_over_and_are_not_news(world: World, store: Store) -> None:
    feed = await world.feed()
    (old,) = (await world.save(feed, draft("a", "Troops stay"))).new
    saved = await world.save(feed, draft("a", "Troops leave", text="Corrected."))
    assert saved.new == ()
    assert [(a.id, a.title, a.text) for a in saved.edited] == [
        (old.id, "Troops leave", "Corrected.")
    ]
    assert saved.edited[0].published == old.published
    assert await store.articles.search("stay", viewer=None, limit=5) == []
    assert [a.id for a in await store.articles.search("corrected", viewer=None, limit=5)] == [
        old.id
    ]
    assert (await world.save(feed, draft("a", "Troops leave", text="Corrected."))).edited == ()
    assert await store.check() == []


async def test_the_same_link_of_the_same_publisher_is_the_same_article(world: World) -> None:
    one = await world.feed("world", publisher="Times")
    two = await world.feed("africa", publisher="Times")
    other = await world.feed("other", publisher="Post")
    link = "https://times.example/troops"
    assert len((await world.save(one, draft("a", link=link))).new) == 1
    assert (await world.save(two, draft("b", "Other words", link=link))).new == ()
    assert (await world.save(one, draft("changed-guid", link=link))).new == ()
    assert len((await world.save(other, draft("c", link=link))).new) == 1


async def test_the_twin_is_remembered_when_the_fourteen_days_are_over(
    world: World, time: Time
) -> None:
    one = await world.feed("world", publisher="Times")
    two = await world.feed("africa", publisher="Times")
    link = "https://times.example/troops"
    await world.save(one, draft("a", link=link))
    await world.save(two, draft("b", link=link))
    time.pass_(15 * DAY)
    assert (await world.save(two, draft("b", link=link))).new == ()
    assert len((await world.save(two, draft("new", link=link))).new) == 1


async def test_a_changed_guid_with_changed_words_is_an_edit(world: World) -> None:
    feed = await world.feed()
    link = "https://x.example/story"
    (old,) = (await world.save(feed, draft("a", "Before", link=link))).new
    saved = await world.save(feed, draft("a2", "After", link=link))
    assert saved.new == ()
    assert [(a.id, a.title) for a in saved.edited] == [(old.id, "After")]


async def test_a_link_that_several_entries_share_says_nothing(world: World) -> None:
    feed = await world.feed()
    live = "https://x.example/live"
    saved = await world.save(feed, draft("1", "Six dead", link=live), draft("2", "Ten", link=live))
    assert len(saved.new) == 2
    saved = await world.save(
        feed, draft("1", "Six dead", link=live), draft("2", "Ten", link=live),
        draft("3", "Found alive", link=live),
    )  # fmt: skip
    assert [a.title for a in saved.new] == ["Found alive"]


async def test_front_pages_and_empty_links_say_nothing(world: World) -> None:
    feed = await world.feed()
    for link in ("", "https://x.example/", "https://x.example"):
        await world.save(feed, draft(f"1{link}", "One", link=link))
        assert len((await world.save(feed, draft(f"2{link}", "Two", link=link))).new) == 1
    assert front_page("https://[")
    assert not front_page("https://x.example/?p=1")
    assert shared_links([draft("a", link="l"), draft("b", link="l"), draft("c")]) == {"l"}


async def test_a_private_article_does_not_hide_a_public_one(world: World) -> None:
    chat = await world.chat()
    private = await world.feed("private", publisher="Times", owner=chat)
    public = await world.feed("public", publisher="Times")
    link = "https://times.example/a"
    assert len((await world.save(private, draft("a", link=link))).new) == 1
    assert len((await world.save(public, draft("b", link=link))).new) == 1
    another = await world.feed("mine", publisher="Times", owner=chat)
    assert (await world.save(another, draft("c", link=link))).new == ()


async def test_a_key_twice_in_one_document_counts_once(world: World) -> None:
    feed = await world.feed()
    saved = await world.save(feed, draft("a", "First"), draft("a", "Second", link="https://x/y"))
    assert [a.title for a in saved.new] == ["First"]


async def test_what_a_feed_goes_on_showing_is_never_news_again(
    world: World, store: Store, time: Time
) -> None:
    """The article is pruned, its identity is not: the feed still lists it, months later."""
    feed = await world.feed()
    saved = await world.save(feed, draft("evergreen"), draft("dropped"))
    for day in range(120):
        time.pass_(DAY)
        if day % 5 == 0:
            assert (await world.save(feed, draft("evergreen"))).new == ()
            await store.prune(time.now)
    assert await store.articles.many([a.id for a in saved.new]) == []
    assert (await world.save(feed, draft("evergreen"))).new == ()
    assert len((await world.save(feed, draft("dropped"))).new) == 1


async def test_recent_and_many_and_by_link(world: World, store: Store, time: Time) -> None:
    feed = await world.feed()
    saved = await world.save(
        feed, draft("a", published=START - 500), draft("b", published=START - 5),
        draft("c", published=START - 50),
    )  # fmt: skip
    recent = await store.articles.recent(since=START - 100)
    assert [a.guid for a in recent] == ["b", "c"]
    assert len(await store.articles.recent(since=0, limit=1)) == 1
    ids = [saved.new[2].id, ArticleId(99), saved.new[0].id]
    assert [a.id for a in await store.articles.many(ids)] == [ids[0], ids[2]]
    assert await store.articles.published_gaps(feed.id, 2) == [START - 5, START - 50]
    found = await store.articles.by_link("https://news.example/a")
    assert found is not None
    assert found.guid == "a"
    assert await store.articles.by_link("") is None
    assert await store.articles.get(ArticleId(99)) is None
    known = await store.feeds.get(feed.id)
    assert known is not None
    assert known.last_entry == time.now


async def test_lists_hold_the_beginning_of_long_texts(world: World, store: Store) -> None:
    feed = await world.feed()
    (article,) = (await world.save(feed, draft("a", text="x" * 50_000))).new
    await world.story(article)
    assert len(article.text) == 50_000
    (listed,) = await store.articles.recent(since=0)
    ((live, _),) = await store.stories.live(0)
    assert len(listed.text) == len(live.text) == 2_000
    assert listed.title == live.title == article.title


async def test_an_articles_language_falls_back_to_its_feeds(store: Store) -> None:
    source = FeedSource("https://h.example/x", language="ha", country="NE")
    async with store.transaction() as tx:
        feed, _ = await tx.feeds.add(source, now=1, public=True)
        saved = await tx.articles.add(feed, [replace(draft("a"), language="")], 5)
    assert (saved.new[0].language, saved.new[0].country) == ("ha", "NE")


# ── search ───────────────────────────────────────────────────────────────────────────────────────


async def test_search_finds_words_in_any_script(world: World, store: Store) -> None:
    feed = await world.feed()
    titles = {
        "fr": "L'armée américaine quitte le Niger",
        "ru": "Американские войска покидают Нигер",
        "ar": "القوات الأمريكية تغادر النيجر",
        "ja": "米軍がニジェールから撤退",
        "th": "ทหารสหรัฐถอนกำลังออกจากไนเจอร์",
    }
    await world.save(feed, *[draft(code, title) for code, title in titles.items()])
    for words, code in (
        ("ARMEE americaine", "fr"), ("войска", "ru"), ("الامريكية", "ar"), ("撤退", "ja"),
        ("ถอนกำลัง", "th"),
    ):  # fmt: skip
        assert [a.guid for a in await store.articles.search(words, viewer=None, limit=5)] == [code]


async def test_every_word_must_occur_and_the_better_hit_comes_first(
    world: World, store: Store
) -> None:
    feed = await world.feed()
    await world.save(
        feed,
        draft("much", "Niger", summary="Niger, Niger and again Niger"),
        draft("little", "A long report", summary="of many things " * 30 + "and of Niger"),
        draft("none", "Nigeria votes"),
    )
    found = await store.articles.search("niger", viewer=None, limit=5)
    assert [a.guid for a in found] == ["much", "little"]
    page = await store.articles.search("niger", viewer=None, limit=1, offset=1)
    assert [a.guid for a in page] == ["little"]
    assert await store.articles.search("niger votes", viewer=None, limit=5) == []


HOSTILE = (
    '"', '"niger', "niger OR nigeria", "niger AND", "NOT niger", "NEAR(niger troops, 5)", "niger*",
    "search:niger", "{search}: niger", "niger) OR (1", "niger'; DROP TABLE article; --", "^niger",
    "-niger", "+niger", "niger\x00", "\ud800", "(((((", "* * *", "🦁", "niger" * 500, "a " * 900,
)  # fmt: skip


async def test_hostile_queries_are_just_words(world: World, store: Store) -> None:
    await world.save(await world.feed(), draft("a", "Niger"))
    for words in HOSTILE:
        await store.articles.search(words, viewer=None, limit=3)
    assert await store.articles.search("niger OR nigeria", viewer=None, limit=3) == []
    assert len(await store.articles.search('"niger*"', viewer=None, limit=3)) == 1
    assert await store.articles.search("  ", viewer=None, limit=3) == []
    assert full_text("niger niger OR") == '"niger" "or"'


@given(words=st.text(max_size=60))
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_any_text_can_be_searched(store: Store, words: str) -> None:
    assert await store.articles.search(words, viewer=None, limit=3) == []
