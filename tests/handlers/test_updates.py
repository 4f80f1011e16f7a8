"""Updates that cannot be read are passed over, whatever is wrong with them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from telegram import Update

from bot.delivery.telegram import read
from tests.handlers.conftest import Room

PRIVATE = {"id": 1, "type": "private", "first_name": "A"}
USER = {"id": 1, "is_bot": False, "first_name": "A", "language_code": "en"}
MESSAGE = {
    "message_id": 5, "date": 1_770_000_000, "chat": PRIVATE, "from": USER, "text": "/start t_1",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    "reply_to_message": {"message_id": 4, "date": 1_770_000_000, "chat": PRIVATE, "text": "x"},
}  # fmt: skip
MEMBER = {"user": USER, "status": "member"}
SAMPLES: tuple[dict[str, Any], ...] = (
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 2, "callback_query": {"id": "1", "from": USER, "message": MESSAGE,
                                        "chat_instance": "1", "data": "s:1"}},
    {"update_id": 3, "my_chat_member": {"chat": PRIVATE, "from": USER, "date": 1,
                                        "old_chat_member": MEMBER, "new_chat_member": MEMBER}},
)  # fmt: skip
ODD: tuple[Any, ...] = (None, 0, -1, 2**70, "", "x", [], {}, [None], {"id": None}, True, 1e308)


def mutated(value: Any, rng: random.Random) -> Any:
    """The same with one thing wrong in it."""
    if not isinstance(value, dict) or not value or rng.random() < 0.15:
        return rng.choice(ODD)
    key = rng.choice(sorted(value))
    if rng.random() < 0.2:
        return {name: old for name, old in value.items() if name != key}
    return value | {key: mutated(value[key], rng)}


def broken(count: int) -> list[dict[str, Any]]:
    rng = random.Random(26)
    made = (mutated(rng.choice(SAMPLES), rng) for _ in range(count))
    return [update for update in made if isinstance(update, dict)]


@pytest.mark.loopback
async def test_a_thousand_broken_updates(room: Room) -> None:
    for update in broken(1000):
        assert isinstance(read(update, room.application.bot), Update)


@pytest.mark.loopback
async def test_broken_updates_stop_nothing(room: Room) -> None:
    room.application.bot_data["newsbell"].talk._burst = 1e9
    for number, update in enumerate(broken(150)):
        parsed = read(update | {"update_id": 5000 + number}, room.application.bot)
        await room.application.update_queue.put(parsed)
    await room.settle()
    assert "What I can do" in (await room.amina.ask("/help")).text
