"""An alert as readers see it, in every language, from any feed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.callback import unpack
from bot.delivery.render import alert_buttons, alert_message
from bot.i18n import texts_for
from bot.model import (
    Alert,
    AlertId,
    Article,
    ArticleId,
    Chat,
    ChatId,
    FeedId,
    Reason,
    Sentence,
    Story,
    StoryId,
    Summary,
    TopicId,
)
from tests.delivery.telegram_parser import parse_html

NOON = 1_795_003_200  # 2026-11-18 12:00 UTC
CHAT = Chat(ChatId(1), 7, 0, "private", "en", timezone="Africa/Niamey")
ARTICLE = Article(
    ArticleId(5), FeedId(1), "Example Times", "Troops leave Niger", "https://www.example.org/a",
    "Trucks crossed the border on Monday.", "", NOON - 600, NOON, "en",
)  # fmt: skip
STORY = Story(
    StoryId(3), ARTICLE.title, ARTICLE.link, ARTICLE.publisher, "en", ARTICLE.id,
    NOON, NOON, NOON, publishers=1, articles=1,
)  # fmt: skip
ALERT = Alert(
    AlertId(9), CHAT, STORY, 0, TopicId(2), "Niger", Reason("Niger", "title"), ARTICLE,
    "claimed", queued=NOON,
)  # fmt: skip
TEASER = Summary((Sentence("Trucks crossed the border on Monday.", "Example Times"),))
NOTHING = Summary(())


def words(alert: Alert = ALERT, summary: Summary = TEASER, **more: object) -> str:
    return alert_message(alert, summary, alert.chat, texts_for("en"), now=NOON, **more).text.plain()  # type: ignore[arg-type]


def test_an_alert() -> None:
    message = alert_message(ALERT, TEASER, CHAT, texts_for("en"), now=NOON)
    assert message.text.plain() == (
        "Troops leave Niger\n"
        "Example Times · 12:50\n\n"  # the reader's clock, an hour ahead
        "Trucks crossed the border on Monday.\n\n"
        "Read · example.org"
    )
    parsed = parse_html(message.text.html())
    assert [(e.kind, e.text) for e in parsed.entities] == [
        ("Bold", "Troops leave Niger"),
        ("DateTime", "12:50"),
        ("TextUrl", "Read · example.org"),
    ]
    assert message.preview == ARTICLE.link
    assert not message.silent


def test_a_story_that_grew_names_how_many_tell_it() -> None:
    grown = replace(ALERT, story=replace(STORY, publishers=3))
    assert "Example Times · 12:50 · 3 outlets\n" in words(grown)


def test_the_buttons() -> None:
    rows = alert_buttons(ALERT.id, texts_for("en"))
    assert [[b.text for b in row] for row in rows] == [
        ["Summary", "Mute story"],
        ["Unfollow", "Why?"],
    ]
    assert [unpack(b.data) for row in rows for b in row] == [
        ("s", 9), ("m", 9), ("u", 9), ("w", 9),
    ]  # fmt: skip
    back = alert_buttons(ALERT.id, texts_for("en"), back=True)
    assert unpack(back[0][0].data) == ("b", 9)


def test_a_teaser_that_repeats_the_headline_is_left_out() -> None:
    echo = Summary(
        (Sentence("Troops leave Niger.", "Example Times"), Sentence("More.", "Example Times"))
    )
    assert words(summary=echo).split("\n\n")[1] == "More."
    assert words(summary=NOTHING).count("\n\n") == 1


def test_what_another_outlet_says_carries_its_name() -> None:
    other = Summary(
        (Sentence("Trucks left.", "Example Times"), Sentence("Bread is short.", "Post"))
    )
    assert words(summary=other).split("\n\n")[1] == "Trucks left. Bread is short. (Post)"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[2001:db8::1]", "10.1.2.3"])
def test_an_address_of_figures_is_called_by_its_outlet(host: str) -> None:
    alert = replace(ALERT, article=replace(ARTICLE, link=f"http://{host}/a"))
    assert words(alert).endswith("Read · Example Times")
    nameless = replace(ALERT, article=replace(ARTICLE, link="http://10.1.2.3/a", publisher=""))
    assert words(nameless).endswith("Read · 10.1.2.3")


def test_a_long_teaser_is_cut_between_words_or_sentences() -> None:
    first, second = "A word " * 30, "Another word " * 30
    text = words(summary=Summary((Sentence(first, "x"), Sentence(second, "x"))))
    assert "Another" not in text
    endless = words(summary=Summary((Sentence("word " * 200, "x"),)))
    assert "…" in endless
    assert len(endless) < 500


def test_what_came_before_or_late_says_so_until_it_grows() -> None:
    doubtful = replace(ALERT, doubt=True, queued=NOON - 7200)
    assert "You may have received this one before." in words(doubtful)
    assert "Delayed" in words(doubtful)
    assert "Delayed" not in words(doubtful, grown=True)
    assert "before." not in words(doubtful, grown=True)


def test_a_development_says_what_is_new_as_a_reply() -> None:
    story = replace(ALERT.story, fresh=("leave", "General Kane"))
    later = replace(ALERT, story=story, earlier=77)
    message = alert_message(later, TEASER, CHAT, texts_for("en"), now=NOON)
    assert message.reply_to == 77
    assert message.text.html().startswith("<b>New:</b> Troops <b>leave</b> Niger\n")
    odd = replace(later, story=replace(story, fresh=("elsewhere",)))
    whole = alert_message(odd, TEASER, CHAT, texts_for("en"), now=NOON)
    assert whole.text.html().startswith("<b>New:</b> <b>Troops leave Niger</b>\n")
    first = alert_message(replace(later, earlier=None), TEASER, CHAT, texts_for("en"), now=NOON)
    assert first.reply_to is None
    assert "New:" not in first.text.plain()


def test_agency_copies_are_shown_as_such() -> None:
    story = replace(ALERT.story, publishers=3, copies=2, agency="AFP")
    assert "3 outlets (2 carry AFP)" in words(replace(ALERT, story=story))
    assert "carry" not in words(replace(ALERT, story=replace(story, copies=1)))


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "https://", "ftp://example.org/x"])
def test_an_article_without_a_link_has_none(link: str) -> None:
    alert = replace(ALERT, article=replace(ARTICLE, link=link))
    message = alert_message(alert, TEASER, CHAT, texts_for("en"), now=NOON)
    assert "Read" not in message.text.plain()
    assert message.preview is None


def test_an_article_without_a_title_is_named_by_what_there_is() -> None:
    assert words(replace(ALERT, article=replace(ARTICLE, title=""))).startswith("Example Times\n")
    bare = replace(ARTICLE, title="\u202e", publisher="", link="")
    assert words(replace(ALERT, article=bare), NOTHING).startswith("—\n12:50")


def test_yesterdays_news_has_a_date() -> None:
    alert = replace(ALERT, article=replace(ARTICLE, published=NOON - 86_400))
    message = alert_message(alert, TEASER, CHAT, texts_for("en"), now=NOON)
    assert "yesterday" in message.text.plain()
    assert 'format="dt"' in message.text.html()


def test_an_arabic_line_begins_on_the_right() -> None:
    message = alert_message(ALERT, TEASER, CHAT, texts_for("ar"), now=NOON)
    assert message.text.plain().split("\n")[1].startswith("\u200f")


def test_a_name_from_the_right_does_not_turn_an_english_line() -> None:
    arabic = replace(ALERT, article=replace(ARTICLE, publisher="بوصلة الشرق"))
    assert "\n\u200e\u2068بوصلة الشرق\u2069 · 12:50" in words(arabic)
