"""Feeds: who is polled, when, and what the last visits taught us.

In: sources, visits' records, a clock. Out: `Feed`s. A private feed belongs to the chats that added
it; it is polled while one of them is open, and goes with the last of them. It refuses to know what
a feed says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from bot.model import ChatId, Feed, FeedId, FeedRecord, FeedSource, Instant
from bot.store.engine import Query, Session, packed
from bot.store.rows import feed_of
from bot.store.stories import Stories


class Feeds:
    def __init__(self, session: Session) -> None:
        self._session = session

    _ADD = Query("""
        INSERT INTO feed (url, title, publisher, site, country, language, public, added, next_visit)
        VALUES (:url, :title, :publisher, :site, :country, :language, :public, :now, :now)
        ON CONFLICT (url) DO NOTHING
        RETURNING id
    """)
    _PUBLISH = Query("UPDATE feed SET public = 1 WHERE url = :url AND public = 0")
    _GRANT = Query("""
        INSERT INTO feed_chat (feed, chat, since) VALUES (:feed, :chat, :now)
        ON CONFLICT DO NOTHING
    """)

    async def add(
        self, source: FeedSource, *, now: float, public: bool, chat: ChatId | None = None
    ) -> tuple[Feed, bool]:
        """The feed of that URL, and whether it is new. A chat named gets access to it.

        A feed that was private becomes public when asked to; never the other way round. A feed
        without a publisher is its own: the host of its address stands for it.
        """
        host = host_of(source.site) or host_of(source.url)
        created = await self._session.one(
            self._ADD,
            url=source.url,
            title=source.title or source.publisher or host,
            publisher=source.publisher or host,
            site=source.site,
            country=source.country,
            language=source.language,
            public=int(public),
            now=int(now),
        )
        if created is None and public:
            await self._session.rows(self._PUBLISH, url=source.url)
        feed = feed_of(await self._session.sole(self._BY_URL, url=source.url))
        if chat is not None:
            await self._session.rows(self._GRANT, feed=feed.id, chat=chat, now=int(now))
        return feed, created is not None

    _GET = Query("SELECT * FROM feed WHERE id = :id")

    async def get(self, feed: FeedId) -> Feed | None:
        row = await self._session.one(self._GET, id=feed)
        return None if row is None else feed_of(row)

    _BY_URL = Query("SELECT * FROM feed WHERE url = :url")

    async def by_url(self, url: str) -> Feed | None:
        row = await self._session.one(self._BY_URL, url=url)
        return None if row is None else feed_of(row)

    _ALL = Query("SELECT * FROM feed ORDER BY publisher, title, id")

    async def all(self) -> list[Feed]:
        """Every feed, private ones too: for the operator only."""
        return [feed_of(row) for row in await self._session.rows(self._ALL)]

    _VISIBLE = Query("""
        SELECT f.* FROM feed f
        WHERE f.public = 1
           OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = f.id AND v.chat = :chat)
        ORDER BY f.publisher, f.title, f.id
    """)

    async def visible(self, chat: ChatId | None) -> list[Feed]:
        """The public feeds and the chat's own."""
        return [feed_of(row) for row in await self._session.rows(self._VISIBLE, chat=chat)]

    _OWN = Query("""
        SELECT f.* FROM feed_chat v JOIN feed f ON f.id = v.feed
        WHERE v.chat = :chat
        ORDER BY f.publisher, f.title, f.id
    """)

    async def own(self, chat: ChatId) -> list[Feed]:
        """The feeds that this chat added."""
        return [feed_of(row) for row in await self._session.rows(self._OWN, chat=chat)]

    _DROP = Query("DELETE FROM feed_chat WHERE feed = :feed AND chat = :chat RETURNING feed")

    async def drop(self, feed: FeedId, chat: ChatId) -> bool:
        """Take a chat's own feed from it; a private feed that nobody has any more goes."""
        if await self._session.one(self._DROP, feed=feed, chat=chat) is None:
            return False
        await self.remove_unowned([feed])
        return True

    _DUE = Query("""
        SELECT f.* FROM feed f
        WHERE f.state = 'active' AND f.next_visit <= :now
          AND (f.public = 1 OR EXISTS (
              SELECT 1 FROM feed_chat v JOIN chat c ON c.id = v.chat
              WHERE v.feed = f.id AND c.state = 'open'))
        ORDER BY f.next_visit, f.id
        LIMIT :limit @skip_locked()
    """)
    _CLAIM = Query("UPDATE feed SET next_visit = :until WHERE id IN @ids(ids) RETURNING *")

    async def due(self, now: float, limit: int, hold: float) -> list[Feed]:
        """Claim feeds for a visit, the most overdue first.

        The next visit is set `hold` seconds ahead before the first one begins: a visit that never
        ends, for whatever reason, is tried again by itself.
        """
        due = await self._session.rows(self._DUE, now=int(now), limit=limit)
        ids = [row["id"] for row in due]
        if not ids:
            return []
        claimed = await self._session.rows(
            self._CLAIM, ids=packed(ids), until=int(now) + round(hold)
        )
        by_id = {row["id"]: feed_of(row) for row in claimed}
        return [by_id[feed] for feed in ids]

    _POSTPONE = Query("""
        UPDATE feed SET next_visit = @int(d.at) FROM @each(visits) d WHERE feed.id = @int(d.id)
    """)

    async def postpone(self, visits: Mapping[FeedId, Instant]) -> None:
        """Feeds that were claimed, but are to be visited at these times instead."""
        if visits:
            items = [{"id": feed, "at": at} for feed, at in visits.items()]
            await self._session.rows(self._POSTPONE, visits=packed(items))

    _NEXT_DUE = Query("""
        SELECT min(f.next_visit) AS value FROM feed f
        WHERE f.state = 'active' AND (f.public = 1 OR EXISTS (
            SELECT 1 FROM feed_chat v JOIN chat c ON c.id = v.chat
            WHERE v.feed = f.id AND c.state = 'open'))
    """)

    async def next_due(self) -> Instant | None:
        """When the next visit falls due; None: there is no feed to poll."""
        value: Instant | None = await self._session.value(self._NEXT_DUE)
        return value

    _RECORD = Query("""
        UPDATE feed SET
            last_visit = :visited, next_visit = :next_visit, interval = :interval, state = :state,
            status = :status, problem = :problem, failures = :failures,
            visits = visits + :success,
            last_success = CASE WHEN :success = 1 THEN :visited ELSE last_success END,
            etag = CASE WHEN :success = 1 THEN :etag ELSE etag END,
            last_modified = CASE WHEN :success = 1 THEN :last_modified ELSE last_modified END,
            validators_url = CASE WHEN :success = 1 THEN :validators_url ELSE validators_url END,
            body_hash = CASE WHEN :success = 1 THEN :body_hash ELSE body_hash END,
            title = CASE WHEN :title <> '' THEN :title ELSE title END,
            publisher = CASE WHEN :publisher <> '' THEN :publisher ELSE publisher END,
            site = CASE WHEN :site <> '' THEN :site ELSE site END,
            language = CASE WHEN :language <> '' THEN :language ELSE language END
        WHERE id = :feed
    """)

    async def record(self, record: FeedRecord) -> None:
        """Write down a visit. A failed one leaves the validators and the body's hash alone."""
        await self._session.rows(
            self._RECORD,
            feed=record.feed,
            visited=record.visited,
            next_visit=record.next_visit,
            interval=record.interval,
            success=int(record.success),
            state=record.state,
            status=record.status,
            publisher=record.publisher,
            problem=record.problem,
            failures=record.failures,
            etag=record.etag,
            last_modified=record.last_modified,
            validators_url=record.validators_url,
            body_hash=record.body_hash,
            title=record.title,
            site=record.site,
            language=record.language,
        )

    _NOTE_ENTRY = Query("UPDATE feed SET last_entry = :now WHERE id = :feed")

    async def note_entry(self, feed: FeedId, now: float) -> None:
        """An article of this feed was really new at `now`."""
        await self._session.rows(self._NOTE_ENTRY, feed=feed, now=int(now))

    async def remove(self, feed: FeedId) -> bool:
        """Remove a feed with its articles, whoever has it; False where there is none.

        An alert about one of its articles passes to another article of the same story, so that
        nobody is rung again for a story they were told of.
        """
        if await self.get(feed) is None:
            return False
        await self._remove([feed])
        return True

    _UNOWNED = Query("""
        SELECT id FROM feed f
        WHERE f.id IN @ids(ids) AND f.public = 0
          AND NOT EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = f.id)
    """)

    async def remove_unowned(self, feeds: Sequence[FeedId]) -> list[FeedId]:
        """Remove those of `feeds` that are private and that no chat has any more."""
        rows = await self._session.rows(self._UNOWNED, ids=packed(feeds))
        gone = [FeedId(row["id"]) for row in rows]
        if gone:
            await self._remove(gone)
        return gone

    _TOUCHED = Query("SELECT DISTINCT story FROM article WHERE feed IN @ids(feeds)")
    _HAND_OVER = Query("""
        UPDATE alert SET article = (
            SELECT o.id FROM article o JOIN feed f ON f.id = o.feed
            WHERE o.story = alert.story AND f.public = 1 AND o.feed NOT IN @ids(feeds)
            ORDER BY o.published, o.id LIMIT 1)
        WHERE article IN (SELECT a.id FROM article a WHERE a.feed IN @ids(feeds))
          AND EXISTS (
            SELECT 1 FROM article o JOIN feed f ON f.id = o.feed
            WHERE o.story = alert.story AND f.public = 1 AND o.feed NOT IN @ids(feeds))
    """)
    _REMOVE = Query("DELETE FROM feed WHERE id IN @ids(feeds)")

    async def _remove(self, feeds: Sequence[FeedId]) -> None:
        ids = packed(feeds)
        touched = await self._session.rows(self._TOUCHED, feeds=ids)
        await self._session.rows(self._HAND_OVER, feeds=ids)
        await self._session.rows(self._REMOVE, feeds=ids)
        await Stories(self._session).recount([row["story"] for row in touched if row["story"]])


def host_of(url: str) -> str:
    """The host of an address without "www.", "" where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
