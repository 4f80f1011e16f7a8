"""Two bots with one token: the newcomer leaves, the resident stays, nobody quarrels for ever."""

from __future__ import annotations

from handlers.rivals import NEWCOMER, PEACE, RESIDENT, Rivals


def test_a_rolling_update_is_put_up_with() -> None:
    rivals = Rivals(0)
    assert rivals.met(1)
    assert not rivals.met(4)
    assert not rivals.met(20)
    assert not rivals.too_long()


def test_a_newcomer_leaves() -> None:
    rivals = Rivals(0)
    rivals.met(1)
    rivals.met(1 + NEWCOMER)
    assert rivals.too_long()


def test_a_resident_stays_while_a_newcomer_comes_and_goes() -> None:
    rivals = Rivals(0)
    for second in range(1000, 1000 + int(NEWCOMER) + 10, 5):
        rivals.met(second)
        assert not rivals.too_long()
    assert rivals.met(1040 + PEACE), "told again, for it is another quarrel"
    assert not rivals.too_long()


def test_a_resident_does_not_quarrel_for_ever() -> None:
    rivals = Rivals(0)
    second = 1000.0
    while not rivals.too_long():
        rivals.met(second)
        second += 30
    assert second - 1000 >= RESIDENT
