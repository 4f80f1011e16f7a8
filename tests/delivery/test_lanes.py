"""Answers pass at once; alerts keep an even pace; a 429 is believed. All on a clock of our own."""

from __future__ import annotations

import asyncio
import heapq
from itertools import pairwise
from typing import Any

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.delivery.lanes import GROUP_INTERVAL, RECENT_CHATS, Lane, Lanes, crew


class Simulated:
    """Time that jumps to the next sleeper when everybody sleeps."""

    def __init__(self) -> None:
        self.at = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.at + seconds, self._count, future))
        await future

    async def run(self, *jobs: Any) -> list[Any]:
        tasks = [asyncio.ensure_future(job) for job in jobs]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self.at, _, future = heapq.heappop(self._sleepers)
                if not future.done():
                    future.set_result(None)
        return [task.exception() or task.result() for task in tasks]


@pytest.fixture
def time() -> Simulated:
    return Simulated()


class Server:
    """Notes when each request came; answers as told."""

    def __init__(self, time: Simulated) -> None:
        self.time = time
        self.came: list[tuple[float, int]] = []
        self.answers: list[Exception] = []

    async def request(self, lanes: Lanes, chat: int, lane: Lane | None = None) -> Any:
        async def callback(number: int) -> bool:
            self.came.append((self.time(), number))
            if self.answers:
                raise self.answers.pop(0)
            return True

        return await lanes.process_request(
            callback, (chat,), {}, "sendMessage", {"chat_id": chat}, lane
        )


@pytest.fixture
def server(time: Simulated) -> Server:
    return Server(time)


def lanes(time: Simulated, rate: float = 28) -> Lanes:
    return Lanes(rate, now=time, sleep=time.sleep)


async def test_alerts_are_spread_evenly(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    await time.run(*(server.request(ours, chat, "bulk") for chat in range(1, 281)))
    moments = [at for at, _ in server.came]
    assert moments[-1] == pytest.approx(279 / 28)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) == pytest.approx(1 / 28)


async def test_who_wakes_up_late_delays_nobody(time: Simulated, server: Server) -> None:
    late = Lanes(1000, now=time, sleep=lambda seconds: time.sleep(seconds + 0.004))
    await time.run(*(server.request(late, chat, "bulk") for chat in range(1, 1001)))
    assert server.came[-1][0] == pytest.approx(0.999 + 0.004)


async def test_what_a_slow_disk_held_back_leaves_at_no_more_than_the_pace(
    time: Simulated, server: Server
) -> None:
    ours = lanes(time)
    await time.run(*(server.request(ours, chat, "paced") for chat in range(1, 61)))
    moments = [at for at, _ in server.came]
    for start in moments:
        assert len([at for at in moments if start <= at < start + 1]) <= 28


async def test_after_a_rest_nobody_bursts(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    await time.run(server.request(ours, 1, "bulk"))
    time.at += 100
    await time.run(*(server.request(ours, chat, "bulk") for chat in range(2, 30)))
    moments = [at for at, _ in server.came[1:]]
    assert min(later - earlier for earlier, later in pairwise(moments)) == pytest.approx(1 / 28)


async def test_those_who_wait_already_wait_for_the_end_of_a_storm(
    time: Simulated, server: Server
) -> None:
    ours = lanes(time)
    server.answers = [RetryAfter(3), RetryAfter(3)]
    results = await time.run(*(server.request(ours, chat, "bulk") for chat in range(1, 101)))
    assert sum(isinstance(result, RetryAfter) for result in results) == 2
    moments = [at for at, _ in server.came]
    assert moments[2] >= moments[1] + 3
    assert min(b - a for a, b in pairwise(moments[2:])) > 1 / 28


@pytest.mark.parametrize(("rate", "in_flight"), [(0.5, 8), (28, 8), (100, 16), (1000, 160)])
def test_a_higher_pace_needs_more_in_flight(rate: float, in_flight: int) -> None:
    assert crew(rate) == in_flight


async def test_answers_never_wait_behind_alerts(time: Simulated, server: Server) -> None:
    ours = lanes(time)

    async def person() -> float:
        await time.sleep(2)
        began = time()
        for chat in range(5000, 5100):
            await server.request(ours, chat)
        return time() - began

    results = await time.run(
        *(server.request(ours, chat, "bulk") for chat in range(1, 301)), person()
    )
    assert results[-1] == 0


async def test_one_a_second_in_a_private_chat(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    await time.run(*(server.request(ours, 7, "bulk") for _ in range(5)))
    assert [at for at, _ in server.came] == pytest.approx([0, 1, 2, 3, 4])


async def test_eighteen_a_minute_in_a_group(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    await time.run(*(server.request(ours, -7, "bulk") for _ in range(40)))
    moments = [at for at, _ in server.came]
    for start in moments:
        assert len([at for at in moments if start <= at < start + 60]) <= 19
    assert moments[-1] == pytest.approx(39 * GROUP_INTERVAL)


async def test_an_alert_gives_way_to_the_answer_before_it(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    await time.run(server.request(ours, 7))
    assert ours.wait(7) == pytest.approx(1)
    assert ours.wait(8) == 0


async def test_a_429_stops_that_chat_only(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    server.answers = [RetryAfter(30)]
    (error,) = await time.run(server.request(ours, 7, "bulk"))
    assert isinstance(error, RetryAfter)
    assert ours.wait(7) == pytest.approx(30)
    assert ours.rate == 28
    await time.run(server.request(ours, 8, "bulk"))
    assert time() < 1


async def test_two_429s_in_two_chats_pause_everything_and_halve_the_pace(
    time: Simulated, server: Server
) -> None:
    ours = lanes(time)
    server.answers = [RetryAfter(3), RetryAfter(4)]
    await time.run(*(server.request(ours, chat, "bulk") for chat in (1, 2)))
    assert ours.rate == pytest.approx(14)
    began = time()
    await time.run(*(server.request(ours, chat, "bulk") for chat in range(10, 38)))
    moments = [at for at, _ in server.came[2:]]
    assert moments[0] == pytest.approx(began + 4)
    assert moments[-1] - moments[0] > 28 / 20  # no burst after the pause
    time.at = began + 70
    assert ours.rate == 28


async def test_three_429s_in_a_thousand_take_a_tenth_off_the_pace(
    time: Simulated, server: Server
) -> None:
    ours = lanes(time, rate=1000)
    server.answers = [RetryAfter(1), RetryAfter(1), RetryAfter(1)]
    await time.run(*(server.request(ours, chat, "bulk") for chat in (1, 2, 3)))
    assert ours.rate == pytest.approx(900)
    time.at += 8
    assert ours.rate == 1000


async def test_a_storm_of_many_429s_is_one_storm(time: Simulated) -> None:
    """Those that were on their way do not halve the pace again and again."""
    ours = lanes(time, rate=1000)
    assert [ours._heed(chat, RetryAfter(1)) for chat in range(160)] == [1] * 160
    assert ours.rate == pytest.approx(500)


async def test_a_pace_that_is_far_too_high_is_found_out_in_a_few_storms(time: Simulated) -> None:
    """A server that lets 30 a second through meets a pace of 1,000."""
    ours, refused, passed = lanes(time, rate=1000), 0, []

    async def one(chat: int) -> None:
        nonlocal refused
        await ours.turn(chat)
        if len([at for at in passed[-40:] if at > time() - 1]) < 30:
            passed.append(time())
            return
        refused += 1
        ours._heed(chat, RetryAfter(1))

    for first in range(1, 3201, 160):
        await time.run(*(one(chat) for chat in range(first, first + 160)))
        if ours.rate < 45:
            break
    assert ours.rate < 45
    assert refused < 700


async def test_a_high_pace_begins_at_a_half_after_a_rest(time: Simulated, server: Server) -> None:
    ours = lanes(time, rate=200)
    for first in (1, 10_001):
        server.came.clear()
        time.at += 100
        chats = range(first, first + 800)
        await time.run(*(server.request(ours, chat, "bulk") for chat in chats))
        began = server.came[0][0]
        moments = [at - began for at, _ in server.came]
        assert len([at for at in moments if at < 0.5]) == pytest.approx(56, abs=2)
        assert len([at for at in moments if 3 <= at < 4]) == pytest.approx(200, abs=2)


async def test_two_429s_far_apart_are_no_storm(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    server.answers = [RetryAfter(3)]
    await time.run(server.request(ours, 1, "bulk"))
    time.at += 6
    server.answers = [RetryAfter(3)]
    await time.run(server.request(ours, 2, "bulk"))
    assert ours.rate == 28


async def test_an_hour_of_429s_ends_with_a_pace_that_recovers(
    time: Simulated, server: Server
) -> None:
    ours = lanes(time)
    server.answers = [RetryAfter(5) for _ in range(600)]
    for chat in range(1, 601):
        await time.run(server.request(ours, chat, "bulk"))
    assert 0.4 < ours.rate < 28
    time.at += 120
    assert ours.rate == 28


async def test_a_short_429_of_an_answer_is_sat_out(time: Simulated, server: Server) -> None:
    server.answers = [RetryAfter(2)]
    assert await time.run(server.request(lanes(time), 7)) == [True]
    assert [at for at, _ in server.came] == pytest.approx([0, 2])


@pytest.mark.parametrize("error", [RetryAfter(60), BadRequest("x"), NetworkError("Bad Gateway")])
async def test_other_errors_of_an_answer_are_told(
    time: Simulated, server: Server, error: Exception
) -> None:
    server.answers = [error]
    assert await time.run(server.request(lanes(time), 7)) == [error]
    assert len(server.came) == 1


async def test_what_does_not_go_to_a_chat_is_not_counted(time: Simulated) -> None:
    ours = lanes(time)

    async def callback() -> bool:
        return True

    for endpoint, data in (("answerCallbackQuery", {}), ("getChat", {"chat_id": 7})):
        assert await ours.process_request(callback, (), {}, endpoint, data, None)
    assert ours.wait(7) == 0


async def test_only_recent_chats_are_remembered(time: Simulated, server: Server) -> None:
    ours = lanes(time)
    for chat in range(1, RECENT_CHATS + 11):
        await server.request(ours, chat)
    assert ours.wait(1) == 0
    assert ours.wait(RECENT_CHATS) > 0
