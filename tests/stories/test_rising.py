"""A toll of another order rings once, whoever is read first; a lesser one never does."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import ArticleId, Count, Report, Rise, Toll
from bot.stories.rising import order, risen, rises


def report(
    number: int, at: int = 0, *, told: bool = False, headline: bool = True, kind: Toll = "killed"
) -> Report:
    count = Count(kind, number, str(number), headline)
    return Report(ArticleId(at * 10_000 + number), count, at, told)


def rise(new: Report, before: int) -> Rise:
    return Rise(new.article, new.count, before)


@pytest.mark.parametrize(
    ("before", "after"), [(9, 120), (9, 30), (4, 12), (30, 100), (80, 300), (1, 10), (400, 5000)]
)
def test_another_order(before: int, after: int) -> None:
    assert rises(before, after)
    assert not rises(after, before)
    new = report(after, 2)
    assert risen([report(before, 1, told=True), new]) == [rise(new, before)]


@pytest.mark.parametrize(
    ("before", "after"), [(9, 10), (8, 20), (11, 33), (3, 9), (99, 100), (120, 350), (9, 9)]
)
def test_the_same_order(before: int, after: int) -> None:
    assert risen([report(before, 1, told=True), report(after, 2)]) == []


def test_small_steps_add_up() -> None:
    known = [report(9, 1, told=True), report(14, 2), report(21, 3)]
    assert risen(known) == []
    assert risen([*known, new := report(27, 4)]) == [rise(new, 9)]


def test_what_was_told_is_not_told_again() -> None:
    told = report(120, 2, told=True)
    assert risen([report(9, 1, told=True), told]) == []
    assert risen([report(9, 1, told=True), told, report(400, 3)]) == []
    thousand = report(1500, 4)
    assert risen([report(9, 1, told=True), told, thousand]) == [rise(thousand, 120)]


def test_a_first_count_is_no_rise() -> None:
    assert risen([]) == []
    assert risen([report(120, 1)]) == []


def test_a_correction_downwards_never_rings_nor_what_follows_it() -> None:
    known = [report(120, 1, told=True), report(12, 2), report(90, 3)]
    assert risen(known) == []


def test_only_a_headline_rings() -> None:
    known = [report(9, 1, told=True, headline=False), report(60_000, 2, headline=False)]
    assert risen(known) == []
    assert risen([*known, new := report(31, 3)]) == [rise(new, 9)]


def test_the_dead_come_before_the_hurt() -> None:
    dead = [report(9, 1, told=True), report(120, 2)]
    hurt = [report(5, 1, told=True, kind="injured"), report(700, 2, kind="injured")]
    assert risen([*hurt, *dead]) == [rise(dead[1], 9), rise(hurt[1], 5)]


def told_of(arriving: list[Report]) -> tuple[list[int], list[int]]:
    """The counts that were told as reports come in, and those of them that rang anew."""
    known: list[Report] = []
    rung: list[int] = []
    for number, new in enumerate(arriving):
        known.append(replace(new, told=number == 0))
        for found in risen(known):
            (at,) = (n for n, r in enumerate(known) if r.article == found.article)
            known[at] = replace(known[at], told=True)
            rung.append(found.count.number)
    return [r.count.number for r in known if r.told], rung


NUMBERS = st.one_of(st.integers(1, 40), st.integers(1, 5_000))
REPORTS = st.lists(NUMBERS, min_size=1, max_size=7).flatmap(
    lambda numbers: st.permutations([report(n, at) for at, n in enumerate(numbers)])
)


@given(REPORTS)
def test_whoever_is_read_first_no_order_stays_untold(arriving: list[Report]) -> None:
    told, rung = told_of(arriving)
    _, would = told_of(sorted(arriving, key=lambda r: r.at))
    highest = max(map(order, told))
    assert highest >= max(map(order, would), default=0), "all that is rung for when read in time"
    orders = [order(arriving[0].count.number), *map(order, rung)]
    assert orders == sorted(set(orders)), "each order once, and none below what was told"


@given(st.lists(NUMBERS, min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_what_is_read_together_does_not_depend_on_the_order(
    numbers: list[int], rng: Random
) -> None:
    known = [report(n, at, told=at == 0) for at, n in enumerate(numbers)]
    mixed = rng.sample(known, len(known))
    assert risen(mixed) == risen(known)
