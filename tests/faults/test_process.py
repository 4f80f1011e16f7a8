"""The process in trouble (rows P02–P08, P12, P14): it ends in order, or begins again."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time as clock
import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bench.farm import Farm
from bench.kill import first_visits, until
from bench.stage import Stage
from bot import logs
from bot.descriptors import FEWEST, MOST, connections
from bot.feeds.dial import Resolver
from bot.feeds.guard import Guard
from bot.heart import Heart, notifier
from bot.worker import Worker

ROOT = Path(__file__).parent.parent.parent
process = pytest.mark.process


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The bot as its users run it, on feeds of which each has one entry to come."""
    farm = Farm.sample(hold=1, now=int(clock.time()))
    made = Stage(farm, tmp_path, quick=True)
    await made.open()
    yield made
    await made.close()


async def answers(stage: Stage, number: int = 7) -> None:
    """Until somebody new has an answer; a start takes its time on a busy machine."""
    person = stage.api.user(number, "Amina", "en")
    await person.send("/help")
    await stage.api.wait_for(lambda: any(m.by_bot for m in person.messages), timeout=60)


# ── the end ──────────────────────────────────────────────────────────────────────────────────────


@process
async def test_p02_a_stop_finishes_what_is_being_sent(stage: Stage) -> None:
    await stage.start()
    await first_visits(stage)
    await answers(stage)
    reader = stage.api.user(7, "Amina", "en")
    for word in ("troops OR bridge OR water OR says OR new", "of OR the OR in OR to OR and"):
        await reader.ask(f"/follow {word}")
    stage.api.faults.add("delay", "sendMessage", times=None, seconds=0.5)
    stage.farm.reveal()
    begun = "SELECT count(*) FROM alert WHERE state IN ('sending', 'sent')"
    await until(lambda: stage.count(begun), 60, "an alert to be on its way")
    assert await stage.end(signal.SIGTERM) == 0
    assert stage.count("SELECT count(*) FROM alert WHERE state = 'sent'") >= 1
    assert not stage.count("SELECT count(*) FROM alert WHERE state IN ('claimed', 'sending')")


@process
async def test_p03_a_stop_while_starting_is_an_end_in_order(stage: Stage) -> None:
    for pause in (0.0, 0.05, 0.15, 0.3):
        await stage.start()
        await asyncio.sleep(pause)
        # Before it has begun to listen for signals there is nothing to put in order.
        assert await stage.end(signal.SIGTERM) in {0, -signal.SIGTERM}
    await stage.start()
    await answers(stage)
    assert await stage.end(signal.SIGTERM) == 0
    with stage.look() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


# ── memory, time, files ──────────────────────────────────────────────────────────────────────────


@process
@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="Linux only")
async def test_p04_the_kernel_takes_the_worker_before_the_bot() -> None:
    worker = Worker()
    try:
        assert await worker.run(_oom_score) == "1000"
    finally:
        await worker.close()
    assert _oom_score() != "1000"


def _oom_score() -> str:
    return Path("/proc/self/oom_score_adj").read_text().strip()


async def test_p05_a_loop_that_stood_still_is_told_and_remembered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    heart = Heart(period=0.0, monotonic=lambda: now[0])
    async with asyncio.TaskGroup() as group:
        beating = group.create_task(heart.run())
        await asyncio.sleep(0)
        assert not heart.faltering
        now[0] += 7.0  # as if something had kept the loop for so long
        await asyncio.sleep(0.01)
        assert heart.faltering
        now[0] += 61.0
        assert not heart.faltering
        beating.cancel()
    assert "everything stood still for 7 s" in caplog.messages


async def test_p05_the_service_manager_hears_every_beat(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(address))
        ear.settimeout(5)
        heart = Heart(notifier(str(address)), period=60.0)
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(heart.run())
            await asyncio.sleep(0)
            beating.cancel()
        heart.stopping()
        heard = [ear.recv(100).decode() for _ in range(3)]
        assert heard == ["READY=1", "WATCHDOG=1", "STOPPING=1"]
        for _ in range(5000):
            heart.stopping()  # nobody reads: it does not wait
    Heart(notifier(str(tmp_path / "nobody"))).stopping()  # nobody there: no harm
    Heart(notifier(None)).stopping()


STUCK = """
import asyncio, time
from bot.heart import Heart

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(Heart(ends=True, period=0.05, stuck=1.5).run())
        await asyncio.sleep(0.2)
        time.sleep(60)

asyncio.run(main())
"""


@process
def test_p05_a_loop_that_is_stuck_for_good_ends_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STUCK],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert ended.returncode == 1
    assert "line 9 in main" in ended.stderr, "it says where"


FEW_FILES = """
import resource
from bot.cli import main

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
main(["run"])
"""


@process
async def test_p07_few_open_files_slow_it_down_and_no_more(tmp_path: Path) -> None:
    farm = Farm.sample(hold=1, now=int(clock.time()))
    while len(farm.plots) < 30:
        for name, plot in list(farm.plots.items()):
            farm.plots[f"{name}-{len(farm.plots)}"] = plot
    stage = Stage(farm, tmp_path, command=("-c", FEW_FILES))
    await stage.open()
    try:
        await stage.start()
        await first_visits(stage)
        await answers(stage)
        assert stage.count("SELECT count(*) FROM feed WHERE failures > 0") == 0
        assert await stage.end(signal.SIGTERM) == 0
        assert "Too many open files" not in stage.log.read_text()
    finally:
        await stage.close()


def test_p07_connections_fit_below_the_limit() -> None:
    assert [connections(limit) for limit in (16, 64, 80, 1024)] == [FEWEST, 16, 32, MOST]


# ── names ────────────────────────────────────────────────────────────────────────────────────────


async def test_p08_stuck_name_servers_take_no_more_than_their_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer, asked = threading.Event(), []

    def getaddrinfo(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        answer.wait(60)
        return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    resolver = Resolver(Guard(()), seconds=0.05)
    hosts = [f"feed{number}.example" for number in range(40)]
    said = await asyncio.gather(*(resolver.resolve(h, 80) for h in hosts), return_exceptions=True)
    assert all(isinstance(error, OSError) for error in said)
    assert len(asked) == 4
    with pytest.raises(OSError, match="do not answer"):  # at once: nobody waits behind them
        await resolver.resolve("another.example", 80)
    answer.set()
    async with asyncio.timeout(60):
        while resolver._hanging:  # noqa: ASYNC110  (threads have no events)
            await asyncio.sleep(0.01)
    (found,) = await resolver.resolve("again.example", 80)
    assert found["host"] == "93.184.216.34"
    await resolver.close()


# ── logs and packages ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook)
    yield
    root.handlers[:], level, logging.raiseExceptions, sys.excepthook = before
    root.setLevel(level)


@pytest.mark.usefixtures("_restored")
def test_p12_a_log_that_nobody_reads_reaches_nobody() -> None:
    out, end = os.pipe()
    os.close(out)
    stream = io.TextIOWrapper(os.fdopen(end, "wb", 0), write_through=True)
    logs.setup("info", stream=stream)
    logging.getLogger("bot").error("nobody hears")
    stream.detach().close()
    logging.getLogger("bot").error("nor this")


@process
async def test_p12_the_bot_runs_with_standard_error_closed(tmp_path: Path) -> None:
    closed = ("-c", "import os; os.close(2); os.close(1)\nfrom bot.cli import main; main(['run'])")
    stage = Stage(Farm.sample(hold=0, now=int(clock.time())), tmp_path, command=closed)
    await stage.open()
    try:
        await stage.start()
        await answers(stage)
        stage.farm.plots.clear()  # feeds that fail are logged
        await answers(stage, 8)
        assert await stage.end(signal.SIGTERM) == 0
    finally:
        await stage.close()


def test_p14_every_dependency_is_locked_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]
    for file, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", [*project["dependencies"], *extra["dev"]]),
    ):
        locked = _locked((ROOT / file).read_text())
        for requirement in map(Requirement, wanted):
            assert locked[_normal(requirement.name)] in requirement.specifier, requirement


def _locked(text: str) -> dict[str, str]:
    """Names and versions; every one of them must bring a hash."""
    found = {}
    for entry in text.replace("\\\n", " ").splitlines():
        if "==" not in entry or entry.startswith("#"):
            continue
        assert "--hash=sha256:" in entry, entry[:60]
        name, _, rest = entry.partition("==")
        found[_normal(name)] = rest.split()[0].rstrip(";")
    return found


def _normal(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")
