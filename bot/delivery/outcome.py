"""What an error of a send means: the one place that tells "not delivered" from "nobody knows".

In: whatever the Telegram library raised, and what the chat refused before. Out: an `Outcome`, or
what to leave out of a second try. Pure. A text that goes into an outcome never holds an address,
for the address holds the token.

A request that was certainly not written may be repeated freely; one that may have arrived leaves
doubt (docs/decisions/0001-delivery.md). Order matters: `BadRequest` and `TimedOut` are kinds of
`NetworkError`. The library rewrites Telegram's words, so they are compared in lower case.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal, TypeAlias

import aiohttp
import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.model import Chat, Later, Moved, Never, Outcome, Refusal, Sent, Unknown

Remedy: TypeAlias = Literal["plain", "short", "bare"]
"""Send once more at once: as plain text; as headline and link; without buttons and preview."""

HOUR, DAY = 3600, 86_400
FLOOD_SECONDS = 30  # where a 429 does not say how long
_ATTEMPTS = 3  # of a request that Telegram refuses for a reason that we don't know

_UNSENT_HTTPX = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# The library's error names come from httpx, whose ConnectTimeout may hide a connection that broke
# while we waited for the answer; the error of aiohttp below it decides where there is one.
_UNSENT_AIOHTTP = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)

_REFUSALS: tuple[tuple[re.Pattern[str], Refusal], ...] = (
    (
        re.compile(r"chat not found|peer_id_invalid|chat_id_invalid|group chat was deactivated"),
        "missing",
    ),
    (re.compile(r"message thread not found|topic_deleted|topic_id_invalid"), "thread"),
    (re.compile(r"topic_closed"), "closed"),
    (
        re.compile(
            r"not enough rights|no rights to send|chat_write_forbidden|chat_restricted|"
            r"chat_send_\w+_forbidden|need administrator rights|chat_admin_required|"
            r"chat_guest_send_forbidden|user_banned_in_channel"
        ),
        "rights",
    ),
)
_FOR_GOOD = frozenset[Refusal]({"missing", "thread"})  # once it has been so for an hour
_EMPTY = re.compile(r"text must be non-empty|message text is empty")
_REMEDIES: tuple[tuple[re.Pattern[str], Remedy], ...] = (
    (re.compile(r"can't parse entities|entity_\w+_invalid|entities_too_long"), "plain"),
    (re.compile(r"message is too long|text is too long|message_too_long"), "short"),
    (
        re.compile(
            r"button_\w+_invalid|reply_markup_\w+|webpage_\w+|wrong http url|url host is empty|"
            r"message to be replied not found|reply message not found|effect_id_invalid"
        ),
        "bare",
    ),
)
_UNCHANGED = re.compile(r"message is not modified")


def classify(
    error: BaseException, *, chat: Chat | None = None, refused: int = 0, now: float = 0.0
) -> Outcome:
    """What became of the message; `refused` counts the earlier odd refusals of the same alert.

    `chat` says what it refused before, and how long ago. Not for `refuses_token`: then nothing may
    be sent at all.
    """
    match error:
        case RetryAfter():
            return Later(_seconds(error.retry_after), "Telegram asked to wait")
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Conflict():
            return Later(FLOOD_SECONDS, _words(error), scope="bot")
        case Forbidden() | BadRequest():
            return _refused(error, chat, refused, now)
        case NetworkError():
            return _failed(error)
        case InvalidToken():
            return Later(FLOOD_SECONDS, "Telegram refused the token", scope="bot")
    # An answer that is no JSON, or lacks what it must have: the message may well be out.
    return Unknown(f"an answer that makes no sense ({type(error).__name__})")


def in_words(outcome: Outcome) -> str:
    """For the log, after the name of what was to be sent."""
    match outcome:
        case Sent():
            return "was sent"
        case Later(seconds, problem):
            return f"waits for {max(0.0, seconds):.0f} s: {problem}"
        case Never(problem, scope="chat"):
            return f"will not be sent, nor anything else to this chat: {problem}"
        case Never(problem):
            return f"will not be sent: {problem}"
        case Moved():
            return "goes to the supergroup that its group has become"
        case Unknown(problem):
            return f"may have arrived or not: {problem}"


def remedy(error: BaseException) -> Remedy | None:
    """What to change before one more try at once, where that may help."""
    if not isinstance(error, BadRequest):
        return None
    words = error.message.lower()
    return next((cure for pattern, cure in _REMEDIES if pattern.search(words)), None)


def refuses_token(error: BaseException) -> bool:
    """401, and the 404 of a token that cannot be one: every later send would fail as well."""
    return isinstance(error, InvalidToken)


def lost_thread(error: BaseException) -> bool:
    """The forum thread is gone while its group may well be there."""
    return isinstance(error, BadRequest) and _refusal(error) == "thread"


def unchanged(error: BaseException) -> bool:
    """An edit that would change nothing: as good as done."""
    return isinstance(error, BadRequest) and bool(_UNCHANGED.search(error.message.lower()))


def flooded(error: BaseException) -> float | None:
    """Seconds to wait where the answer was a 429, with or without parameters."""
    if isinstance(error, RetryAfter):
        return _seconds(error.retry_after)
    if isinstance(error, NetworkError) and "too many requests" in error.message.lower():
        return FLOOD_SECONDS
    return None


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


def _refused(error: BadRequest | Forbidden, chat: Chat | None, refused: int, now: float) -> Outcome:
    """A 400 or a 403: Telegram understood, and did nothing."""
    kind = _refusal(error)
    if kind is not None:
        return _turned_away(kind, _words(error), chat, now)
    if isinstance(error, Forbidden):
        return Never(_words(error))
    words = error.message.lower()
    if _EMPTY.search(words) or any(pattern.search(words) for pattern, _ in _REMEDIES):
        return Never(_words(error), scope="alert")
    if refused + 1 >= _ATTEMPTS:
        return Never(_words(error), scope="alert")
    return Later(60.0 * 4**refused, _words(error), scope="alert", refusal="odd")


def _refusal(error: TelegramError) -> Refusal | None:
    """Why the chat takes nothing, where the words say so."""
    words = error.message.lower()
    return next((kind for pattern, kind in _REFUSALS if pattern.search(words)), None)


def _turned_away(kind: Refusal, words: str, chat: Chat | None, now: float) -> Outcome:
    """Later, ever more rarely; for good where nothing changed in an hour and nothing will.

    Telegram says "chat not found" of chats that are there, too, for a while. A forum thread that is
    gone never returns, but then its first alert has gone to the group.
    """
    again = chat is not None and chat.refusal == kind and chat.refusals > 0
    if chat is None or not again:
        return Later(HOUR, words, refusal=kind)
    if kind in _FOR_GOOD and now - (chat.refused or 0) >= HOUR:
        return Never(words)
    wait = HOUR if kind in _FOR_GOOD else min(HOUR * 2 ** min(chat.refusals, 9), 7 * DAY)
    return Later(wait, words, refusal=kind)


def _failed(error: NetworkError) -> Outcome:
    """No answer, or an answer that is neither yes nor no."""
    wait = flooded(error)
    if wait is not None:
        return Later(wait, "Telegram asked to wait")
    if "entity too large" in error.message.lower():
        return Never("the message is too large", scope="alert")
    cause = error.__cause__
    if cause is not None and _unsent(cause):
        return Later(1, f"Telegram could not be reached ({type(cause).__name__})", scope="bot")
    return Unknown(f"no answer that can be trusted ({type(cause or error).__name__})")


def _unsent(cause: BaseException) -> bool:
    """Whether the request was certainly never written."""
    below = cause.__cause__
    if isinstance(below, aiohttp.ClientError):
        return isinstance(below, _UNSENT_AIOHTTP)
    return isinstance(cause, _UNSENT_HTTPX)


def _seconds(wait: int | timedelta) -> float:
    return max(1.0, wait.total_seconds() if isinstance(wait, timedelta) else float(wait))


def _words(error: TelegramError) -> str:
    """Telegram's reason, short; these texts come from its server and hold no address of ours."""
    return " ".join(error.message.split())[:200]
