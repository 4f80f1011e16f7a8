"""Who waits for a host waits outside."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.feeds.lines import Lines
from bot.model import Feed
from tests.feeds.site import feed

NOW = 1000.5


def a_feed(number: int, host: str) -> Feed:
    return feed(f"https://{host}/{number}", id=number)


def lines(own: str = "") -> Lines:
    def host_of(feed: Feed) -> str:
        host = urlsplit(feed.url).hostname or ""
        return "" if host == own else host

    return Lines(host_of, width=2, spacing=1.0)


def test_two_of_a_host_go_and_the_others_come_back_one_second_apart() -> None:
    feeds = [a_feed(n, "busy.example") for n in range(5)] + [a_feed(9, "quiet.example")]
    going, later = lines().admit(feeds, NOW)
    assert [feed.id for feed in going] == [0, 1, 9]
    assert later == {2: 1002, 3: 1003, 4: 1004}


def test_who_comes_back_too_early_goes_to_the_end_of_the_line() -> None:
    line = lines()
    feeds = [a_feed(n, "busy.example") for n in range(4)]
    line.admit(feeds, NOW)
    assert line.admit(feeds[2:3], 1002) == ([], {2: 1004})


def test_a_place_that_is_left_is_free() -> None:
    line = lines()
    feeds = [a_feed(n, "busy.example") for n in range(4)]
    going, _ = line.admit(feeds, NOW)
    line.left(going[0])
    assert line.admit(feeds[2:], NOW + 5)[0] == feeds[2:3]


def test_the_operators_own_host_has_no_line() -> None:
    feeds = [a_feed(n, "own.example") for n in range(9)]
    line = lines(own="own.example")
    assert line.admit(feeds, NOW) == (feeds, {})
    for one in feeds:
        line.left(one)


def test_lines_that_ended_are_forgotten() -> None:
    line = lines()
    for number in range(3000):
        line.admit([a_feed(n, f"h{number}.example") for n in range(3)], NOW + 10 * number)
    assert len(line._end) < 1500
