"""Which new articles may ring."""

from __future__ import annotations

from bot.feeds.flood import FLOOD_FLOOR, flooded, ringing
from bot.model import Article, ArticleId, Feed, FeedId

NOW = 1_800_000_000
HOUR = 3600


def a_feed(*, visits: int = 5, last_success: int | None = NOW - HOUR) -> Feed:
    return Feed(
        FeedId(1), "https://example.org/feed", "Example", "Example", "", "", "en", True,
        visits=visits, last_success=last_success,
    )  # fmt: skip


def an_article(number: int, published: int) -> Article:
    return Article(
        ArticleId(number), FeedId(1), "Example", f"Title {number}", "", "", "", published, NOW, "en"
    )


def test_a_first_visit_is_silent() -> None:
    assert not ringing(a_feed(visits=0), [an_article(1, NOW)], [], NOW)


def test_news_rings() -> None:
    known = [NOW - n * HOUR for n in range(1, 20)]
    assert ringing(a_feed(), [an_article(7, NOW)], known, NOW) == {7}


def test_an_entry_that_the_feed_dates_a_little_back_still_rings() -> None:
    assert ringing(a_feed(), [an_article(7, NOW - 20 * HOUR)], [NOW - HOUR], NOW) == {7}


def test_an_archive_that_comes_to_light_is_stored_in_silence() -> None:
    new = [an_article(1, NOW), an_article(2, NOW - 30 * 24 * HOUR)]
    assert ringing(a_feed(), new, [NOW - HOUR], NOW) == {1}


def test_a_quiet_feed_of_old_entries_rings_for_its_next_one() -> None:
    """Old is measured by the feed's own newest, for some feeds lag or stand still for years."""
    year_ago = NOW - 365 * 24 * HOUR
    assert ringing(a_feed(), [an_article(3, year_ago + HOUR)], [year_ago], NOW) == {3}


def test_changed_guids_ring_nobody() -> None:
    known = [NOW - n * HOUR for n in range(1, 20)]
    new = [an_article(n, NOW - n) for n in range(FLOOD_FLOOR + 15)]
    assert not ringing(a_feed(), new, known, NOW)


def test_a_busy_wire_after_a_long_silence_is_no_flood() -> None:
    """Eight hours without network at one entry a minute: 480 new entries are its own rhythm."""
    known = [NOW - 8 * HOUR - n * 60 for n in range(20)]
    assert not flooded(a_feed(last_success=NOW - 8 * HOUR), 480, known, NOW)


def test_few_entries_are_never_a_flood() -> None:
    assert not flooded(a_feed(), FLOOD_FLOOR, [], NOW)
