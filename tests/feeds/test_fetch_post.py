"""Forms that are sent to hubs: through the same guard, and no further than redirects may lead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from bot.feeds.fetch import Fetcher, bares
from bot.model import Refused
from tests.feeds.site import Site, fetching, serving

pytestmark = pytest.mark.loopback

URL = "http://hub.example.org/"
FORM = {"hub.mode": "subscribe", "hub.topic": "https://daily.example/ü"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as running:
        yield running


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    async with fetching(site) as made:
        yield made


class Bodies:
    """Notes what came, and answers with a status."""

    def __init__(self, status: int, **headers: str) -> None:
        self.seen: list[tuple[str, str, dict[str, list[str]]]] = []
        self._answer = status, headers

    async def __call__(self, request: web.Request) -> web.Response:
        said = parse_qs(await request.text())
        self.seen.append((request.method, request.content_type, said))
        return web.Response(status=self._answer[0], headers=self._answer[1], text="why not")


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_a_form_is_accepted(site: Site, fetcher: Fetcher, status: int) -> None:
    site.pages["/"] = bodies = Bodies(status)
    assert await fetcher.post(URL, FORM) is None
    said = {name: [value] for name, value in FORM.items()}
    assert bodies.seen == [("POST", "application/x-www-form-urlencoded", said)]
    sent = site.requests[0].headers
    assert "If-None-Match" not in sent
    assert "Cookie" not in sent


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
async def test_a_refusal_is_a_value(site: Site, fetcher: Fetcher, status: int) -> None:
    site.pages["/"] = Bodies(status, **{"Retry-After": "7200"})
    refused = await fetcher.post(URL, FORM)
    assert isinstance(refused, Refused)
    assert refused.status == status
    if status in (429, 503):
        assert refused.retry_after == 7200
    assert "why not" not in refused.problem


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_that_sends_us_to_another_gets_its_wish(site, fetcher, status: int) -> None:
    site.pages["/"] = first = Bodies(status, Location="http://other.example.org/hub#x")
    site.pages["/hub"] = second = Bodies(202)
    assert await fetcher.post(URL, FORM) is None
    assert first.seen == second.seen
    assert site.lookups == ["hub.example.org", "other.example.org"]


@pytest.mark.parametrize("status", [301, 302, 303, 304])
async def test_other_redirects_do_not_take_the_form_along(site, fetcher, status: int) -> None:
    site.pages["/"] = Bodies(status, Location="http://other.example.org/hub")
    refused = await fetcher.post(URL, FORM)
    assert isinstance(refused, Refused)
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "file:///etc/x",
           "http://hub.internal/", "//10.0.0.1/", "http://user:pw@other.example.org/"],
)  # fmt: skip
async def test_every_hop_is_guarded(site: Site, fetcher: Fetcher, to: str) -> None:
    site.pages["/"] = Bodies(307, Location=to)
    refused = await fetcher.post(URL, FORM)
    assert isinstance(refused, Refused)
    assert refused.kind in ("address", "url", "words")
    assert len(site.requests) == 1


async def test_a_name_that_leads_inside_is_not_asked(site: Site, fetcher: Fetcher) -> None:
    site.names["hub.example.org"] = ["10.0.0.7"]
    refused = await fetcher.post(URL, FORM)
    assert isinstance(refused, Refused)
    assert refused.kind == "address"
    assert site.dialled == []


def test_a_secret_does_not_leave_encryption() -> None:
    assert bares("http://other.example.org/", {"https://hub.example.org/"})
    assert not bares("https://other.example.org/", {"https://hub.example.org/"})
    assert not bares("http://other.example.org/", {"http://hub.example.org/"})
    assert not bares("http://hub.example.org/", set())


async def test_a_circle_of_hubs_ends(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Bodies(307, Location="/a")
    site.pages["/a"] = Bodies(307, Location="/")
    refused = await fetcher.post(URL, FORM)
    assert isinstance(refused, Refused)
    assert refused.kind == "redirects"


async def test_what_a_hub_says_is_not_read(site: Site, fetcher: Fetcher) -> None:
    """An endless answer costs nothing: the status is all that counts."""
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        answer = web.StreamResponse(status=202)
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x" * 65536)
                written += 65536
        except ConnectionError:
            return answer

    site.pages["/"] = endless
    assert await fetcher.post(URL, FORM) is None
    assert written < 50_000_000


async def test_a_hub_that_wants_rest_gets_it(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Bodies(429, **{"Retry-After": "600"})
    await fetcher.post(URL, FORM)
    refused = await fetcher.post(URL, FORM)
    assert isinstance(refused, Refused)
    assert (refused.kind, len(site.requests)) == ("wait", 1)
