"""The whole bot as its users run it: a process between loopback feeds and a strict Bot API.

In: a farm of feeds. Out: a running `python -m bot run`, its memory, its log, and a look into its
database from outside. The Bot API lives in this process, so it survives every kill.
No command of its own: `python -m bench.kill` and others play on it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.farm import Farm
from bot.demo.api import BotApi, Limits

ROOT = Path(__file__).parent.parent


@dataclass
class Peak:
    """Largest resident sizes seen, in MB: the bot's own process, and it with its workers."""

    main: float = 0.0
    all: float = 0.0


@dataclass
class Stage:
    farm: Farm
    folder: Path
    floor: str = "1s"
    rate: float = 28.0
    limits: Limits = field(default_factory=Limits.off)
    command: tuple[str, ...] = ("-m", "bot", "run")
    peak: Peak = field(default_factory=Peak)
    quick: bool = False  # starts are forks of a process that has imported everything
    nursery: asyncio.subprocess.Process | None = None
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    alive: bool = False  # a fork of the nursery

    def __post_init__(self) -> None:
        self.api = BotApi(limits=self.limits)

    async def open(self) -> None:
        await self.farm.start()
        self.url = await self.api.start()

    async def close(self) -> None:
        await self.end(signal.SIGKILL)
        if self.nursery is not None:
            self.nursery.kill()
            await self.nursery.wait()
        await self.api.stop()
        await self.farm.stop()

    @property
    def database(self) -> Path:
        return self.folder / "newsbell.db"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        return kept | {
            "TELEGRAM_TOKEN": self.api.token,
            "TELEGRAM_API_URL": self.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "FEEDS": ",".join(self.farm.urls),
            "POLL_FLOOR": self.floor,
            "POLL_CEILING": self.floor,
            "FETCH_ALLOW": self.farm.origin.removeprefix("http://"),
            "BULK_RATE": str(self.rate),
            "PYTHONPATH": str(ROOT),
        }

    async def start(self) -> None:
        self.starts += 1
        if self.quick:
            self.alive = bool(await self._order("start"))
            return
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self.command,
                env=self.environment(), cwd=self.folder, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    async def end(self, number: int = signal.SIGTERM) -> int | None:
        """Signal the bot's own process (its worker ends by itself) and wait for it."""
        if self.alive:
            self.alive = False
            return await self._order(f"end {int(number)}")
        if self.process is None:
            return None
        if self.process.returncode is None:
            self.process.send_signal(number)
        code = await self.process.wait()
        self.process = None
        return code

    async def _order(self, words: str) -> int:
        """What the nursery answers."""
        if self.nursery is None:
            self.nursery = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bench.nursery", str(self.log),
                env=self.environment(), cwd=self.folder,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(f"{words}\n".encode())
        return int(await self.nursery.stdout.readline())

    def measure(self) -> Peak:
        """Note the present memory of the process and its children."""
        if self.process is not None:
            sizes = list(_sizes(self.process.pid))
            self.peak.main = max(self.peak.main, sizes[0] if sizes else 0.0)
            self.peak.all = max(self.peak.all, sum(sizes))
        return self.peak

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """The database, read-only, from outside."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def count(self, sql: str) -> int:
        try:
            with self.look() as connection:
                return int(connection.execute(sql).fetchone()[0] or 0)
        except sqlite3.OperationalError:  # not there yet
            return 0

    def warnings(self) -> list[str]:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if any(w in line for w in ("WARNING", "ERROR", "Traceback"))]


def _sizes(pid: int) -> Iterator[float]:
    """Resident MB of a process (its highest), then of each child."""
    status = Path(f"/proc/{pid}/status")
    try:
        text = status.read_text(encoding="ascii", errors="replace")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            yield int(line.split()[1]) / 1024
    for child in children:
        yield from _sizes(int(child))
