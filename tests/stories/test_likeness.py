"""What likeness is made of: rare words of the moment, spelling, and what a headline tells."""

from __future__ import annotations

from bot.model import Article, ArticleId, StoryId
from bot.stories.background import Background
from bot.stories.likeness import Query
from bot.stories.sketch import opening, runs, sketch
from bot.stories.weights import GroupSettings
from bot.stories.window import Window
from tests.stories.articles import article

SETTINGS = GroupSettings()


def window_of(*articles: Article) -> Window:
    window = Window(Background.shipped())
    for item in articles:
        window.add(item.id, sketch(item, item.title, 3.0), StoryId(int(item.id)))
    return window


def query(asked: Article, window: Window) -> Query:
    return Query(sketch(asked, asked.title, 3.0), window, SETTINGS)


FERRY = article(1, "Ferry Adelina sinks off Port Selby", "Rescuers search for passengers.")


def test_an_article_is_most_like_itself() -> None:
    other = article(2, "Ferry Adelina raised from sea bed", "Divers work off Port Selby.")
    window = window_of(FERRY, other)
    asked = query(FERRY, window)
    assert asked.alike(ArticleId(1)) > asked.alike(ArticleId(2)) > 0
    assert asked.alike(ArticleId(1)) > SETTINGS.threshold


def test_two_words_are_no_event() -> None:
    window = window_of(article(2, "Ferry timetable for Selby changes in winter"))
    assert query(FERRY, window).alike(ArticleId(2)) == 0.0


def test_what_everybody_tells_ties_less() -> None:
    later = article(
        90, "Ferry owners of Port Selby fined by the harbour court", "A court in Selby fined them."
    )
    alone = query(later, window_of(FERRY)).alike(ArticleId(1))
    crowd = [article(n, f"Ferry off Port Selby: witness {n}", "Selby ferry.") for n in range(2, 40)]
    assert query(later, window_of(FERRY, *crowd)).alike(ArticleId(1)) < alone


def test_how_many_words_are_common_counts_for_how_many_there_are() -> None:
    short = article(2, "Ferry Adelina sinks off Selby")
    long = article(3, short.title, " ".join(f"word{n}" for n in range(60)))
    asked = query(FERRY, window_of(short, long))
    brief, wordy = asked.parts(ArticleId(2)), asked.parts(ArticleId(3))
    assert brief is not None
    assert wordy is not None
    assert wordy[0] < brief[0] <= 0.0
    assert brief[1:4] == wordy[1:4], "the rarest words, and the headlines, are the same"


def test_a_headline_that_the_article_tells_in_other_words() -> None:
    asked = article(2, "Dozens die as ship goes down in gale", "The ferry sank off Port Selby.")
    window = window_of(
        article(1, "Storm: ferry off Port Selby goes down, many dead"),
        article(3, "Storm: ferry off Port Selby brings new timetable"),
    )
    event, other = (query(asked, window).parts(ArticleId(n)) for n in (1, 3))
    assert event is not None
    assert other is not None
    assert event[4] > other[4], "dead and die, ship and ferry, storm and gale are one"
    assert event[2] > other[2]


def test_a_weight_for_every_part() -> None:
    parts = query(FERRY, window_of(FERRY)).parts(ArticleId(1))
    assert parts is not None
    assert len(parts) == len(SETTINGS.parts)
    assert min(SETTINGS.parts) > 0


def test_spelling_meets_where_stems_do_not() -> None:
    a, b, c = runs("Uighur labour camps"), runs("Uyghurs: labor camp"), runs("Orchard frost")
    assert (a & b).bit_count() >= 3 > (a & c).bit_count()
    assert runs("") == 0


def test_figures_alone_carry_nothing_across_languages() -> None:
    english = article(1, "340 prizes and 28 medals awarded", "340 and 28 awards.")
    french = article(2, "340 prix, 28 médailles", "340 prix et 28 récompenses.", language="fr")
    assert query(french, window_of(english)).across(ArticleId(1)) == 0.0


def test_openings_know_copies_by_long_texts_alone() -> None:
    text = (
        "The ferry\u2019s crew was saved at dawn by fishermen from Port Selby, who heard calls. "
        * 2
    )
    spaced = text.replace("\u2019", "'").replace(" ", "  ")
    assert opening(text) == opening(spaced) != ""
    assert opening("Short.") == ""
