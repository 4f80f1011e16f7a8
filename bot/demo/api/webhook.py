"""Updates by webhook. In: the queue, and an address of the bot. Out: one POST per update, in order,
again until the bot takes it.

Rules: core.telegram.org/bots/api#setwebhook and WebhookActor.cpp of telegram-bot-api; as a local
Bot API server does, it takes http and any port.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.demo.api.errors import bad_request
from bot.demo.api.updates import Updates

LONGEST_WAIT = 60.0  # seconds between two tries
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(slots=True)
class Webhook:
    """`first_wait` seconds after the first failure; doubles with each."""

    updates: Updates
    now: Callable[[], float]
    first_wait: float = 0.1
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0
    tries: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Raises 400 for an address or a secret that Telegram refuses."""
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise bad_request("bad webhook: this server speaks to the loopback only")
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self.last_error = ""
        self._changed.set()

    def remove(self) -> None:
        self.url = self.secret = self.last_error = ""
        self._changed.set()

    def info(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.url:
            out |= {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if self.last_error:
            out["last_error_message"] = self.last_error
            out["last_error_date"] = self.last_error_date
        if self.updates.allowed is not None:
            out["allowed_updates"] = sorted(self.updates.allowed)
        return out

    async def run(self) -> None:
        """Deliver until cancelled."""
        wait = self.first_wait
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as http:
            while True:
                if not self.url:
                    self._changed.clear()
                    await self._changed.wait()
                    wait = self.first_wait
                    continue
                await self.updates.arrival()
                if self.url and await self._deliver(http):
                    wait = self.first_wait
                elif self.url:
                    await self._pause(wait)
                    wait = min(wait * 2, LONGEST_WAIT)

    async def _pause(self, seconds: float) -> None:
        """A new setWebhook ends it."""
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _deliver(self, http: aiohttp.ClientSession) -> bool:
        update = self.updates.pending[0] if self.updates.pending else None
        if update is None:
            return True
        self.tries += 1
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with http.post(self.url, json=update, headers=headers) as answer:
                if answer.status // 100 == 2:
                    self.updates.handed_out += 1
                    self.updates.confirm(update["update_id"] + 1)
                    return True
                reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientConnectorError:
            reason = "Connection refused"
        except (aiohttp.ClientError, TimeoutError):
            reason = "Read timeout expired"
        self.last_error, self.last_error_date = reason, int(self.now())
        return False
