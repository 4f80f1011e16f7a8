"""Entries that come back under another name are known all the same."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Draft
from tests.store.world import DAY, START, World, draft


async def test_what_a_first_visit_finds_without_a_date_is_not_of_today(world: World) -> None:
    saved = await world.save(await world.feed(), draft("none", published=None))
    assert [a.published for a in saved.new] == [START - 3 * DAY]


async def test_guids_that_all_change_are_not_news(world: World) -> None:
    """Not even where the addresses changed with them; one that is really new still is."""
    feed = replace(await world.feed(), visits=1)
    await world.save(feed, *(draft(f"a{n}", f"Title {n}", link=f"u{n}") for n in range(6)))
    again = [draft(f"b{n}", f"Title {n}", link=f"v{n}", published=START - n) for n in range(6)]
    saved = await world.save(feed, *again, draft("c", "Another title", link="w"))
    assert [a.title for a in saved.new] == ["Another title"]


async def test_no_guid_and_a_new_address_for_every_visitor(world: World) -> None:
    feed = replace(await world.feed(), visits=1)

    def shown(session: str) -> list[Draft]:
        made = [draft(f"{n}?{session}", f"T {n}", link=f"/{n}?{session}") for n in range(3)]
        return [replace(one, guid=None) for one in made]

    old = [draft(f"g{n}", f"Old {n}", link=f"/g{n}") for n in range(9)]
    await world.save(feed, *shown("a"), *old)
    assert (await world.save(feed, *shown("b"), *old)).new == ()
    later = replace(shown("c")[0], published=START - 5, summary="other")
    assert len((await world.save(feed, later, *old)).new) == 1


async def test_words_that_change_at_every_visit_are_left_alone_in_the_end(world: World) -> None:
    feed = await world.feed()
    edits = 0
    for n in range(30):
        edits += len((await world.save(feed, draft("a", "Title", summary=f"{n} readers"))).edited)
    assert edits == 24
