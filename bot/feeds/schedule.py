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

from bot.feeds.websub import rarer
from bot.model import Feed, FeedRecord, Fetched, Instant, NotModified, ParsedFeed, Refused, Visit

_GAPS = 20  # the newest entries that tell a feed's rhythm
_SHARE = 2  # visits per typical gap between entries
_IDLE = 30 * 86400  # without a new entry for so long: as rarely as allowed
_UNKNOWN = 3600  # a feed without dates
_NO_VALIDATORS = 3600  # a feed that can only be fetched whole is fetched at most hourly …
_NO_VALIDATORS_STILL = 6 * 3600  # … and more rarely where nothing was new for a week
_STILL = 7 * 86400
_FIRST_FAILURE = 1800  # then doubled each time
_LONGEST_FAILURE = 7 * 86400
_LONGEST_WAIT = 6 * 3600  # for a 429 that names no time
_STUCK = 8  # visits' worth of silence, and at least a day
_JITTER = 0.1  # of the interval …
_MOST_JITTER = 1800  # … but at most so many seconds
_GONE_TWICE = 86400  # 410 for so long ends a feed
_MOVED_TIMES, _MOVED_FOR = 3, 86400  # hotels and captive portals redirect "for good", too
PARSER = "1"
"""Of the reading of documents; with a new one every document is asked for and read once more."""


def body_hash(body: bytes) -> str:
    """The same for the same bytes, read the same way."""
    return f"{PARSER}:{hashlib.blake2b(body, digest_size=16).hexdigest()}"


def read_otherwise(feed: Feed) -> bool:
    """Whether its last document was read by an older Newsbell, which may have seen less in it."""
    return feed.body_hash is not None and not feed.body_hash.startswith(f"{PARSER}:")


def looks_stuck(feed: Feed, now: float) -> bool:
    """Whether it has been silent for longer than it ever is: its server may answer 304 for ever."""
    if feed.rhythm is None or feed.last_entry is None:
        return False
    return now - feed.last_entry > max(86400, _STUCK * feed.rhythm)


def rhythm_of(published: Sequence[Instant]) -> int | None:
    """Half the median gap between the newest entries, seconds; None where they have no dates.

    `published` in any order.
    """
    times = sorted(published, reverse=True)[:_GAPS]
    gaps = [newer - older for newer, older in pairwise(times) if newer > older]
    return int(median(gaps)) // _SHARE if gaps else None


def next_interval(
    feed: Feed,
    *,
    rhythm: int | None,
    newest: Instant | None,
    max_age: int | None = None,
    floor: int,
    ceiling: int,
    now: Instant,
) -> int:
    """Seconds until the next visit of a healthy feed.

    Its rhythm, no less than what the server asks for (`max_age`), within floor and ceiling. A feed
    whose `newest` entry is a month old is visited as rarely as allowed; one that is pushed, the
    more rarely the longer its pushes were all that was needed.
    """
    silent = 0 if newest is None else now - newest
    own = ceiling if silent > _IDLE else (_UNKNOWN if rhythm is None else rhythm)
    if not (feed.etag or feed.last_modified):
        own = max(own, _NO_VALIDATORS_STILL if silent > _STILL else _NO_VALIDATORS)
    asked = max(own, max_age or 0)
    return rarer(max(floor, min(asked, max(floor, ceiling))), feed.pushed, ceiling)


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
    published: Sequence[Instant] | None = None,
    missed: bool = False,
    now: Instant,
    floor: int,
    ceiling: int,
    rng: random.Random,
) -> FeedRecord:
    """What to store after a visit. `problem` set: the body could not be used, whatever HTTP said.
    `missed`: it brought what should have been pushed before.

    `published` are the times of its newest entries where it brought a document; a visit that
    brought nothing new goes by what is known. A success carries validators and body hash, to be
    written with the articles they stand for: else a failure between the two would be answered with
    304 for ever. A refusal leaves them alone.
    """
    if isinstance(visit, Refused):
        return _failed(feed, visit, visit.problem, now=now, floor=floor, rng=rng)
    if problem is not None:
        refused = Refused("feed", problem, visit.status if isinstance(visit, Fetched) else None)
        return _failed(feed, refused, problem, now=now, floor=floor, rng=rng)
    known = _known(feed, visit)
    rhythm = feed.rhythm if published is None else rhythm_of(published)
    if parsed and parsed.ttl:  # so that it counts for visits that bring no document, too
        rhythm = max(parsed.ttl, _UNKNOWN if rhythm is None else rhythm)
    interval = next_interval(
        replace(
            feed,
            etag=known.etag,
            last_modified=known.last_modified,
            pushed=0 if missed else feed.pushed,
        ),
        rhythm=rhythm,
        newest=max(published, default=None) if published else feed.last_entry,
        max_age=known.max_age,
        floor=floor,
        ceiling=ceiling,
        now=now,
    )
    done = FeedRecord(
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
        rhythm=rhythm,
        missed=missed,
    )
    return _moved(feed, done, visit.moved_to)


def _moved(feed: Feed, done: FeedRecord, to: str | None) -> FeedRecord:
    """A new address is adopted once its server has insisted: three times, over a day at least.

    The same address with TLS needs no such patience. Source: RFC 9110, 15.4.2, and what readers
    learnt of hotels.
    """
    if to is None:
        return done
    again = to == feed.moved_to and feed.moved_since is not None
    since = feed.moved_since if again and feed.moved_since is not None else done.visited
    times = feed.moved_times + 1 if again else 1
    insists = times >= _MOVED_TIMES and done.visited - since >= _MOVED_FOR
    secured = feed.url.startswith("http://") and to == "https://" + feed.url[7:]
    return replace(
        done,
        moved_to=to,
        moved_since=since,
        moved_times=times,
        adopt=to if insists or secured else "",
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


def _failed(
    feed: Feed, visit: Refused, problem: str, *, now: Instant, floor: int, rng: random.Random
) -> FeedRecord:
    same = feed.failures > 0 and feed.status == visit.status and feed.since is not None
    since = feed.since if same and feed.since is not None else now
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
        state="dead" if visit.kind == "gone" and now - since >= _GONE_TWICE else feed.state,
        etag=feed.etag,
        last_modified=feed.last_modified,
        validators_url=feed.validators_url,
        body_hash=feed.body_hash,
        since=since,
        moved_to=feed.moved_to,
        moved_since=feed.moved_since,
        moved_times=feed.moved_times,
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


def _jitter(seconds: int, rng: random.Random) -> int:
    """Spreads feeds that were added together; never makes a visit earlier."""
    return rng.randint(0, max(1, min(int(seconds * _JITTER), _MOST_JITTER)))
