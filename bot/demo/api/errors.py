"""How a method says no. In: a verdict. Out: the envelope that api.telegram.org would answer with.

Knows nothing of HTTP, nor of which method asked.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`.

    `description` is Telegram's own wording, because python-telegram-bot and bots decide by it; the
    texts are those of github.com/tdlib/telegram-bot-api, Client.cpp, and of TDLib.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    def envelope(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        if self.migrate_to is not None:
            body["parameters"] = {"migrate_to_chat_id": self.migrate_to}
        return body


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def flooded(seconds: int) -> ApiError:
    """`seconds` is whole and at least 1, as Telegram's is."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")
