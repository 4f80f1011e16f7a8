"""Every answer of a Bot API server that we know of, through the bot itself, and what it means.

The door is the library's own request class: status and body in, as they stand on the wire.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify, refuses_token, remedy
from bot.delivery.telegram import NewsBot
from bot.model import Later, Moved, Never, Outcome, Sent, Unknown

ALERT, ROW = "alert", ("later", "chat")
NEVER_CHAT, NEVER_ALERT = ("never", "chat"), ("never", ALERT)
ODD, BOT, DOUBT, MOVED = ("later", ALERT), ("later", "bot"), ("unknown",), ("moved",)
TOKEN = ("token",)


class Wire(BaseRequest):
    """Answers what it is told to."""

    def __init__(self, status: int, body: bytes) -> None:
        self.answer = status, body

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return self.answer


async def outcome(status: int, body: bytes) -> tuple[Outcome, BaseException | None]:
    """What became of a message that was answered so."""
    rest = Wire(200, b"")
    bot = NewsBot(
        "4242:TEST",
        request=Wire(status, body),
        get_updates_request=rest,
        rate_limiter=Lanes(1000.0, now=lambda: 0.0),
    )
    try:
        return Sent(await bot.tell({"chat_id": 7, "text": "x"})), None
    except (TelegramError, TimeoutError, KeyError, AttributeError, TypeError, ValueError) as error:
        return classify(error), error


def kind(found: Outcome, error: BaseException | None) -> tuple[str, ...]:
    if error is not None and refuses_token(error):
        return TOKEN
    match found:
        case Later(scope=scope) | Never(scope=scope):
            return (type(found).__name__.lower(), scope)
    return (type(found).__name__.lower(),)


def said(code: int, words: str, **parameters: int) -> tuple[int, bytes]:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
    if parameters:
        body["parameters"] = parameters
    return code, json.dumps(body).encode()


F, B = "Forbidden: ", "Bad Request: "
ANSWERS: list[tuple[tuple[int, bytes], tuple[str, ...]]] = [
    ((200, b'{"ok":true,"result":{"message_id":5}}'), ("sent",)),
    # waits
    (said(429, "Too Many Requests: retry after 3", retry_after=3), ROW),
    (said(429, "Too Many Requests: retry after 36000", retry_after=36_000), ROW),
    (said(429, "Too Many Requests"), ROW),
    (said(400, f"{B}group chat was upgraded", migrate_to_chat_id=-1005), MOVED),
    # gone for good
    (said(403, f"{F}bot was blocked by the user"), NEVER_CHAT),
    (said(403, f"{F}user is deactivated"), NEVER_CHAT),
    (said(403, f"{F}bot was kicked from the group chat"), NEVER_CHAT),
    (said(403, f"{F}bot was kicked from the supergroup chat"), NEVER_CHAT),
    (said(403, f"{F}bot was kicked from the channel chat"), NEVER_CHAT),
    (said(403, f"{F}bot is not a member of the group chat"), NEVER_CHAT),
    (said(403, f"{F}bot is not a member of the supergroup chat"), NEVER_CHAT),
    (said(403, f"{F}bot is not a member of the channel chat"), NEVER_CHAT),
    (said(403, f"{F}the group chat was deleted"), NEVER_CHAT),
    (said(403, f"{F}bot can't initiate conversation with a user"), NEVER_CHAT),
    (said(403, f"{F}bot can't send messages to bots"), NEVER_CHAT),
    (said(403, f"{F}bot can't send messages to the user"), NEVER_CHAT),
    # perhaps gone, or not allowed: the chat waits
    (said(400, f"{B}chat not found"), ROW),
    (said(400, f"{B}PEER_ID_INVALID"), ROW),
    (said(400, f"{B}CHAT_ID_INVALID"), ROW),
    (said(400, f"{B}group chat was deactivated"), ROW),
    (said(400, f"{B}not enough rights to send text messages to the chat"), ROW),
    (said(400, f"{B}have no rights to send a message"), ROW),
    (said(400, f"{B}CHAT_WRITE_FORBIDDEN"), ROW),
    (said(403, f"{F}CHAT_WRITE_FORBIDDEN"), ROW),
    (said(400, f"{B}CHAT_RESTRICTED"), ROW),
    (said(400, f"{B}CHAT_SEND_PLAIN_FORBIDDEN"), ROW),
    (said(400, f"{B}CHAT_ADMIN_REQUIRED"), ROW),
    (said(400, f"{B}CHAT_GUEST_SEND_FORBIDDEN"), ROW),
    (said(400, f"{B}USER_BANNED_IN_CHANNEL"), ROW),
    (said(400, f"{B}need administrator rights in the channel chat"), ROW),
    (said(400, f"{B}TOPIC_CLOSED"), ROW),
    (said(400, f"{B}TOPIC_DELETED"), ROW),
    (said(400, f"{B}TOPIC_ID_INVALID"), ROW),
    (said(400, f"{B}message thread not found"), ROW),
    # this message
    (said(400, f"{B}can't parse entities: Can't find end tag for \"b\""), NEVER_ALERT),
    (said(400, f"{B}ENTITY_BOUNDS_INVALID"), NEVER_ALERT),
    (said(400, f"{B}ENTITIES_TOO_LONG"), NEVER_ALERT),
    (said(400, f"{B}message is too long"), NEVER_ALERT),
    (said(400, f"{B}MESSAGE_TOO_LONG"), NEVER_ALERT),
    (said(400, f"{B}message text is empty"), NEVER_ALERT),
    (said(400, f"{B}text must be non-empty"), NEVER_ALERT),
    (said(400, f"{B}message to be replied not found"), NEVER_ALERT),
    (said(400, f"{B}BUTTON_URL_INVALID"), NEVER_ALERT),
    (said(400, f"{B}BUTTON_DATA_INVALID"), NEVER_ALERT),
    (said(400, f"{B}REPLY_MARKUP_TOO_LONG"), NEVER_ALERT),
    (said(400, f"{B}WEBPAGE_CURL_FAILED"), NEVER_ALERT),
    (said(400, f"{B}Wrong HTTP URL specified"), NEVER_ALERT),
    (said(400, f"{B}EFFECT_ID_INVALID"), NEVER_ALERT),
    (said(413, "Request Entity Too Large"), NEVER_ALERT),
    (said(400, f"{B}SOMETHING_NEW_OF_2027"), ODD),
    (said(400, ""), ODD),
    # the bot
    (said(401, "Unauthorized"), TOKEN),
    (said(404, "Not Found"), TOKEN),
    (said(409, "Conflict: terminated by other getUpdates request"), BOT),
    # nobody knows
    (said(500, "Internal Server Error"), DOUBT),
    ((500, b"<html><body><h1>500</h1></body></html>"), DOUBT),
    ((502, b"<html><head><title>502 Bad Gateway</title></head></html>"), DOUBT),
    (said(502, "Bad Gateway"), DOUBT),
    ((503, b""), DOUBT),
    ((504, b"<html>Gateway Time-out</html>"), DOUBT),
    ((520, b"cloudflare"), DOUBT),
    ((200, b'{"ok":false}'), DOUBT),
    ((200, b'{"ok":true}'), DOUBT),
    ((200, b'{"ok":true,"result":42}'), DOUBT),
    ((200, b'{"ok":true,"result":null}'), DOUBT),
    ((200, b'{"ok":true,"result":{"message_id":"5"}}'), DOUBT),
    ((200, b"<!doctype html><title>Sign in to the network</title>"), DOUBT),
    ((200, b""), DOUBT),
    ((200, b"[]"), DOUBT),
    ((200, b"null"), DOUBT),
    ((200, b'{"ok":true,"result":{"message_id":5'), DOUBT),
    ((302, b""), DOUBT),
]


def test_at_least_fifty_two_answers_are_known() -> None:
    assert len({answer for answer, _ in ANSWERS}) == len(ANSWERS) >= 52


@pytest.mark.parametrize(("answer", "meaning"), ANSWERS)
async def test_every_answer_has_a_meaning(
    answer: tuple[int, bytes], meaning: tuple[str, ...]
) -> None:
    assert kind(*await outcome(*answer)) == meaning


async def test_t13_an_optional_part_that_is_refused_is_left_out() -> None:
    for words in ("message to be replied not found", "BUTTON_URL_INVALID", "WEBPAGE_MEDIA_EMPTY"):
        _, error = await outcome(*said(400, f"{B}{words}"))
        assert error is not None
        assert remedy(error) == "bare"


STATUS = st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 418, 429, 500, 502, 599])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(
            ["ok", "result", "message_id", "description", "error_code", "parameters",
             "retry_after", "migrate_to_chat_id"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(STATUS, VALUES)
async def test_t19_no_answer_whatever_falls_through(status: int, body: Any) -> None:
    """What makes no sense may have arrived; it is never an error that nobody catches."""
    found, _ = await outcome(status, json.dumps(body).encode())
    assert isinstance(found, Sent | Later | Never | Moved | Unknown)
