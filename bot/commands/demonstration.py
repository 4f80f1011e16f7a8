"""`newsbell demo`: the bot and everything around it, on this machine.

In: the page's port. Out: an address to open, and an exit code when the person has seen enough. The
environment and `.env` are left alone: a demo must not ring real chats.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from bot import logs
from bot.app import run as run_bot
from bot.commands.workplace import say
from bot.demo.start import Demo, start
from bot.errors import NewsbellError
from bot.settings import Settings


async def show(port: int) -> int:
    """Run until Ctrl-C; the exit code."""
    logs.setup("warning")
    code = 1
    try:
        async with start(port) as demo:
            code = await run_bot(
                alone(demo.settings),
                now=time.time,
                rng=random.Random(),
                ready=lambda: _invite(demo),
            )
    except* NewsbellError as several:
        for error in several.exceptions:
            say(f"newsbell: {error}")
    return code


def alone(given: Mapping[str, str]) -> Settings:
    """Settings of these variables and the defaults, whatever the environment says."""
    chosen = {name: field.get_default() for name, field in Settings.model_fields.items()}
    return Settings(**{**chosen, **{name.lower(): value for name, value in given.items()}})


def _invite(demo: Demo) -> None:
    say(f"\n  Open {demo.address}\n")
    for number, line in enumerate(demo.to_try, 1):
        say(f"  {number}. {line}")
    say("\n  Ctrl-C ends it; nothing is kept.\n")
