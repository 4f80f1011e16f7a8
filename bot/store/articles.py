"""Articles: where words stand, what came lately, what an id means.

In: ids, queries, a viewer. Out: `Article`s. A private feed's articles are for the chats that added
it. How articles come in is in `intake`. It refuses to know what a story is about.
"""

from __future__ import annotations

from bot.model import Article, ArticleId, ChatId, FeedId, Instant, StoryId
from bot.store.engine import Query
from bot.store.intake import Intake
from bot.store.rows import article_of
from bot.text import tokens


class Articles(Intake):
    _GET = Query("SELECT * FROM article_full WHERE id = :id")

    async def get(self, article: ArticleId) -> Article | None:
        row = await self._session.one(self._GET, id=article)
        return None if row is None else article_of(row)

    _OF_STORY = Query("SELECT * FROM article_full WHERE story = :story ORDER BY published, id")

    async def of_story(self, story: StoryId) -> list[Article]:
        """Oldest first; private feeds' articles too, so show them only to `feeds.visible`."""
        return [article_of(row) for row in await self._session.rows(self._OF_STORY, story=story)]

    _BY_LINK = Query("""
        SELECT * FROM article_full WHERE link = :link AND link <> '' AND public = 1
        ORDER BY id DESC LIMIT 1
    """)

    async def by_link(self, link: str) -> Article | None:
        """The newest public article at that address."""
        row = await self._session.one(self._BY_LINK, link=link)
        return None if row is None else article_of(row)

    _SEARCH = Query("""
        SELECT a.* FROM @hits(match, 1000) h JOIN article_full a ON a.id = h.id
        WHERE a.public = 1
           OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = a.feed AND v.chat = :viewer)
        ORDER BY h.score, a.published DESC, a.id DESC
        LIMIT :limit OFFSET :offset
    """)

    async def search(
        self, query: str, *, viewer: ChatId | None, limit: int, offset: int = 0
    ) -> list[Article]:
        """Articles in which every word of `query` occurs, best first among the newest 1,000.

        `query` is a person's text: nothing in it is an operator. Without a word there is no hit.
        """
        match = full_text(query)
        if not match:
            return []
        rows = await self._session.rows(
            self._SEARCH, match=match, viewer=viewer, limit=limit, offset=offset
        )
        return [article_of(row) for row in rows]

    _RECENT = Query("""
        SELECT a.* FROM article_brief a
        WHERE a.published >= :since
          AND (a.public = 1
               OR EXISTS (SELECT 1 FROM feed_chat v WHERE v.feed = a.feed AND v.chat = :viewer))
        ORDER BY a.published DESC, a.id DESC
        LIMIT :limit
    """)

    async def recent(
        self,
        *,
        since: float,
        viewer: ChatId | None = None,
        public_only: bool = False,
        limit: int = 5000,
    ) -> list[Article]:
        """Published since then, newest first: public feeds' and, unless excluded, the viewer's.

        Of each text the first 2,000 characters, for there may be thousands.
        """
        rows = await self._session.rows(
            self._RECENT, since=int(since), viewer=None if public_only else viewer, limit=limit
        )
        return [article_of(row) for row in rows]

    _PUBLISHED = Query("""
        SELECT published FROM article WHERE feed = :feed ORDER BY published DESC LIMIT :n
    """)

    async def published_gaps(self, feed: FeedId, n: int = 20) -> list[Instant]:
        """When the feed's last `n` articles were published, newest first."""
        return [r["published"] for r in await self._session.rows(self._PUBLISHED, feed=feed, n=n)]


def full_text(query: str) -> str:
    """The words of a person's text, each quoted, so that none is an operator of full text."""
    unique = dict.fromkeys(tokens(query[:500]))
    return " ".join('"' + word.replace('"', '""') + '"' for word in unique)
