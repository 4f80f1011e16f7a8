"""Every test: no network but the loopback of tests marked for it, no settings from outside."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

_OURS = ("TELEGRAM_", "DATABASE_", "POLL_", "FETCH_", "BULK_", "WEB_", "LLM_", "LOG_")

# No example fails because a machine is busy. With CI set, Hypothesis draws the same ones each time.
settings.register_profile(
    "newsbell", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# `make properties` looks at a hundred times as many, new ones every time.
settings.register_profile(
    "properties", settings.get_profile("newsbell"), max_examples=10_000, derandomize=False,
    database=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "newsbell"))


_status = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_status] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """A store that a failed test left open would keep the process alive for ever."""
    left = [t for t in threading.enumerate() if "_connection_worker_thread" in t.name]
    if left:
        print(f"{len(left)} database threads were left open; leaving without them", flush=True)
        os._exit(config.stash.get(_status, 1) or 1)


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
