"""From any address to the feeds behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FeedError
from bot.feeds.discover import discover, links
from bot.feeds.fetch import Fetcher
from bot.worker import Worker
from tests.feeds.site import FEED, Site, fetching, serving

HOME = "http://news.example.org/"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    async with fetching(site) as made:
        yield made


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker()
    yield made
    await made.close()


def test_links_of_a_page() -> None:
    page = b"""<html><head><base href="/sub/">
      <link rel="stylesheet" href="x.css"><link rel=alternate hreflang=fr href="/fr/">
      <LINK REL="Alternate" TYPE="application/rss+xml" TITLE="News &amp; views"
        HREF="rss?a=1&amp;b=2">
      <link rel="alternate" type="application/atom+xml" href="https://b.example.org/atom">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/" title="Comments">
      <link rel="alternate" type="application/json+oembed" href="/wp-json/oembed">
      </head><body><a href="/feeds/all">Feeds</a> <a href='rss.xml'>RSS</a>
      <a href="/feedback">no</a>
      <a href="javascript:feed">x</a><a href="/rss.png">y</a></body></html>"""
    named, likely = links(page, "text/html", HOME)
    assert [(s.url, s.title) for s in named] == [
        ("http://news.example.org/sub/rss?a=1&b=2", "News & views"),
        ("https://b.example.org/atom", ""),
    ]
    assert named[0].publisher == "news.example.org"
    assert likely == ["http://news.example.org/feeds/all", "http://news.example.org/sub/rss.xml"]


@given(st.binary(max_size=400))
def test_any_page_has_some_links_or_none(noise: bytes) -> None:
    named, likely = links(b"<link " + noise + b"<a href=" + noise, None, HOME)
    assert all(s.url.startswith("http") for s in named)
    assert all(url.startswith("http") for url in likely)


@pytest.mark.loopback
async def test_a_feed_is_itself(site: Site, fetcher: Fetcher, worker: Worker) -> None:
    site.page("/feed")
    for address in (HOME + "feed", " feed:http://news.example.org/feed "):
        (source,) = await discover(fetcher, address, worker)
        assert (source.url, source.title) == (HOME + "feed", "Site")


@pytest.mark.loopback
async def test_a_permanent_redirect_is_kept_a_temporary_one_is_not(
    site: Site, fetcher: Fetcher, worker: Worker
) -> None:
    site.page("/feed")
    site.redirect("/for-now", "/feed", 302)
    site.redirect("/for-good", "/feed", 301)
    (now,) = await discover(fetcher, HOME + "for-now", worker)
    (good,) = await discover(fetcher, HOME + "for-good", worker)
    assert (now.url, good.url) == (HOME + "for-now", HOME + "feed")


@pytest.mark.loopback
async def test_a_page_names_its_feeds(site: Site, fetcher: Fetcher, worker: Worker) -> None:
    link = b'<html><link rel="alternate" type="application/rss+xml" title="%s" href="/%s">'
    site.page("/", link % (b"One", b"1") + link % (b"Two", b"2"))
    found = await discover(fetcher, HOME, worker)
    assert [s.title for s in found] == ["One", "Two"]


@pytest.mark.loopback
async def test_a_link_in_the_text_or_a_usual_place(
    site: Site, fetcher: Fetcher, worker: Worker
) -> None:
    site.page("/", b'<html><body><a href="/not-a-feed.rss">RSS</a><a href="/x/rss">RSS</a>')
    site.page("/not-a-feed.rss", b"<html>")
    site.page("/x/rss")
    assert [s.url for s in await discover(fetcher, HOME, worker)] == [HOME + "x/rss"]
    site.page("/", b"<html><body>nothing")
    site.page("/rss.xml")
    assert [s.url for s in await discover(fetcher, HOME, worker)] == [HOME + "rss.xml"]


@pytest.mark.loopback
async def test_an_address_without_a_scheme_is_tried_with_https_then_http(
    site: Site, fetcher: Fetcher, worker: Worker
) -> None:
    site.page("/feed", FEED)
    (source,) = await discover(fetcher, "news.example.org/feed", worker)
    assert source.url == HOME + "feed"


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("address", "saying"),
    [
        (HOME, "No feed was found at news.example.org"),
        (HOME + "missing", "nothing at this address"),
        ("http://127.0.0.1/", "private network"),
        ("javascript:alert(1)", "proper host name"),
        ("file:///etc/passwd", "http://"),
        ("hello there", "characters"),
        ("", "proper host name"),
    ],
)
async def test_what_cannot_be_found_is_said_in_a_sentence(
    site: Site, fetcher: Fetcher, worker: Worker, address: str, saying: str
) -> None:
    site.page("/", b"<html>no feed here")
    with pytest.raises(FeedError, match=saying) as refused:
        await discover(fetcher, address, worker)
    assert str(refused.value).endswith(".")
