"""A list of alerts: what it says, in which order, and that Telegram takes it in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.callback import unpack
from bot.delivery.catchup import LINES, list_message
from bot.delivery.render import Message
from bot.delivery.spans import MESSAGE_UNITS
from bot.i18n import languages, texts_for
from bot.model import Alert, AlertId, StoryId
from tests.delivery.telegram_parser import parse_html
from tests.delivery.test_render import ALERT, NOON

HOUR = 3600


def owed(number: int, *, title: str = "", publishers: int = 1, hours: float = 1) -> Alert:
    at = int(NOON - hours * HOUR)
    article = replace(
        ALERT.article,
        title=title or f"Headline {number}",
        link=f"https://example.org/{number}",
        published=at,
    )
    story = replace(
        ALERT.story, id=StoryId(number), publishers=publishers, updated=at, published=at
    )
    return replace(ALERT, id=AlertId(number), story=story, article=article, gathers="late")


def told(alerts: list[Alert], total: int = 0, language: str = "en") -> Message:
    return list_message(alerts[0], alerts, total or len(alerts), texts_for(language), now=NOON)


def test_the_widest_and_newest_come_first() -> None:
    alerts = [owed(1, hours=9), owed(2, publishers=5, hours=2), owed(3, hours=1)]
    lines = told(alerts).text.plain().split("\n")
    assert lines[0] == "While I could not reach you: 3 stories"
    assert [line for line in lines if "Headline" in line] == [
        "1. Headline 2", "2. Headline 3", "3. Headline 1",
    ]  # fmt: skip
    assert "5 outlets" in lines[3]


def test_each_of_the_first_ten_opens_by_its_number() -> None:
    message = told([owed(n) for n in range(1, 15)])
    *numbers, (headlines,) = message.keyboard
    assert [button.text for row in numbers for button in row] == [str(n) for n in range(1, 11)]
    assert {unpack(button.data) for row in numbers for button in row} == {
        ("o", n) for n in range(1, 11)
    }
    assert (headlines.text, headlines.data) == ("Headlines", "hl:0:0")


def test_the_others_stand_behind_a_fold_and_the_rest_is_a_number() -> None:
    message = told([owed(n) for n in range(1, 51)], 60)
    parsed = parse_html(message.text.html())
    (fold,) = [e for e in parsed.entities if "Quote" in e.kind]
    assert len(fold.text.splitlines()) == 50 - LINES
    links = [e for e in parsed.entities if e.kind == "TextUrl"]
    assert len(links) == 50
    assert parsed.text.endswith("and 10 more stories")


def test_of_a_story_the_last_development_counts() -> None:
    alerts = [owed(1), replace(owed(1, title="Headline 1, later"), id=AlertId(9), development=1)]
    text = told(alerts).text.plain()
    assert text.startswith("While I could not reach you: 1 story\n\n1. Headline 1, later\n")


def test_one_that_may_have_come_before_says_so() -> None:
    assert (
        told([replace(owed(1), doubt=True)])
        .text.plain()
        .endswith("You may have received this one before.")
    )


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("title", ["<b>&" * 200, "خبر عاجل من النيجر " * 40, "🇳🇪👩‍👩‍👧" * 99, ""])
def test_telegram_takes_it_whatever_the_titles(language: str, title: str) -> None:
    alerts = [owed(n, title=title) for n in range(1, 51)]
    for why in ("late", "quiet", "burst"):
        carrier = replace(alerts[0], gathers=why)
        message = list_message(carrier, alerts, 70, texts_for(language), now=NOON)
        assert parse_html(message.text.html()).text
        assert message.text.length() <= MESSAGE_UNITS


@pytest.mark.parametrize(
    ("language", "title"), [("ar", "Troops leave Niger"), ("en", "الجنود يغادرون النيجر")]
)
def test_a_line_runs_as_its_language_does(language: str, title: str) -> None:
    (line,) = [
        line
        for line in told([owed(1, title=title)], language=language).text.plain().split("\n")
        if title in line
    ]
    assert line.startswith("\u200f" if language == "ar" else "1. \u200e")
    assert f"\u2068{title}\u2069" in line
