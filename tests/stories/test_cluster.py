"""Grouping: outlets of one event share a story; follow-ups, templates and others don't."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article, ArticleId, StoryId
from bot.stories.background import Background
from bot.stories.cluster import Beginning, Grouper, GroupSettings, Placement
from bot.stories.sketch import sketch
from bot.stories.terms import headline_key, terms
from tests.stories.articles import NOON, article

HOUR = 3600


def group(articles: Iterable[Article], grouper: Grouper | None = None) -> list[int]:
    """The story of each article, in the order given."""
    grouper = Grouper() if grouper is None else grouper
    stories = []
    for item in articles:
        placement = grouper.find(item, item.published)
        story = placement.story if isinstance(placement, Placement) else StoryId(int(item.id))
        grouper.add(item, story)
        stories.append(int(story))
    return stories


WITHDRAWAL = [
    article(1, "US to withdraw troops from Niger",
            "The United States will pull its soldiers out of Niger after talks with the junta."),
    article(2, "American soldiers will leave Niger, junta and Washington agree",
            "US troops will leave Niger in months under an agreement with the junta.",
            at=NOON + HOUR),
    article(3, "Washington agrees to pull US troops out of Niger",
            "Talks with the junta in Niamey ended with an agreement to withdraw American soldiers.",
            at=NOON + 2 * HOUR),
]  # fmt: skip


def test_one_event_in_the_words_of_three_outlets_is_one_story() -> None:
    assert group(WITHDRAWAL) == [1, 1, 1]


def test_other_events_are_other_stories() -> None:
    others = [
        article(4, "Nigeria raises fuel prices for the third time this year"),
        article(
            5, "River Niger floods hundreds of homes near Lokoja", "Rescue boats are on their way."
        ),
        article(6, "Orchard owners fear a late frost", "Growers light fires between the trees."),
    ]
    assert group([*WITHDRAWAL, *others]) == [1, 1, 1, 4, 5, 6]


def test_the_same_link_is_the_same_story_whatever_the_words() -> None:
    a = article(1, "Bridge closed", link="http://www.port.example/a/?utm_source=rss")
    b = article(2, "All trains late this morning", link="https://port.example/a#top")
    assert group([a, b]) == [1, 1]


def test_a_wire_copy_has_the_same_headline() -> None:
    title = "Ministers sign treaty on shared water of the delta"
    a, b = (
        article(1, title, "(AFP) One text."),
        article(2, title.upper(), "Another teaser altogether."),
    )
    assert group([a, b]) == [1, 1]
    assert group([article(1, "Live updates"), article(2, "Live updates")]) == [1, 2]


def test_what_a_publisher_puts_on_every_headline_joins_nothing() -> None:
    bulletins = [
        article(1, "Grain prices rise: Harbour Market Round-up", publisher="Radio"),
        article(2, "Ferry shares fall: Harbour Market Round-up", publisher="Radio", at=NOON + HOUR),
        article(
            3, "Copper and tin: Harbour Market Round-up", publisher="Radio", at=NOON + 2 * HOUR
        ),
    ]
    assert group(bulletins) == [1, 2, 3]


def test_bulletins_join_nothing_and_nothing_joins_them() -> None:
    bulletins = [
        article(1, "Evening news bulletin: harbour strike ends", "The harbour strike ended."),
        article(2, "Harbour strike ends", "The harbour strike ended after nine days."),
        article(3, "Evening news bulletin: harbour strike", "The harbour strike ended today."),
    ]
    assert group(bulletins) == [1, 2, 3]
    copies = [article(n, bulletins[0].title, link="https://radio.example/b") for n in (5, 6)]
    assert group(copies) == [5, 5]
    report = article(4, "Inquiry report blames ferry owners", "")
    assert not sketch(report, report.title, 2.0).bulletin


def test_an_unknown_publisher_is_nobody_in_particular() -> None:
    title = "Ministers sign treaty on shared water of the delta"
    unknown = [replace(article(n, title, "One text."), publisher="") for n in (1, 2)]
    assert group(unknown) == [1, 1]


def test_a_quiet_story_pulls_less() -> None:
    for hours, story in ((1, 1), (71, 9)):
        when = NOON + hours * HOUR
        late = article(9, "US troops pack up in Niger", "The junta watches soldiers go.", at=when)
        assert group([*WITHDRAWAL, late])[-1] == story


def test_what_left_the_window_is_forgotten() -> None:
    grouper = Grouper()
    group(WITHDRAWAL, grouper)
    again = article(8, WITHDRAWAL[0].title, WITHDRAWAL[0].summary, at=NOON + 80 * HOUR)
    assert grouper.find(again, again.published) == Beginning()
    assert len(grouper) == 0
    assert not any(held(grouper))


def test_placements_say_how_sure_and_why() -> None:
    grouper = Grouper()
    grouper.add(WITHDRAWAL[0], StoryId(77))
    placement = grouper.find(WITHDRAWAL[1], NOON + HOUR)
    assert isinstance(placement, Placement)
    assert placement.story == 77
    assert 0.2 < placement.score <= 1.0
    assert "niger" in placement.why


def test_rebuilding_gives_the_same_decisions() -> None:
    grouper = Grouper()
    stories = group(WITHDRAWAL[:2], grouper)
    again = Grouper()
    again.rebuild(zip(WITHDRAWAL[:2], map(StoryId, stories), strict=True))
    assert again.find(WITHDRAWAL[2], NOON + 2 * HOUR) == grouper.find(
        WITHDRAWAL[2], NOON + 2 * HOUR
    )


def test_adding_again_replaces() -> None:
    grouper = Grouper()
    grouper.add(WITHDRAWAL[0], StoryId(1))
    grouper.add(WITHDRAWAL[0], StoryId(2))
    assert len(grouper) == 1
    assert set(grouper._window.groups) == {2}


def test_live_articles_are_bounded() -> None:
    grouper = Grouper(GroupSettings(limit=5))
    group((article(n, f"Headline number {n} about topic{n}") for n in range(1, 20)), grouper)
    assert len(grouper) == 5


_TITLES = st.lists(
    st.sampled_from(["rain", "harbour", "minister", "strike", "treaty", "mine", "goal"]), max_size=8
)


_ROWS = st.lists(st.tuples(_TITLES, st.integers(0, 100 * HOUR)), max_size=15)


def held(grouper: Grouper) -> tuple[object, ...]:
    """Everything a grouper remembers, but for the ages of those that left."""
    window = grouper._window
    return (window.live, window.groups, window._postings, window._live_with, window._keys)


def written(rows: list[tuple[list[str], int]]) -> list[Article]:
    return [article(n, " ".join(w), at=NOON + t) for n, (w, t) in enumerate(rows)]


@settings(max_examples=40)
@given(_ROWS, st.data())
def test_nothing_remains_of_what_is_discarded(
    rows: list[tuple[list[str], int]], data: st.DataObject
) -> None:
    grouper = Grouper()
    items = written(rows)
    group(items, grouper)
    grouper.discard(data.draw(st.permutations([i.id for i in items])))
    grouper.discard([ArticleId(999)])
    assert not any(held(grouper))


@settings(max_examples=40)
@given(_ROWS, _TITLES)
def test_discarding_undoes_adding(rows: list[tuple[list[str], int]], title: list[str]) -> None:
    grouper = Grouper()
    group(written(rows), grouper)
    before = copy.deepcopy(held(grouper))
    passing = article(900, " ".join(title), at=NOON + 100 * HOUR)
    grouper.add(passing, StoryId(1))
    grouper.discard([passing.id])
    assert held(grouper) == before


@settings(max_examples=60)
@given(_ROWS, st.integers(0, 15), _TITLES)
def test_a_restart_changes_no_decision(
    rows: list[tuple[list[str], int]], at: int, title: list[str]
) -> None:
    rows.sort(key=lambda row: row[1])
    items, grouper = written(rows), Grouper()
    stories = group(items, grouper)
    now = NOON + 100 * HOUR
    asked = article(900, " ".join(title), at=now)
    expected = grouper.find(asked, now)
    live = [
        (item, StoryId(story))
        for item, story in zip(items, stories, strict=True)
        if item.published >= now - grouper.settings.window
    ]
    again = Grouper()
    again.rebuild(live[at:] + live[:at])  # in any order
    assert again.find(asked, now) == expected
    assert held(again) == held(grouper)


def test_terms_are_stems_without_stop_words() -> None:
    assert terms("The ministers were signing treaties", "en") == ["minist", "sign", "treati"]
    assert terms("Les ministres signent des traités", "fr") == ["ministr", "signent", "trait"]
    assert terms("尼日尔军政府", "en")[:2] == ["尼日", "日尔"]


def test_short_headlines_are_no_key() -> None:
    assert headline_key("Live updates") == ""
    assert headline_key("Ministers sign a treaty today") == "ministers sign a treaty today"


def test_rare_words_weigh_more_and_what_many_tell_now_weighs_less() -> None:
    background = Background({"common": 500.0})
    assert background.rarity("common") < background.rarity("rare")
    assert background.rarity("rare", 50) < background.rarity("rare")
    assert background.rarity("rare") == background.at_large["rare"]
    assert background.rarity("common", 10**9) == 0.1
    assert Background.shipped().rarity("minist") < Background.shipped().rarity("niamey")
