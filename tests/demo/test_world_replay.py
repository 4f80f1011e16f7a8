"""The press on loopback: formats, validators, articles, the pace of publishing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import aiohttp
import pytest

from bot.demo.replay import Replay
from bot.demo.world import syndication
from bot.demo.world.press import load
from bot.feeds.parse import parse
from bot.stories.extract import extract

pytestmark = pytest.mark.loopback
NOW = 1_800_000_000


@pytest.fixture
async def replay() -> AsyncIterator[Replay]:
    async with Replay(load(NOW), now=lambda: NOW) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def _get(http: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, str, str]:
    async with http.get(url, headers=headers) as answer:
        return answer.status, await answer.text(), answer.headers.get("ETag", "")


async def test_every_feed_is_read_by_our_own_parser(
    replay: Replay, http: aiohttp.ClientSession
) -> None:
    for source, outlet in zip(replay.sources(), replay.world.outlets, strict=True):
        async with http.get(source.url) as answer:
            body, kind = await answer.read(), answer.headers["Content-Type"]
        feed = parse(body, content_type=kind, url=source.url)
        items = replay.items(outlet)
        assert feed.title == outlet.name
        assert [entry.title for entry in feed.entries] == [item.title for item in items]
        assert [int(e.published.timestamp()) for e in feed.entries if e.published] == [
            item.published for item in items
        ]
        assert [entry.link for entry in feed.entries] == [replay.url + i.path for i in items]
        assert len({entry.guid for entry in feed.entries}) == len(items)


async def test_feeds_answer_304_until_something_is_published(
    replay: Replay, http: aiohttp.ClientSession
) -> None:
    url = replay.sources()[0].url
    status, _, etag = await _get(http, url)
    assert status == 200
    assert (await _get(http, url, **{"If-None-Match": etag}))[:2] == (304, "")
    scene = replay.publish_next()
    assert scene
    status, text, newer = await _get(http, url, **{"If-None-Match": etag})
    assert status == 200
    assert newer != etag
    assert scene.item.title in text


async def test_a_correction_keeps_guid_link_and_date(
    replay: Replay, http: aiohttp.ClientSession
) -> None:
    while replay.upcoming and not replay.upcoming.corrects:
        replay.publish_next()
    outlet = replay.upcoming.item.outlet if replay.upcoming else None
    assert outlet
    url = replay.url + syndication.feed_path(outlet)
    before = parse((await _get(http, url))[1].encode(), content_type=None, url=url).entries
    replay.publish_next()
    after = parse((await _get(http, url))[1].encode(), content_type=None, url=url).entries
    (changed,) = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed[0].guid == changed[1].guid
    assert changed[0].link == changed[1].link
    assert changed[0].published == changed[1].published
    assert changed[0].title != changed[1].title


async def test_pages_hold_the_text_and_the_furniture_around_it(
    replay: Replay, http: aiohttp.ClientSession
) -> None:
    scene = replay.publish_next()
    assert scene
    url = replay.url + scene.item.path
    status, html, _ = await _get(http, url)
    assert status == 200
    assert html.count(scene.item.title) >= 3
    for furniture in ("breadcrumb", "Subscribe to our morning letter", "By ", "File"):
        assert furniture in html
    page = extract(html.encode(), url=url, content_type="text/html")
    assert scene.item.paragraphs[1] in page.text
    assert "Subscribe" not in page.text


async def test_a_wire_copy_ends_with_the_agency(
    replay: Replay, http: aiohttp.ClientSession
) -> None:
    copy = next(item for item in replay.world.archive if item.credit)
    _, html, _ = await _get(http, replay.url + copy.path)
    assert "With inputs from Meridian Wire" in html


async def test_front_pages_name_their_feed(replay: Replay, http: aiohttp.ClientSession) -> None:
    for source in replay.sources():
        _, html, _ = await _get(http, source.site)
        assert f'href="{source.url.removeprefix(replay.url)}"' in html


@pytest.mark.parametrize("path", ["/nobody", "/meridian/9", "/meridian/atom.xml", "/lagos/1001"])
async def test_what_is_not_there_is_not_found(
    replay: Replay, http: aiohttp.ClientSession, path: str
) -> None:
    assert (await _get(http, replay.url + path))[0] == 404


async def test_hostile_text_stays_text() -> None:
    world = load(NOW)
    item = world.archive[0]
    nasty = type(item)(
        item.number, item.outlet, "</title><script>x</script>", ("<b>&",), "a<b", NOW
    )
    for outlet in world.outlets:
        text = syndication.feed(outlet, [nasty], "http://127.0.0.1:1")
        assert "<script>" not in text or json.loads(text)
    assert "<script>" not in syndication.page(nasty)


async def test_taken_is_what_a_reader_comes_back_for(
    replay: Replay, http: aiohttp.ClientSession
) -> None:
    scene, source = replay.publish_next(), replay.sources()[0]
    assert scene
    async with asyncio.TaskGroup() as tasks:
        taken = tasks.create_task(replay.wait_taken(scene.item.outlet))
        _, _, etag = await _get(http, source.url)
        assert not taken.done()
        await _get(http, source.url, **{"If-None-Match": etag})
        await asyncio.wait_for(taken, 60)


# ── the pace ──


class Clicks:
    """What `watch` tells."""

    def __init__(self, replay: Replay) -> None:
        self._event = asyncio.Event()
        replay.watch(self._event.set)

    async def next(self) -> None:
        async with asyncio.timeout(60):
            await self._event.wait()
        self._event.clear()


@pytest.fixture
async def hurried() -> AsyncIterator[Replay]:
    """All scenes follow at once."""
    world = load(NOW)
    scenes = tuple(replace(scene, after=0.001) for scene in world.script)
    async with Replay(replace(world, script=scenes), now=lambda: NOW) as running:
        yield running


async def _read_all(replay: Replay, http: aiohttp.ClientSession) -> None:
    """As a bot does: fetch, store, and come back with the validators."""
    for source in replay.sources():
        _, _, etag = await _get(http, source.url)
        assert not replay.read
        await _get(http, source.url, **{"If-None-Match": etag})
    assert replay.read


async def test_nothing_is_published_before_a_follow_and_a_first_visit(
    hurried: Replay, http: aiohttp.ClientSession
) -> None:
    clicks = Clicks(hurried)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hurried.run())
        hurried.begin()
        await clicks.next()
        assert not hurried.published
        await _read_all(hurried, http)
        await asyncio.wait_for(running, 60)
    assert [scene.id for scene in hurried.published] == [s.id for s in hurried.world.script]
    assert hurried.upcoming is None
    assert hurried.publish_next() is None


async def test_a_pause_holds_the_news_and_hands_may_publish(
    hurried: Replay, http: aiohttp.ClientSession
) -> None:
    clicks = Clicks(hurried)
    hurried.pause(True)
    hurried.begin()
    await _read_all(hurried, http)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hurried.run())
        hurried.publish_next()
        await clicks.next()
        assert len(hurried.published) == 1
        hurried.pause(False)
        await asyncio.wait_for(running, 60)
    assert len(hurried.published) == len(hurried.world.script)


async def test_items_are_found_by_their_links(replay: Replay) -> None:
    item = replay.world.archive[3]
    assert replay.item_at(replay.url + item.path) == item
    for other in ("", "https://example.org/", replay.url, f"{replay.url}/lagos/x", "/1003"):
        assert replay.item_at(other) is None


def test_dates_fall_in_order() -> None:
    world = load(NOW)
    assert all(a.published <= b.published for a, b in pairwise(world.archive))
