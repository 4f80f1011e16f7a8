"""Asking hubs: subscribe, renew, leave; and what hubs do that are not as they should be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.collector.hubs import settle
from bot.model import Refused
from tests.collector.pushing import FLOOR, Desk, a_desk
from tests.hub import CHALLENGE

pytestmark = pytest.mark.loopback

HOUR, DAY = 3600, 86400


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as made:
        yield made


async def test_an_honest_hub(desk: Desk) -> None:
    feed = await desk.subscribed()
    (asked,) = desk.hub.asked
    assert asked == {
        "hub.mode": "subscribe", "hub.topic": feed.url, "hub.lease_seconds": "864000",
        "hub.callback": f"{desk.address}/push/token-of-the-test-0001",
        "hub.secret": "token-of-the-test-0002",
    }  # fmt: skip
    (told,) = desk.hub.verified
    assert (told.status, told.body) == (200, CHALLENGE)
    assert told.headers["Content-Type"] == "application/octet-stream"
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    one = await desk.one()
    assert one.lease_until == desk.line.now + 10 * DAY
    assert (feed.pushed, one.asked, one.tries) == (1, "", 0)
    await desk.look(HOUR)
    assert len(desk.hub.asked) == 1


async def test_a_subscription_is_renewed_before_it_ends(desk: Desk) -> None:
    feed = await desk.subscribed()
    await desk.look(8 * DAY - HOUR)
    assert len(desk.hub.asked) == 1
    await desk.look(DAY + HOUR)
    await desk.hub.until(lambda: len(desk.hub.verified) == 2)
    first, second = desk.hub.asked
    assert first == second, "the same address, so that nothing comes twice"
    assert (await desk.one()).lease_until == desk.line.now + 10 * DAY
    assert (await desk.line.known(feed)).pushed == 1


async def test_a_hub_that_verifies_before_it_answers(desk: Desk) -> None:
    """What is asked is stored before it is asked."""
    statuses: list[int] = []

    async def hasty(request: web.Request) -> web.Response:
        told = await desk.hub.verify({k: str(v) for k, v in (await request.post()).items()})
        statuses.append(told.status)
        return web.Response(status=202)

    desk.hub.answer = hasty
    feed = await desk.daily()
    await desk.look()
    assert statuses == [200]
    assert (await desk.line.known(feed)).pushed == 1
    assert (await desk.one()).lease_until == desk.line.now + 10 * DAY


@pytest.mark.parametrize("status", [302, 404])
async def test_a_hub_that_refuses_is_asked_ever_more_rarely(desk: Desk, status: int) -> None:
    desk.hub.status = status
    feed = await desk.daily()
    for hours, asked in ((0, 1), (0.9, 1), (0.3, 2), (1.5, 2), (0.8, 3)):
        await desk.look(hours * HOUR)
        assert len(desk.hub.asked) == asked, hours
    one = await desk.one()
    assert one.problem
    assert "http" not in one.problem
    assert one.lease_until == 0
    assert (await desk.line.known(feed)).pushed == 0
    desk.hub.status = 202
    await desk.look(9 * HOUR)
    await desk.hub.until(lambda: desk.hub.subscribers)
    one = await desk.one()
    assert (one.problem, one.tries) == (None, 0)


async def test_a_hub_that_accepts_and_never_verifies_is_asked_again(desk: Desk) -> None:
    desk.hub.status = 204
    feed = await desk.daily()
    await desk.look()
    await desk.look(1.2 * HOUR)
    assert len(desk.hub.asked) == 2
    assert (await desk.line.known(feed)).pushed == 0


async def test_a_hub_that_says_when_is_heard(desk: Desk) -> None:
    async def later(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": str(5 * HOUR)})

    desk.hub.answer = later
    await desk.daily()
    await desk.look()
    await desk.look(4 * HOUR)
    assert len(desk.hub.asked) == 1
    await desk.look(2 * HOUR)
    assert len(desk.hub.asked) == 2


async def test_a_hub_that_leads_to_another(desk: Desk) -> None:
    elsewhere: list[str] = []

    async def leads(request: web.Request) -> web.Response:
        elsewhere.append(request.path)
        return web.Response(status=307, headers={"Location": "http://169.254.169.254/hub"})

    desk.hub.answer = leads
    feed = await desk.daily()
    await desk.look()
    one = await desk.one()
    assert one.problem == "The address leads into a private network."
    assert elsewhere == ["/hub"]
    assert (await desk.line.known(feed)).pushed == 0


async def test_a_feed_that_is_removed_is_unsubscribed(desk: Desk) -> None:
    feed = await desk.subscribed()
    await desk.remove(feed)
    await desk.look(60)
    await desk.hub.until(lambda: not desk.hub.subscribers)
    assert [asked["hub.mode"] for asked in desk.hub.asked] == ["subscribe", "unsubscribe"]
    assert "hub.secret" not in desk.hub.asked[1]
    told = await desk.hub.verify(desk.hub.asked[1])
    assert told.status == 200, "the hub did not hear us, and asks again"
    await desk.look(2 * HOUR)
    assert await desk.store.pushes.due(2**40, 9) == []
    assert (await desk.hub.verify(desk.hub.asked[1])).status == 404


async def test_a_hub_that_lets_nobody_go_is_left_all_the_same(desk: Desk) -> None:
    feed = await desk.subscribed()
    callback = desk.hub.asked[0]["hub.callback"]
    desk.hub.status = 500
    await desk.remove(feed)
    for _ in range(5):
        await desk.look(9 * HOUR)
    assert [asked["hub.mode"] for asked in desk.hub.asked] == ["subscribe"] + 3 * ["unsubscribe"]
    assert await desk.store.pushes.due(2**40, 9) == []
    assert await desk.hub.push(callback, b"<rss/>") == 404


async def test_a_feed_that_nobody_reads_any_more_is_unsubscribed(desk: Desk) -> None:
    feed = await desk.subscribed()
    for _ in range(2):  # gone for good, says its server, and says so again a day later
        await desk.line.visit(feed, Refused("gone", "Gone.", 410))
        desk.line.now += 2 * DAY
    assert (await desk.line.known(feed)).state == "dead"
    await desk.look()
    await desk.hub.until(lambda: not desk.hub.subscribers)


async def test_a_feed_that_names_another_hub_changes(desk: Desk) -> None:
    feed = await desk.subscribed()
    (old,) = desk.hub.subscribers
    moved = desk.document(feed, "Two", first=1).replace(b'/hub"', b'/hub?2"')
    feed = await desk.line.visit(feed, moved)
    assert feed.pushed == 0, "visited as usual until the new one pushes"
    await desk.look()
    await desk.hub.until(lambda: len(desk.hub.verified) == 3)
    assert sorted(asked["hub.mode"] for asked in desk.hub.asked[1:]) == [
        "subscribe", "unsubscribe",
    ]  # fmt: skip
    (new,) = desk.hub.subscribers
    assert new != old
    assert (await desk.line.known(feed)).pushed == 1


async def test_a_feed_that_names_no_hub_any_more_leaves_it(desk: Desk) -> None:
    feed = await desk.subscribed()
    await desk.line.visit(feed, b"<rss version='2.0'><channel><title>T</title></channel></rss>")
    await desk.look()
    await desk.hub.until(lambda: not desk.hub.subscribers)


async def test_a_feed_that_was_never_subscribed_leaves_nothing(desk: Desk) -> None:
    feed = await desk.daily()
    await desk.remove(feed)
    await desk.look()
    assert desk.hub.asked == []
    assert await desk.store.pushes.due(2**40, 9) == []


async def test_a_lease_that_ends_puts_the_feed_back_to_its_own_pace(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.hub.status = 500
    async with desk.store.transaction() as tx:
        await tx.pushes.kept(feed.id, int(desk.line.now), 0, 0)
        await tx.feeds.postpone({feed.id: int(desk.line.now) + 20 * DAY})
    await desk.look(9 * DAY)
    assert (await desk.line.known(feed)).pushed == 2, "refused, but it holds still"
    await desk.look(DAY + 60)
    known = await desk.line.known(feed)
    assert (known.pushed, known.next_visit) == (0, desk.line.now)


async def test_the_floor_holds_when_a_lease_ends(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.line.now += 30
    async with desk.store.transaction() as tx:
        await tx.pushes.begin_anew(int(desk.line.now))
        await tx.pushes.sweep(int(desk.line.now), FLOOR)
    assert (await desk.line.known(feed)).next_visit == desk.line.now - 30 + FLOOR


async def test_a_new_public_address_is_told_to_all(desk: Desk) -> None:
    feed = await desk.subscribed()
    await settle(desk.store, desk.address, FLOOR, int(desk.line.now))
    assert (await desk.line.known(feed)).pushed == 1, "the same as before"
    await settle(desk.store, "https://new.example/push/", FLOOR, int(desk.line.now))
    assert (await desk.line.known(feed)).pushed == 0
    await desk.look()
    assert len(desk.hub.asked) == 2
    await settle(desk.store, "", FLOOR, int(desk.line.now))
    assert (await desk.line.known(feed)).pushed == 0


async def test_what_is_subscribed_survives_a_restart(desk: Desk) -> None:
    await desk.subscribed()
    desk.begin()
    await desk.look(HOUR)
    assert len(desk.hub.asked) == 1
    assert await desk.store.pushes.holding(desk.line.now) == 1


async def test_a_hub_that_hangs_is_asked_once_a_look(desk: Desk, tmp_path: Path) -> None:
    """The other feeds of a hub that does not answer do not wait for it, too."""

    async def hangs_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    desk.hub.answer = hangs_up
    for name in ("a", "b", "c", "d", "e", "f"):
        feed = await desk.line.feed(name)
        await desk.line.visit(feed, desk.document(feed, "One"))
    await desk.look()
    assert len(desk.hub.asked) <= 4, "those that were under way at the same time"
    assert {one.tries for one in await desk.store.pushes.due(2**40, 9)} == {1}
