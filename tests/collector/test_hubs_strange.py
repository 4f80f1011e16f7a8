"""Hubs at addresses of strangers: no private network, https first, no secret in the clear."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from bot.collector.hubs import Hubs
from bot.collector.pushes import Pushes
from bot.feeds.fetch import Fetcher
from bot.model import Feed
from bot.model.collect import Subscription
from tests.collector.pushing import FLOOR
from tests.feeds.line import Line, a_line, rss
from tests.feeds.site import Site, fetching, serving

pytestmark = pytest.mark.loopback

HOUR, DAY = 3600, 86400


class Strange:
    """A bot whose every name leads to one site without encryption."""

    def __init__(self, line: Line, site: Site, fetcher: Fetcher) -> None:
        self.line, self.site = line, site
        self.asked: list[dict[str, str]] = []
        self.hubs = Hubs(
            line.store, fetcher, address="https://bot.example/push/", floor=FLOOR,
            now=lambda: line.now, rng=random.Random(1),
        )  # fmt: skip
        self.pushes = Pushes(
            line.store, self.hubs, line.pipeline.take, floor=FLOOR,
            now=lambda: line.now, rng=random.Random(1),
        )  # fmt: skip

    async def hub(self, request: web.Request) -> web.Response:
        self.asked.append({k: v[0] for k, v in parse_qs(await request.text()).items()})
        return web.Response(status=202)

    async def subscribed(self, hub: str) -> tuple[Feed, Subscription]:
        """A feed that names this hub, once the hub has been asked."""
        feed = await self.line.feed("daily")
        head = "".join(
            f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="{rel}" href="{href}"/>'
            for rel, href in (("hub", hub), ("self", feed.url))
        )
        self.site.pages["/hub"] = self.hub
        feed = await self.line.visit(feed, rss("One", head=head), etag='"1"')
        await self.hubs.look()
        (one,) = await self.line.store.pushes.due(2**40, 9)
        return feed, one

    async def verified(self, one: Subscription) -> int:
        said = {"hub.mode": "subscribe", "hub.topic": one.topic, "hub.challenge": "x"}
        return (await self.pushes.verify(one.path, said)).status


@pytest.fixture
async def strange(tmp_path: Path) -> AsyncIterator[Strange]:
    async with a_line(tmp_path, FLOOR) as line, serving() as site, fetching(site) as fetcher:
        yield Strange(line, site, fetcher)


async def test_a_feed_cannot_send_us_where_we_must_not_go(strange: Strange) -> None:
    for hub in (
        "http://127.0.0.1/hub", "http://10.0.0.1:8080/hub", "http://[::1]/", "http://hub.local/hub",
        "http://2130706433/hub", "http://user:pw@hub.example.org/", "http://hub.example.org:22/",
    ):  # fmt: skip
        _, one = await strange.subscribed(hub)
        assert (one.hub, one.problem is not None) == (hub, True)
    assert (strange.site.dialled, strange.site.lookups, strange.asked) == ([], [], [])


async def test_a_hub_whose_name_leads_inside(strange: Strange) -> None:
    strange.site.names["hub.example.org"] = ["93.184.216.34", "192.168.1.1"]
    _, one = await strange.subscribed("http://hub.example.org/hub")
    assert one.problem == "hub.example.org leads into a private network."
    assert strange.site.dialled == []


async def test_a_hub_without_encryption_gets_no_secret_and_little_belief(strange: Strange) -> None:
    feed, one = await strange.subscribed("http://hub.example.org/hub")
    assert len(strange.site.dialled) == 2, "first with encryption, then without"
    (asked,) = strange.asked
    assert "hub.secret" not in asked
    assert asked["hub.callback"] == f"https://bot.example/push/{one.path}"
    assert len(one.path) >= 43
    assert await strange.verified(one) == 200
    strange.line.now += HOUR
    reply = await strange.pushes.receive(one.path, rss("Forged"), "", "text/xml")
    assert reply.status == 202
    assert strange.pushes.waiting == 0, "it is not read"
    assert (await strange.line.known(feed)).next_visit == strange.line.now, "the feed is asked"


async def test_a_hub_with_encryption_alone_is_asked_with_it(strange: Strange) -> None:
    _, one = await strange.subscribed("https://hub.example.org/hub")
    assert len(strange.site.dialled) == 1, "never without"
    assert (strange.asked, one.problem is not None) == ([], True)
    assert len(one.secret) >= 43


async def test_what_was_asked_with_encryption_never_goes_without(strange: Strange) -> None:
    _, one = await strange.subscribed("http://hub.example.org/hub")
    async with strange.line.store.transaction() as tx:  # as if https had worked, and holds
        await tx.pushes.asking(_with_secret(one), 0)
        await tx.pushes.holds(one, int(strange.line.now) + DAY, int(strange.line.now))
    strange.asked.clear()
    await strange.hubs.look()
    assert strange.asked == []
    (one,) = await strange.line.store.pushes.due(2**40, 9)
    assert one.secret == "s" * 43


def _with_secret(one: Subscription) -> Subscription:
    return replace(one, secret="s" * 43, asked="subscribe")
