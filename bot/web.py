"""The bot's own small web server: /healthz, /metrics and the webhook.

In: facts about the running bot, and requests. Out: 200 or 503 with the facts, metrics for
Prometheus, updates for Telegram's side of the house. It refuses to know what is in an update.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import metrics
from bot.errors import SettingsError, StoreError, WebError
from bot.model import Clock, Instant
from bot.model.tell import Figures
from bot.store import Store

OVERDUE = 600  # seconds a feed may wait for its visit before the collector counts as stuck
UPDATE_BYTES = 1_000_000
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
_PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Health:
    """Facts about the running bot; times in Unix seconds.

    `telegram_silent_since` is None while Telegram answers.
    """

    store_writable: bool
    courier_alive: bool
    last_visit: Instant | None = None
    next_due: Instant | None = None
    waiting: int = 0
    oldest_unsent: Instant | None = None
    telegram_silent_since: Instant | None = None
    troubles: tuple[str, ...] = ()
    """What is wrong inside, each a few words."""

    def problems(self, now: float) -> tuple[str, ...]:
        """What is wrong, each a few words; empty: healthy."""
        late = self.next_due is not None and self.next_due < now - OVERDUE
        silent = self.telegram_silent_since is not None
        found = (
            (not self.store_writable, "the database cannot be written"),
            (silent, "Telegram does not answer"),
            (not self.courier_alive and not silent, "alerts are not being sent"),
            (late, "feeds are not being visited"),
        )
        return tuple(problem for wrong, problem in found if wrong) + self.troubles


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are taken: `path` of the public address, the secret, and who gets them.

    Raises SettingsError without a secret: then anybody could say anything in anybody's name.
    `handle` returns when the update is safe on disk, and raises StoreError when it is not.
    """

    path: str
    secret: str
    handle: Callable[[dict[str, Any]], Awaitable[None]]

    def __post_init__(self) -> None:
        if not self.secret:
            raise SettingsError("TELEGRAM_WEBHOOK_SECRET: missing, and no webhook without it")

    async def take(self, request: web.Request) -> web.Response:
        """The secret is looked at first, and in constant time; the body only after it."""
        shown = request.headers.get(_SECRET, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, self.secret.encode()):
            return web.Response(status=401)
        if request.content_type != "application/json":
            return web.Response(status=415)
        try:
            update = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400)
        if not isinstance(update, dict):
            return web.Response(status=400)
        try:
            await self.handle(update)
        except StoreError:  # Telegram brings it again
            return web.Response(status=503)
        return web.Response()


async def look(
    store: Store,
    *,
    last_visit: Instant | None,
    courier_alive: bool,
    telegram_silent_since: Instant | None = None,
    troubles: tuple[str, ...] = (),
    now: Clock,
) -> Health:
    """Gather the facts; a store that does not answer within five seconds is not writable."""
    known = Health(
        False,
        courier_alive,
        last_visit,
        telegram_silent_since=telegram_silent_since,
        troubles=troubles,
    )
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            async with store.transaction() as tx:
                await tx.set_value("health", str(int(now())))
            stats = await store.outbox.stats(int(now()))
            due = await store.feeds.next_due()
    except (StoreError, TimeoutError):
        return known
    return replace(
        known,
        store_writable=True,
        next_due=due,
        waiting=stats.waiting,
        oldest_unsent=stats.oldest_unsent,
    )


class Web:
    """Serves from `start` to `stop`; nothing of it exists when WEB_PORT is not set.

    `more` adds doors of others.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        probe: Callable[[], Awaitable[Health]],
        now: Clock,
        figures: Callable[[], Awaitable[Figures]] | None = None,
        webhook: Webhook | None = None,
        more: Sequence[Callable[[web.Application], None]] = (),
    ) -> None:
        self._host = host
        self._port = port
        self._probe = probe
        self._now = now
        self._figures = figures
        self._webhook = webhook
        self._more = more
        self._runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        app = web.Application(client_max_size=UPDATE_BYTES)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/metrics", self._metrics)
        if self._webhook is not None:
            app.router.add_post(self._webhook.path, self._webhook.take)
        for add_to in self._more:
            add_to(app)
        return app

    async def start(self) -> str:
        """Listen; the address, with the port that was really taken. Raises WebError."""
        self._runner = web.AppRunner(self.application(), access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self.stop()
            raise WebError(
                f"WEB_PORT: {self._host}:{self._port} cannot be listened on: {_why(error)}. "
                "Stop what uses it, or choose another WEB_PORT or WEB_HOST."
            ) from error
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, _: web.Request) -> web.Response:
        health = await self._probe()
        problems = health.problems(self._now())
        body = {"ok": not problems, "problems": problems, **asdict(health)}
        return web.json_response(body, status=503 if problems else 200)

    async def _metrics(self, _: web.Request) -> web.Response:
        health = await self._probe()
        age = self._now() - health.oldest_unsent if health.oldest_unsent is not None else 0
        metrics.QUEUE_DEPTH.set(health.waiting)
        metrics.OLDEST_UNSENT.set(max(0, age))
        if self._figures is not None:
            with suppress(StoreError):  # then those of last time; health says what is wrong
                _show(await self._figures())
        return web.Response(
            body=generate_latest(metrics.REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


def _show(day: Figures) -> None:
    for state in ("matched", "delivered", "waiting", "held", "failed", "called_off"):
        metrics.DAY.labels(state).set(getattr(day, state))
    for share, seconds in (("0.5", day.half), ("0.95", day.most)):
        metrics.DELAY.labels(share).set(seconds or 0)


def _why(error: OSError) -> str:
    """asyncio puts the address into the text once more; a name's trouble has numbers of its own."""
    known = error.errno is not None and error.errno > 0
    return os.strerror(error.errno or 0) if known else (error.strerror or "no such address")
