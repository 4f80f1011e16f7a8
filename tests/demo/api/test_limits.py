"""How fast a bot may write, on a clock of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.api.errors import ApiError
from bot.demo.api.limits import Flood, Limits


class Clock:
    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


def spend(flood: Flood, chat: int, times: int) -> int:
    """How many of `times` get through."""
    through = 0
    for _ in range(times):
        try:
            flood.spend(chat)
        except ApiError:
            continue
        through += 1
    return through


def test_one_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    clock = Clock()
    flood = Flood(Limits(), clock)
    assert spend(flood, 7, 10) == 5
    clock.at += 4.9
    assert spend(flood, 7, 1) == 0
    clock.at += 0.2
    assert spend(flood, 7, 10) == 5


def test_the_answer_says_how_long_to_wait() -> None:
    clock = Clock()
    flood = Flood(Limits(), clock)
    spend(flood, 7, 5)
    clock.at += 1.5
    with pytest.raises(ApiError) as error:
        flood.spend(7)
    assert error.value.envelope() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 4",
        "parameters": {"retry_after": 4},
    }
    clock.at += 4
    flood.spend(7)


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    flood = Flood(Limits(chat_burst=None), clock)
    assert spend(flood, -100, 25) == 20
    assert spend(flood, 100, 25) == 10  # the 30 of all chats
    clock.at += 59
    assert spend(flood, -100, 1) == 0
    clock.at += 1.1
    assert spend(flood, -100, 1) == 1


def test_all_chats_together_take_thirty_in_any_second() -> None:
    clock = Clock()
    flood = Flood(Limits(), clock)
    assert sum(spend(flood, chat, 1) for chat in range(1, 41)) == 30
    clock.at += 0.5
    assert sum(spend(flood, chat, 1) for chat in range(50, 60)) == 0
    clock.at += 0.6
    assert sum(spend(flood, chat, 1) for chat in range(50, 60)) == 10


def test_answers_are_not_held_back_by_a_broadcast() -> None:
    clock = Clock()
    flood = Flood(Limits(), clock)
    assert sum(spend(flood, chat, 1) for chat in range(1, 41)) == 30
    flood.heard(99)
    assert spend(flood, 99, 2) == 2
    clock.at += 11
    sum(spend(flood, chat, 1) for chat in range(101, 141))
    assert spend(flood, 99, 1) == 0


def test_what_is_refused_is_not_counted() -> None:
    clock = Clock()
    flood = Flood(Limits(), clock)
    spend(flood, 7, 100)
    clock.at += 5.1
    assert spend(flood, 7, 1) == 1


def test_off() -> None:
    flood = Flood(Limits.off(), Clock())
    assert spend(flood, -5, 1000) == 1000


@given(st.lists(st.floats(0, 2), max_size=120), st.integers(1, 8), st.floats(0.5, 10))
def test_no_window_ever_holds_more_than_its_burst(
    gaps: list[float], burst: int, seconds: float
) -> None:
    clock = Clock()
    limits = Limits(chat_burst=burst, chat_seconds=seconds, overall_burst=None)
    flood, through = Flood(limits, clock), []
    for gap in gaps:
        clock.at += gap
        if spend(flood, 7, 1):
            through.append(clock.at)
    for start in through:
        assert sum(start <= at < start + seconds * 0.999999 for at in through) <= burst
