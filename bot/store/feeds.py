"""Feeds: who has which, and what is told of one that ails.

In: sources, chats. Out: `Feed`s. A private feed belongs to the chats that added it; it is polled
while one of them is open, and goes with the last of them. When feeds are visited is in `visits`. It
refuses to know what a feed says.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.model import ChatId, Feed, FeedId, FeedSource, Notice
from bot.store.engine import Query, packed
from bot.store.pushes import Pushes
from bot.store.rows import feed_of
from bot.store.stories import Stories
from bot.store.visits import Visits


class Feeds(Visits):
    _ADD = Query("""
        INSERT INTO feed (url, title, publisher, site, country, language, public, added, next_visit)
        SELECT :url, :title, :publisher, :site, :country, :language, :public, :now, :now
        WHERE NOT EXISTS (SELECT 1 FROM former_address o WHERE o.url = :url)
        ON CONFLICT (url) DO NOTHING
        RETURNING id
    """)
    _PUBLISH = Query("UPDATE feed SET public = 1 WHERE id = :feed RETURNING *")
    _REVIVE = Query("""
        UPDATE feed SET state = 'active', failures = 0, problem = NULL, since = NULL, told = NULL,
            next_visit = :now
        WHERE id = :feed RETURNING *
    """)
    _GRANT = Query("""
        INSERT INTO feed_chat (feed, chat, since) VALUES (:feed, :chat, :now)
        ON CONFLICT DO NOTHING
    """)

    async def add(
        self, source: FeedSource, *, now: float, public: bool, chat: ChatId | None = None
    ) -> tuple[Feed, bool]:
        """The feed of that URL, now or formerly, and whether it is new; a chat named may read it.

        A feed that was private becomes public when asked to; never the other way round. One that
        was given up is tried again when a chat adds it. A feed without a publisher is its own: the
        host of its address stands for it.
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
        feed = feed_of(await self._session.sole(self._BY_URL, url=source.url))
        if public and not feed.public:
            feed = feed_of(await self._session.sole(self._PUBLISH, feed=feed.id))
        if chat is not None and feed.state == "dead":
            feed = feed_of(await self._session.sole(self._REVIVE, feed=feed.id, now=int(now)))
        if chat is not None:
            await self._session.rows(self._GRANT, feed=feed.id, chat=chat, now=int(now))
        return feed, created is not None

    _GET = Query("SELECT * FROM feed WHERE id = :id")

    async def get(self, feed: FeedId) -> Feed | None:
        row = await self._session.one(self._GET, id=feed)
        return None if row is None else feed_of(row)

    _BY_URL = Query("""
        SELECT f.* FROM feed f
        WHERE f.url = :url OR f.id IN (SELECT o.feed FROM former_address o WHERE o.url = :url)
        ORDER BY f.url <> :url LIMIT 1
    """)

    async def by_url(self, url: str) -> Feed | None:
        """The feed that is at an address, or was."""
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

    _AILING = Query("""
        SELECT f.* FROM feed f
        WHERE f.told IS NULL AND (f.state = 'dead' OR (f.failures > 0 AND f.since <= :before))
          AND (f.public = 1 OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = f.id))
        ORDER BY f.since, f.id LIMIT :limit
    """)

    async def ailing(self, before: float, limit: int) -> list[Feed]:
        """Dead, or with the same problem since `before`, and nobody was told of it yet."""
        rows = await self._session.rows(self._AILING, before=int(before), limit=limit)
        return [feed_of(row) for row in rows]

    _TOLD = Query("UPDATE feed SET told = :now WHERE id = :feed AND told IS NULL RETURNING public")
    _NOTE_ADMINS = Query(
        "INSERT INTO notice (feed, chat, address, since) VALUES (:feed, NULL, :address, :now)"
    )
    _NOTE_CHATS = Query("""
        INSERT INTO notice (feed, chat, address, since)
        SELECT v.feed, v.chat, :address, :now FROM feed_chat v WHERE v.feed = :feed
    """)

    async def leave_word(self, feed: FeedId, address: str, now: float) -> None:
        """Those who use the feed shall hear of its trouble, once; `address`: where it may be."""
        told = await self._session.one(self._TOLD, feed=feed, now=int(now))
        if told is not None:
            query = self._NOTE_ADMINS if told["public"] else self._NOTE_CHATS
            await self._session.rows(query, feed=feed, address=address, now=int(now))

    _NOTICES = Query("SELECT id, feed, chat, address FROM notice ORDER BY id LIMIT :limit")

    async def notices(self, limit: int = 100) -> list[Notice]:
        """What is still to be told, oldest first."""
        rows = await self._session.rows(self._NOTICES, limit=limit)
        return [Notice(r["id"], FeedId(r["feed"]), r["chat"], r["address"]) for r in rows]

    _DROP_NOTICE = Query("DELETE FROM notice WHERE id = :notice RETURNING id")

    async def drop_notice(self, notice: int) -> bool:
        """It is told, or never will be; False when it was dropped before."""
        return await self._session.one(self._DROP_NOTICE, notice=notice) is not None

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
        await Pushes(self._session).tidy()
        await Stories(self._session).recount([row["story"] for row in touched if row["story"]])


def host_of(url: str) -> str:
    """The host of an address without "www.", "" where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
