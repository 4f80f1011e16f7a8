"""Visits: whose turn it is, and what a visit leaves behind on its feed.

In: a clock, and records of visits. Out: feeds to visit. A feed that moved keeps its old addresses,
so that whoever names one of them means it. It refuses to know what a feed says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from bot.model import Feed, FeedId, FeedRecord, Instant
from bot.store.engine import Query, Session, packed
from bot.store.pushes import Pushes
from bot.store.rows import feed_of

_ELSEWHERE = ("adopt", "pieces", "hub", "topic")
_NOT_COLUMNS = ("feed", "success", "missed", *_ELSEWHERE)


class Visits:
    def __init__(self, session: Session) -> None:
        self._session = session

    _DUE = Query("""
        SELECT f.* FROM feed f
        WHERE f.state = 'active' AND f.next_visit <= :now
          AND (f.public = 1 OR EXISTS (
              SELECT 1 FROM feed_chat v JOIN chat c ON c.id = v.chat
              WHERE v.feed = f.id AND c.state = 'open'))
        ORDER BY f.next_visit, f.id
        LIMIT :limit @skip_locked()
    """)
    _CLAIM = Query("UPDATE feed SET next_visit = :until WHERE id IN @ids(ids)")

    async def due(self, now: float, limit: int, hold: float) -> list[Feed]:
        """Claim feeds for a visit, the most overdue first.

        The next visit is set `hold` seconds ahead before the first one begins: a visit that never
        ends, for whatever reason, is tried again by itself.
        """
        due = await self._session.rows(self._DUE, now=int(now), limit=limit)
        until = int(now) + round(hold)
        if due:
            ids = packed(row["id"] for row in due)
            await self._session.rows(self._CLAIM, ids=ids, until=until)
        return [replace(feed_of(row), next_visit=until) for row in due]

    _POSTPONE = Query("""
        UPDATE feed SET next_visit = @int(d.at) FROM @each(visits) d WHERE feed.id = @int(d.id)
    """)

    async def postpone(self, visits: Mapping[FeedId, Instant]) -> None:
        """Feeds that were claimed, but are to be visited at these times instead."""
        if visits:
            items = [{"id": feed, "at": at} for feed, at in visits.items()]
            await self._session.rows(self._POSTPONE, visits=packed(items))

    _PUT_OFF = Query("""
        UPDATE feed SET next_visit = :until WHERE state = 'active' AND next_visit <= :now
    """)

    async def put_off(self, now: float, until: float) -> None:
        """Whatever is due is due later: nobody can be asked at present."""
        await self._session.rows(self._PUT_OFF, now=int(now), until=int(until))

    _FORGIVE = Query("""
        UPDATE feed SET
            failures = @int(d.failures), problem = @text(d.problem), status = @int(d.status),
            since = @int(d.since), last_visit = @int(d.last_visit), next_visit = :at,
            state = 'active'
        FROM @each(feeds) d WHERE feed.id = @int(d.id)
    """)

    async def forgive(self, feeds: Sequence[Feed], at: Instant) -> None:
        """Failures that were not theirs: they are as they were before, and visited again `at`."""
        names = ("id", "failures", "problem", "status", "since", "last_visit")
        items = [{name: getattr(feed, name) for name in names} for feed in feeds]
        if items:
            await self._session.rows(self._FORGIVE, feeds=packed(items), at=at)

    _NEXT_DUE = Query("""
        SELECT f.next_visit AS value FROM feed f
        WHERE f.state = 'active' AND (f.public = 1 OR EXISTS (
            SELECT 1 FROM feed_chat v JOIN chat c ON c.id = v.chat
            WHERE v.feed = f.id AND c.state = 'open'))
        ORDER BY f.next_visit LIMIT 1
    """)

    async def next_due(self) -> Instant | None:
        """When the next visit falls due; None: there is no feed to poll."""
        value: Instant | None = await self._session.value(self._NEXT_DUE)
        return value

    _RECORD = Query("""
        UPDATE feed SET
            last_visit = :visited, next_visit = :next_visit, interval = :interval, state = :state,
            status = :status, problem = :problem, failures = :failures, since = :since,
            visits = visits + :success,
            told = CASE WHEN :success = 1 THEN NULL ELSE told END,
            last_success = CASE WHEN :success = 1 THEN :visited ELSE last_success END,
            etag = CASE WHEN :success = 1 THEN :etag ELSE etag END,
            last_modified = CASE WHEN :success = 1 THEN :last_modified ELSE last_modified END,
            validators_url = CASE WHEN :success = 1 THEN :validators_url ELSE validators_url END,
            body_hash = CASE WHEN :success = 1 THEN :body_hash ELSE body_hash END,
            rhythm = coalesce(:rhythm, rhythm),
            moved_to = :moved_to, moved_since = :moved_since, moved_times = :moved_times,
            pushed = CASE WHEN :missed = 1 AND pushed > 1 THEN 1 ELSE pushed END,
            title = CASE WHEN :title <> '' THEN :title ELSE title END,
            publisher = CASE WHEN :publisher <> '' THEN :publisher ELSE publisher END,
            site = CASE WHEN :site <> '' THEN :site ELSE site END,
            language = CASE WHEN :language <> '' THEN :language ELSE language END
        WHERE id = :feed
    """)

    async def record(self, record: FeedRecord) -> None:
        """Write down a visit. A failed one leaves the validators and the body's hash alone."""
        row = {k: v for k, v in asdict(record).items() if k not in _ELSEWHERE}
        flags = {"success": int(record.success), "missed": int(record.missed)}
        await self._session.rows(self._RECORD, **row | flags)
        if record.hub is not None:
            hubs = Pushes(self._session)
            await hubs.offer(record.feed, record.hub, record.topic, record.visited)
        if record.pieces is not None:
            await self.keep_pieces(record.feed, record.pieces)
        if record.adopt:
            await self._adopt(record.feed, record.adopt, record.visited)

    _UNCHANGED = Query("""
        UPDATE feed SET
            last_visit = @int(d.visited), next_visit = @int(d.next_visit),
            interval = @int(d.interval), status = @int(d.status), state = 'active',
            problem = NULL, failures = 0, since = NULL, told = NULL, visits = visits + 1,
            last_success = @int(d.visited), etag = @text(d.etag),
            last_modified = @text(d.last_modified), validators_url = @text(d.validators_url),
            body_hash = @text(d.body_hash), moved_to = @text(d.moved_to),
            moved_since = @int(d.moved_since), moved_times = @int(d.moved_times)
        FROM @each(visits) d WHERE feed.id = @int(d.id)
    """)

    async def record_unchanged(self, records: Sequence[FeedRecord]) -> None:
        """Write down visits that brought nothing new, all in one statement."""
        items = [
            {"id": r.feed} | {k: v for k, v in asdict(r).items() if k not in _NOT_COLUMNS}
            for r in records
        ]
        if items:
            await self._session.rows(self._UNCHANGED, visits=packed(items))
        for record in records:
            if record.adopt:
                await self._adopt(record.feed, record.adopt, record.visited)

    _PIECES = Query("SELECT pieces AS value FROM document WHERE feed = :feed")
    _KEEP_PIECES = Query("""
        INSERT INTO document (feed, pieces) VALUES (:feed, :pieces)
        ON CONFLICT (feed) DO UPDATE SET pieces = excluded.pieces
    """)

    async def pieces(self, feed: FeedId) -> bytes:
        """What its last document held, as `bot.feeds.delta` left it; b"" where nothing is known."""
        value: bytes | None = await self._session.value(self._PIECES, feed=feed)
        return value or b""

    async def keep_pieces(self, feed: FeedId, pieces: bytes) -> None:
        """The same, for the next time; with the articles that the document brought."""
        await self._session.rows(self._KEEP_PIECES, feed=feed, pieces=pieces)

    # ── feeds that move ──────────────────────────────────────────────────────────────────────────

    _AT = Query("SELECT id FROM feed WHERE url = :url")
    _LEAVE = Query("""
        INSERT INTO former_address (url, feed) SELECT url, id FROM feed WHERE id = :feed
        ON CONFLICT (url) DO UPDATE SET feed = excluded.feed
    """)
    _RETURN = Query("DELETE FROM former_address WHERE url = :url")
    _MOVE = Query("""
        UPDATE feed SET url = :url, moved_to = NULL, moved_since = NULL, moved_times = 0
        WHERE id = :feed
    """)
    _PASS_ON = Query("""
        INSERT INTO feed_chat (feed, chat, since)
        SELECT n.id, v.chat, v.since FROM feed_chat v JOIN feed n ON n.url = :url
        WHERE v.feed = :feed
        ON CONFLICT DO NOTHING
    """)
    # A public feed may not make a private one known to all: then each stays what it is.
    _CLOSE = Query("""
        UPDATE feed SET state = 'dead', told = :now,
            problem = 'It has moved to the address of a feed that is visited already.'
        WHERE id = :feed
          AND EXISTS (SELECT 1 FROM feed n WHERE n.url = :url AND (n.public = 1 OR feed.public = 0))
        RETURNING id
    """)

    async def _adopt(self, feed: FeedId, url: str, now: Instant) -> None:
        """The feed lives at `url` now; where another feed does, that one takes over its readers."""
        if await self._session.one(self._AT, url=url) is None:
            await self._session.rows(self._LEAVE, feed=feed)
            await self._session.rows(self._RETURN, url=url)
            await self._session.rows(self._MOVE, feed=feed, url=url)
        elif await self._session.one(self._CLOSE, feed=feed, url=url, now=now):
            await self._session.rows(self._PASS_ON, feed=feed, url=url)
