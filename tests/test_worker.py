"""The killable process, with real processes."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from bot.errors import FeedError, QueryError, WorkerError
from bot.worker import Worker

pytestmark = pytest.mark.process


def double(n: int) -> int:
    return 2 * n


def refuse() -> None:
    raise QueryError("Not like this.", at=7)


def stumble() -> None:
    raise KeyError("secret")


def spin() -> None:
    while True:
        pass


def eat() -> int:
    return len([bytes(1 << 20) for _ in range(4096)])


def chatter() -> str:
    print("noise on standard output")
    return input() if False else "done"


def secrets() -> list[str]:
    return sorted(os.environ)


def unpicklable() -> object:
    return lambda: None


@pytest.fixture
async def worker():
    made = Worker(memory_mb=256, cpu_seconds=1)
    yield made
    await made.close()


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def test_it_answers_and_keeps_its_process(worker: Worker) -> None:
    assert await worker.run(double, 4) == 8
    pid = worker.pid
    assert await worker.run(double, 5) == 10
    assert worker.pid == pid


async def test_our_errors_come_through_others_become_worker_errors(worker: Worker) -> None:
    with pytest.raises(QueryError, match="Not like this") as refused:
        await worker.run(refuse)
    assert refused.value.at == 7
    with pytest.raises(WorkerError, match="KeyError"):
        await worker.run(stumble)
    with pytest.raises(WorkerError):
        await worker.run(unpicklable)
    assert await worker.run(double, 1) == 2
    assert issubclass(FeedError, Exception)


async def test_a_call_that_takes_too_long_is_killed_and_the_next_one_works(worker: Worker) -> None:
    await worker.run(double, 1)
    pid = worker.pid
    assert pid
    with pytest.raises(WorkerError, match="seconds"):
        await worker.run(time.sleep, 3600, timeout=0.2)
    assert gone(pid)
    assert await worker.run(double, 2) == 4


async def test_a_call_that_burns_the_processor_is_killed_by_the_kernel(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="stopped"):
        await worker.run(spin, timeout=60)
    assert await worker.run(double, 2) == 4


async def test_p04_a_call_that_wants_too_much_memory_fails_alone(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="memory"):
        await worker.run(eat)
    assert await worker.run(double, 2) == 4


async def test_a_process_that_dies_in_mid_call_or_idle_is_replaced(worker: Worker) -> None:
    with pytest.raises(WorkerError):
        await worker.run(os._exit, 3)
    assert await worker.run(double, 2) == 4
    assert worker.pid
    os.kill(worker.pid, 9)
    with_luck = await asyncio.gather(worker.run(double, 3), return_exceptions=True)
    assert with_luck == [6] or isinstance(with_luck[0], WorkerError)
    assert await worker.run(double, 3) == 6


async def test_a_cancelled_call_leaves_no_process_that_would_answer_the_next(
    worker: Worker,
) -> None:
    await worker.run(double, 1)
    pid = worker.pid
    assert pid
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker.run(time.sleep, 3600))
        await asyncio.sleep(0.05)
        task.cancel()
    assert gone(pid)
    assert await worker.run(double, 21) == 42


async def test_calls_take_turns(worker: Worker) -> None:
    assert await asyncio.gather(*(worker.run(double, n) for n in range(20))) == [
        2 * n for n in range(20)
    ]


async def test_it_is_handed_no_environment_and_may_print(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "123:canary")
    assert await worker.run(chatter) == "done"
    assert not [name for name in await worker.run(secrets) if "TOKEN" in name]


async def test_large_arguments_and_results(worker: Worker) -> None:
    body = b"x" * 10_000_000
    assert await worker.run(bytes.upper, body) == b"X" * 10_000_000


async def test_closing_ends_the_process_and_may_be_repeated() -> None:
    worker = Worker()
    await worker.close()
    await worker.run(double, 1)
    pid = worker.pid
    assert pid
    await worker.close()
    await worker.close()
    assert gone(pid)
