"""`newsbell feeds …`: the public feeds, at a terminal.

In: addresses and OPML files. Out: orders (`bot/orders.py`), tables, OPML. What adding a feed means
is decided in `bot/subscriptions/feeds.py`, the same for chat and command line.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.telling import telling
from bot.commands.workplace import (
    Reach,
    explained,
    progress,
    public_feeds,
    reaching,
    say,
    settings,
    table,
)
from bot.errors import FeedError, WorkerError

if TYPE_CHECKING:
    from bot.model import Feed, FeedSource
    from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The feeds that everyone gets.", rich_markup_mode=None)

_AT_ONCE = 10
_AT_A_TIME = 100  # feeds in one order
_OPML_BYTES = 5_000_000


@app.command()
def add(
    addresses: Annotated[list[str], typer.Argument(help="A feed, or a page that has one.")],
) -> None:
    """Add feeds by address, also while the bot runs.

    A page is searched for its feed.
    """
    raise typer.Exit(asyncio.run(_add(addresses)))


async def _add(addresses: Sequence[str]) -> int:
    failed = 0
    async with telling(settings()) as tell:
        for address in addresses:
            outcome = await tell({"do": "add", "address": address})
            failed += "created" not in outcome
            for line in _said(address, outcome):
                say(line)
    return 1 if failed else 0


def _said(address: str, outcome: Mapping[str, Any]) -> Iterator[str]:
    """What became of an address, in lines."""
    if "error" in outcome:
        yield f"{address}: {explained(outcome['error'], outcome['kind'])}"
    elif "choices" in outcome:
        yield f"{address} offers several feeds; add the one you want:"
        for source in outcome["choices"]:
            yield f"  newsbell feeds add {source['url']}    # {source['title']}"
    else:
        held = _held(outcome["entries"])
        yield f"{'added' if outcome['created'] else 'known'}: {outcome['title']}{held}"


def _held(entries: int | None) -> str:
    if entries is None:
        return ""
    return ", 1 entry" if entries == 1 else f", {entries} entries"


@app.command("list")
def list_() -> None:
    """List the feeds with their health, also while the bot runs."""
    from bot.feeds.health import condition

    chosen = settings()
    feeds = asyncio.run(public_feeds(chosen))
    if feeds is None:
        rows = [(s.title, s.url, s.language, "not visited yet") for s in _planned(chosen)]
    else:
        now = time.time()
        rows = [(feed.title, feed.url, feed.language, condition(feed, now)) for feed in feeds]
    table(("title", "address", "language", "health"), rows)


def _planned(chosen: Settings) -> Sequence[FeedSource]:
    from bot.collector.sources import sources_named

    say("there is no database yet; a first `newsbell run` begins with these feeds")
    return sources_named(chosen.feeds)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE_OR_URL", help="OPML; - is standard input.")],
    check: Annotated[bool, typer.Option(help="Visit each feed first; add those that answer.")] = (
        False
    ),
) -> None:
    """Add the feeds of an OPML file, also while the bot runs."""
    chosen = settings()
    sources = asyncio.run(_listed(chosen, file))
    raise typer.Exit(asyncio.run(_import(chosen, sources, check)))


async def _listed(chosen: Settings, file: str) -> Sequence[FeedSource]:
    from bot.collector.sources import sources_in
    from bot.feeds.opml import read
    from bot.model import Refused

    if file == "-":
        return read(sys.stdin.buffer.read())
    if not file.startswith(("http://", "https://")):
        return sources_in(Path(file))
    async with reaching(chosen) as reach:
        answer = await reach.fetcher.page(file, limit=_OPML_BYTES)
    if isinstance(answer, Refused):
        raise FeedError(f"{file}: {explained(answer.problem, answer.kind)}")
    return read(answer.body)


async def _import(chosen: Settings, sources: Sequence[FeedSource], check: bool) -> int:
    problems: dict[str, str] = {}
    if check:
        async with reaching(chosen) as reach:
            problems = await _visit_all(reach, sources)
    wanted = [asdict(source) for source in sources if source.url not in problems]
    added = 0
    async with telling(chosen) as tell:
        with progress() as bar:
            starts = range(0, len(wanted), _AT_A_TIME)
            for start in bar.track(starts, description="importing"):
                some = wanted[start : start + _AT_A_TIME]
                outcome = await tell({"do": "plant", "sources": some})
                if "error" in outcome:
                    raise FeedError(outcome["error"])
                added += outcome["planted"]
    for url, problem in problems.items():
        say(f"{url}: {problem}")
    known = len(sources) - added - len(problems)
    say(f"{added} added, {known} known already, {len(problems)} left out")
    return 1 if problems else 0


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output if none.")] = None,
) -> None:
    """Write the feeds as OPML, also while the bot runs."""
    from bot.feeds.opml import write

    body = write(asyncio.run(_known(settings())))
    if file is None:
        sys.stdout.buffer.write(body)
        return
    try:
        file.write_bytes(body)
    except OSError as error:
        raise FeedError(f"{file} cannot be written: {error.strerror}.") from error
    say(f"written to {file}")


@app.command()
def check(
    addresses: Annotated[list[str] | None, typer.Argument(help="Only these.")] = None,
) -> None:
    """Visit every feed once and say which do not answer; stores nothing."""
    raise typer.Exit(asyncio.run(_check(addresses or [])))


async def _check(addresses: Sequence[str]) -> int:
    from bot.feeds.health import pushes

    chosen = settings()
    feeds = [] if addresses else await public_feeds(chosen)
    sources = _named(addresses) if addresses else _sources(chosen, feeds)
    async with reaching(chosen) as reach:
        problems = await _visit_all(reach, sources)
    table(("address", "problem"), list(problems.items()))
    say(f"{len(sources) - len(problems)} of {len(sources)} feeds answer")
    for feed in filter(pushes, feeds or ()):
        say(f"{feed.url} pushes what is new, too")
    return 1 if problems else 0


def _named(addresses: Sequence[str]) -> Sequence[FeedSource]:
    from bot.model import FeedSource

    return [FeedSource(address) for address in addresses]


async def _known(chosen: Settings) -> Sequence[FeedSource]:
    return _sources(chosen, await public_feeds(chosen))


def _sources(chosen: Settings, feeds: Sequence[Feed] | None) -> Sequence[FeedSource]:
    """The public feeds, or before the first run those that will be."""
    from bot.collector.sources import source_of

    return _planned(chosen) if feeds is None else [source_of(feed) for feed in feeds]


async def _visit_all(reach: Reach, sources: Sequence[FeedSource]) -> dict[str, str]:
    """The problem of each address that has one, in the order of the sources."""
    problems: dict[str, str] = {}
    room = asyncio.Semaphore(_AT_ONCE)
    with progress() as bar:
        task = bar.add_task("visiting", total=len(sources))

        async def visit(url: str) -> None:
            async with room:
                problem = await _problem(reach, url)
            if problem:
                problems[url] = problem
            bar.advance(task)

        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(visit(source.url))
    return {source.url: problems[source.url] for source in sources if source.url in problems}


async def _problem(reach: Reach, url: str) -> str | None:
    from bot.feeds.parse import parse
    from bot.model import Refused

    answer = await reach.fetcher.page(url, limit=10_000_000)
    if isinstance(answer, Refused):
        return explained(answer.problem, answer.kind)
    try:
        await reach.worker.run(
            partial(parse, content_type=answer.content_type, url=answer.url), answer.body
        )
    except (FeedError, WorkerError) as error:
        return str(error)
    return None
