"""What each stage makes of somebody's own data.

In: parsed feeds, pages, rows of an articles file. Out: one plain object for each, ready to be
printed as a line of JSON (docs/commands.md has the fields). Every function is pure; who reads the
files and prints the lines is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bot.errors import NewsbellError, PageError
from bot.feeds.dates import read_date
from bot.markup import plain
from bot.model import (
    Article,
    ArticleId,
    FeedId,
    Instant,
    Page,
    ParsedEntry,
    ParsedFeed,
    Source,
    StoryId,
)
from bot.stories.cluster import Grouper, Placement
from bot.stories.lines import lines
from bot.stories.summary import summarise
from bot.stories.unreadable import utf8, why_not
from bot.subscriptions.meanings import meanings
from bot.subscriptions.rules import in_headlines, shown
from bot.text import language
from bot.topics.match import Percolator
from bot.topics.query import parse_query

Line: TypeAlias = dict[str, Any]

_LAST = 253402300800  # the year 10000
_MORE_ROOM = 400  # characters a sentence, when a number of sentences is asked for


class RowError(NewsbellError):
    """A line of an articles file that is not what it should be."""


# ── feed ─────────────────────────────────────────────────────────────────────────────────────────


def feed_lines(source: str, feed: ParsedFeed) -> list[Line]:
    """A line for each entry, in the feed's order."""
    return [_entry_line(source, entry) for entry in feed.entries]


def _entry_line(source: str, entry: ParsedEntry) -> Line:
    return {
        "source": source,
        "id": entry.guid or entry.link or entry.enclosure,
        "title": entry.title,
        "link": entry.link,
        "published": _iso(entry.published),
        "updated": _iso(entry.updated),
        "summary": entry.summary,
    }


def _iso(when: datetime | None) -> str | None:
    return when.astimezone(UTC).isoformat() if when else None


# ── articles ─────────────────────────────────────────────────────────────────────────────────────


def articles(given: Iterable[str], now: Instant) -> Iterator[tuple[Any, Article]]:
    """Each row's own id and the article it describes; raises RowError naming the line.

    `published` may be a date (UTC where it has no zone) or Unix seconds; a row without one that can
    be read has the time of the row before, the first `now`.
    """
    last: Instant | None = None
    for number, line in enumerate(given, 1):
        if not line.strip():
            continue
        row = _row(line, number)
        published = _instant(row.get("published"), number)
        last = published if published is not None else (now if last is None else last)
        yield row["id"], _article(row, number, last)


def _row(line: str, number: int) -> Line:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("title"), str):
        raise RowError(f'line {number}: expected a JSON object with "id" and "title"')
    return row


def _article(row: Line, number: int, published: Instant) -> Article:
    return Article(
        id=ArticleId(number),
        feed=FeedId(0),
        publisher=_text(row, "publisher"),
        title=_text(row, "title"),
        link=_text(row, "link"),
        summary=_text(row, "summary"),
        text=_text(row, "text"),
        published=published,
        first_seen=published,
        language=_text(row, "language").lower(),
    )


def _text(row: Line, field: str) -> str:
    value = row.get(field)
    return plain(value) if isinstance(value, str) else ""


def _instant(value: object, number: int) -> Instant | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        when = read_date(value)
        return int(when.timestamp()) if when else None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LAST:
        return int(value)
    raise RowError(f'line {number}: "published" is neither a date nor Unix seconds')


@dataclass(slots=True)
class Tally:
    """How many articles a topic matches, in all and with the rule "only headlines"."""

    read: int = 0
    matched: int = 0
    headlines: int = 0


def topic_lines(
    query: str, rows: Iterable[tuple[Any, Article]], tally: Tally | None = None
) -> Iterator[Line]:
    """Does each article match, and by which words; raises QueryError. The tally is kept on the
    way.
    """
    asked = parse_query(query)
    tally = tally or Tally()
    percolator = Percolator()
    explain, titled = percolator.searcher(asked), percolator.searcher(in_headlines(asked))
    for name, article in rows:
        reason = explain(article)
        why = f"{reason.name} ({reason.where})" if reason else None
        tally.read += 1
        tally.matched += reason is not None
        tally.headlines += reason is not None and titled(article) is not None
        yield {"id": name, "match": reason is not None, "why": why}


def topic_facts(query: str, tally: Tally) -> list[str]:
    """The same for a person: how much it brings, by which rule, what else it may mean."""
    asked = parse_query(query)
    facts = [
        f"{shown(asked)}: {tally.matched} of {tally.read} articles",
        f"{shown(in_headlines(asked))}: {tally.headlines}",
    ]
    others = [meaning.topic for meaning in meanings(query)[1:]]
    if others:
        facts.append(f"It may also mean: {', '.join(others)}")
    return facts


def story_lines(rows: Iterable[tuple[Any, Article]]) -> Iterator[Line]:
    """The story of each article, in the order given; a story's number is that of its first row."""
    grouper = Grouper()
    present: Instant = 0
    for name, article in rows:
        present = max(present, article.published)
        placement = grouper.find(article, present)
        story = placement.story if isinstance(placement, Placement) else StoryId(int(article.id))
        grouper.add(article, story)
        yield {"id": name, "story": story}


# ── page and summary ─────────────────────────────────────────────────────────────────────────────


def text_page(body: bytes) -> Page:
    """A page of plain text, as a reader copies it: headline, crumbs and captions are not its text.

    Raises PageError where nothing is left.
    """
    why = why_not(body)
    if why:
        raise PageError(why)
    text = utf8(body).decode("utf-8-sig", "replace")
    title = _headline(text)
    left = "\n".join(lines(text, title))
    if not left:
        raise PageError("This file holds no text that can be read.")
    return Page(title or None, left, None, language(left) or None)


def _headline(text: str) -> str:
    """Of the first lines that are no sentences the one that another repeats, else the first."""
    first = [line.strip() for line in text.splitlines() if line.strip()][:6]
    titles = [line for line in first if len(line) < 200 and line[-1] not in ".!?…。"]
    repeated = (
        t for n, t in enumerate(titles) if any(t in o for o in titles[:n] + titles[n + 1 :])
    )
    return next(repeated, titles[0] if titles else "")


def page_line(page: Page) -> Line:
    """The main text of a page."""
    return {
        "title": page.title,
        "text": page.text,
        "published": _iso(page.published),
        "language": page.language,
    }


def summary_line(pages: Sequence[tuple[str, Page]], sentences: int) -> Line:
    """A summary of one article, or of a story told by several: (source, page) for each."""
    title = next((page.title for _, page in pages if page.title), "")
    sources = [
        Source(name, page.text, _seconds(page.published), page.title or "", page.language or "")
        for name, page in pages
    ]
    made = summarise(sources, title=title, sentences=sentences, limit=sentences * _MORE_ROOM)
    line: Line = {"sentences": [{"text": s.text, "source": s.source} for s in made.sentences]}
    if made.differences:  # {"killed": {"a.html": 12, "b.html": 15}}
        line["differences"] = {d.what: {name: n for n, name in d.told} for d in made.differences}
    return line


def _seconds(when: datetime | None) -> Instant | None:
    return int(when.timestamp()) if when else None
