"""Bounds of what hubs may send, what a crash takes, and visits that become rarer and come back."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot import metrics
from bot.callbacks import AT_ONCE, LARGEST
from bot.collector.pushes import BURST, SAFETY, WAITING
from bot.feeds import websub
from tests.collector.pushing import FLOOR, Desk, a_desk
from tests.feeds.line import OK, rss

pytestmark = pytest.mark.loopback

HOUR, DAY = 3600, 86400


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as made:
        yield made


def counted(result: str) -> float:
    return metrics.PUSHES.labels(result)._value.get()


# ── bounds ──


async def chunks(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


async def test_a_giant_is_not_read(desk: Desk) -> None:
    await desk.subscribed()
    (to,) = desk.hub.subscribers
    before = counted("large")
    for data in (io.BytesIO(b"x" * (LARGEST + 1)), chunks(LARGEST, 1)):
        try:
            async with desk.hub.session.post(to, data=data) as answer:
                assert answer.status == 413
        except aiohttp.ClientError:
            pass  # the line was cut while we were sending
    assert counted("large") - before == 2
    assert await desk.hub.publish(b"") == [202], "the next one is taken"


async def test_what_is_coded_is_not_unfolded(desk: Desk) -> None:
    await desk.subscribed()
    (to,) = desk.hub.subscribers
    assert await desk.hub.push(to, b"\x1f\x8b", Content_Encoding="gzip") == 415


async def test_a_slow_drip_is_cut_and_holds_up_nobody(tmp_path: Path) -> None:
    async with a_desk(tmp_path, seconds=0.2) as desk:
        feed = await desk.subscribed()
        (to,) = desk.hub.subscribers
        end = asyncio.Event()

        async def drip() -> AsyncIterator[bytes]:
            yield b"<"
            await end.wait()
            yield b">"

        async def send() -> int:
            async with desk.hub.session.post(to, data=drip()) as answer:
                return answer.status

        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            sending = [group.create_task(send()) for _ in range(AT_ONCE)]
            for one in sending:
                assert await one == 408
            end.set()
        assert await desk.hub.publish(desk.document(feed, "Two", "One")) == [202]


async def test_a_hub_that_hangs_up_in_the_middle(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    feed = await desk.subscribed()
    (to,) = desk.hub.subscribers
    host, port = desk.address.removeprefix("http://").split(":")
    for _ in range(AT_ONCE + 2):
        _, writer = await asyncio.open_connection(host, int(port))
        path = to.removeprefix(desk.address)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n<".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert await desk.hub.publish(desk.document(feed, "Two", "One")) == [202]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_hub_that_calls_too_often_is_told_to_wait(desk: Desk) -> None:
    await desk.subscribed()
    told = [(await desk.hub.publish(b""))[0] for _ in range(BURST + 5)]
    assert told == [202] * BURST + [429] * 5
    desk.line.now += 10
    assert await desk.hub.publish(b"") == [202]


async def test_more_than_can_be_held_is_left_to_visits(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.line.now += 2 * FLOOR
    for number in range(WAITING + 5):
        told = await desk.hub.publish(desk.document(feed, f"News {number}", "One"))
        assert told == [202]
    assert await desk.read() == WAITING
    last = desk.line.now + SAFETY + WAITING + 5  # each has a second of its own
    assert (await desk.line.known(feed)).next_visit <= last


async def test_pushes_ring_no_more_than_visits_would(desk: Desk) -> None:
    """Three documents of twenty new entries each in a minute are one of sixty."""
    feed = await desk.subscribed(*(f"Old {n}" for n in range(20)))
    await desk.line.follow("Niger")
    desk.line.now += HOUR
    owed = []
    for start in (100, 120, 140):
        titles = [f"{chr(65 + n) * 3}{start} in Niger" for n in range(20)]
        body = rss(*titles, head=desk.hub.links(feed.url), first=start, dated=False)
        await desk.hub.publish(body)
        await desk.read()
        owed.append(await desk.line.owed())
        desk.line.now += 20
    assert len(await desk.line.articles()) == 80
    assert owed[0] > 0
    assert owed == [owed[0]] * 3


# ── what is lost ──


async def test_what_a_crash_takes_is_brought_by_a_visit(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.line.now += 2 * FLOOR
    assert await desk.hub.publish(desk.document(feed, "Two", "One")) == [202]
    desk.begin()
    assert await desk.read() == 0
    assert (await desk.line.known(feed)).next_visit == desk.line.now + SAFETY


async def test_what_cannot_be_stored_is_asked_for_again(desk: Desk) -> None:
    feed = await desk.subscribed()
    body = desk.document(feed, "Two", "One")
    form = desk.hub.asked[0]
    await desk.store.close()
    assert await desk.hub.publish(body) == [503]
    assert (await desk.hub.verify(form)).status == 503


async def test_a_hub_that_hangs_does_not_keep_the_bot_from_stopping(desk: Desk) -> None:
    asked, end = asyncio.Event(), asyncio.Event()

    async def hangs(_: web.Request) -> web.Response:
        asked.set()
        await end.wait()
        return web.Response()

    desk.hub.answer = hangs
    await desk.daily()
    stop = asyncio.Event()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(desk.pushes.run(stop))
        await asked.wait()
        stop.set()
        await running
    end.set()
    assert (await desk.one()).asked == "subscribe", "it may verify still, and is asked again"


async def test_a_life_of_its_own_subscribes_and_reads(desk: Desk) -> None:
    feed = await desk.daily()
    stop = asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(desk.pushes.run(stop))
        await desk.hub.until(lambda: desk.hub.subscribers)
        await desk.hub.publish(desk.document(feed, "Two", "One"))
        while (await desk.line.known(feed)).pushed < 2:  # noqa: ASYNC110  (of the database)
            await asyncio.sleep(0.01)
        stop.set()
    assert await desk.titles() == {"One", "Two"}


# ── back-up visits ──


async def test_visits_become_rarer_with_every_push_and_one_miss_undoes_it(desk: Desk) -> None:
    feed = await desk.subscribed()
    waits, titles = [], ["One"]
    for number in range(2, 8):
        desk.line.now += HOUR
        titles.insert(0, f"News {number}")
        await desk.hub.publish(desk.document(feed, *titles))
        await desk.read()
        waits.append((await desk.line.visit(feed, OK)).interval)
    usual = HOUR
    assert waits == [min(usual << n, DAY) for n in range(1, 7)]
    desk.line.now += HOUR
    known = await desk.line.visit(feed, desk.document(feed, "Not pushed", *titles), etag='"2"')
    assert known.pushed == 1
    assert known.interval <= usual
    assert websub.rarer(FLOOR, known.pushed, DAY) == FLOOR


async def test_of_two_that_came_a_crash_takes_the_second(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.line.now += 2 * FLOOR
    for number in (2, 3):
        await desk.hub.publish(desk.document(feed, f"News {number}", first=number))
    await desk.pushes.hand_on()
    desk.begin()
    known = await desk.line.known(feed)
    assert known.next_visit == desk.line.now + SAFETY + 1, "the first does not take that back"


async def test_of_two_that_were_read_no_visit_is_left(desk: Desk) -> None:
    feed = await desk.subscribed()
    desk.line.now += 2 * FLOOR
    for number in (2, 3, 4):
        await desk.hub.publish(desk.document(feed, f"News {number}", first=number))
    assert await desk.read() == 3
    assert (await desk.line.known(feed)).next_visit == feed.next_visit
