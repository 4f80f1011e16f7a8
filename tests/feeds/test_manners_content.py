"""The manners of reading, rows 37 to 52 of docs/polling.md: who an entry is, and what is news."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import FeedError
from bot.feeds.discover import links
from bot.feeds.entries import drafts
from bot.feeds.flood import FLOOD_FLOOR
from bot.feeds.parse import parse
from bot.model import Draft, ParsedFeed
from bot.pipeline import HELPING
from tests.feeds.line import DAY, HOUR, NOW, Line, a_line, rss

BURNER = "http://rssnamespace.org/feedburner/ext/1.0"
URL = "https://daily.example/feed"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_line(tmp_path) as made:
        yield made


def read(*items: str, head: str = "", frame: str = "") -> ParsedFeed:
    body = f'<rss version="2.0"><channel><title>t</title>{head}{"".join(items)}</channel></rss>'
    return parse((frame or body).encode(), content_type=None, url=URL)


def told(*items: str, now: int = NOW) -> tuple[Draft, ...]:
    return drafts(read(*items), url=URL, language="", now=now)


def test_row_37_bytes_decide_and_blanks_before_the_declaration_do_not_hurt() -> None:
    body = (
        '<rss version="2.0"><channel><title>été</title><item><guid>1</guid></item></channel></rss>'
    )
    for prefix in ("\ufeff", "\n  ", '\n<?xml version="1.0" encoding="utf-16"?>'):
        found = parse((prefix + body).encode(), content_type="text/xml; charset=latin1", url=URL)
        assert found.title == "été"
    latin = b'<?xml version="1.0" encoding="iso-8859-1"?>' + body.encode("latin-1")
    assert parse(latin, content_type="text/xml", url=URL).title == "été"


def test_row_38_what_is_not_well_formed_is_read_what_is_no_feed_refused() -> None:
    assert (
        len(read("<item><title>a & b</title><br></item>", "<item><title>c</title></item>").entries)
        == 2
    )
    with pytest.raises(FeedError):
        parse(b"<note><to>Ann</to></note>", content_type=None, url=URL)


def test_row_39_guid_then_link_then_file_then_words() -> None:
    keys = [d.key for d in told(
        "<item><guid>g</guid><link>https://a.example/1</link><title>t</title></item>",
        "<item><link>https://a.example/2</link><title>t</title></item>",
        "<item><enclosure url='https://a.example/3.mp3'/><title>t</title></item>",
        "<item><title>t</title><description>d</description></item>",
    )]  # fmt: skip
    assert keys[:3] == ["g", "a.example/2", "a.example/3.mp3"]
    assert len(keys[3]) == 32


def test_row_40_http_and_https_are_one() -> None:
    one, other = (
        told(f"<item><guid>{scheme}://a.example/1</guid><title>t</title></item>")[0].key
        for scheme in ("http", "https")
    )
    assert one == other


def test_row_41_a_guid_that_several_share_is_told_apart_by_the_link() -> None:
    items = [
        f"<item><guid>same</guid><link>https://a.example/{n}</link><title>t</title></item>"
        for n in range(3)
    ]
    assert len({d.key for d in told(*items)}) == 3


async def test_row_42_no_guid_and_links_that_change_at_every_visit(line: Line) -> None:
    def shown(session: str, *titles: str) -> bytes:
        items = "".join(
            f"<item><title>{t}</title><link>https://daily.example/{n}?s={session}</link></item>"
            for n, t in enumerate(titles)
        )
        return f'<rss version="2.0"><channel><title>D</title>{items}</channel></rss>'.encode()

    daily = await line.feed()
    await line.follow("bridge")
    await line.visit(daily, shown("a", "The bridge at Gaya", "The bridge at Niamey"))
    await line.visit(daily, shown("b", "The bridge at Gaya", "The bridge at Niamey"))
    await line.visit(daily, shown("c", "The bridge at Ayorou", "The bridge at Gaya"))
    assert len(await line.articles()) == 3
    assert await line.owed() == 1


async def test_row_43_guids_that_all_change_ring_nobody(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    titles = [f"Bridge {n} opens" for n in range(9)]
    await line.visit(daily, rss(*titles))
    line.now += HOUR
    await line.visit(daily, rss(*titles, first=500).replace(b"daily.example/5", b"new.example/5"))
    assert (len(await line.articles()), await line.owed()) == (9, 0)


async def test_row_43_an_archive_that_comes_back_rings_nobody(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    await line.visit(daily, rss("A road", "A mine"))
    line.now += HOUR
    many = [f"Bridge {n} opens" for n in range(2 * FLOOD_FLOOR)]
    await line.visit(daily, rss(*many, first=50))
    assert await line.owed() == 0


async def test_row_44_what_a_feed_still_shows_is_never_news_again(line: Line) -> None:
    daily = await line.feed()
    await line.visit(daily, rss("b", "a"))
    later = NOW + 40 * DAY
    await line.store.prune(later)
    assert await line.articles() == []
    line.now = later
    await line.visit(daily, rss("b", "a", head="<ttl>60</ttl>"))
    assert await line.articles() == []


async def test_row_45_an_edit_changes_the_words_and_rings_nobody(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    await line.visit(daily, rss("a"))
    for n in range(30):
        await line.visit(daily, rss(f"a bridge {n}"))
    (article,) = await line.articles()
    assert article.title == "a bridge 23", "after 24 changes it is left alone"
    assert await line.owed() == 0


def test_row_46_missing_and_future_dates() -> None:
    when = "<pubDate>Mon, 02 Feb 2099 10:00:00 GMT</pubDate>"
    future, missing = told(
        f"<item><guid>1</guid><title>t</title>{when}</item>", "<item><title>u</title></item>"
    )
    assert (future.published, missing.published) == (NOW, None)


async def test_row_46_new_is_never_decided_by_date(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    await line.visit(daily, rss("b", "a"))
    line.now += HOUR
    late = (
        rss("late", "a bridge of yesterday", "b", "a").replace(b"g4", b"g9").replace(b"g3", b"g8")
    )
    await line.visit(daily, late)
    assert await line.owed() == 1
    dates = {article.title: article.published for article in await line.articles()}
    again = late.replace(b"2026 0", b"2025 0").replace(b"late", b"later")
    await line.visit(daily, again)
    assert {a.title: a.published for a in await line.articles()}["a"] == dates["a"]


@pytest.mark.parametrize(
    "text",
    ["2026/02/02 10:00", "Mon, 02 Feb 2026 10.00 +0000", "2 février 2026 10:00", "1770026400"],
)
def test_row_47_dates_that_feedparser_does_not_read(text: str) -> None:
    (draft,) = told(f"<item><title>t</title><pubDate>{text}</pubDate></item>", now=NOW + 9 * DAY)
    assert draft.published == 1_770_026_400


async def test_row_48_the_first_visit_rings_nobody_the_oldest_comes_first(line: Line) -> None:
    daily = await line.feed()
    await line.follow("bridge")
    await line.visit(daily, rss(*(f"Bridge {n}" for n in range(3 * HELPING))))
    assert await line.owed() == 0
    ids = [a.id for a in sorted(await line.articles(), key=lambda a: a.published)]
    assert ids == sorted(ids)


async def test_row_48_undated_entries_of_a_first_visit_are_not_of_today(line: Line) -> None:
    daily = await line.feed()
    await line.visit(daily, rss("b", "a", dated=False))
    assert {line.now - a.published for a in await line.articles()} == {3 * DAY}
    line.now += HOUR
    await line.visit(daily, rss("c", "b", "a", dated=False))
    assert min(line.now - a.published for a in await line.articles()) == 0


def test_row_49_the_page_of_an_entry_and_relative_links() -> None:
    burnt = "<f:origLink>https://daily.example/o</f:origLink>"
    items = [
        "<item><title>t</title><link>/x</link></item>",
        "<item><title>t</title><guid isPermaLink='true'>https://daily.example/g</guid></item>",
        f"<item xmlns:f='{BURNER}'><title>t</title><link>https://feeds.example/1</link>{burnt}</item>",
        "<item><title>t</title><enclosure url='https://daily.example/e.mp3'/></item>",
    ]
    found = read(*items, head="<link>https://daily.example/</link>").entries
    assert [entry.link for entry in found] == [
        f"https://daily.example/{name}" for name in ("x", "g", "o", "e.mp3")
    ]


def test_row_50_a_title_is_made_of_the_text_then_of_the_link() -> None:
    first, second = told(
        f"<item><guid>1</guid><description>{'word ' * 60}</description></item>",
        "<item><guid>2</guid><link>https://a.example/2</link></item>",
    )
    assert first.title.startswith("word word")
    assert len(first.title) <= 100
    assert second.title == "https://a.example/2"


def test_row_51_only_plain_text_leaves() -> None:
    html = (
        "&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;\u202e\u200b"
    )
    (draft,) = told(f"<item><title>{html}</title><description>{html}</description></item>")
    assert draft.title == "One two"


def test_row_52_discovery() -> None:
    page = (
        "<link rel=alternate type=application/rss+xml href=/f title=News>"
        "<link rel=alternate type=application/json href=/wp-json/x><a href='/rss.xml'>RSS</a>"
    )
    named, likely = links(page.encode(), "text/html", "https://daily.example/")
    assert [source.url for source in named] == ["https://daily.example/f"]
    assert likely == ["https://daily.example/rss.xml"]
