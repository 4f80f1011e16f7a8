"""Headlines, search and summaries, on a real store, with a web that is a table."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PageError
from bot.kept import Kept
from bot.model import (
    Article,
    ArticleId,
    Chat,
    FeedId,
    Refused,
    StoryId,
)
from bot.reading.stories import Reading, ladder
from bot.store import Store, open_store
from tests.desk import NOW, InlineWorker, TableWeb, article, chat, feed

LONG = (
    "The last soldiers boarded a transport plane in Agadez on Sunday morning. "
    "The base will be handed to the army of Niger within ten days, the ministry said. "
    "About six hundred people had worked there for more than eight years. "
    "Residents watched the convoys leave along the road to the airport. "
) * 5


def page_of(text: str, title: str = "Last soldiers leave Agadez") -> str:
    body = "".join(f"<p>{sentence}.</p>" for sentence in text.split(". ") if sentence)
    return (
        f'<html lang="en"><head><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


@dataclass
class Room:
    store: Store
    web: TableWeb
    reading: Reading
    chat: Chat


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    store = await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW)
    web = TableWeb()
    yield Room(store, web, Reading(store, web, InlineWorker(), lambda: NOW), await chat(store))
    await store.close()


# ── headlines and search ──


async def test_headlines_come_in_pages(room: Room) -> None:
    post = await feed(room.store, "post")
    for number in range(7):
        await article(room.store, post, f"Event number {number}", age=600 * (number + 1))
    first = await room.reading.headlines(room.chat, None, 0, 5)
    second = await room.reading.headlines(room.chat, None, 1, 5)
    assert (len(first.items), first.more, first.total) == (5, True, 7)
    assert (len(second.items), second.more, second.number) == (2, False, 1)
    assert not {s.id for s in first.items} & {s.id for s in second.items}
    assert (await room.reading.headlines(room.chat, None, 9, 5)).items == ()
    assert (await room.reading.headlines(room.chat, None, -1, 5)).number == 0


async def test_more_publishers_come_first(room: Room) -> None:
    post, herald = await feed(room.store, "post"), await feed(room.store, "herald")
    big = await article(room.store, post, "Many tell this", age=3600)
    await article(room.store, post, "One tells this", age=3500)
    await article(room.store, herald, "Others tell it as well", story=big.story, age=3400)
    top = (await room.reading.headlines(None)).items[0]
    assert (top.id, top.publishers) == (big.story, 2)


async def test_a_story_is_told_in_the_readers_language_where_somebody_does(room: Room) -> None:
    post, monde = await feed(room.store, "post"), await feed(room.store, "monde")
    secret = await feed(room.store, "secret", await chat(room.store, 2))
    first = await article(room.store, post, "Troops leave Niger", age=3600)
    await article(room.store, secret, "Un secret", story=first.story, language="fr")
    reader = replace(room.chat, language="fr")
    (top,) = (await room.reading.headlines(reader)).items
    assert top.headline == "Troops leave Niger"
    told = "Les troupes quittent le Niger"
    await article(room.store, monde, told, story=first.story, language="fr")
    (top,) = (await room.reading.headlines(reader)).items
    view = await room.reading.story(top.id, reader)
    assert view is not None
    assert (top.headline, view.story.headline) == (told, told)
    (top,) = (await room.reading.headlines(room.chat)).items
    assert (top.headline, top.publishers) == ("Troops leave Niger", 2)
    said = await room.reading.summary(top.id, reader)
    assert {sentence.source for sentence in said.sentences} <= {"Monde"}


async def test_search_pages_and_keeps_secrets(room: Room) -> None:
    other = await chat(room.store, 2)
    post, secret = await feed(room.store, "post"), await feed(room.store, "secret", other)
    for number in range(6):
        await article(room.store, post, f"Uranium mine report {number}")
    await article(room.store, secret, "Uranium hidden")
    first = await room.reading.search(room.chat, "uranium")
    second = await room.reading.search(room.chat, "uranium", 1)
    assert (len(first.items), first.more, len(second.items), second.more) == (5, True, 1, False)
    found = await room.reading.search(other, "uranium hidden")
    assert [a.title for a in found.items] == ["Uranium hidden"]
    assert (await room.reading.search(room.chat, "\"'*()")).items == ()


# ── a story ──


async def test_a_story_shows_what_the_chat_may_see(room: Room) -> None:
    other = await chat(room.store, 2)
    secret, post = await feed(room.store, "secret", other), await feed(room.store, "post")
    hidden = await article(room.store, secret, "Told in secret")
    assert await room.reading.story(hidden.story, room.chat) is None
    assert await room.reading.story(hidden.story) is None
    await article(room.store, post, "Told in public", story=hidden.story)
    view = await room.reading.story(hidden.story, room.chat)
    assert view is not None
    assert (view.story.headline, view.publishers) == ("Told in public", ("Post",))
    own = await room.reading.story(hidden.story, other)
    assert own is not None
    assert set(own.publishers) == {"Secret", "Post"}
    assert await room.reading.story(StoryId(999)) is None


async def test_the_summary_of_a_hidden_story_says_nothing(room: Room) -> None:
    other = await chat(room.store, 2)
    hidden = await article(room.store, await feed(room.store, "secret", other), "Told in secret")
    assert (await room.reading.summary(hidden.story, room.chat)).sentences == ()


# ── the ladder ──


async def test_a_page_is_fetched_once_and_quoted(room: Room) -> None:
    told = await article(room.store, await feed(room.store, "post"), "Last soldiers leave Agadez")
    room.web.put(told.link, page_of(LONG))
    first = await room.reading.summary(told.story, room.chat)
    assert first.kind == "page"
    assert first.sentences
    assert all(s.source == "Post" for s in first.sentences)
    dateless = [re.sub(r" \(\d+ \w+\)", "", s.text) for s in first.sentences]
    assert all(text in LONG for text in dateless)
    assert await room.reading.summary(told.story, room.chat) == first
    assert room.web.asked == [told.link]


async def test_a_page_that_failed_is_not_asked_again(room: Room) -> None:
    told = await article(
        room.store,
        await feed(room.store, "post"),
        "Last soldiers leave Agadez",
        summary="The last soldiers boarded a plane in Agadez on Sunday morning, officials said.",
    )
    room.web.pages[told.link] = Refused("status", "The server says 403.", 403)
    assert (await room.reading.summary(told.story, room.chat)).kind == "teaser"
    with pytest.raises(PageError):
        await room.reading.summary_of_link("https://nowhere.example/x")
    assert (await room.reading.summary_of_link(told.link, room.chat)).summary.kind == "teaser"
    assert room.web.asked == [told.link, "https://nowhere.example/x"]


async def test_a_feed_with_full_text_needs_no_page(room: Room) -> None:
    told = await article(room.store, await feed(room.store, "post"), "Soldiers leave", text=LONG)
    assert (await room.reading.summary(told.story, room.chat)).kind == "text"
    assert room.web.asked == []


async def test_a_headline_is_the_last_resort(room: Room) -> None:
    told = await article(room.store, await feed(room.store, "post"), "Soldiers leave Agadez")
    summary = await room.reading.summary(told.story, room.chat)
    assert summary.kind == "headline"
    assert [(s.text, s.source) for s in summary.sentences] == [("Soldiers leave Agadez", "Post")]


async def test_a_link_is_summarised_with_its_title(room: Room) -> None:
    room.web.put("https://www.other.example/a", page_of(LONG))
    found = await room.reading.summary_of_link("https://www.other.example/a")
    assert found.title == "Last soldiers leave Agadez"
    assert {s.source for s in found.summary.sentences} == {"other.example"}


async def test_a_link_of_a_private_feed_is_not_quoted_from_the_store(room: Room) -> None:
    secret = await feed(room.store, "secret", await chat(room.store, 2))
    hidden = await article(room.store, secret, "Told in secret", text=LONG)
    with pytest.raises(PageError):
        await room.reading.summary_of_link(hidden.link, room.chat)


async def test_a_page_that_says_nothing_is_refused(room: Room) -> None:
    room.web.put("https://other.example/a", "<html><body><nav>Menu</nav></body></html>")
    with pytest.raises(PageError):
        await room.reading.summary_of_link("https://other.example/a")


def made(title: str, text: str, summary: str) -> Article:
    return Article(
        ArticleId(1), FeedId(1), "Post", title, "https://p.example/1", summary, text, NOW, NOW, "en"
    )


@given(st.text(), st.text(), st.text(), st.text())
def test_the_ladder_always_ends(title: str, text: str, summary: str, page: str) -> None:
    got = ladder(title, [made(title, text, summary)], {"https://p.example/1": page})
    assert got.sentences
    assert got.kind in ("page", "text", "teaser", "headline")


def test_the_least_recently_used_is_forgotten() -> None:
    kept: Kept[str, int] = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert "b" not in kept
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
