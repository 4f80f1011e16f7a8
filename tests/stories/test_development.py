"""A later event of a story begins one that says what it follows, and what is new in it."""

from __future__ import annotations

from bot.model import StoryId
from bot.stories.cluster import Beginning, Grouper, Placement
from bot.stories.fresh import fresh
from tests.stories.articles import NOON, article

HOUR = 3600
SINKING = article(
    1,
    "Ferry sinks off Port Selby with hundreds on board",
    "The ferry Adelina sank in a storm off Port Selby; rescuers search for passengers.",
)
ARREST = article(
    2,
    "Captain Ruud Marten arrested after the sinking of the ferry Adelina",
    "A judge in Lorne ordered him held for negligence; the ship was overloaded, police say.",
    at=NOON + 20 * HOUR,
)


def test_a_development_says_what_it_follows_and_what_is_new() -> None:
    grouper = Grouper()
    grouper.add(SINKING, StoryId(1))
    begun = grouper.find(ARREST, ARREST.published)
    assert isinstance(begun, Beginning)
    assert begun.follows == 1
    assert "Ruud Marten" in begun.fresh
    for part in begun.fresh:
        assert part in ARREST.title + ARREST.summary
    assert "ferri" in begun.why or "selbi" in begun.why


def test_an_explainer_is_said_to_be_one() -> None:
    grouper = Grouper()
    grouper.add(SINKING, StoryId(1))
    why = article(6, "Why did the overloaded ferry leave Lorne at all?", "", at=NOON + HOUR)
    begun = grouper.find(why, why.published)
    assert isinstance(begun, Beginning)
    assert begun.comment


def test_an_event_is_not_swallowed_by_what_was_written_about_the_affair_before() -> None:
    grouper = Grouper()
    question = article(7, "Could the ferry Adelina sink off Port Selby?", SINKING.summary)
    grouper.add(question, StoryId(7))
    assert isinstance(grouper.find(SINKING, NOON + HOUR), Beginning)
    grouper.add(SINKING, StoryId(1))
    told = article(8, "What we know: ferry Adelina sinks off Port Selby", SINKING.summary)
    found = grouper.find(told, NOON + HOUR)
    assert isinstance(found, Placement)


def test_what_has_nothing_to_do_with_it_follows_nothing() -> None:
    grouper = Grouper()
    grouper.add(SINKING, StoryId(1))
    other = article(3, "Orchard owners fear a late frost", "Growers light fires at night.")
    assert grouper.find(other, NOON) == Beginning()


def test_copies_say_whose_text_they_carry() -> None:
    text = (
        "The ferry Adelina sank in a storm off Port Selby on Monday and rescuers searched all "
        "night for passengers, the coast guard of the district said in a statement this morning."
    )
    grouper = Grouper()
    grouper.add(article(1, "Ferry sinks", text, publisher="Selby Post"), StoryId(1))
    same = grouper.find(article(2, "Hundreds missing at sea", text), NOON)
    assert same == Placement(StoryId(1), 1.0, "same text", "Selby Post")
    credited = grouper.find(article(3, "Ferry sinks in storm", text + " (AFP)"), NOON)
    assert isinstance(credited, Placement)
    assert credited.carries == "AFP"


def test_stories_that_have_turned_out_to_be_one() -> None:
    grouper = Grouper()
    again = article(4, SINKING.title + " in storm", SINKING.summary, at=NOON + HOUR)
    grouper.add(SINKING, StoryId(1))
    grouper.add(again, StoryId(2))
    other = article(3, "Orchard owners fear a late frost", "Growers light fires at night.")
    grouper.add(other, StoryId(3))
    assert list(grouper.merges(NOON + 2 * HOUR)) == [(1, 2)]
    assert not grouper.merges(NOON + 2 * HOUR)  # told once
    grouper.merge(StoryId(1), StoryId(2))
    grouper.merge(StoryId(1), StoryId(77))
    asked = article(5, again.title, again.summary, at=NOON + 2 * HOUR)
    found = grouper.find(asked, NOON + 2 * HOUR)
    assert isinstance(found, Placement)
    assert found.story == 1


def test_bulletins_and_what_one_publisher_told_twice_are_never_merged() -> None:
    for title, publisher in ((SINKING.title, "Selby Post"), ("News bulletin: ferry", "Radio")):
        grouper = Grouper()
        for number in (1, 2):
            told = article(number, title, SINKING.summary, publisher=publisher)
            grouper.add(told, StoryId(number))
        assert not grouper.merges(NOON + HOUR)


def test_a_restart_offers_no_merges_again() -> None:
    grouper = Grouper()
    again = article(4, SINKING.title + " in storm", SINKING.summary, at=NOON + HOUR)
    grouper.rebuild([(SINKING, StoryId(1)), (again, StoryId(2))])
    assert not grouper.merges(NOON + 2 * HOUR)


def test_a_split_that_no_edit_repairs_stays() -> None:
    grouper = Grouper()
    grouper.add(SINKING, StoryId(1))
    grouper.add(article(4, SINKING.title, SINKING.summary, at=NOON + HOUR), StoryId(2))
    assert not grouper.merges(NOON + 30 * HOUR)


def test_fresh_words_stand_as_in_the_article() -> None:
    item = article(1, "Toll of 17 in Port Selby", "Adelina's owner Jan Oort fled to Marseille.")
    found = fresh(item, "en", {"port", "selbi", "adelina"}, lambda term: 9.0, least=6, most=9)
    assert "17" in found
    assert "Jan Oort" in found
    assert not {"Port Selby", "Adelina"} & set(found)
    assert fresh(item, "en", set(), lambda term: 1.0, least=6, most=9) == ("17",)


def test_years_short_words_and_cut_ones_are_not_new() -> None:
    body = "Divers of the coast guard went down again on Monday " * 3 + "and found the Presiden"
    item = article(1, "Search in 2031 vs storm: 45 found", body)
    found = fresh(item, "en", set(), lambda term: 9.0, least=6, most=99)
    assert "45" in found
    assert not {"2031", "vs", "Presiden"} & set(found)


def test_an_article_that_clearly_tells_two_stories_makes_one_of_them() -> None:
    grouper = Grouper()
    grouper.add(SINKING, StoryId(1))
    apart = article(
        2,
        "Coast guard calls off night search for passengers of the Adelina",
        "Helicopters and lifeboats return at dawn, the coast guard in Lorne said.",
        at=NOON + HOUR,
    )
    grouper.add(apart, StoryId(2))
    assert not grouper.merges(NOON + HOUR)
    both = article(
        3,
        "Ferry Adelina sinks in storm off Port Selby; coast guard calls off night search",
        "The ferry sank off Port Selby with hundreds on board; helicopters and lifeboats return "
        "to search for passengers at dawn, the coast guard in Lorne said.",
        at=NOON + 2 * HOUR,
    )
    found = grouper.find(both, NOON + 2 * HOUR)
    assert isinstance(found, Placement)
    grouper.add(both, found.story)
    assert list(grouper.merges(NOON + 2 * HOUR)) == [(1, 2)]
    late = NOON + 7 * HOUR
    grouper.add(both, found.story)
    assert not grouper.merges(late), "the first message can be edited no more"
