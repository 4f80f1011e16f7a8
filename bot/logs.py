"""Log lines without secrets.

In: how much and in which form. Out: one handler at the root that writes to standard error. Whatever
reaches it (message, arguments, traceback) is cleared of tokens and passwords after formatting, so
no caller can forget to. It refuses to know who logs.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO
from urllib.parse import quote

HIDDEN = "[hidden]"
_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")  # any bot's, not only ours
_USERINFO = re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+@")
_CHATTY = (
    "httpx",
    "httpcore",
    "telegram",
    "aiohttp.access",
    "trafilatura",
    "htmldate",
    "aiosqlite",
)


class Redactor:
    """Takes secrets out of texts."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        found = {form for s in secrets if len(s) >= 4 for form in (s, quote(s, safe=""))}
        longest_first = sorted(found, key=len, reverse=True)
        self._exact = re.compile("|".join(map(re.escape, longest_first))) if found else None

    def __call__(self, text: str) -> str:
        if self._exact is not None:
            text = self._exact.sub(HIDDEN, text)
        return _USERINFO.sub(f"{HIDDEN}@", _TOKEN.sub(HIDDEN, text))


class TextLines(logging.Formatter):
    """`2026-03-01 08:00:00 INFO    bot.pipeline: …`, in UTC."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._redact = redact

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).strftime(datefmt or "%Y-%m-%d %H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, and the traceback as `error`."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def setup(
    level: str = "info",
    form: Literal["text", "json"] = "text",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> logging.Handler:
    """Send every log line of the process to `stream` (standard error), without the secrets."""
    redact = Redactor(secrets)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(redact) if form == "json" else TextLines(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.raiseExceptions = False  # a full disk or a closed stream must not reach who logs
    sys.excepthook = _log_crash
    return handler


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A traceback of last resort may show a token too."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("newsbell").critical("stopped by an error", exc_info=(kind, error, trace))
