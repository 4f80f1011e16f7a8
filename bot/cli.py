"""`newsbell …`: the command line.

In: words typed at a terminal. Out: results on standard output, messages on standard error, an exit
code: 0 well, 1 not well, 2 wrong usage, 78 wrong settings (EX_CONFIG, so that a service manager
does not try again). Each command imports what it needs when it runs.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.commands import feeds, inspect
from bot.commands.workplace import opened, say, settings, table
from bot.errors import NewsbellError, SettingsError, StoreMissing

EX_CONFIG = 78

app = typer.Typer(
    name="newsbell",
    help="A self-hosted Telegram news bot: follow a topic, and it rings once per story.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, secrets among them
    rich_markup_mode=None,  # the help would take twice as long to appear
    add_completion=False,
)
app.add_typer(feeds.app, name="feeds")
app.add_typer(inspect.app, name="inspect")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"newsbell {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which this is.")
    ] = False,
) -> None:
    """Options of every command."""


@app.command()
def run(
    init: Annotated[
        bool, typer.Option("--init", help="Begin anew, though there was a database before.")
    ] = False,
) -> None:
    """Run the bot. Reads .env; Ctrl-C or SIGTERM stops it."""
    from bot import logs
    from bot.app import run as run_bot
    from bot.heart import Heart, notifier
    from bot.settings import load

    chosen = load()
    chosen.token()
    logs.setup(chosen.log_level, chosen.log_format, secrets=chosen.secrets())
    heart = Heart(notifier(os.environ.pop("NOTIFY_SOCKET", None)), ends=True)
    # What a start leaves in memory stays there: nobody need look through it for garbage again.
    running = run_bot(
        chosen, now=time.time, rng=random.Random(), ready=gc.freeze, heart=heart, anew=init
    )
    raise typer.Exit(asyncio.run(running))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the chat page.")] = 8642,
) -> None:
    """Try it here: no token, no network, nothing kept."""
    from bot.commands.demonstration import show

    raise typer.Exit(asyncio.run(show(port)))


@app.command()
def doctor() -> None:
    """Check everything and say what to do.

    Token, clock, disk, database, feeds and web port. Exit code 1 if something is wrong.
    """
    from bot.doctor import examine

    findings = asyncio.run(examine(settings(), now=time.time))
    table(
        ("", "what", "how it is"),
        [("✓" if found.good else "✗", found.subject, found.said) for found in findings],
    )
    for found in findings:
        if not found.good and found.advice:
            say(f"{found.subject}: {found.advice}")
    raise typer.Exit(0 if all(found.good for found in findings) else 1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to; must not exist yet.")]) -> None:
    """Copy the database, also while the bot runs.

    The copy is verified.
    """
    from bot.store.connection import copy
    from bot.store.sqlite_file import file_of

    database = file_of(settings().database_url)
    if not database.exists():
        raise StoreMissing(f"There is no database at {database}. Check DATABASE_URL.")
    asyncio.run(copy(database, file.absolute()))
    say(f"written to {file}")


@app.command()
def migrate(
    to: Annotated[str | None, typer.Option(metavar="URL", help="Copy into another database.")] = (
        None
    ),
) -> None:
    """Bring the database up to date, as `run` does.

    A copy of the old one stays beside it.
    """
    chosen = settings()
    if to is not None:
        raise SettingsError("--to: this version has SQLite only; there is no other database yet")

    async def update() -> None:
        async with opened(chosen, create=False):
            say("the database is up to date")

    asyncio.run(update())


def main(arguments: list[str] | None = None) -> None:
    """The entry point; always ends in SystemExit."""
    try:
        app(arguments, prog_name="newsbell")
    except SettingsError as error:
        say(f"newsbell: {error}")
        sys.exit(EX_CONFIG)
    except NewsbellError as error:
        say(f"newsbell: {error}")
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output had enough
        sys.stderr.close()
        sys.exit(1)
