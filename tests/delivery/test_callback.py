from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.callback import ACTIONS, pack, unpack


@given(st.sampled_from(sorted(ACTIONS)), st.integers(0, 2**63 - 1))
def test_what_is_packed_comes_back_and_fits(action: str, number: int) -> None:
    data = pack(action, number)
    assert len(data.encode()) <= 64
    assert unpack(data) == (action, number)


@given(st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.floats()))
def test_anything_else_is_nothing(data: object) -> None:
    found = unpack(data)
    assert found is None or pack(*found) == data


HOSTILE = (
    "| s | s: | :1 | x:1 | s:1:2 | S:1 | s:-1 | s:+1 | s:01 | s: 1 | s:1\n | s:١ | s:A | ss:1 "
    f"| s：1 | s:{'z' * 13} | s:{'z' * 60}"
)


@pytest.mark.parametrize(
    "data", [item.removeprefix(" ").removesuffix(" ") for item in HOSTILE.split("|")]
)
def test_hostile_data(data: str) -> None:
    assert unpack(data) is None


@pytest.mark.parametrize(("action", "number"), [("x", 1), ("", 1), ("s", -1), ("s", 2**63)])
def test_a_button_that_could_not_be_read_is_not_made(action: str, number: int) -> None:
    with pytest.raises(ValueError, match="no such button"):
        pack(action, number)
