"""What hubs ask and send: believed as far as it must be, bounded, and never news twice."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import metrics
from bot.collector.pushes import SAFETY
from tests.collector.pushing import FLOOR, Desk, a_desk

pytestmark = pytest.mark.loopback

HOUR, DAY = 3600, 86400


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as made:
        yield made


def counted(result: str) -> float:
    return metrics.PUSHES.labels(result)._value.get()


async def asking(desk: Desk) -> dict[str, str]:
    """A subscription that is asked for, and that the hub has not verified."""
    desk.hub.status = 204
    await desk.daily()
    await desk.look()
    return desk.hub.asked[-1]


# ── verification ──


LIES = (
    {"hub_topic": "https://other.example/rss"}, {"hub_topic": ""}, {"hub_mode": "unsubscribe"},
    {"hub_mode": "Subscribe"}, {"hub_mode": "publish"}, {"hub_mode": ""},
    {"hub_challenge": ""}, {"hub_challenge": "<script>alert(1)</script> "},
    {"hub_challenge": "x" * 1025}, {"hub_challenge": "\0"}, {"hub_lease_seconds": "0"},
    {"hub_lease_seconds": "599"}, {"hub_lease_seconds": "-5"}, {"hub_lease_seconds": "soon"},
    {"hub_lease_seconds": ""},
)  # fmt: skip


async def test_a_hub_that_lies_gets_nothing(desk: Desk) -> None:
    form = await asking(desk)
    for lie in LIES:
        told = await desk.hub.verify(form, **lie)
        assert (told.status, told.body) == (404, ""), lie
    assert await desk.store.pushes.holding(desk.line.now) == 0
    assert (await desk.hub.verify(form)).status == 200, "the truth helps"


async def test_leases_are_bounded(desk: Desk) -> None:
    form = await asking(desk)
    for said, days in (("9" * 400, 14), (str(400 * DAY), 14), (None, 10)):
        desk.hub.lease = said
        await desk.hub.verify(form)
        assert (await desk.one()).lease_until == desk.line.now + days * DAY


async def test_nobody_else_is_answered(desk: Desk) -> None:
    form = await asking(desk)
    for path in ("x", "a" * 43, "token-of-the-test-9999", "%2e%2e%2f" * 5):
        to = f"{desk.address}/push/{path}"
        assert (await desk.hub.verify(form | {"hub.callback": to})).status == 404
        assert await desk.hub.push(to, b"<rss/>") == 404


async def test_a_hub_may_make_sure_again(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.line.now += DAY
    assert (await desk.hub.verify(desk.hub.asked[0])).status == 200
    assert (await desk.one()).lease_until == desk.line.now + 10 * DAY
    await desk.remove(feed)
    assert (await desk.hub.verify(desk.hub.asked[0])).status == 404
    assert (await desk.hub.verify(desk.hub.asked[0], hub_mode="unsubscribe")).status == 404


async def test_a_denial_is_believed_and_asked_about_a_week_later(desk: Desk) -> None:
    feed = await desk.subscribed()
    async with desk.store.transaction() as tx:
        await tx.feeds.postpone({feed.id: int(desk.line.now) + DAY})
    desk.line.now += HOUR
    reason = {"hub_mode": "denied", "hub_reason": "<b>no</b>"}
    other = await desk.hub.verify(desk.hub.asked[0], **reason, hub_topic="https://x.example/")
    assert other.status == 404
    told = await desk.hub.verify(desk.hub.asked[0], **reason)
    assert (told.status, told.body) == (200, "")
    known = await desk.line.known(feed)
    assert (known.pushed, known.next_visit) == (0, desk.line.now)
    assert (await desk.one()).problem == "The hub denied the subscription."
    await desk.look(6 * DAY)
    assert len(desk.hub.asked) == 1
    await desk.look(2 * DAY)
    assert len(desk.hub.asked) == 2


# ── content ──


async def test_what_is_pushed_rings(desk: Desk) -> None:
    feed = await desk.subscribed()
    await desk.line.follow("Niger")
    body = desk.document(feed, "Troops leave Niger", "One")
    assert await desk.hub.publish(body) == [202]
    assert await desk.read() == 1
    assert await desk.titles() == {"One", "Troops leave Niger"}
    assert await desk.line.owed() == 1
    known = await desk.line.known(feed)
    assert (known.pushed, known.last_push) == (2, desk.line.now)
    assert (known.etag, known.body_hash, known.next_visit) == (
        feed.etag, feed.body_hash, feed.next_visit,
    ), "the next visit is as if nothing had been pushed"  # fmt: skip
    assert desk.line.sites.asked == [feed.url]
    for number, method in enumerate(("sha1", "sha384", "sha512")):
        await desk.hub.publish(desk.document(feed, f"News {number}", first=number + 2), method)
    assert await desk.read() == 3


async def test_a_part_of_the_document_is_enough_and_nothing_is_news_twice(desk: Desk) -> None:
    feed = await desk.subscribed("Two", "One")
    await desk.line.follow("Niger")
    await desk.hub.publish(desk.document(feed, "Troops leave Niger", first=2))
    await desk.read()
    whole = desk.document(feed, "Troops leave Niger", "Two", "One")
    desk.line.now += HOUR
    known = await desk.line.visit(feed, whole)
    assert known.pushed == 2, "the visit found nothing that had not been pushed"
    await desk.hub.publish(whole)
    await desk.read()
    assert len(await desk.line.articles()) == 3
    assert await desk.line.owed() == 1


async def test_what_is_not_signed_is_answered_and_ignored(desk: Desk) -> None:
    feed = await desk.subscribed()
    (to,) = desk.hub.subscribers
    body, before = desk.document(feed, "Forged"), counted("forged")
    zero = "0" * 64
    for signature in ("", "sha256=", "sha256=" + zero, "md5=" + zero, "=", "sha1", "sha256=\udcff"):
        headers = {"X_Hub_Signature": signature} if signature else {}
        assert await desk.hub.push(to, body, **headers) == 202
    assert await desk.hub.push(to, body, "another-secret") == 202
    assert await desk.read() == 0
    assert counted("forged") - before == 8
    known = await desk.line.known(feed)
    assert (known.next_visit, known.pushed) == (feed.next_visit, 1)


async def test_two_signatures_are_none(desk: Desk) -> None:
    feed = await desk.subscribed()
    ((to, secret),) = desk.hub.subscribers.items()
    body = desk.document(feed, "Two", "One")
    good = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = [("X-Hub-Signature", good), ("X-Hub-Signature", "sha256=0")]
    async with desk.hub.session.post(to, data=body, headers=headers) as answer:
        assert answer.status == 202
    assert await desk.read() == 0


async def test_an_old_body_changes_nothing(desk: Desk) -> None:
    feed = await desk.subscribed()
    old, new = desk.document(feed, "Five dead"), desk.document(feed, "Nine dead")
    for body in (old, new):
        await desk.hub.publish(body)
    assert await desk.read() == 2
    assert await desk.titles() == {"Nine dead"}
    before = counted("repeated")
    for again in range(3):
        if again:
            desk.begin()  # what came is remembered over restarts
        assert await desk.hub.publish(old) == [202]
        assert await desk.read() == 0
    assert counted("repeated") - before == 3
    assert await desk.titles() == {"Nine dead"}
    assert (await desk.line.known(feed)).pushed == 3


async def test_the_same_twice_at_once_is_read_once(desk: Desk) -> None:
    feed = await desk.subscribed()
    body = desk.document(feed, "Two", "One")
    told = await asyncio.gather(*(desk.hub.publish(body) for _ in range(5)))
    assert told == [[202]] * 5
    assert await desk.read() == 1


async def test_a_word_without_news_has_the_feed_visited(desk: Desk) -> None:
    feed, titles = await desk.subscribed(), ["One"]
    words = (b"", b" \r\n", b"hub.mode=ping", b"<html></html>", b"\0" * 99)
    for number, body in enumerate(words):
        desk.line.now += 2 * FLOOR
        await desk.hub.publish(body)
        await desk.read()
        known = await desk.line.known(feed)
        assert known.next_visit <= desk.line.now + SAFETY
        titles.insert(0, f"News {number}")
        known = await desk.line.visit(feed, desk.document(feed, *titles))
        assert known.pushed == number + 2, "the hub said so, if not what"


async def test_no_word_has_a_feed_visited_more_often_than_the_floor(desk: Desk) -> None:
    feed = await desk.subscribed()
    for _ in range(3):
        await desk.hub.publish(b"")
        desk.line.now += 1
    known = await desk.line.known(feed)
    assert known.last_visit is not None
    assert known.next_visit == known.last_visit + FLOOR


async def test_a_feed_that_is_gone_says_so(desk: Desk) -> None:
    feed = await desk.subscribed()
    await desk.remove(feed)
    assert await desk.hub.publish(desk.document(feed, "Two")) == [410]
