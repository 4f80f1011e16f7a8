"""Every test: no network but the loopback of tests marked for it, no settings from outside."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

_OURS = ("TELEGRAM_", "DATABASE_", "POLL_", "FETCH_", "BULK_", "WEB_", "LLM_", "LOG_")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sockets are impossible in unit tests; `loopback`, `process` and `browser` get 127.0.0.1."""
    if any(request.node.get_closest_marker(m) for m in ("loopback", "process", "browser")):
        enable_socket()
        socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    else:
        disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own environment must not change a test."""
    for key in list(os.environ):
        if key.startswith(_OURS) or key in {"FEEDS", "ADMINS"}:
            monkeypatch.delenv(key)
