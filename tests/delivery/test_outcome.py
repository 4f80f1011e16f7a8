"""Every answer of Telegram's that we know of, and what it means for an alert."""

from __future__ import annotations

import aiohttp
import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.outcome import (
    classify,
    flooded,
    in_words,
    lost_thread,
    refuses_token,
    remedy,
    unchanged,
)
from bot.model import Chat, ChatId, Later, Moved, Never, Outcome, Refusal, Sent, Unknown

HOUR, DAY = 3600, 86_400
NOW = 1_795_003_200


def chat(refusal: Refusal | None, refusals: int = 1, ago: float = HOUR) -> Chat:
    """A group that refused so often in a row, the first time so many seconds ago."""
    return Chat(
        ChatId(1), -5, 3, "supergroup", "en",
        refusal=refusal, refusals=refusals, refused=int(NOW - ago),
    )  # fmt: skip


def because(
    error: TelegramError, cause: Exception, below: Exception | None = None
) -> TelegramError:
    cause.__cause__ = below
    error.__cause__ = cause
    return error


def connector_error() -> aiohttp.ClientConnectorError:
    key = aiohttp.client_reqrep.ConnectionKey("127.0.0.1", 1, False, True, None, None, None)
    return aiohttp.ClientConnectorError(key, OSError(111, "refused"))


@pytest.mark.parametrize(
    "words",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot was kicked from the group chat",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot was kicked from the channel chat",
        "Forbidden: bot is not a member of the supergroup chat",
        "Forbidden: bot is not a member of the channel chat",
        "Forbidden: the group chat was deleted",
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: bot can't send messages to bots",
    ],
)
def test_a_403_ends_the_chat(words: str) -> None:
    assert classify(Forbidden(words)) == Never(words)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RetryAfter(3), Later(3, "Telegram asked to wait")),
        (RetryAfter(36_000), Later(36_000, "Telegram asked to wait")),
        (NetworkError("Too Many Requests"), Later(30, "Telegram asked to wait")),
        (ChatMigrated(-1005), Moved(-1005)),
        (NetworkError("Request Entity Too Large"), Never("the message is too large", "alert")),
    ],
)
def test_what_is_plain(error: TelegramError, outcome: Outcome) -> None:
    assert classify(error) == outcome


@pytest.mark.parametrize(
    "words", ["Chat not found", "Peer_id_invalid", "Group chat was deactivated"]
)
def test_a_chat_that_is_not_found_gets_a_second_chance_an_hour_later(words: str) -> None:
    error, later = BadRequest(words), Later(HOUR, words, refusal="missing")
    assert classify(error, now=NOW) == later
    assert classify(error, chat=chat("missing"), now=NOW) == Never(words)
    assert classify(error, chat=chat("missing", ago=HOUR - 1), now=NOW) == later
    assert classify(error, chat=chat("rights", 5), now=NOW) == later  # that was something else


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Not enough rights to send text messages to the chat", "rights"),
        ("Have no rights to send a message", "rights"),
        ("Chat_write_forbidden", "rights"),
        ("Chat_restricted", "rights"),
        ("Chat_send_plain_forbidden", "rights"),
        ("Need administrator rights in the channel chat", "rights"),
        ("Topic_closed", "closed"),
    ],
)
def test_missing_rights_are_asked_for_again_ever_more_rarely(words: str, kind: Refusal) -> None:
    waits = []
    for error in (BadRequest(words), Forbidden(words)):
        for refusals in range(9):
            outcome = classify(error, chat=chat(kind, refusals), now=NOW)
            assert isinstance(outcome, Later)
            assert (outcome.scope, outcome.refusal) == ("chat", kind)
            waits.append(outcome.seconds)
    assert waits[:4] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert max(waits) == waits[8] == 7 * DAY


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ("Can't parse entities: can't find end tag", "plain"),
        ("Entity_bounds_invalid", "plain"),
        ("Message is too long", "short"),
        ("Text is too long", "short"),
        ("Message to be replied not found", "bare"),
        ("Button_url_invalid", "bare"),
        ("Button_data_invalid", "bare"),
        ("Reply_markup_too_long", "bare"),
        ("Webpage_curl_failed", "bare"),
        ("Chat not found", None),
        ("Something new", None),
    ],
)
def test_what_may_help_at_once(words: str, cure: str | None) -> None:
    error = BadRequest(words)
    assert remedy(error) == cure
    if cure:  # and when it did not help, the same words are never tried again
        assert classify(error) == Never(words, "alert")


@pytest.mark.parametrize("words", ["Text must be non-empty", "Message text is empty"])
def test_an_empty_message_is_never_tried_again(words: str) -> None:
    assert remedy(BadRequest(words)) is None
    assert classify(BadRequest(words)) == Never(words, "alert")


def test_a_refusal_for_an_unknown_reason_is_tried_three_times() -> None:
    outcomes = [classify(BadRequest("Something new"), refused=n) for n in range(3)]
    assert [type(outcome) for outcome in outcomes] == [Later, Later, Never]
    assert outcomes[0] == Later(60, "Something new", scope="alert", refusal="odd")


@pytest.mark.parametrize(
    "error",
    [
        because(NetworkError("x"), httpx.ConnectError("x")),
        because(TimedOut(), httpx.ConnectTimeout("x")),
        because(TimedOut(), httpx.PoolTimeout("x")),
        because(NetworkError("x"), httpx.UnsupportedProtocol("x")),
        because(NetworkError("x"), httpx.ConnectError("x"), connector_error()),
        because(TimedOut(), httpx.ConnectTimeout("x"), aiohttp.ConnectionTimeoutError("x")),
    ],
)
def test_what_was_never_written_may_be_repeated(error: TelegramError) -> None:
    outcome = classify(error)
    assert isinstance(outcome, Later)
    assert outcome.scope == "bot"


@pytest.mark.parametrize(
    "error",
    [
        because(TimedOut(), httpx.ReadTimeout("x")),
        because(TimedOut(), httpx.WriteTimeout("x")),
        because(NetworkError("x"), httpx.RemoteProtocolError("x")),
        because(NetworkError("x"), httpx.ReadError("x")),
        because(NetworkError("x"), httpx.WriteError("x")),
        # The transport calls this a connect timeout; below it stands that the request was out.
        because(TimedOut(), httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()),
        because(TimedOut(), httpx.ConnectTimeout("x"), aiohttp.ClientOSError(104, "reset")),
        because(NetworkError("Unknown error in HTTP implementation"), ValueError("x")),
        NetworkError("Bad Gateway"),
        NetworkError("Internal Server Error (500)"),
        NetworkError("Service Unavailable (503). Parsing the server response b'' failed"),
        NetworkError("Gateway Timeout (504)"),
        TelegramError("Invalid server response"),
        KeyError("result"),
        AttributeError("'int' object has no attribute 'get'"),
        TypeError("x"),
        TimeoutError(),
    ],
)
def test_what_may_have_arrived_is_unknown(error: Exception) -> None:
    assert isinstance(classify(error), Unknown)


def test_the_token() -> None:
    for error in (InvalidToken("Unauthorized"), InvalidToken("Not Found")):
        assert refuses_token(error)
        assert isinstance(classify(error), Later)
    assert not refuses_token(Forbidden("Forbidden: bot was blocked by the user"))
    assert classify(Conflict("Conflict: terminated")) == Later(30, "Conflict: terminated", "bot")


def test_a_lost_thread_is_not_a_lost_group() -> None:
    error = BadRequest("Message thread not found")
    assert lost_thread(error)
    assert classify(error) == Later(HOUR, error.message, refusal="thread")
    assert classify(error, chat=chat("thread"), now=NOW) == Never("Message thread not found")
    assert not lost_thread(BadRequest("Chat not found"))


def test_an_edit_that_changes_nothing() -> None:
    assert unchanged(BadRequest("Message is not modified: specified new message content …"))
    assert not unchanged(BadRequest("Message to edit not found"))


def test_floods() -> None:
    assert flooded(RetryAfter(7)) == 7
    assert flooded(NetworkError("Too Many Requests: retry later")) == 30
    assert flooded(NetworkError("Bad Gateway")) is None
    assert flooded(KeyError("retry_after")) is None


def test_no_outcome_of_a_lost_connection_shows_where_it_went() -> None:
    secret = "https://api.telegram.org/bot42:SECRET/sendMessage"
    error = because(TimedOut(), httpx.ConnectTimeout(f"Connection timeout to host {secret}"))
    assert "SECRET" not in repr(classify(error))
    assert "SECRET" not in repr(classify(because(NetworkError(secret), httpx.ReadError(secret))))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Sent(5), "was sent"),
        (Later(30, "Telegram asked to wait"), "waits for 30 s: Telegram asked to wait"),
        (Never("blocked"), "will not be sent, nor anything else to this chat: blocked"),
        (Never("too large", scope="alert"), "will not be sent: too large"),
        (Moved(-100), "goes to the supergroup that its group has become"),
        (Unknown("no answer"), "may have arrived or not: no answer"),
    ],
)
def test_the_log_gets_a_sentence(outcome: Outcome, words: str) -> None:
    assert in_words(outcome) == words
