"""The sample world: what it must hold so that the demo tells its story."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from bot.demo.world.press import HOUR, World, load

NOW = 1_800_000_000
WEEK = 7 * 24 * HOUR


@pytest.fixture(scope="module")
def world() -> World:
    return load(NOW)


def test_a_week_of_about_150_items_by_all_outlets(world: World) -> None:
    assert 140 <= len(world.archive) <= 170
    assert {item.outlet.id for item in world.archive} == {outlet.id for outlet in world.outlets}
    assert all(NOW - WEEK <= item.published < NOW for item in world.archive)


def test_the_archive_is_in_order_and_every_number_is_used_once(world: World) -> None:
    assert [i.published for i in world.archive] == sorted(i.published for i in world.archive)
    later = [scene.item.number for scene in world.script if not scene.corrects]
    numbers = Counter([item.number for item in world.archive] + later)
    assert max(numbers.values()) == 1


def test_it_is_the_same_world_whenever_it_starts(world: World) -> None:
    again = load(NOW + 1234)
    assert [(i.number, i.title) for i in again.archive] == [
        (i.number, i.title) for i in world.archive
    ]
    assert again.archive[0].published - world.archive[0].published == 1234


def test_twelve_stories_of_niger_in_seven_days(world: World) -> None:
    """Those of the archive's stories that are about Niger; a story is told at about one time."""
    told = sorted(i.published for i in world.archive if "Niger" in i.about)
    gaps = sum(later - earlier > 6 * HOUR for earlier, later in pairwise(told))
    assert gaps + 1 == 12


def test_formats_and_languages(world: World) -> None:
    assert {outlet.format for outlet in world.outlets} == {"rss", "atom", "json"}
    assert {outlet.language for outlet in world.outlets} == {"en", "fr", "ar", "es"}


def test_american_troops_leave_niger_told_by_five_and_more(world: World) -> None:
    troops = [s for s in world.script if s.id.startswith("troops-") and not s.corrects]
    assert len({s.item.outlet.id for s in troops}) >= 5
    assert len({s.item.paragraphs[0] for s in troops}) == len(troops) - 1, "one is a wire copy"
    assert any(s.item.outlet.language == "fr" for s in troops)
    assert all("Niger" in s.item.about for s in troops)


def test_the_wire_copy_names_the_agency(world: World) -> None:
    copy = next(s.item for s in world.script if s.id == "troops-yamuna")
    original = next(s.item for s in world.script if s.id == "troops-meridian")
    assert copy.credit == "Meridian Wire"
    assert copy.paragraphs == original.paragraphs
    assert copy.number != original.number


def test_the_correction_is_the_same_entry_with_another_headline(world: World) -> None:
    fixed = next(s for s in world.script if s.corrects)
    first = next(s for s in world.script if s.item.number == fixed.item.number)
    assert first is not fixed
    assert fixed.item.title != first.item.title
    assert fixed.item.paragraphs == first.item.paragraphs


def test_what_must_stay_silent_for_niger(world: World) -> None:
    silent = [s for s in world.script if "Niger" in s.silent]
    assert {"nigeria-budget", "river-lokoja", "delta-spill", "niger-state"} == {
        s.id for s in silent
    }
    assert not any("Niger" in s.item.about for s in silent)
    assert sum("Niger" in s.item.title for s in silent) == 4


def test_the_first_scene_comes_at_once_and_the_rest_within_minutes(world: World) -> None:
    assert world.script[0].id == "troops-meridian"
    assert world.script[0].after <= 1
    assert sum(scene.after for scene in world.script) < 180
    assert all(scene.expect for scene in world.script)


def test_texts_are_plain(world: World) -> None:
    items = [*world.archive, *(scene.item for scene in world.script)]
    for item in items:
        for text in (item.title, *item.paragraphs):
            assert text == text.strip()
            assert not re.search(r"[<>&]|\s{2}|¶", text), text
