"""When to visit a feed again, and what a visit leaves behind (pure).

In: a feed, the outcome of a visit, the present. Out: a `FeedRecord`. It asks nobody and stores
nothing. The operator's floor and ceiling win over all hints, the server's Retry-After over all.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from bot.model import Feed, FeedRecord, Fetched, Instant, NotModified, ParsedFeed, Refused, Visit

_GAPS = 20  # the newest entries that tell a feed's rhythm
_SHARE = 2  # visits per typical gap between entries
_IDLE = 30 * 86400  # without a new entry for so long: as rarely as allowed
_UNKNOWN = 3600  # a feed without dates
_NO_VALIDATORS = 3600  # a feed that can only be fetched whole is fetched at most hourly
_FIRST_FAILURE = 1800  # then doubled each time
_LONGEST_FAILURE = 7 * 86400
_LONGEST_WAIT = 6 * 3600  # for a 429 that names no time
_JITTER = 0.1  # of the interval …
_MOST_JITTER = 1800  # … but at most so many seconds
_GONE_TWICE = 86400  # a second 410, so much later than the last success, ends a feed


def body_hash(body: bytes) -> str:
    """The same for the same bytes; 32 hexadecimal digits."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def next_interval(
    feed: Feed,
    *,
    published: Sequence[Instant],
    max_age: int | None,
    ttl: int | None,
    floor: int,
    ceiling: int,
    now: Instant | None = None,
) -> int:
    """Seconds until the next visit of a healthy feed.

    Half the median gap between its newest entries (`published`, any order), no less than what the
    server (`max_age`) and the document (`ttl`) ask for, within floor and ceiling. `now` lets a feed
    that fell silent be visited as rarely as allowed.
    """
    own = _rhythm(published, now, ceiling)
    if not (feed.etag or feed.last_modified):
        own = max(own, _NO_VALIDATORS)
    asked = max(own, max_age or 0, ttl or 0)
    return max(floor, min(asked, max(floor, ceiling)))


def _rhythm(published: Sequence[Instant], now: Instant | None, ceiling: int) -> int:
    times = sorted(published, reverse=True)[:_GAPS]
    if now is not None and times and now - times[0] > _IDLE:
        return ceiling
    gaps = [newer - older for newer, older in pairwise(times) if newer > older]
    return int(median(gaps)) // _SHARE if gaps else _UNKNOWN


@dataclass(frozen=True, slots=True)
class _Known:
    """What the answer says about itself, or what we knew where it says nothing."""

    etag: str | None
    last_modified: str | None
    validators_url: str | None
    body_hash: str | None
    max_age: int | None


def record(
    feed: Feed,
    visit: Visit,
    *,
    parsed: ParsedFeed | None = None,
    problem: str | None = None,
    published: Sequence[Instant] = (),
    now: Instant,
    floor: int,
    ceiling: int,
    rng: random.Random,
) -> FeedRecord:
    """What to store after a visit. `problem` set: the body could not be used, whatever HTTP said.

    A success carries validators and body hash, to be written with the articles they stand for: else
    a failure between the two would be answered with 304 for ever. A refusal leaves them alone.
    """
    if isinstance(visit, Refused):
        return _failed(feed, visit, visit.problem, now=now, floor=floor, rng=rng)
    if problem is not None:
        refused = Refused("feed", problem, visit.status if isinstance(visit, Fetched) else None)
        return _failed(feed, refused, problem, now=now, floor=floor, rng=rng)
    known = _known(feed, visit)
    interval = next_interval(
        _with_validators(feed, known),
        published=published,
        max_age=known.max_age,
        ttl=parsed.ttl if parsed else None,
        floor=floor,
        ceiling=ceiling,
        now=now,
    )
    return FeedRecord(
        feed=feed.id,
        visited=now,
        next_visit=now + interval + _jitter(interval, rng),
        interval=interval,
        success=True,
        status=visit.status if isinstance(visit, Fetched) else 304,
        etag=known.etag,
        last_modified=known.last_modified,
        validators_url=known.validators_url,
        body_hash=known.body_hash,
        title=(parsed.title or "") if parsed else "",
        site=(parsed.link or "") if parsed else "",
        language=(parsed.language or "") if parsed else "",
    )


def _known(feed: Feed, visit: Fetched | NotModified) -> _Known:
    """Validators come in pairs: those of a new body replace both, absent is absent. A 304 may renew
    either (RFC 9111, 4.3.4)."""
    if isinstance(visit, Fetched):
        source = visit.url if visit.etag or visit.last_modified else None
        fresh = body_hash(visit.body)
        return _Known(visit.etag, visit.last_modified, source, fresh, visit.max_age)
    return _Known(
        visit.etag or feed.etag,
        visit.last_modified or feed.last_modified,
        feed.validators_url or feed.url,
        feed.body_hash,
        visit.max_age,
    )


def _with_validators(feed: Feed, known: _Known) -> Feed:
    return replace(feed, etag=known.etag, last_modified=known.last_modified)


def _failed(
    feed: Feed, visit: Refused, problem: str, *, now: Instant, floor: int, rng: random.Random
) -> FeedRecord:
    dead = _is_dead(feed, visit, now)
    failures = feed.failures + 1
    wait = _back_off(visit, failures, floor)
    return FeedRecord(
        feed=feed.id,
        visited=now,
        next_visit=now + wait + _jitter(wait, rng),
        interval=feed.interval,
        success=False,
        status=visit.status,
        problem=problem,
        failures=failures,
        state="dead" if dead else feed.state,
        etag=feed.etag,
        last_modified=feed.last_modified,
        validators_url=feed.validators_url,
        body_hash=feed.body_hash,
    )


def _back_off(visit: Refused, failures: int, floor: int) -> int:
    """Doubling from half an hour; Retry-After is a lower bound, and may exceed all of ours.

    A dead network is often our own: for half a day it costs no more than an hour's delay.
    """
    longest = _LONGEST_WAIT if visit.kind == "wait" else _LONGEST_FAILURE
    if visit.kind in ("network", "timeout") and failures <= 12:
        longest = 3600
    own = min(_FIRST_FAILURE << min(failures - 1, 12), longest)
    return max(own, visit.retry_after or 0, min(floor, longest))


def _is_dead(feed: Feed, visit: Refused, now: Instant) -> bool:
    """410 twice, a day apart: one may be a slip of an editor's hand."""
    if visit.kind != "gone" or feed.status != 410:
        return False
    return now - (feed.last_success or 0) >= _GONE_TWICE


def _jitter(seconds: int, rng: random.Random) -> int:
    """Spreads feeds that were added together; never makes a visit earlier."""
    return rng.randint(0, max(1, min(int(seconds * _JITTER), _MOST_JITTER)))
