"""What WebSub says, without a network: discovery, leases, signatures."""

from __future__ import annotations

import hashlib
import hmac
import random
from itertools import pairwise

import pytest

from bot.feeds import websub
from bot.feeds.parse import parse
from bot.feeds.websub import Offer, offered
from bot.model import Fetched
from tests.desk import NOW

URL = "https://daily.example/rss"
HUB, OTHER = "https://hub.example/", "https://other.example/hub"
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
DAY = 86400


def read(body: str, *headers: str, public: bool = True) -> Offer | None:
    parsed = parse(body.encode(), content_type=None, url=URL)
    return offered(Fetched(URL, b"", links=headers), parsed, public=public)


def rss(*inside: str) -> str:
    inside += ("<item><guid>1</guid><title>One</title></item>",)
    channel = f"<channel><title>T</title>{''.join(inside)}</channel>"
    return f'<rss version="2.0" {ATOM}>{channel}</rss>'


def atom_link(rel: str, href: str, prefix: str = "atom:") -> str:
    return f'<{prefix}link rel="{rel}" href="{href}"/>'


# ── discovery ──


def test_the_document_names_its_hub_and_itself() -> None:
    own = "https://daily.example/feed"
    assert read(rss(atom_link("hub", HUB), atom_link("self", own))) == Offer(HUB, own)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
        f"{atom_link('hub', HUB, '')}{atom_link('self', '/feed', '')}"
        f"<entry><id>1</id><title>x</title>{atom_link('hub', OTHER, '')}</entry></feed>"
    )
    assert read(atom) == Offer(HUB, own)
    json = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [], "feed_url": '
        f'"{own}", "hubs": [{{"type": "rssCloud", "url": "{OTHER}"}}, 7, '
        f'{{"type": "WebSub", "url": "{HUB}"}}]}}'
    )
    assert read(json) == Offer(HUB, own)


@pytest.mark.parametrize(
    "headers",
    [
        (f'<{HUB}>; rel="hub", <{URL}>; rel="self"',),
        (f"<{HUB}>;rel=hub", "</rss>; type=text/xml; rel=self"),
        (f'<{HUB}>; title="a, <b>; rel=x"; rel="preload hub"', f'<{URL}#top>; REL="SELF"'),
    ],
)
def test_headers_come_first(headers: tuple[str, ...]) -> None:
    inside = (atom_link("hub", OTHER), atom_link("self", "https://else.example/"))
    assert read(rss(*inside), *headers) == Offer(HUB, URL)


def test_a_link_of_another_document_is_none_of_ours() -> None:
    assert read(rss(), f'<{HUB}>; rel=hub; anchor="https://else.example/"') is None


@pytest.mark.parametrize(
    "hub", ["", "javascript:x", "ftp://hub.example/", "http://[x", "https://" + "h" * 2050]
)
def test_what_is_no_address_of_a_hub(hub: str) -> None:
    assert read(rss(atom_link("hub", hub))) is None
    assert read(rss(), f"<{hub}>; rel=hub") is None


def test_a_hub_with_https_is_preferred() -> None:
    assert read(rss(atom_link("hub", "http://a.example/"), atom_link("hub", HUB))) == Offer(
        HUB, URL
    )


def test_of_several_hubs_it_is_the_same_one_every_time() -> None:
    two = [atom_link("hub", HUB), atom_link("hub", OTHER)]
    assert read(rss(*two)) == read(rss(*reversed(two)))


def test_a_topic_may_be_spelt_otherwise() -> None:
    for one, other in (
        ("https://a.example/%7Euser/feed", "https://a.example/~user/feed"),
        ("https://a.example", "https://a.example/"),
        ("https://A.example/ü?q=1", "https://a.example/%C3%BC?q=1"),
    ):
        assert websub.same_topic(one, other)
    for other in ("", "https://a.example/b", "http://a.example/a", "https://[x", "/a"):
        assert not websub.same_topic("https://a.example/a", other)


def test_the_address_of_a_private_feed_is_not_passed_on() -> None:
    body = rss(atom_link("hub", HUB))
    assert read(body, public=True) == Offer(HUB, URL)
    assert read(body, public=False) is None


def test_a_thousand_hubs_are_eight() -> None:
    body = rss(*(atom_link("hub", f"https://hub{n}.example/") for n in range(1000)))
    assert len(parse(body.encode(), content_type=None, url=URL).hubs) == 8


def test_a_header_of_odd_brackets_is_read_in_no_time() -> None:
    for text in ("<" * 8000, "<a>" * 2600, '<a>;"' * 1600, "<a>; rel=" + '"' * 7900):
        assert list(websub.links([text], URL)) == []


def test_https_is_tried_first() -> None:
    assert websub.secured("http://hub.example/a?b") == "https://hub.example/a?b"
    assert websub.secured("http://hub.example:8080/") == ""
    assert websub.secured("https://hub.example/") == ""


# ── leases ──


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (None, websub.LEASE), ("864000", 10 * DAY), ("600", 600), ("0", None), ("599", None),
        ("-1", None), ("", None), ("1e9", None), ("٣٠٠٠", None), ("9" * 400, 14 * DAY),
    ],
)  # fmt: skip
def test_leases(said: str | None, wanted: int | None) -> None:
    assert websub.lease(said) == wanted


def test_a_lease_is_renewed_before_it_ends() -> None:
    for seed in range(50):
        at = websub.renewal(NOW, 10 * DAY, random.Random(seed)) - NOW
        assert 8 * DAY <= at <= 9 * DAY


def test_a_hub_that_does_not_do_it_is_asked_ever_more_rarely() -> None:
    waits = [websub.next_try(0, tries, None, random.Random(1)) for tries in range(1, 20)]
    assert waits[0] >= 3600
    assert all(b > a * 1.8 for a, b in pairwise(waits[:6]))
    assert max(waits) <= 7 * DAY * 1.1
    assert websub.next_try(0, 1, 9 * DAY, random.Random(1)) >= 9 * DAY


def test_what_a_hub_is_sent() -> None:
    asked = websub.form("subscribe", URL, "https://bot.example/push/x", "secret")
    assert asked == {
        "hub.mode": "subscribe", "hub.topic": URL, "hub.callback": "https://bot.example/push/x",
        "hub.lease_seconds": "864000", "hub.secret": "secret",
    }  # fmt: skip
    assert "hub.secret" not in websub.form("subscribe", URL, "c", "")
    assert set(websub.form("unsubscribe", URL, "c", "s")) == {
        "hub.mode",
        "hub.topic",
        "hub.callback",
    }


def test_challenges() -> None:
    assert websub.is_challenge("a-B_9./=+")
    for odd in ("", "a b", "a\n", "\0", "é", "x" * 1025):
        assert not websub.is_challenge(odd)


# ── pushes ──


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures(method: str) -> None:
    digest = hmac.new(b"secret", b"body", method).hexdigest()
    assert websub.signed(b"body", f"{method}={digest}", "secret")
    assert websub.signed(b"body", f"{method.upper()}={digest.upper()}", "secret")
    for body, shown, secret in (
        (b"bodY", f"{method}={digest}", "secret"), (b"body", f"{method}={digest}", "other"),
        (b"body", f"{method}={digest[:-1]}", "secret"), (b"body", digest, "secret"),
        (b"body", f"{method}=", "secret"), (b"body", "", "secret"), (b"body", "=", "secret"),
        (b"body", f"{method}=ü\udcff", "secret"),
    ):  # fmt: skip
        assert not websub.signed(body, shown, secret)


def test_weak_or_unknown_signatures_and_no_secret_count_for_nothing() -> None:
    for method in ("md5", "sha224", "blake2b", "none"):
        digest = hashlib.md5(b"body").hexdigest()
        assert not websub.signed(b"body", f"{method}={digest}", "secret")
    digest = hmac.new(b"", b"body", "sha256").hexdigest()
    assert not websub.signed(b"body", f"sha256={digest}", "")


def test_the_latest_bodies_are_remembered() -> None:
    known = b""
    bodies = [str(n).encode() for n in range(40)]
    for body in bodies:
        known = websub.remembering(websub.digest_of(body), known)
    assert len(known) == websub.REMEMBERED * 8
    found = [websub.repeated(websub.digest_of(body), known) for body in bodies]
    assert found == [False] * 8 + [True] * 32


def test_a_feed_that_is_pushed_is_visited_ever_more_rarely() -> None:
    waits = [websub.rarer(900, pushed, DAY) for pushed in range(12)]
    assert waits[:5] == [900, 900, 1800, 3600, 7200]
    assert max(waits) == DAY
    assert websub.rarer(2 * DAY, 5, DAY) == 2 * DAY, "never more often than without"
