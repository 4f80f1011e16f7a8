"""Sources: adding, choosing, removing, their health."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import FeedError
from bot.model import Draft, Feed, FeedId, FeedRecord
from handlers.feeds import name_of
from tests import desk
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback

URL = "https://daily.example/rss"


async def test_an_address_is_added_with_a_tap(room: Room) -> None:
    room.web.put(URL, desk.rss("The Daily", "One", "Two"), "application/rss+xml")
    card = await room.amina.ask(URL)
    assert URL in card.text
    await room.toast(card, "Add as a source")
    added = await room.amina.wait(lambda m: "Added: The Daily" in m.text)
    assert "2 articles" in added.text
    await room.toast(added, "All feeds")
    assert "The Daily" in added.text
    assert await room.toast(added, "Remove The Daily") == "Removed."
    assert "no feeds yet" in added.text


async def test_sources_and_follow_take_an_address(room: Room) -> None:
    room.web.put(URL, desk.rss("The Daily", "One"), "application/rss+xml")
    assert "Added" in (await room.amina.ask(f"/sources {URL}")).text
    assert "already" in (await room.amina.ask(f"/sources {URL}")).text
    assert "Sum it up" in (await room.amina.ask(f"/follow {URL}")).labels


async def test_a_feed_that_everyone_has_is_nobodys_to_remove(room: Room) -> None:
    feed = await desk.feed(room.store, "daily")
    room.web.put(feed.url, desk.rss("The Daily", "One"), "application/rss+xml")
    added = await room.amina.ask(f"/sources {feed.url}")
    assert added.text == "Daily was here already."
    assert (await room.amina.ask("/sources")).labels == []


async def test_a_refusal_in_the_readers_language(room: Room) -> None:
    reader = room.api.user(1003, "Ines", "fr")
    card = await reader.ask("/sources https://nowhere.example/")
    assert card.text == "Je n'arrive pas à joindre ce site. L'adresse est-elle juste ?"


async def test_a_feeds_trouble_in_the_readers_language(room: Room) -> None:
    feed = await desk.feed(room.store, "herald")
    for status, said in ((404, "rien à cette adresse (404)"), (None, "en difficulté")):
        async with room.store.transaction() as tx:
            await tx.feeds.record(
                FeedRecord(feed.id, desk.NOW, desk.NOW + 9, 900, False, status, "It broke", 3)
            )
        card = await room.api.user(1003, "Ines", "fr").ask("/sources")
        assert said in card.text
        assert "It broke" not in card.text


async def test_an_address_without_its_scheme(room: Room) -> None:
    card = await room.amina.ask("daily.example.com/news")
    assert "https://daily.example.com/news" in card.text


async def test_a_page_with_several_feeds(room: Room) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{name}" href="/{name}.xml">'
        for name in ("World", "Sport")
    )
    room.web.put("https://big.example/", f"<html><head>{links}</head><body>Hi</body></html>")
    for name in ("World", "Sport"):
        room.web.put(
            f"https://big.example/{name}.xml", desk.rss(name, "One"), "application/rss+xml"
        )
    card = await room.amina.ask("/sources https://big.example/")
    assert card.labels == ["World", "Sport"]
    await room.toast(card, "Sport")
    await room.amina.wait(lambda m: "Added: Sport" in m.text)


async def test_no_feed_there(room: Room) -> None:
    for words in ("https://nowhere.example/", "not an address", "ftp://x.example/f", "http://"):
        card = await room.amina.ask(f"/sources {words}")
        assert len(card.text) > 15
        assert "went wrong" not in card.text


async def test_somebody_elses_feed_is_not_seen_or_removed(room: Room) -> None:
    room.web.put(URL + "?key=secret", desk.rss("Private letter", "One"), "application/rss+xml")
    await room.amina.ask(f"/sources {URL}?key=secret")
    omar = room.api.user(1002, "Omar")
    card = await omar.ask("/sources")
    assert "Private letter" not in card.text
    tap = omar.press(card, "rm:1:0")
    assert "not yours" in (await tap.answered())["text"]
    assert "Private letter" in (await room.amina.ask("/sources")).text


async def test_health_in_plain_words(room: Room) -> None:
    feed = await desk.feed(room.store, "herald")
    assert "not visited yet" in (await room.amina.ask("/sources")).text
    async with room.store.transaction() as tx:
        await tx.feeds.record(
            FeedRecord(feed.id, desk.NOW, desk.NOW + 9, 900, False, 503, "It is down", 3)
        )
    card = await room.amina.ask("/sources")
    assert "1 feed · 1 in trouble" in card.text
    assert "Herald · trouble: It is down" in card.text


async def test_a_feed_that_pushes_says_so(room: Room) -> None:
    feed = await desk.feed(room.store, "herald")
    async with room.store.transaction() as tx:
        (draft,) = [Draft("1", None, "One", "", "", "", desk.NOW - 60, None, "en")]
        await tx.articles.add(feed, [draft], desk.NOW)
        await tx.feeds.record(
            FeedRecord(feed.id, desk.NOW, desk.NOW + 9, 900, True, hub="https://hub.example/")
        )
        (one,) = await tx.pushes.due(2**40, 1)
        await tx.pushes.holds(one, desk.NOW + 9000, desk.NOW + 8000)
    assert "comes at once" not in (await room.amina.ask("/sources")).text
    async with room.store.transaction() as tx:
        await tx.pushes.kept(feed.id, desk.NOW, 0, 0)
    assert "news comes at once" in (await room.amina.ask("/sources")).text


async def test_many_feeds_have_pages(room: Room) -> None:
    for n in range(20):
        await desk.feed(room.store, f"paper{n}")
    card = await room.amina.ask("/sources")
    assert card.text.count("•") == 8
    await room.toast(card, "Next")
    await room.toast(card, "Next")
    assert card.text.count("•") == 4


def test_a_name_tells_no_secret() -> None:
    url = "https://user:password@letters.example/f?key=1"
    feed = Feed(FeedId(1), url, "", "", "", "", "", public=False)
    assert name_of(feed) == "letters.example"


async def test_english_readers_hear_what_is_wrong_exactly(room: Room) -> None:
    from handlers.errors import sentence

    error = FeedError("The server answered 404.")
    texts = room.services.texts_for
    assert sentence(error, "sources.no_feed", texts("en")) == "The server answered 404."
    assert "aucun flux" in sentence(error, "sources.no_feed", texts("fr"))


async def test_how_long_a_feed_has_been_in_trouble_and_when_it_is_tried(room: Room) -> None:
    feed = await desk.feed(room.store, "herald")
    for status, said in (
        (403, "answers 403 for 3 days now; next try in 4 hours"),
        (None, "has not answered for 3 days; next try in 4 hours"),
        (200, "no feed there for 3 days; next try in 4 hours"),
    ):
        since, again = desk.NOW - 3 * desk.DAY, desk.NOW + 4 * 3600
        async with room.store.transaction() as tx:
            await tx.feeds.record(
                FeedRecord(feed.id, desk.NOW, again, 900, False, status, "No.", 3, since=since)
            )
        assert said in (await room.amina.ask("/sources")).text


def test_feeds_of_a_host_that_never_answered_are_told_apart() -> None:
    base = Feed(FeedId(1), "", "feeds.example", "feeds.example", "", "", "", public=True)
    for path, name in (
        ("politics.xml", "feeds.example/…/politics.xml"),
        ("news/world-news/rss", "feeds.example/…/world-news"),
        ("k3y0f4reader", "feeds.example"),
        ("feed", "feeds.example"),
    ):
        assert name_of(replace(base, url=f"https://feeds.example/{path}")) == name
