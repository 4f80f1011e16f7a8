"""Logs: whatever is logged, and however, no secret leaves."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

TOKEN = "123456789:AAE-canary_token_that_must_never_be_seen"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook)
    yield
    root.handlers[:], level, logging.raiseExceptions, sys.excepthook = before
    root.setLevel(level)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_token_is_hidden_in_message_arguments_and_traceback(form) -> None:
    out = io.StringIO()
    logs.setup("info", form, secrets=["hunter22"], stream=out)
    log = logging.getLogger("bot.test")
    log.info("message https://api.telegram.org/bot%s/getMe", TOKEN)
    log.info("password hunter22, address postgresql://me:pass word@host/db")
    log.info("address https://me:s3cr3t@feeds.example/rss")
    try:
        raise ValueError(TOKEN)
    except ValueError:
        log.exception("failed with %s", {"token": TOKEN})
    said = out.getvalue()
    assert said.count("[hidden]") >= 5
    assert "canary" not in said
    assert "hunter22" not in said
    assert "s3cr3t" not in said
    assert "Traceback" in said


def test_json_lines_are_objects_with_a_time() -> None:
    out = io.StringIO()
    logs.setup("info", "json", stream=out)
    logging.getLogger("bot.x").warning("two\nlines %s", "é")
    line = json.loads(out.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("warning", "bot.x", "two\nlines é")
    assert line["time"].endswith("+00:00")


def test_chatty_libraries_are_quiet_and_debug_is_off() -> None:
    out = io.StringIO()
    logs.setup("info", stream=out)
    logging.getLogger("httpx").info("POST https://api.telegram.org/…")
    logging.getLogger("bot").debug("detail")
    assert out.getvalue() == ""


def test_a_closed_stream_reaches_nobody() -> None:
    out = io.StringIO()
    logs.setup("info", stream=out)
    out.close()
    logging.getLogger("bot").error("nobody hears")


def test_a_crash_is_logged_without_secrets() -> None:
    out = io.StringIO()
    logs.setup("info", stream=out)
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    assert "stopped by an error" in out.getvalue()
    assert "canary" not in out.getvalue()


@given(st.from_regex(r"\A[0-9]{6,12}:[A-Za-z0-9_-]{30,50}\Z"), st.text(), st.text())
def test_any_token_anywhere(token: str, before: str, after: str) -> None:
    assert token not in logs.Redactor()(f"{before} {token} {after}")
