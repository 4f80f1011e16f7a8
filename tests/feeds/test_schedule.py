"""When a feed is visited again."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.schedule import body_hash, next_interval, record, rhythm_of
from bot.model import (
    Feed,
    FeedId,
    FeedRecord,
    Fetched,
    NotModified,
    ParsedFeed,
    Refused,
    RefusedKind,
    Visit,
)

NOW, FLOOR, CEILING = 1_770_000_000, 900, 86400
FEED = Feed(
    id=FeedId(1), url="https://a.example/f", title="", publisher="", site="", country="",
    language="", public=True, etag='"1"', last_modified="yesterday",
    validators_url="https://a.example/f", body_hash="0" * 32,
)  # fmt: skip
PARSED = ParsedFeed(title="T", link="https://a.example/", language="en", entries=(), ttl=7200)


def left(visit: Visit, feed: Feed = FEED, **more: object) -> FeedRecord:
    rest = {"now": NOW, "floor": FLOOR, "ceiling": CEILING, "rng": random.Random(1)} | more
    return record(feed, visit, **rest)  # type: ignore[arg-type]


def interval(published: list[int], **hints: object) -> int:
    rest = {"floor": FLOOR, "ceiling": CEILING, "now": NOW} | hints
    newest = max(published, default=None)
    return next_interval(FEED, rhythm=rhythm_of(published), newest=newest, **rest)  # type: ignore[arg-type]


def test_the_rhythm_of_the_feed_sets_the_pace() -> None:
    assert interval([NOW - 4 * 3600 * n for n in range(20)]) == 2 * 3600
    assert interval([NOW - 60 * n for n in range(20)]) == FLOOR
    assert interval([NOW - 9 * 86400 * n for n in range(3)]) == CEILING
    assert interval([]) == 3600
    assert interval([NOW - 40 * 86400, NOW - 40 * 86400 - 60]) == CEILING


def test_hints_make_visits_rarer_but_not_beyond_the_ceiling() -> None:
    busy = [NOW - 60 * n for n in range(20)]
    assert interval(busy, max_age=5000) == 5000
    asked = left(Fetched("https://a.example/f", b"", etag="1"), parsed=PARSED, published=busy)
    assert (asked.interval, asked.rhythm) == (7200, 7200)
    kept = left(NotModified(), replace(FEED, rhythm=asked.rhythm, last_entry=NOW))
    assert kept.interval == 7200
    assert interval(busy, max_age=31_536_000) == CEILING


def test_without_validators_at_most_hourly() -> None:
    bare = replace(FEED, etag=None, last_modified=None)
    for newest, wanted in ((NOW, 3600), (NOW - 8 * 86400, 6 * 3600), (None, 3600)):
        found = next_interval(bare, rhythm=60, newest=newest, floor=FLOOR, ceiling=CEILING, now=NOW)
        assert found == wanted


@given(st.lists(st.integers(0, NOW)), st.none() | st.integers(0, 10**9), st.integers(1, 10**6))
def test_floor_and_ceiling_hold_whatever_is_asked(
    times: list[int], age: int | None, floor: int
) -> None:
    found = interval(times, max_age=age, floor=floor)
    assert floor <= found <= max(floor, CEILING)


def test_a_success_carries_validators_of_its_own_answer_and_the_hash() -> None:
    new = left(Fetched("https://b.example/f", b"body", etag='W/"2"'), parsed=PARSED)
    assert new.success
    assert (new.etag, new.last_modified, new.validators_url) == (
        'W/"2"', None, "https://b.example/f",
    )  # fmt: skip
    assert new.body_hash == body_hash(b"body")
    assert (new.title, new.site, new.language) == ("T", "https://a.example/", "en")
    assert new.interval == 7200
    assert (new.failures, new.problem, new.state) == (0, None, "active")
    bare = left(Fetched("https://a.example/f", b"body"))
    assert (bare.etag, bare.validators_url) == (None, None)


def test_a_304_keeps_what_it_does_not_renew() -> None:
    kept = left(NotModified(etag='"2"'), replace(FEED, failures=3, problem="x"))
    assert (kept.etag, kept.last_modified) == ('"2"', "yesterday")
    assert kept.body_hash == FEED.body_hash
    assert (kept.success, kept.status, kept.failures) == (True, 304, 0)


def test_a_body_that_cannot_be_used_is_a_failure_that_keeps_the_old_validators() -> None:
    failed = left(Fetched("https://a.example/f", b"<html>", etag='"9"'), problem="A web page.")
    assert (failed.success, failed.problem, failed.failures) == (False, "A web page.", 1)
    assert (failed.etag, failed.body_hash) == (FEED.etag, FEED.body_hash)


def test_failures_back_off_to_a_week() -> None:
    waits = []
    feed = FEED
    for _ in range(14):
        failed = left(Refused("status", "No.", 404), feed)
        waits.append(failed.next_visit - NOW)
        feed = replace(feed, failures=failed.failures, status=404)
    assert waits == sorted(waits) or max(waits) > 6 * 86400
    assert 1800 <= waits[0] <= 2000
    assert waits[-1] <= 7 * 86400 + 1800
    assert feed.failures == 14


@pytest.mark.parametrize("kind", ["network", "timeout"])
def test_a_night_without_network_delays_by_an_hour(kind: RefusedKind) -> None:
    failed = left(Refused(kind, "No."), replace(FEED, failures=9))
    assert failed.next_visit - NOW <= 3600 * 1.1 + 1
    assert failed.state == "active"


def test_retry_after_wins() -> None:
    asked = left(Refused("wait", "Later.", 429, retry_after=200_000), ceiling=3600)
    assert asked.next_visit - NOW >= 200_000
    silent = left(Refused("wait", "Later.", 429), replace(FEED, failures=30))
    assert silent.next_visit - NOW <= 6 * 3600 * 1.1 + 1


def test_a_feed_dies_at_its_second_410_a_day_later() -> None:
    gone = Refused("gone", "Gone.", 410)
    fresh = replace(FEED, last_success=NOW - 3600)
    assert left(gone, fresh).state == "active"
    again = replace(fresh, status=410, failures=3, since=NOW - 3600)
    assert left(gone, again).state == "active"
    assert left(gone, replace(again, since=NOW - 86400)).state == "dead"
    assert left(gone, replace(again, status=500, since=NOW - 86400)).state == "active"


@given(st.integers(0, 2**32), st.integers(0, 40))
def test_jitter_never_makes_a_visit_earlier(seed: int, failures: int) -> None:
    feed = replace(FEED, failures=failures)
    for visit in (NotModified(), Refused("status", "No.", 500)):
        plan = left(visit, feed, rng=random.Random(seed))
        assert plan.next_visit >= NOW + (plan.interval if plan.success else 1799)
        assert plan.next_visit <= NOW + 7 * 86400 + 1800
