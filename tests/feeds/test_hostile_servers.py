"""A server for every way to hurt who asks it; `python -m bench.hostile` has all, at full size."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

import pytest

from bench.bad_feeds import SIZES, every
from bench.bad_servers import BEHAVIOURS, BODIES, serve
from bot.errors import FeedError, WorkerError
from bot.feeds import delta
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Fetched, Refused
from bot.worker import Worker
from tests.feeds.site import feed

BIG = {name for name in BODIES if name.startswith("bomb")}
ENDLESS = {name for name in BEHAVIOURS if name.startswith("endless")}
READ = {"good", "gzip-padding", "coding-long", "etag-giant", "type-giant", "answer-twice"}


@pytest.mark.loopback
async def test_every_visit_ends_in_time_and_the_next_one_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR, "asyncio")
    names = sorted(set(BEHAVIOURS) - BIG - ENDLESS)
    assert len(BEHAVIOURS) >= 60
    server = await serve()
    port = server.sockets[0].getsockname()[1]
    guard = Guard([f"127.0.0.1:{port}"])
    async with server, Fetcher(guard, contact="", timeout=0.4, now=time.time) as fetcher:
        async with asyncio.timeout(60):
            visits = await asyncio.gather(
                *(fetcher.visit(feed(f"http://127.0.0.1:{port}/{name}")) for name in names)
            )
            good = feed(f"http://127.0.0.1:{port}/good")
            while not isinstance(await fetcher.visit(good), Fetched):
                pass  # a busy machine may need longer than the little time that a visit has here
        server.close()
    fetched = {n for n, visit in zip(names, visits, strict=True) if isinstance(visit, Fetched)}
    assert fetched <= READ | {"header-folded", "length-and-chunks"}
    problems = [visit.problem for visit in visits if isinstance(visit, Refused)]
    assert all(problem.endswith(".") for problem in problems)


@pytest.mark.process
async def test_every_kind_of_bad_feed_is_read_refused_or_stopped() -> None:
    worker = Worker()
    reader = partial(delta.read, content_type=None, url="https://a.example/f", known=b"", day=1)
    cases = [(name, make) for name, make in every() if name.endswith(f", {SIZES[0]}")][::3]
    assert len(list(every())) >= 300
    stopped = []
    for name, make in cases:
        try:
            await worker.run(reader, make(), timeout=20)
        except FeedError:
            pass
        except WorkerError as error:
            stopped.append((name, str(error)))
    await worker.close()
    assert stopped == []
