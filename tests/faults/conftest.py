"""The newsroom of the delivery tests and the room of the chat tests, for faults of either."""

from __future__ import annotations

from tests.delivery.conftest import house, telegram, time
from tests.handlers.conftest import one_certificate, room

__all__ = ["house", "one_certificate", "room", "telegram", "time"]
