"""Whatever is sent or pressed: something is answered, nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.metrics import ERRORS
from handlers import COMMANDS
from handlers.callbacks import TAPS
from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback

often = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
text = st.text(min_size=1, max_size=80).filter(lambda t: t.strip("\0 \n\t\r").strip())
awkward = st.sampled_from(
    ['"', "-", "OR", "(", ")", "source:", "title:", "<b>", "&", "{n}", "{topic!b}", "\u202e", "🌍",
     "١٢", "/", "@", "https://", "http://[", "t_1"]
)  # fmt: skip
phrases = text | st.lists(awkward | text, min_size=1, max_size=6).map(" ".join)
commands = st.sampled_from([command.name for command in COMMANDS])
numbers = st.integers(-(10**20), 10**20).map(str) | st.text(max_size=8)
data = st.builds(
    lambda name, parts: ":".join([name, *parts]).encode()[:64].decode(errors="ignore"),
    st.sampled_from([*TAPS, "s", "m", "u", "w", "b", "", "zz"]) | st.text(max_size=4),
    st.lists(numbers, max_size=4),
)


def unexpected() -> float:
    return ERRORS.labels("handlers")._value.get()


def patient(room: Room) -> None:
    house = room.application.bot_data["newsbell"]
    house.talk._burst = house.costly._burst = house.told._burst = 1e9


@often
@given(phrases)
async def test_any_words_are_answered(room: Room, words: str) -> None:
    patient(room)
    before, errors = len(room.amina.messages), unexpected()
    await room.amina.send(words)
    await room.settle()
    assert len(room.amina.messages) >= before + 2
    assert unexpected() == errors


@often
@given(commands, phrases)
async def test_any_arguments_are_answered(room: Room, name: str, words: str) -> None:
    patient(room)
    before, errors = len(room.amina.messages), unexpected()
    await room.amina.send(f"/{name} {words}")
    await room.settle()
    assert len(room.amina.messages) >= before + 2
    assert unexpected() == errors


@often
@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True) | phrases)
async def test_any_start_payload_is_answered_and_follows_nothing(room: Room, payload: str) -> None:
    patient(room)
    errors = unexpected()
    await room.amina.send(f"/start {payload}")
    await room.settle()
    assert room.amina.messages[-1].by_bot
    assert unexpected() == errors
    assert await room.labels() == []


@often
@given(data)
async def test_any_button_data_is_answered(room: Room, pressed: str) -> None:
    patient(room)
    errors = unexpected()
    if not room.amina.messages:
        await room.amina.ask("/start")
    card = next(m for m in room.amina.messages if m.by_bot)
    tap = room.amina.press(card, pressed)
    await tap.answered()
    await room.settle()
    assert unexpected() == errors
