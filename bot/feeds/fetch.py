"""The one object that opens connections to feeds and pages.

In: a feed or an address. Out: `Fetched`, `NotModified` or `Refused`; what a server does is never an
exception. It is polite (conditional requests, turns per host, Retry-After) and safe (every hop and
every socket goes through the guard, one deadline for the whole chain, bodies within bounds). It
does not know what is in a body, and stores nothing.

`aiohttp` follows no redirect, keeps no cookie, reads no proxy from the environment and inflates
nothing here: each of these has been somebody's hole.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from bot import __version__
from bot.feeds import answers
from bot.feeds.body import CODINGS, Spoiled, read_body
from bot.feeds.dial import Lookup, OpenSocket, connector
from bot.feeds.gate import HostGate
from bot.feeds.guard import Forbidden, Guard
from bot.feeds.schedule import looks_stuck, read_otherwise
from bot.model import Clock, Feed, Fetched, NotModified, Refused, Visit

FEED_LIMIT = 10_000_000
_MOST_HOPS = 5
_VALIDATORS_LAST = 8 * 86400
"""Some servers answer 304 for ever: within any eight days there is one unconditional visit."""
_SILENT_LAST = 86400
_LONGEST_REST = 86400  # of a whole host, for the sake of one of its feeds
_FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.8, */*;q=0.1"
)
_PAGE_TYPES = "text/html, application/xhtml+xml, application/rss+xml, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Ask:
    """One chain of requests."""

    accept: str
    limit: int
    validators: Mapping[str, str]
    validators_url: str  # the only URL that gets them
    form: Mapping[str, str] | None = None  # to be posted


@dataclass(frozen=True, slots=True)
class _Hop:
    to: str
    permanent: bool


class Fetcher:
    """An async context manager; `contact` is the address in the User-Agent, `timeout` in seconds.

    `lookup` and `open_socket` are for tests that want names and sockets of their own; the guard has
    its say before either is used.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        contact: str,
        timeout: float = 30.0,
        now: Clock,
        lookup: Lookup | None = None,
        open_socket: OpenSocket | None = None,
        connections: int = 40,
    ) -> None:
        self._guard = guard
        self._connections = connections
        self._timeout = timeout
        self._now = now
        self._agent = f"Newsbell/{__version__}" + (f" (+{contact})" if contact else "")
        self._gate = HostGate(now)
        self._dial = (lookup, open_socket)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._guard.prove()
        self._session = aiohttp.ClientSession(
            connector=connector(self._guard, *self._dial, connections=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent, "Accept-Encoding": CODINGS},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            trust_env=False,
            auto_decompress=False,
            max_line_size=8190,
            max_field_size=8190,
            max_headers=128,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session:
            await self._session.close()

    async def visit(self, feed: Feed) -> Visit:
        """Ask for a feed, with its validators where they are still good."""
        validators = self._validators(feed)
        ask = _Ask(_FEED_TYPES, FEED_LIMIT, validators, feed.validators_url or feed.url)
        visit = await self._chain(feed.url, ask)
        if isinstance(visit, Fetched) and not visit.body.strip():
            return Refused(
                "feed", "The server sent an empty document.", visit.status, url=visit.url
            )
        return visit

    async def page(self, url: str, limit: int = 2_000_000) -> Fetched | Refused:
        """Ask for a page, or for whatever is at an address, whole; at most `limit` bytes of it."""
        visit = await self._chain(url, _Ask(_PAGE_TYPES, limit, {}, ""))
        if isinstance(visit, NotModified):
            return Refused("status", "The server answered a question that nobody asked.", 304)
        return visit

    async def post(self, url: str, form: Mapping[str, str]) -> Refused | None:
        """Send a form; None when it was accepted, whatever the answer says.

        It is sent on only where a redirect says so (307, 308), and never from https to http.
        """
        visit = await self._chain(url, _Ask("*/*", 0, {}, "", form))
        return visit if isinstance(visit, Refused) else None

    def line_of(self, feed: Feed) -> str:
        """The host whose visitors take turns; "" for the operator's own, where none do."""
        return "" if self.is_own(feed.url) else _place(feed.url)[0]

    def is_own(self, url: str) -> bool:
        """Whether it leads to a place that the operator named."""
        return self._guard.allows(*_place(url))

    def _validators(self, feed: Feed) -> dict[str, str]:
        """As they came; none in the first visit of every eight days (spread over the feeds).

        A feed that has fallen silent is asked without them once a day.
        """
        now, phase = self._now(), feed.id * 7919
        last = _SILENT_LAST if looks_stuck(feed, now) else _VALIDATORS_LAST
        if feed.last_success is None or read_otherwise(feed):
            return {}
        if (feed.last_success + phase) // last != (int(now) + phase) // last:
            return {}
        pairs = (("If-None-Match", feed.etag), ("If-Modified-Since", feed.last_modified))
        return {name: value for name, value in pairs if value}

    async def _chain(self, url: str, ask: _Ask) -> Visit:
        """Follow redirects by hand, each through the guard, within one deadline."""
        left = self._timeout
        permanent, seen = True, set[str]()
        for hops in range(_MOST_HOPS + 1):
            try:
                url = self._guard.check_url(url)
            except Forbidden as refused:
                return Refused(refused.kind, str(refused), url=url)
            if url in seen:
                return Refused("redirects", "The address leads in a circle.", url=url)
            if ask.form is not None and bares(url, seen):
                return Refused("redirects", "The address leads to one without encryption.", url=url)
            seen.add(url)
            found, spent = await self._hop(url, ask, left)
            left -= spent
            if not isinstance(found, _Hop):
                if hops > 0 and permanent and not isinstance(found, Refused):
                    return replace(found, moved_to=url)
                return found
            url, permanent = found.to, permanent and found.permanent
        return Refused("redirects", "The address leads from one to the next without end.", url=url)

    async def _hop(self, url: str, ask: _Ask, left: float) -> tuple[Visit | _Hop, float]:
        """One request; and the seconds it took, waiting for its turn not counted."""
        host, port = _place(url)
        own = self._guard.allows(host, port)
        async with self._gate.turn(host, spaced=not own):
            wait = self._gate.closed_for(host)
            if wait:
                problem = "The server asked for a pause, so it was not visited."
                return Refused("wait", problem, None, wait, url), 0.0
            clock = asyncio.get_running_loop().time
            start = clock()
            found = await self._try(url, ask, left)
            spent = clock() - start
            if isinstance(found, Refused) and found.kind == "wait" and not own:
                self._gate.close(host, min(found.retry_after or 0, _LONGEST_REST))
        return found, spent

    async def _try(self, url: str, ask: _Ask, left: float) -> Visit | _Hop:
        try:
            async with asyncio.timeout(max(0.0, left)):
                return await self._request(url, ask)
        except TimeoutError:
            return Refused("timeout", "The server did not answer in time.", url=url)
        except Forbidden as error:
            return Refused(error.kind, str(error), url=url)
        except Spoiled as error:
            return Refused(error.kind, str(error), url=url)
        except aiohttp.ClientPayloadError:
            return Refused("truncated", "The document ended before it was complete.", url=url)
        except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as error:
            return Refused("network", _why(error), url=url)

    async def _request(self, url: str, ask: _Ask) -> Visit | _Hop:
        assert self._session, "use `async with`"  # noqa: S101
        headers = {"Accept": ask.accept}
        if url == ask.validators_url:
            headers |= ask.validators
        method = "GET" if ask.form is None else "POST"
        async with self._session.request(
            method, URL(url), headers=headers, data=ask.form, allow_redirects=False
        ) as response:
            if ask.form is None:
                return await self._answer(response, url, ask)
            return self._accepted(response, url)

    def _accepted(self, response: aiohttp.ClientResponse, url: str) -> Visit | _Hop:
        """What became of a form; its body is nobody's business."""
        headers, status = response.headers, response.status
        if status in answers.SAME_AGAIN and headers.get("location"):
            return _Hop(_leads_to(url, headers["location"]), permanent=False)
        if 200 <= status < 300:
            return Fetched(url, b"", status=status)
        return answers.refusal(status, headers, url, self._now())

    async def _answer(self, response: aiohttp.ClientResponse, url: str, ask: _Ask) -> Visit | _Hop:
        headers, status, now = response.headers, response.status, self._now()
        etag, modified = headers.get("etag"), headers.get("last-modified")
        age = answers.max_age(headers, now)
        if status == 304 and url == ask.validators_url and ask.validators:
            return NotModified(etag, modified, age)
        if status in answers.REDIRECTS and headers.get("location"):
            to = _leads_to(url, headers["location"])
            return _Hop(to, status in answers.PERMANENT)
        if status not in (200, 203) or headers.get("cf-mitigated"):
            return answers.refusal(status, headers, url, now)
        if (response.content_length or 0) > ask.limit:
            raise Spoiled("size", f"The document is larger than {ask.limit // 1_000_000} MB.")
        coding = headers.get("content-encoding", "")
        body = await read_body(response.content.iter_any(), coding, ask.limit)
        kind, links = headers.get("content-type"), tuple(headers.getall("link", ()))
        return Fetched(url, body, kind, status, etag, modified, age, links=links)


def bares(url: str, before: Iterable[str]) -> bool:
    """Whether a step to `url` lays open what came so far with encryption."""
    return url.startswith("http:") and any(hop.startswith("https:") for hop in before)


def _leads_to(url: str, location: str) -> str:
    return urljoin(url, location.strip(" \t")).partition("#")[0]


def _place(url: str) -> tuple[str, int]:
    """Host and port of an address; none for one that cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "", 0
    return parts.hostname or "", port


def _why(error: Exception) -> str:
    """One sentence for a person; never the text of the error, which may hold the address."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "The server's certificate is not valid."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "No server of that name was found."
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return "No secure connection could be made."
    if isinstance(error, aiohttp.ClientConnectorError):
        return "The server could not be reached."
    if isinstance(error, (aiohttp.ServerDisconnectedError, ConnectionError)):
        return "The server closed the connection."
    return "The server's answer could not be understood."
