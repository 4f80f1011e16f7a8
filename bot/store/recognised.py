"""Entries that come back under another name.

In: drafts whose identity a feed has never shown, and the feed's own articles. Out: the articles
that some of them are. Feeds change all their guids, republish their archive, or give no guid and a
new address to every visitor: what they tell stays the same. It refuses to know the other feeds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.model import ArticleId, Draft, Feed, Instant
from bot.store.engine import Query, Row, Session, packed

_FEWEST = 4  # entries of a document, of which more than half must be new, to speak of a change


class Recognised:
    _session: Session

    # Articles that the document still shows under their own identity are not looked for again.
    _OWN = Query("""
        SELECT a.id, a.title, a.summary, a.published FROM article a
        WHERE a.feed = :feed AND a.first_seen >= :since AND a.title IN @ids(titles)
          AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.article = a.id AND e.key IN @ids(shown))
        ORDER BY a.id DESC
    """)

    async def recognised(
        self, feed: Feed, fresh: Sequence[Draft], document: Collection[str], since: Instant
    ) -> Mapping[str, ArticleId]:
        """By key of the draft. `document` are all keys that the feed shows now."""
        changed = len(document) >= _FEWEST and 2 * len(fresh) > len(document)
        asked = [draft for draft in fresh if changed or draft.guid is None]
        if not asked or feed.visits == 0:
            return {}
        rows = await self._session.rows(
            self._OWN,
            feed=feed.id,
            since=since,
            titles=packed({draft.title for draft in asked}),
            shown=packed(document),
        )
        return _matched(asked, rows, changed=changed) if rows else {}


def _matched(
    asked: Sequence[Draft], rows: Sequence[Row], *, changed: bool
) -> Mapping[str, ArticleId]:
    """Each article is one draft at most. Titles alone say enough only where all else changed."""
    free = {row["id"]: row for row in rows}
    found: dict[str, ArticleId] = {}
    for draft in asked:
        same = next((r for r in free.values() if _same(draft, r, changed=changed)), None)
        if same is not None:
            found[draft.key] = ArticleId(same["id"])
            del free[same["id"]]
    return found


def _same(draft: Draft, row: Row, *, changed: bool) -> bool:
    if draft.title != row["title"]:
        return False
    dated: bool = draft.published == row["published"]
    return changed or dated or (draft.published is None and draft.summary == row["summary"])
