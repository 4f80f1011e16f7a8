"""Feeds that are pushed: their subscriptions at hubs (WebSub), and what came through them.

In: what documents name, what hubs answer and send. Out: `Subscription`s, and feeds that are visited
more rarely while all goes well. One whose feed is gone stays until its hub knows. It refuses to
know how a hub is asked, and when.
"""

from __future__ import annotations

from bot.model import FeedId, Instant
from bot.model.collect import Subscription
from bot.store.engine import Query, Row, Session

MOST = 10  # of `feed.pushed`: more of it changes nothing (bot/feeds/websub.py)


class Pushes:
    def __init__(self, session: Session) -> None:
        self._session = session

    # ── where feeds can be subscribed to ─────────────────────────────────────────────────────────

    _DETACH = Query("""
        UPDATE push SET feed = NULL, due = :now, tries = 0
        WHERE feed = :feed AND (hub <> :hub OR topic <> :topic) RETURNING id
    """)
    _OFFER = Query("""
        INSERT INTO push (feed, hub, topic, due) SELECT :feed, :hub, :topic, :now
        WHERE NOT EXISTS (SELECT 1 FROM push p WHERE p.feed = :feed)
    """)
    _UNPUSHED = Query("UPDATE feed SET pushed = 0 WHERE id = :feed")

    async def offer(self, feed: FeedId, hub: str, topic: str, now: Instant) -> None:
        """The feed's document names this hub; "" for none. Another one than before is left."""
        if await self._session.one(self._DETACH, feed=feed, hub=hub, topic=topic, now=now):
            await self._session.rows(self._UNPUSHED, feed=feed)
        if hub:
            await self._session.rows(self._OFFER, feed=feed, hub=hub, topic=topic, now=now)

    _UNREAD = Query("""
        UPDATE push SET feed = NULL, due = :now, tries = 0
        WHERE feed IN (
            SELECT f.id FROM feed f
            WHERE f.state <> 'active' OR (f.public = 0 AND NOT EXISTS (
                SELECT 1 FROM feed_chat v JOIN chat c ON c.id = v.chat
                WHERE v.feed = f.id AND c.state = 'open')))
    """)
    _LAPSED = Query("""
        UPDATE feed SET pushed = 0, next_visit = CASE
            WHEN next_visit <= :now THEN next_visit
            WHEN coalesce(last_visit, 0) + :floor <= :now THEN :now
            WHEN coalesce(last_visit, 0) + :floor < next_visit THEN last_visit + :floor
            ELSE next_visit END
        WHERE pushed > 0
          AND NOT EXISTS (SELECT 1 FROM push p WHERE p.feed = feed.id AND p.lease_until > :now)
    """)
    _ORPHANED = Query("""
        UPDATE push SET due = :now, tries = 0
        WHERE feed IS NULL AND asked <> 'unsubscribe' AND due > :now
    """)
    _NOTHING = Query("""
        DELETE FROM push
        WHERE feed IS NULL AND (path IS NULL OR (lease_until = 0 AND asked = ''))
    """)

    async def sweep(self, now: Instant, floor: int) -> None:
        """Leave what nobody reads; visit what is pushed no longer as soon as `floor` allows."""
        await self._session.rows(self._UNREAD, now=now)
        await self._session.rows(self._ORPHANED, now=now)
        await self._session.rows(self._LAPSED, now=now, floor=floor)
        await self.tidy()

    async def tidy(self) -> None:
        """What no hub knows of goes with its feed."""
        await self._session.rows(self._NOTHING)

    _REST = Query("UPDATE push SET lease_until = 0, asked = '', due = :now, tries = 0")

    async def begin_anew(self, now: Instant) -> None:
        """No subscription holds any more: the address that hubs know is not ours now."""
        await self._session.rows(self._REST, now=now)

    # ── asking hubs ──────────────────────────────────────────────────────────────────────────────

    _DUE = Query("SELECT * FROM push WHERE due <= :now ORDER BY due, id LIMIT :limit")

    async def due(self, now: Instant, limit: int) -> list[Subscription]:
        """Those about which something is to be done, the most overdue first."""
        rows = await self._session.rows(self._DUE, now=now, limit=limit)
        return [_subscription(row) for row in rows]

    _ASKING = Query("""
        UPDATE push SET asked = :asked, path = :path, secret = :secret, due = :due, tries = :tries
        WHERE id = :id
    """)

    async def asking(self, told: Subscription, due: Instant) -> None:
        """Before the hub is asked, for it may verify before it answers; again at `due`."""
        await self._session.rows(
            self._ASKING,
            id=told.id,
            asked=told.asked,
            path=told.path,
            secret=told.secret,
            tries=told.tries,
            due=due,
        )

    _PROBLEM = Query("UPDATE push SET problem = :problem, due = :due WHERE id = :id")

    async def refused(self, push: int, problem: str, due: Instant) -> None:
        """The hub did not take the request; asked again at `due`."""
        await self._session.rows(self._PROBLEM, id=push, problem=problem, due=due)

    _GONE = Query("DELETE FROM push WHERE id = :id")

    async def forget(self, push: int) -> None:
        await self._session.rows(self._GONE, id=push)

    # ── what hubs ask ────────────────────────────────────────────────────────────────────────────

    _AT = Query("SELECT * FROM push WHERE path = :path")

    async def at(self, path: str) -> Subscription | None:
        """The one whose hub calls that address."""
        row = await self._session.one(self._AT, path=path)
        return None if row is None else _subscription(row)

    _HOLDS = Query("""
        UPDATE push SET asked = '', lease_until = :until, due = :due, tries = 0, problem = NULL
        WHERE id = :id
    """)
    _SUBSCRIBED = Query("UPDATE feed SET pushed = 1 WHERE id = :feed AND pushed = 0")

    async def holds(self, told: Subscription, until: Instant, due: Instant) -> None:
        """The hub has made sure that we mean it: it holds, and is renewed at `due`."""
        await self._session.rows(self._HOLDS, id=told.id, until=until, due=due)
        await self._session.rows(self._SUBSCRIBED, feed=told.feed)

    _ENDS = Query("""
        UPDATE push SET lease_until = 0, due = :due, problem = :problem,
            asked = CASE WHEN feed IS NULL THEN asked ELSE '' END
        WHERE id = :id
    """)

    async def ends(self, push: int, problem: str | None, due: Instant) -> None:
        """It holds no longer; what is to be done then is done at `due`."""
        await self._session.rows(self._ENDS, id=push, problem=problem, due=due)

    # ── what comes ───────────────────────────────────────────────────────────────────────────────

    _BODIES = Query("UPDATE push SET bodies = :bodies WHERE id = :id")

    async def remember(self, push: int, bodies: bytes) -> None:
        """Digests of what came lately."""
        await self._session.rows(self._BODIES, id=push, bodies=bodies)

    _HASTEN = Query("""
        UPDATE feed SET next_visit = :at
        WHERE id = :feed AND (next_visit > :at OR next_visit = :instead)
    """)

    async def hasten(self, feed: FeedId, at: Instant, instead: Instant = -1) -> None:
        """Visit it at that time, and not at `instead`; unless it is visited before."""
        await self._session.rows(self._HASTEN, feed=feed, at=at, instead=instead)

    # A hub that only says that there is news is trusted once for each visit that it caused.
    _PINGED = Query("""
        UPDATE feed SET pinged = :now,
            pushed = CASE
                WHEN coalesce(pinged, 0) > coalesce(last_visit, 0) THEN pushed
                WHEN pushed BETWEEN 1 AND :most - 1 THEN pushed + 1
                ELSE pushed END
        WHERE id = :feed
    """)

    async def pinged(self, feed: FeedId, now: Instant, at: Instant) -> None:
        """There is news, says the hub: the feed is visited at that time, unless before."""
        await self._session.rows(self._PINGED, feed=feed, now=now, most=MOST)
        await self.hasten(feed, at)

    _KEPT = Query("""
        UPDATE feed SET last_push = :now,
            pushed = CASE WHEN pushed BETWEEN 1 AND :most - 1 THEN pushed + 1 ELSE pushed END,
            next_visit = CASE WHEN next_visit = :hastened THEN :before ELSE next_visit END
        WHERE id = :feed
    """)

    async def kept(self, feed: FeedId, now: Instant, hastened: Instant, before: Instant) -> None:
        """What it brought is stored: the visit that was hastened is again when it was `before`."""
        await self._session.rows(
            self._KEPT, feed=feed, now=now, hastened=hastened, before=before, most=MOST
        )

    _FRESH = Query("""
        SELECT count(*) AS value FROM article WHERE feed = :feed AND first_seen > :since
    """)
    _BEFORE = Query("""
        SELECT published FROM article WHERE feed = :feed AND first_seen <= :since
        ORDER BY published DESC LIMIT 20
    """)

    async def window(self, feed: FeedId, since: Instant) -> tuple[int, list[Instant]]:
        """How many articles it brought since; when the latest of those before were published."""
        fresh: int = await self._session.value(self._FRESH, feed=feed, since=since)
        rows = await self._session.rows(self._BEFORE, feed=feed, since=since)
        return fresh, [row["published"] for row in rows]

    # ── how it goes ──────────────────────────────────────────────────────────────────────────────

    _HOLDING = Query("""
        SELECT count(*) AS value FROM push WHERE feed IS NOT NULL AND lease_until > :now
    """)

    async def holding(self, now: float) -> int:
        """How many subscriptions hold."""
        value: int = await self._session.value(self._HOLDING, now=int(now))
        return value

    _STANDING = Query("""
        SELECT count(*) AS named, count(CASE WHEN lease_until > :now THEN 1 END) AS holding,
            count(CASE WHEN tries > 0 THEN 1 END) AS waiting
        FROM push WHERE feed IS NOT NULL
    """)

    async def standing(self, now: float) -> tuple[int, int, int]:
        """Feeds that name a hub; those whose subscription holds; those whose hub was asked and has
        not done it yet."""
        row = await self._session.sole(self._STANDING, now=int(now))
        return row["named"], row["holding"], row["waiting"]


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=row["id"],
        feed=None if row["feed"] is None else FeedId(row["feed"]),
        hub=row["hub"],
        topic=row["topic"],
        path=row["path"] or "",
        secret=row["secret"],
        asked=row["asked"],
        lease_until=row["lease_until"],
        due=row["due"],
        tries=row["tries"],
        problem=row["problem"],
        bodies=row["bodies"],
    )
