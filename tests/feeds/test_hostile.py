"""Feeds made to hurt: each is read, refused or killed with its process; the next one is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.errors import FeedError, WorkerError
from bot.feeds.discover import links
from bot.feeds.xmlfeed import parse_xml
from bot.model import ParsedFeed
from bot.worker import Worker

pytestmark = pytest.mark.process

GOOD = b"<rss><channel><title>good</title><item><title>x</title></item></channel></rss>"


def around(inside: str, head: str = "") -> bytes:
    return f"{head}<rss><channel><title>t</title><item>{inside}</item></channel></rss>".encode()


QUADRATIC = '<!DOCTYPE r [\n<!ENTITY a "' + "A" * 30_000 + '">\n]>'
LAUGHS = "<!DOCTYPE r [" + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10)
) + "]>"  # fmt: skip

CASES: dict[str, Callable[[], bytes]] = {
    "quadratic entity": lambda: around("<title>" + "&a;" * 10_000 + "</title>", QUADRATIC),
    "billion laughs": lambda: around("<title>&a9;</title>", LAUGHS),
    "author e-mail": lambda: around("<author>" + "a.a@" * 30_000 + "</author>"),
    "creator e-mail": lambda: around("<itunes:author>" + "a-" * 60_000 + "</itunes:author>"),
    "deep": lambda: around("<a>" * 5_000),
    "attributes": lambda: around("<x " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>"),
    "namespaces": lambda: around("".join(f'<x xmlns:n{n}="u{n}"/>' for n in range(5_000))),
    "open comments": lambda: around("<description>" + "&lt;!--" * 50_000 + "</description>"),
    "open cdata": lambda: around("<description>" + "<![CDATA[" * 50_000),
    "style": lambda: around(
        '<description>&lt;p style="' + "a:" * 40_000 + '"&gt;</description>'
    ),
    "less than": lambda: b"<rss><channel><title>t</title>" + b"<" * 50_000,
    "surrogates": lambda: around("<title>&#xD800;&#1114112;&#" + "9" * 5000 + ";</title>"),
    "many items": lambda: b"<rss><channel>" + b"<item/>" * 300_000 + b"</channel></rss>",
    "many links": lambda: around('<link href="x"/>' * 10_000),
    "dates": lambda: around("<pubDate>" + "1 " * 50_000 + "</pubDate>"),
    "long zone": lambda: around("<pubDate>1 Jan 2026 " + "A" * 99_999 + "/B</pubDate>"),
    "nul bytes": lambda: b"\0" * 100_000 + GOOD,
    "utf-16 lie": lambda: b'<?xml version="1.0" encoding="utf-16"?>' + GOOD,
    "doctype without end": lambda: b"<!DOCTYPE " + b"[" * 100_000 + GOOD,
    "base64 lie": lambda: around('<content type="x/y">' + "A" * 100_001 + "</content>"),
}  # fmt: skip


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker(memory_mb=512, cpu_seconds=2)
    yield made
    await made.close()


async def test_the_worker_survives_every_feed_or_is_replaced(worker: Worker) -> None:
    killed = []
    for name, make in CASES.items():
        try:
            found = await worker.run(parse_xml, make(), None, "https://a.example/f", timeout=20)
            assert isinstance(found, ParsedFeed), name
        except FeedError:
            pass
        except WorkerError:
            killed.append(name)
    again = await worker.run(parse_xml, GOOD, None, "https://a.example/f", timeout=20)
    assert again.title == "good"
    assert set(killed) <= {"deep", "many links", "namespaces", "less than"}


async def test_pages_full_of_broken_tags(worker: Worker) -> None:
    for piece in ("<link ", '<a href="', "<a '", "<base href=x>", '<a a="b" '):
        body = (piece * (300_000 // len(piece))).encode()
        named, _likely = await worker.run(links, body, None, "https://a.example/", timeout=20)
        assert named == ()
