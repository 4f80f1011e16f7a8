"""`newsbell inspect …`: what each stage makes of your own data, one JSON object a line.

In: files, addresses, a query. Out: lines on standard output, messages on standard error. What is
in a line is decided in `bot/workbench.py`.
"""

from __future__ import annotations

import asyncio
import mimetypes
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.workplace import Reach, emit, explained, reaching, say, settings
from bot.errors import FeedError, PageError, QueryError, WorkerError

if TYPE_CHECKING:
    from bot.model import Article, Page

app = typer.Typer(
    no_args_is_help=True, help="What each stage makes of your own data.", rich_markup_mode=None
)

_BYTES = 10_000_000

Source = Annotated[str, typer.Argument(metavar="FILE_OR_URL", help="A file, an address, or - .")]
Sources = Annotated[
    list[str], typer.Argument(metavar="FILE_OR_URL", help="A file, an address, or - .")
]
Topic = Annotated[str, typer.Argument(metavar="QUERY", help="As in a chat: 'Niger -football'.")]
Articles = Annotated[str, typer.Option("--articles", help="JSON Lines, one article each; or - .")]


@dataclass(frozen=True, slots=True)
class Material:
    """What a file or an address holds; `url` is "" for a file."""

    source: str
    body: bytes
    content_type: str | None
    url: str


class UnreadableError(FeedError):
    """Nothing to inspect: no such file, or no answer."""


@asynccontextmanager
async def _reach(sources: Sequence[str]) -> AsyncIterator[Reach]:
    """The network is opened, and settings read, only where an address asks for it."""
    from bot.settings import Settings

    chosen = settings() if any(map(_is_address, sources)) else Settings.model_construct()
    async with reaching(chosen) as reach:
        yield reach


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


async def _material(source: str, reach: Reach) -> Material:
    from bot.model import Refused

    if _is_address(source):
        answer = await reach.fetcher.page(source, limit=_BYTES)
        if isinstance(answer, Refused):
            raise UnreadableError(explained(answer.problem, answer.kind))
        return Material(source, answer.body, answer.content_type, answer.url)
    return Material(source, _file(source), mimetypes.guess_type(source)[0], "")


def _file(name: str) -> bytes:
    if re.match(r"[a-z]{2,8}://", name):
        raise UnreadableError("Only addresses that begin with http:// or https:// are read.")
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "odd name"
        raise UnreadableError(f"The file cannot be read: {why}.") from error


@app.command()
def feed(sources: Sources) -> None:
    """The entries of feeds as the parser reads them."""
    asyncio.run(_feed(sources))


async def _feed(sources: Sequence[str]) -> None:
    from bot.feeds.parse import parse
    from bot.workbench import feed_lines

    async with _reach(sources) as reach:
        for source in sources:
            try:
                got = await _material(source, reach)
                reader = partial(parse, content_type=_feed_type(got), url=got.url)
                lines = feed_lines(source, await reach.worker.run(reader, got.body))
            except (FeedError, WorkerError) as error:
                lines = [{"source": source, "error": str(error)}]
            for line in lines:
                emit(line)


def _feed_type(got: Material) -> str | None:
    """A file's ending says nothing about its encoding, so the content decides."""
    return got.content_type if got.url else None


@app.command()
def topic(query: Topic, articles: Articles) -> None:
    """Which articles a query matches, and by which words."""
    from bot.workbench import Tally, topic_facts, topic_lines

    tally = Tally()
    try:
        for line in topic_lines(query, _rows(articles), tally):
            emit(line)
        for fact in topic_facts(query, tally):
            say(fact)
    except QueryError as error:
        say(f"{query}\n{' ' * error.at}^\n{error}")
        raise typer.Exit(2) from None


@app.command()
def stories(articles: Articles) -> None:
    """Which articles tell the same story, in the order given."""
    from bot.workbench import story_lines

    for line in story_lines(_rows(articles)):
        emit(line)


def _rows(articles: str) -> Iterator[tuple[Any, Article]]:
    from bot.workbench import articles as read

    body = _file(articles)
    # Only \n ends a line: str.splitlines() would also cut at U+2028, which JSON allows in strings.
    return read(body.decode("utf-8-sig", "replace").split("\n"), int(time.time()))


@app.command()
def page(source: Source) -> None:
    """The main text of a page."""
    asyncio.run(_page(source))


async def _page(source: str) -> None:
    from bot.workbench import page_line

    async with _reach([source]) as reach:
        emit(page_line(await _text(source, reach)))


@app.command()
def summary(
    sources: Sources,
    sentences: Annotated[int, typer.Option(min=1, max=20, help="How many.")] = 3,
) -> None:
    """A summary of one article, or of one story told by several."""
    raise typer.Exit(asyncio.run(_summary(sources, sentences)))


async def _summary(sources: Sequence[str], sentences: int) -> int:
    from bot.workbench import summary_line

    pages: list[tuple[str, Page]] = []
    async with _reach(sources) as reach:
        for source in sources:
            try:
                pages.append((source, await _text(source, reach)))
            except (FeedError, PageError, WorkerError) as error:
                say(f"{source}: {error}")
    if not pages:
        return 1
    line = summary_line(pages, sentences)
    emit(line)
    if not line["sentences"]:
        say("No sentence in it can be quoted: none is whole, or none is news.")
    return 0 if line["sentences"] else 1


async def _text(source: str, reach: Reach) -> Page:
    from bot.stories.extract import extract
    from bot.workbench import text_page

    got = await _material(source, reach)
    if _is_plain(got):
        return text_page(got.body)
    return await reach.worker.run(
        partial(extract, url=got.url, content_type=got.content_type), got.body
    )


def _is_plain(got: Material) -> bool:
    """Text as somebody copied it; what a file is called says less than whether it has a tag."""
    if got.url:
        return (got.content_type or "").startswith("text/plain")
    from bot.stories.unreadable import utf8

    return re.search(rb"<[a-zA-Z!/]", utf8(got.body[:20_000])) is None
