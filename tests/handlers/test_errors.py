"""Whatever goes wrong, a person gets a sentence and the log gets a trace without content."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.errors import (
    FeedError,
    LimitReached,
    NewsbellError,
    PageError,
    QueryError,
    StoreBusy,
    StoreFull,
    WorkerError,
)
from bot.i18n import languages, texts_for
from bot.topics.query import parse_query
from handlers.errors import _key, sentence, trace
from tests.handlers.conftest import Room

SECRET = "what the reader wrote"


class Broken:
    """Reading that fails as told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: Any, **__: Any) -> None:
            raise self.error

        return fail


def breaks(room: Room, error: Exception) -> None:
    object.__setattr__(room.services, "reading", Broken(error))


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError(SECRET), "went wrong"),
        (RuntimeError(SECRET), "went wrong"),
        (StoreBusy("x"), "busy"),
        (StoreFull("x"), "disk is full"),
        (WorkerError("x"), "too long"),
        (TimeoutError(), "too long"),
        (PageError("x"), "could not read"),
        (QueryError("Close the bracket."), "Close the bracket."),
    ],
)
async def test_a_command_that_fails(
    room: Room, error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    breaks(room, error)
    card = await room.amina.ask("/headlines")
    assert said in card.text
    assert SECRET not in caplog.text
    if said == "went wrong":
        (record,) = [r for r in caplog.records if r.name == "handlers.errors"]
        assert "KeyError" in record.message or "RuntimeError" in record.message
        assert "stories.py" in record.message


@pytest.mark.loopback
async def test_a_tap_that_fails_is_answered(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    await room.news()
    card = await room.amina.ask("/headlines")
    breaks(room, RuntimeError(SECRET))
    assert await room.toast(card, "1") == "Reading…"  # the spinner had stopped already
    assert "went wrong" in room.amina.messages[-1].text
    assert SECRET not in caplog.text


@pytest.mark.loopback
async def test_one_poisoned_update_does_not_stop_the_next(room: Room) -> None:
    breaks(room, RuntimeError("x"))
    await room.amina.ask("/headlines")
    assert "What I can do" in (await room.amina.ask("/help")).text


@pytest.mark.loopback
async def test_telegram_fails_and_the_next_answer_comes(room: Room) -> None:
    for fault in ("500", "502", "not-json", "429", "close"):
        room.api.faults.add(fault, "sendMessage", seconds=0)  # type: ignore[arg-type]
        await room.amina.send("/help")
        await room.settle()
        assert "What I can do" in (await room.amina.ask("/help")).text


@pytest.mark.parametrize("code", languages())
def test_every_error_has_its_sentence_in_every_language(code: str) -> None:
    texts = texts_for(code)
    for error in (
        QueryError("Here.", 3), FeedError("No."), PageError("No."), StoreBusy("No."),
        LimitReached("Too many.", 30), LimitReached("Too many.", 50, "feeds"),
        WorkerError("No."),
    ):  # fmt: skip
        key = _key(error)
        assert key is not None
        said = sentence(error, key, texts)
        assert said
        assert code == "en" or str(error) not in said
    assert "30" in sentence(LimitReached("x", 30), "odd.limit", texts_for("ar"))


def test_limits_are_told_apart_by_their_kind() -> None:
    texts = texts_for("en")
    assert "topics" in sentence(LimitReached("x", 30), "odd.limit", texts)
    assert "feeds" in sentence(LimitReached("x", 50, "feeds"), "odd.limit", texts)


KINDS = (  # how an address fails, whoever finds out
    "address", "url", "status", "gone", "wait", "blocked", "timeout", "network", "size",
    "truncated", "redirects", "words", "feed",
)  # fmt: skip


@pytest.mark.parametrize("code", languages())
def test_every_refusal_is_told_in_every_language(code: str) -> None:
    texts, said = texts_for(code), set()
    for kind in KINDS:
        error = FeedError("In English.", kind, 500 if kind == "status" else None)
        page = PageError("In English.", kind, error.status)
        words = sentence(page, "summary.unreadable", texts)
        assert code == "en" or sentence(error, "sources.no_feed", texts) != "In English."
        assert words != "In English."
        said.add(words)
    assert len(said) == len(KINDS)
    missing = sentence(FeedError("No.", "status", 404), "sources.no_feed", texts)
    assert code == "en" or "404" in missing


def test_a_query_that_is_not_understood_is_quoted_in_other_languages() -> None:
    error = QueryError("These quotation marks are never closed.", 6, '"abc')
    assert '"abc' in sentence(error, "odd.query", texts_for("fr"))
    assert "closed" in sentence(error, "odd.query", texts_for("en"))


def test_what_is_not_expected_has_no_phrase_of_its_own() -> None:
    assert _key(NewsbellError("x")) is None
    assert _key(ValueError("x")) is None


def test_a_trace_names_places_and_no_words() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        told = trace(error)
    assert told.startswith("ValueError at test_errors.py")
    assert SECRET not in told
    assert logging.getLogger("handlers.errors").name == "handlers.errors"


@pytest.mark.parametrize("code", languages())
def test_a_topic_that_cannot_be_read_is_explained_in_every_language(code: str) -> None:
    texts = texts_for(code)
    said = set()
    for topic in (
        "Niger OR",
        "(Niger",
        '"air base',
        "site:example.org",
        "lang:french",
        "-football",
    ):
        with pytest.raises(QueryError) as caught:
            parse_query(topic)
        said.add(sentence(caught.value, "odd.query", texts))
        assert code == "en" or str(caught.value) not in said
    assert len(said) == 6
