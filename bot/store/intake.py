"""What is new in a feed, and what was edited.

In: a feed's drafts. Out: the articles they became. Every identity a feed has shown is remembered in
`entry` for as long as the feed shows it, so nothing old is ever news again. It refuses to know what
an article is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from bot.model import Article, ArticleId, Draft, Feed, FeedId, Instant, Saved
from bot.store.engine import Query, Session, packed
from bot.store.recognised import Recognised
from bot.store.rows import article_of
from bot.text import tokens

DAY = 86_400
SAME_LINK_DAYS = 14
UNDATED_AGE = 3 * DAY  # of what a first visit finds without a date: it may be of any age
MOST_EDITS = 24  # of one entry; then its words change by themselves, as counters do
SEARCHED = 8_000  # characters of the text that full text sees; headlines and leads come first


@dataclass(frozen=True, slots=True)
class Known:
    """What `entry` remembers of an identity; `article` is None once pruned."""

    article: ArticleId | None
    words: str
    seen: Instant
    edits: int = 0


class Intake(Recognised):
    def __init__(self, session: Session) -> None:
        self._session = session

    async def unseen(self, feed: FeedId, drafts: Sequence[Draft]) -> set[str]:
        """The keys that this feed has never shown."""
        keys = {draft.key for draft in drafts}
        return keys - (await self._known(feed, keys)).keys() if keys else keys

    async def add(
        self, feed: Feed, drafts: Sequence[Draft], now: float, *, among: Sequence[Draft] = ()
    ) -> Saved:
        """Store what is new, oldest first; take over the words of what was edited.

        `among`: the whole document, where `drafts` is a part of it.

        An identity is new once per feed. A draft whose link is that of an article of the same
        publisher, at most 14 days old, is that article; unless several entries of this document
        share the link, or it is a front page: then it says nothing. One that a feed tells again
        under another name is recognised, too.
        """
        instant = int(now)
        by_key = first_of_each_key(drafts)
        document = first_of_each_key(among) if among else by_key
        known = await self._known(feed.id, by_key)
        fresh = [draft for key, draft in by_key.items() if key not in known]
        twins = await self._twins(feed, fresh, shared_links(document.values()), instant)
        others = [draft for draft in fresh if draft.key not in twins]
        since = instant - SAME_LINK_DAYS * DAY
        twins |= await self.recognised(feed, others, document.keys(), since)
        changed = {
            key: article
            for key, article in self._changed(by_key, known, twins)
            if article is not None
        }
        edited = await self._edit(feed.id, by_key, changed, instant)
        undated = instant if feed.visits else instant - UNDATED_AGE
        others = [draft for draft in fresh if draft.key not in twins]
        new = await self._insert(feed.id, others, instant, undated)
        await self._remember(feed.id, by_key, known, {**twins, **new}, instant)
        if new:
            await self._session.rows(self._LAST_ENTRY, feed=feed.id, now=instant)
        return Saved(
            new=tuple(await self.many(list(new.values()))), edited=tuple(await self.many(edited))
        )

    _KNOWN = Query(
        "SELECT key, article, words, seen, edits FROM entry"
        " WHERE feed = :feed AND key IN @ids(keys)"
    )

    async def _known(self, feed: FeedId, keys: Iterable[str]) -> dict[str, Known]:
        rows = await self._session.rows(self._KNOWN, feed=feed, keys=packed(keys))
        return {r["key"]: Known(r["article"], r["words"], r["seen"], r["edits"]) for r in rows}

    # A private article must not hide a public one, so a twin is public or of this very feed.
    _TWINS = Query("""
        SELECT @text(d.key) AS key, min(a.id) AS article
        FROM @each(drafts) d
        JOIN article a ON a.link = @text(d.link) AND a.link <> ''
        JOIN feed f ON f.id = a.feed
        WHERE a.first_seen >= :since AND f.publisher = :publisher
          AND (f.public = 1 OR f.id = :feed)
        GROUP BY @text(d.key)
    """)

    async def _twins(
        self, feed: Feed, fresh: Sequence[Draft], shared: set[str], now: Instant
    ) -> dict[str, ArticleId]:
        linked = [
            {"key": d.key, "link": d.link}
            for d in fresh
            if d.link and d.link not in shared and d.link != feed.site and not front_page(d.link)
        ]
        if not linked:
            return {}
        rows = await self._session.rows(
            self._TWINS,
            drafts=packed(linked),
            since=now - SAME_LINK_DAYS * DAY,
            publisher=feed.publisher,
            feed=feed.id,
        )
        return {row["key"]: ArticleId(row["article"]) for row in rows}

    @staticmethod
    def _changed(
        drafts: dict[str, Draft], known: dict[str, Known], twins: dict[str, ArticleId]
    ) -> Iterable[tuple[str, ArticleId | None]]:
        yield from twins.items()
        for key, entry in known.items():
            if entry.edits < MOST_EDITS and entry.words != words_hash(drafts[key]):
                yield key, entry.article

    # Only the feed that brought an article may change its words: other outlets of the publisher
    # tell it differently, and the two would overwrite each other at every visit.
    _EDIT = Query("""
        UPDATE article SET
            former = CASE WHEN title <> @text(d.title) THEN coalesce(former, title) ELSE former END,
            title = @text(d.title), link = @text(d.link), summary = @text(d.summary),
            text = @text(d.text), search = @text(d.search), edited = :now
        FROM @each(drafts) d
        WHERE article.id = @int(d.article) AND article.feed = :feed
          AND (title <> @text(d.title) OR summary <> @text(d.summary) OR text <> @text(d.text))
        RETURNING article.id
    """)

    async def _edit(
        self, feed: FeedId, drafts: dict[str, Draft], changed: dict[str, ArticleId], now: Instant
    ) -> list[ArticleId]:
        if not changed:
            return []
        items = [{**_fields(drafts[key]), "article": article} for key, article in changed.items()]
        rows = await self._session.rows(self._EDIT, feed=feed, drafts=packed(items), now=now)
        return [ArticleId(row["id"]) for row in rows]

    _INSERT = Query("""
        INSERT INTO article (feed, key, guid, title, link, summary, text, published, first_seen,
                             language, search)
        SELECT :feed, @text(d.key), @text(d.guid), @text(d.title), @text(d.link),
               @text(d.summary), @text(d.text), @int(d.published), :now, @text(d.language),
               @text(d.search)
        FROM @each(drafts) d
        ORDER BY @int(d.published), @int(d.place)
        RETURNING id, key
    """)

    async def _insert(
        self, feed: FeedId, fresh: Sequence[Draft], now: Instant, undated: Instant
    ) -> dict[str, ArticleId]:
        if not fresh:
            return {}
        items = [
            {
                **_fields(draft),
                "guid": draft.guid,
                "language": draft.language,
                # No article was published after we saw it, whatever its feed says.
                "published": undated if draft.published is None else min(draft.published, now),
                "place": place,
            }
            for place, draft in enumerate(fresh)
        ]
        rows = await self._session.rows(self._INSERT, feed=feed, drafts=packed(items), now=now)
        return {row["key"]: ArticleId(row["id"]) for row in rows}

    _REMEMBER = Query("""
        INSERT INTO entry (feed, key, article, words, seen)
        SELECT :feed, @text(d.key), @int(d.article), @text(d.words), :now
        FROM @each(entries) d
        WHERE true
        ON CONFLICT (feed, key) DO UPDATE SET
            seen = excluded.seen,
            edits = entry.edits + (entry.words <> excluded.words),
            words = excluded.words
    """)

    async def _remember(
        self,
        feed: FeedId,
        drafts: dict[str, Draft],
        known: dict[str, Known],
        articles: dict[str, ArticleId],
        now: Instant,
    ) -> None:
        """Write only what changed: a document of 2,000 old entries costs one row each a day."""
        items = []
        for key, draft in drafts.items():
            words, entry = words_hash(draft), known.get(key)
            if entry is None or entry.words != words or entry.seen < now - DAY:
                items.append({"key": key, "article": articles.get(key), "words": words})
        if items:
            await self._session.rows(self._REMEMBER, feed=feed, entries=packed(items), now=now)

    _LAST_ENTRY = Query("UPDATE feed SET last_entry = :now WHERE id = :feed")

    _MANY = Query("SELECT * FROM article_full WHERE id IN @ids(ids)")

    async def many(self, articles: Sequence[ArticleId]) -> list[Article]:
        """In the order given; ids that are gone are left out."""
        if not articles:
            return []
        rows = await self._session.rows(self._MANY, ids=packed(articles))
        by_id = {row["id"]: article_of(row) for row in rows}
        return [by_id[article] for article in articles if article in by_id]


def words_hash(draft: Draft) -> str:
    words = "\x1f".join((draft.title, draft.link, draft.summary, draft.text))
    return blake2b(words.encode("utf-8", "replace"), digest_size=9).hexdigest()


def first_of_each_key(drafts: Sequence[Draft]) -> dict[str, Draft]:
    """From the end, for feeds list their newest first."""
    return {draft.key: draft for draft in reversed(drafts)}


def shared_links(drafts: Iterable[Draft]) -> set[str]:
    """Links that several entries of one document have: a live blog's, or the front page's."""
    counts = Counter(draft.link for draft in drafts)
    return {link for link, count in counts.items() if count > 1}


def front_page(link: str) -> bool:
    """Whether the address names a host only. `link` is one that a feed's entry gave, or ""."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return True
    return parts.path in ("", "/") and not parts.query


def _fields(draft: Draft) -> dict[str, object]:
    read = f"{draft.title}\n{draft.summary}\n{draft.text}"[:SEARCHED]
    return {
        "key": draft.key,
        "title": draft.title,
        "link": draft.link,
        "summary": draft.summary,
        "text": draft.text,
        "search": " ".join(tokens(read)),
    }
