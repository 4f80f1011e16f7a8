"""Is everything there that the bot needs, and if not, what to do.

In: settings and a clock. Out: findings, each with advice where something is wrong. It changes
nothing (but opening a database brings it up to date) and never shows a secret.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.collector.sources import sources_named
from bot.commands.workplace import beside
from bot.errors import SettingsError, StoreError, StoreLocked, StoreMissing
from bot.model import Clock, Feed
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.sqlite_file import file_of, trace_of

_SECONDS = 10.0
_CLOCK_OFF = 30  # seconds
_ROOM = 500 * 1024 * 1024  # bytes; a year of 60 feeds takes about as much


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` says what to do where it is not `good`."""

    subject: str
    good: bool
    said: str
    advice: str = ""


async def examine(settings: Settings, *, now: Clock) -> list[Finding]:
    """Look at everything, in the order in which it would go wrong."""
    findings = [*await _telegram(settings, now), _disk(settings), *_wrong_feeds(settings)]
    running = False
    try:
        async with _opened(settings, now) as store:
            findings += [await _database(store), _feeds(await store.feeds.all())]
            findings += _pushes(settings, *await store.pushes.standing(now()))
    except StoreLocked:
        running = True
        findings.append(Finding("database", True, "in use by a running Newsbell"))
        async with beside(settings) as aside:
            findings.append(_feeds(await aside.feeds.all()))
            findings += _pushes(settings, *await aside.pushes.standing(now()))
    except StoreMissing:
        findings.append(_missing(settings))
        findings += _planned_feeds(settings)
    except StoreError as error:
        advice = "docs/operating.md has more, under “When something is wrong”."
        findings.append(Finding("database", False, str(error), advice))
    if settings.web_port is not None and not running:
        findings.append(_web_port(settings.web_host, settings.web_port))
    return findings


@asynccontextmanager
async def _opened(settings: Settings, now: Clock) -> AsyncIterator[Store]:
    store = await open_store(settings.database_url, create=False, now=now)
    try:
        yield store
    finally:
        await store.close()


# ── Telegram ─────────────────────────────────────────────────────────────────────────────────────


async def _telegram(settings: Settings, now: Clock) -> list[Finding]:
    """getMe tells about the token, its Date header about the clock."""
    try:
        token = settings.token()
    except SettingsError as error:
        return [Finding("token", False, "missing", str(error).partition("; ")[2])]
    base = f"{settings.telegram_api_url}/bot{token}"
    try:
        async with (
            asyncio.timeout(_SECONDS),
            aiohttp.ClientSession() as session,
            session.get(f"{base}/getMe") as answer,
        ):
            said = await _json(answer)
            date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [_unreachable(settings.telegram_api_url, error)]
    return [_token(said), _clock(date, now())]


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        said = await answer.json(content_type=None)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}


def _unreachable(url: str, error: Exception) -> Finding:
    """The error's own text may hold the address with the token in it: only its kind is told."""
    return Finding(
        "token",
        False,
        f"{url} cannot be reached ({type(error).__name__})",
        "Check the network and the proxy or firewall, and TELEGRAM_API_URL.",
    )


def _token(said: dict[str, Any]) -> Finding:
    result = said.get("result")
    if said.get("ok") is True and isinstance(result, dict):
        return Finding("token", True, f"belongs to @{result.get('username', '?')}")
    if said.get("error_code") in {401, 404}:
        return Finding(
            "token",
            False,
            "Telegram does not know it",
            "Copy it again from @BotFather (/mybots → API Token); a revoked one never comes back.",
        )
    return Finding(
        "token", False, "no answer of a Bot API server", "Check TELEGRAM_API_URL; try again later."
    )


def _clock(date: str, now: float) -> Finding:
    try:
        off = int(now - parsedate_to_datetime(date).timestamp())
    except (TypeError, ValueError):
        return Finding("clock", True, "not compared; the server names no time")
    if abs(off) <= _CLOCK_OFF:
        return Finding("clock", True, "right")
    way = "ahead" if off > 0 else "behind"
    return Finding(
        "clock", False, f"{abs(off)} seconds {way}", "Let the system set it: timedatectl set-ntp on"
    )


# ── this machine ─────────────────────────────────────────────────────────────────────────────────


def _disk(settings: Settings) -> Finding:
    if not settings.database_url.startswith("sqlite:///"):
        return Finding("disk", True, "the database is elsewhere")
    folder = Path(settings.database_url.removeprefix("sqlite:///")).resolve().parent
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        return Finding(
            "disk",
            False,
            f"{there} is mounted read-only",
            "Mount it writable, or set DATABASE_URL.",
        )
    if not os.access(there, os.W_OK):
        return Finding(
            "disk", False, f"{there} cannot be written", "Give this user the folder: chown, chmod."
        )
    free = shutil.disk_usage(there).free
    said = f"{free / 2**30:.1f} GiB free at {there}"
    if free < _ROOM:
        return Finding("disk", False, said, "Make room: Newsbell stops storing when it is full.")
    return Finding("disk", True, said)


def _missing(settings: Settings) -> Finding:
    """None yet, or none any more."""
    trace = trace_of(file_of(settings.database_url))
    if trace is None:
        return Finding("database", True, "none yet; `newsbell run` makes it")
    return Finding(
        "database",
        False,
        f"gone; {trace.name} is of one that was here",
        "Put it back, or a backup of it; to begin anew: newsbell run --init",
    )


async def _database(store: Store) -> Finding:
    problems = await store.check()
    if problems:
        return Finding(
            "database",
            False,
            f"damaged: {problems[0]}",
            "Stop the bot and restore the last backup (docs/operating.md).",
        )
    return Finding("database", True, "sound")


def _feeds(feeds: list[Feed]) -> Finding:
    ill = [feed for feed in feeds if feed.failures or feed.state == "dead"]
    said = f"{len(feeds)} feeds, {len(ill)} failing"
    if not feeds:
        return Finding("feeds", False, "none", "Add some: newsbell feeds import FILE.opml")
    if len(ill) * 5 <= len(feeds):
        return Finding("feeds", True, said)
    advice = "newsbell feeds check names them"
    if len(ill) == len(feeds):
        advice = "All fail, so it is likely this machine's network or DNS; " + advice
    return Finding("feeds", False, said, advice)


def _pushes(settings: Settings, named: int, holding: int, waiting: int) -> list[Finding]:
    """Feeds that name a hub, and whether theirs reach us."""
    if not named:
        return []
    if not settings.web_url or settings.web_port is None:
        said = f"{named} feeds name a hub; with WEB_URL and WEB_PORT they would push"
        return [Finding("pushes", True, said)]
    said = f"{holding} of {named} feeds that name a hub push"
    if holding or not waiting:
        return [Finding("pushes", True, said)]
    advice = f"Hubs cannot reach {settings.web_url}/push/: let the proxy pass it to WEB_PORT."
    return [Finding("pushes", False, said, advice)]


def _wrong_feeds(settings: Settings) -> list[Finding]:
    """The bot would not start with a FEEDS that cannot be read, whatever it has stored."""
    try:
        sources_named(settings.feeds)
    except SettingsError as error:
        return [Finding("FEEDS", False, "cannot be read", str(error))]
    return []


def _planned_feeds(settings: Settings) -> list[Finding]:
    with suppress(SettingsError):
        return [Finding("feeds", True, f"{len(sources_named(settings.feeds))} to begin with")]
    return []


def _web_port(host: str, port: int) -> Finding:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((host, port))
    except OSError as error:
        return Finding(
            "web port",
            False,
            f"{host}:{port} cannot be listened on ({error.strerror})",
            "Choose another WEB_PORT or WEB_HOST, or stop what uses it.",
        )
    return Finding("web port", True, f"{host}:{port} is free")
