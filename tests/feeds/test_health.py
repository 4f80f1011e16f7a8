"""What the log says of a feed: changes, and nothing of its address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.feeds.health import condition, news_of
from bot.model import Feed, FeedId, FeedRecord

FAILED = "feed 7 (The Daily) failed: It is away. It is tried again in 30 min, then ever more rarely"


def feed(failures: int = 0, state: str = "active", title: str = "The Daily") -> Feed:
    url = "https://daily.example/rss?key=hidden"
    known = Feed(FeedId(7), url, title, "", "", "", "", public=True)
    return replace(known, failures=failures, state=state)  # type: ignore[arg-type]


def visit(problem: str | None = None, *, failures: int = 0, state: str = "active") -> FeedRecord:
    return FeedRecord(
        feed=FeedId(7),
        visited=1000,
        next_visit=2800,
        interval=900,
        success=problem is None,
        problem=problem,
        failures=failures,
        state=state,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (feed(), visit(), None),
        (
            feed(),
            visit("It is away.", failures=1),
            FAILED,
        ),
        (feed(3), visit("It is away.", failures=4), None),
        (feed(3), visit(), "feed 7 (The Daily) answers again"),
        (
            feed(3),
            visit("It is gone.", failures=4, state="dead"),
            "feed 7 (The Daily) is visited no more: It is gone.",
        ),
        (feed(3, "dead"), visit("It is gone.", failures=4, state="dead"), None),
    ],
)
def test_changes_are_told(before: Feed, after: FeedRecord, said: str | None) -> None:
    assert news_of(before, after) == said


def test_an_address_is_not_told() -> None:
    assert "hidden" not in (news_of(feed(title=""), visit("It is away.", failures=1)) or "hidden")


def test_the_condition_of_a_feed_in_plain_words() -> None:
    new = Feed(FeedId(1), "https://a.example/f", "", "", "", "", "", public=True)
    now = 1_770_000_000
    ill = replace(new, failures=3, problem="Refused (403).", since=now - 3 * 86400)
    for one, said in (
        (new, "not visited yet"),
        (replace(new, last_success=1), "well"),
        (replace(ill, failures=1, since=now), "failed once: Refused (403)."),
        (
            replace(ill, next_visit=now + 4 * 3600),
            "failed 3 times in a row: Refused (403). For 3 days now; next try in 4 h.",
        ),
        (replace(ill, state="dead", problem=None), "gone: no longer there"),
    ):
        assert condition(one, now) == said


def test_how_a_feed_that_pushes_is_told() -> None:
    well = replace(feed(), last_success=1000)
    assert condition(well, 2000) == "well"
    assert condition(replace(well, pushed=1), 2000) == "well; its hub has taken our subscription"
    assert condition(replace(well, pushed=2, last_push=1000), 8200) == (
        "well; it pushes, last 2 h ago"
    )
    assert condition(replace(well, pushed=2, pinged=8000), 8200) == (
        "well; it pushes, last 3 min ago"
    )
    assert condition(replace(feed(failures=1), pushed=2, last_push=9), 99).startswith("failed once")
