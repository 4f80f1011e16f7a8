"""A broadcast at full pace through the whole bot: how fast, at what price, and who waits meanwhile.

    python -m bench.broadcast [--alerts 10000] [--chats 5000] [--allowed 1000] [--rate 1000]
                              [--latency 0.06] [--seconds 0] [--obvious 16]

The outbox is filled beforehand; the bot delivers it to a server in a process of its own that
refuses what is beyond `--allowed` a second, while people ask for help. `--obvious 16` sends as many
messages the obvious way after that, sixteen at a time: `send_message` for each, through the
library's AIORateLimiter (`pip install aiolimiter`). `--seconds` looks at a part of a long one:

    python -m bench.broadcast --alerts 50000 --chats 25000 --allowed 30 --rate 28 --seconds 60 \
                              --obvious 16
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.delivery import Load, owe, processor
from bench.stage import ROOT
from bot.demo.api import Limits

TOKEN = "4242:QUICK"


@dataclass(frozen=True, slots=True)
class Run:
    """One broadcast; figures of the sender's process."""

    report: dict[str, Any]
    cpu: float  # seconds of processor time
    grown: float  # MB, from the first alert to the highest

    def line(self, name: str) -> str:
        seen, waits = self.report, sorted(self.report["waits"]) or [0.0]
        number, last = max(1, seen["delivered"]), len(waits) - 1
        return (
            f"{name}: {seen['delivered']} delivered, {self.repeated} repeated,"
            f" {seen['refused']} × 429; {self.rate:.1f}/s (worst second {seen['worst_second']});"
            f" {1000 * self.cpu / number:.2f} ms CPU each; {self.grown:+.1f} MB;"
            f" replies {len(waits)} p50 {waits[last // 2]:.3f} p99 {waits[int(last * 0.99)]:.3f}"
            f" max {waits[-1]:.3f} s, unanswered {seen['unanswered']}"
        )

    @property
    def waited(self) -> float:
        """Seconds that 99 of 100 people waited at most."""
        waits = sorted(self.report["waits"]) or [0.0]
        return float(waits[int((len(waits) - 1) * 0.99)])

    @property
    def rate(self) -> float:
        return (self.report["delivered"] - 1) / max(1e-9, self.report["seconds"])

    @property
    def repeated(self) -> int:
        return int(self.report["delivered"]) - int(self.report["different"])


class Server:
    """The quick Bot API, from outside."""

    def __init__(self, url: str) -> None:
        self.url = url

    def report(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/report", timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


@contextmanager
def serving(load: Load) -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.quick_api", "--latency", str(load.latency)]
    command += ["--allowed", str(load.limits.overall_burst or 1_000_000)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        try:
            yield Server(process.stdout.readline().strip())
        finally:
            process.terminate()


@contextmanager
def sending(command: list[str], folder: Path, **environment: str) -> Iterator[int]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, stdout=log, stderr=log,
            env=kept | environment | {"PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def memory(pid: int) -> float:
    """Resident MB."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4096 / 2**20


def watch(server: Server, pid: int, load: Load, seconds: float) -> Run:
    """Follow a sender to its last alert, or until the time is up."""
    end = time.monotonic() + seconds
    while not server.report()["delivered"] and time.monotonic() < end:
        time.sleep(0.1)
    cpu, before, highest = processor(pid), memory(pid), 0.0
    while (report := server.report())["different"] < load.alerts and time.monotonic() < end:
        highest = max(highest, memory(pid))
        time.sleep(0.25)
    return Run(report, processor(pid) - cpu, highest - before)


def ours(load: Load, folder: Path, seconds: float) -> Run:
    database = f"sqlite:///{folder}/newsbell.db"
    asyncio.run(owe(database, load))
    with serving(load) as server, sending(
        ["-m", "bot", "run"], folder, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=server.url,
        DATABASE_URL=database, BULK_RATE=str(load.rate), BULK_PAID="true", FEEDS="http://127.0.0.1:9/none",
        POLL_FLOOR="1h", FETCH_ALLOW="127.0.0.1:9",
    ) as pid:  # fmt: skip
        return watch(server, pid, load, seconds)


def obvious(load: Load, folder: Path, seconds: float, workers: int) -> Run:
    with serving(load) as server, sending(
        ["-m", "bench.obvious", server.url, "--alerts", str(load.alerts), "--workers", str(workers),
         "--chats", str(load.chats), "--rate", str(int(load.rate))], folder,
    ) as pid:  # fmt: skip
        return watch(server, pid, load, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--chats", type=int, default=5000)
    parser.add_argument("--allowed", type=int, default=1000, help="a second, by the server")
    parser.add_argument("--rate", type=float, default=1000, help="BULK_RATE")
    parser.add_argument("--latency", type=float, default=0.06, help="seconds for a message")
    parser.add_argument("--seconds", type=float, default=0, help="give up then; 0: never early")
    parser.add_argument("--obvious", type=int, default=0, metavar="N", help="with N at a time")
    chosen = parser.parse_args()
    limits = Limits(overall_burst=chosen.allowed)
    load = Load(chosen.alerts, chosen.chats, chosen.rate, limits, chosen.latency)
    seconds = chosen.seconds or 60 + 5 * chosen.alerts / chosen.rate
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        found = ours(load, folder, seconds)
        print(found.line("newsbell"), flush=True)
        if chosen.obvious:
            other = obvious(load, folder, seconds, chosen.obvious)
            print(other.line(f"AIORateLimiter, {chosen.obvious} at a time"), flush=True)
        print((folder / "log.txt").read_text(encoding="utf-8")[-2000:], file=sys.stderr)
    lost = 0 if chosen.seconds else load.alerts - found.report["different"]
    good = not (lost or found.repeated or found.report["refused"])
    return 0 if good and found.rate >= 0.9 * load.rate and found.waited <= 0.15 else 1


if __name__ == "__main__":
    sys.exit(main())
