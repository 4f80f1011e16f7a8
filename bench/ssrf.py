"""Addresses that must not be asked, through every way that asks: feed, page, discovery, hub.

    python -m bench.ssrf CASES.json

A case has `url`, `expect` ("deny" or "allow"), and perhaps `dns` (name → answers, one list a
look-up), `redirect` (where the site leads, one hop each) and `env`. A site on loopback stands for
the whole public internet: whatever the guard lets through is led there, and noted. A verdict is
wrong where a forbidden address was dialled, a refused URL was looked up, or an allowed one refused.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bench.given import existing
from bot.errors import FeedError
from bot.feeds.addresses import is_public
from bot.feeds.discover import discover
from bot.feeds.fetch import Fetcher
from bot.model import Refused
from tests.desk import InlineWorker
from tests.feeds.site import FEED, PUBLIC, Site, feed, fetching, serving

Way = Callable[[Fetcher, str], Awaitable[bool]]


async def as_feed(fetcher: Fetcher, url: str) -> bool:
    return not isinstance(await fetcher.visit(feed(url)), Refused)


async def as_page(fetcher: Fetcher, url: str) -> bool:
    return not isinstance(await fetcher.page(url), Refused)


async def discovered(fetcher: Fetcher, url: str) -> bool:
    try:
        return bool(await discover(fetcher, url, InlineWorker()))  # type: ignore[arg-type]
    except FeedError:
        return False


async def as_hub(fetcher: Fetcher, url: str) -> bool:
    return await fetcher.post(url, {"hub.mode": "subscribe"}) is None


WAYS: dict[str, Way] = {
    "feed": as_feed, "page": as_page, "discovery": discovered, "hub": as_hub,
}  # fmt: skip


async def wrong(case: dict[str, Any], way: Way) -> str:
    """What went wrong with a case; "" where all is well."""
    async with serving() as site:
        answers = {name: list(lists) for name, lists in case.get("dns", {}).items()}

        async def lookup(host: str, port: int) -> list[str]:
            site.lookups.append(host)
            left = answers.get(host, [[PUBLIC]])
            found: list[str] = left.pop(0) if len(left) > 1 else left[0]
            return found

        hops = iter(case.get("redirect", ()))

        async def answer(request: web.Request) -> web.Response:
            to = next(hops, None)
            if to is None:
                return web.Response(body=FEED, content_type="text/xml")
            # A form goes along only where the same is wanted again (RFC 9110, 15.4.8).
            status = 307 if request.method == "POST" else 302
            return web.Response(status=status, headers={"Location": to})

        site.lookup = lookup  # type: ignore[method-assign]
        site.pages = _Everything(answer)  # type: ignore[assignment]
        kept = dict(os.environ)
        os.environ.update(case.get("env", {}))
        try:
            async with fetching(site, timeout=5) as fetcher:
                got = await way(fetcher, case["url"])
        finally:
            os.environ.clear()
            os.environ.update(kept)
        return _verdict(case, got, site)


class _Everything(dict[str, Any]):
    """Every path has the same page."""

    def __init__(self, page: object) -> None:
        super().__init__()
        self._page = page

    def get(self, key: str, default: Any = None) -> Any:
        return self._page


def _verdict(case: dict[str, Any], got: bool, site: Site) -> str:
    inside = [address for address in site.dialled if not is_public(address)]
    if inside:
        return f"dialled {inside}"
    if got != (case["expect"] == "allow"):
        return f"{'fetched' if got else 'refused'}, expected {case['expect']}"
    if case.get("stage") == "url" and site.lookups:
        return f"looked up {site.lookups}"
    return ""


async def measure(cases: list[dict[str, Any]]) -> bool:
    tally: Counter[str] = Counter()
    for name, way in WAYS.items():
        for case in cases:
            problem = await wrong(case, way)
            tally["wrong" if problem else "right"] += 1
            if problem:
                print(f"{case['id']} as {name}: {case['url']!r}: {problem}")
    print(f"{len(cases)} cases, {len(WAYS)} ways: {dict(tally)}")
    return not tally["wrong"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=existing)
    chosen = parser.parse_args()
    cases = json.loads(chosen.cases.read_text("utf-8"))["cases"]
    return 0 if asyncio.run(measure(cases)) else 1


if __name__ == "__main__":
    sys.exit(main())
