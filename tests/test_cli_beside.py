"""The command line beside a bot that runs: both see the same feeds, and neither stops the other."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.api import BotApi, Limits
from tests.fakes import Press, a_press
from tests.test_article_to_phone import a_bot, visited

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
OTHERS = "to another user: run this as the user that Newsbell runs as, or as root."
OPML = '<opml version="2.0"><body>{}</body></opml>'


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi(limits=Limits.off())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    async with a_press() as press:
        press.outlet("Sahel Wire").publish("Council opens a new bridge", "It took four years.")
        yield press


async def newsbell(folder: Path, *words: str) -> tuple[int, str, str]:
    """The command in a process with nothing in its environment but where the database is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=folder,
        env={
            "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'newsbell.db'}",
        },
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def as_another_user(folder: Path) -> str:
    """What the command says to somebody who may see the database and is not its owner."""
    database = folder / "newsbell.db"
    for above in (folder, *folder.parents):
        if above.stat().st_mode & 0o001 == 0:  # pytest's own folders, however deep
            above.chmod(0o711)
    asking = (
        "import asyncio, os, pathlib, bot.orders\n"
        "from bot.commands.telling import ask; from bot.errors import StoreLocked\n"
        f"os.setuid(54321); path = pathlib.Path({str(database) + '.sock'!r})\n"
        "try: asyncio.run(ask(path, StoreLocked('locked'), {}))\n"
        "except StoreLocked as error: print(error)"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", asking, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode().partition(" belongs ")[2].strip()


async def test_feeds_are_added_while_the_bot_runs(
    api: BotApi, press: Press, tmp_path: Path
) -> None:
    async with a_bot(api, press, tmp_path):
        await visited(press, "sahel-wire")
        press.outlet("Northern Herald").publish("Snow closes the pass", "It fell all night.")
        new = f"{press.origin}/northern-herald"

        code, out, err = await newsbell(tmp_path, "feeds", "add", new, f"{press.origin}/none")
        assert (code, out) == (1, "")
        assert err.splitlines()[0] == "added: Northern Herald, 1 entry"
        assert err.splitlines()[1].startswith(f"{press.origin}/none: ")
        await visited(press, "northern-herald")  # by the bot, which knew the way there

        file = tmp_path / "more.opml"
        names = [f"http://10.0.0.{n}/rss" for n in range(12)]  # nobody goes there
        file.write_text(OPML.format("".join(f'<outline xmlUrl="{name}"/>' for name in names)))
        told = await asyncio.gather(
            *(newsbell(tmp_path, "feeds", "import", "more.opml") for _ in range(2))
        )
        assert [code for code, _, _ in told] == [0, 0]
        added = [int(err.split()[0]) for _, _, err in told]
        assert sum(added) == 12, "each is added once, by whoever came first"

        known = await newsbell(tmp_path, "feeds", "list")
        assert len(known[1].splitlines()) == 14
        if os.geteuid() == 0:  # only root can be somebody else
            assert await as_another_user(tmp_path) == OTHERS
    assert not (tmp_path / "newsbell.db.sock").exists()
