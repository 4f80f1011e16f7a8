"""/sources: the feeds, their health in plain words, adding and removing one's own.

Comes in: a page, an address, a choice. Goes out: a list edited in place, or what became of an
address. The addresses stand in the messages themselves, so nothing is kept between two taps. It
refuses to know how feeds are found and read.
"""

from __future__ import annotations

import re

from bot.delivery.render import Button, Text
from bot.feeds.health import pushes
from bot.i18n import FALLBACK, Texts
from bot.model import Feed, FeedId, Instant
from bot.subscriptions.feeds import AddedFeed, Choices
from handlers.addresses import address_in, shown_address
from handlers.cards import Card, data, pager, phrase, plain_card
from handlers.context import Call, Tap
from handlers.rights import allowed
from handlers.stories import summarise_link

SIZE = 8  # feeds a page
_MOST_CHOICES = 8
_WORD = re.compile(
    r"(?!(?:rss|feed|feeds|index)(?:\.|$))[a-z]{3,20}(?:-[a-z]{2,20}){0,2}(?:\.[a-z]{3,4})?"
)
_REFUSES, _NOT_FOUND = 400, 404  # status codes of HTTP
_LASTING = 3600  # seconds of trouble that are worth saying how many
_QUIET = 7 * 86_400  # seconds without news that are worth a word


async def sources(call: Call) -> None:
    """/sources [address]"""
    if not call.args:
        await call.reply(await sources_card(call, 0))
    elif await allowed(call):
        await add(call, call.args)


async def sources_tap(tap: Tap) -> None:
    """A page of the list, in place."""
    (page,) = tap.numbers(1)
    await tap.edit(await sources_card(tap, page))


async def sources_card(call: Call, page: int) -> Card:
    """One page: the chat's own feeds first, then everyone's, those in trouble first."""
    texts = call.texts
    own = [f for f in await call.services.store.feeds.own(call.chat.id) if not f.public]
    mine = {feed.id for feed in own}
    others = [f for f in await call.services.store.feeds.visible(call.chat.id) if f.id not in mine]
    feeds = own + sorted(others, key=lambda f: (f.failures == 0, name_of(f).casefold()))
    if not feeds:
        return plain_card(texts, "sources.none")
    last = (len(feeds) - 1) // SIZE
    page = min(max(page, 0), last)
    shown = feeds[page * SIZE : (page + 1) * SIZE]
    text = _sources_title(call, feeds, page, last)
    for feed in shown:
        text.line().text(call.texts.side).text("• ").link(texts.name(name_of(feed)), feed.site)
        text.text(f" · {health(call, feed, await _latest(call, feed))}")
    text.line(2).italic(texts("sources.add"))
    rows = [[_remove_button(call, feed, page)] for feed in shown if feed.id in mine]
    rows.append(pager(texts, page, "so", more=page < last))
    return Card(text, [row for row in rows if row])


def _sources_title(call: Call, feeds: list[Feed], page: int, last: int) -> Text:
    text = Text().bold(call.texts("sources.title"))
    text.text(f" · {call.texts.n('sources.count', len(feeds))}")
    if failing := sum(1 for feed in feeds if feed.failures or feed.state == "dead"):
        text.text(f" · {call.texts.n('sources.failing', failing)}")
    if last:
        text.text(f" · {call.texts('topics.page', page=page + 1, pages=last + 1)}")
    return text.line()


async def _latest(call: Call, feed: Feed) -> Instant | None:
    """When the newest article of a feed was published; its first visit brings old ones, too."""
    newest = await call.services.store.articles.published_gaps(feed.id, 1)
    return newest[0] if newest else None


def _remove_button(call: Call, feed: Feed, page: int) -> Button:
    return Button(call.texts("sources.remove", feed=name_of(feed)[:40]), data("rm", feed.id, page))


def name_of(feed: Feed) -> str:
    """A name that tells no secret: an address may hold one, its host does not.

    Feeds of one host that never answered are told apart by the last word of their addresses, where
    that is a word and no key.
    """
    name = feed.title or feed.publisher or _host(feed.url)
    if feed.last_success is not None or name != _host(feed.url).removeprefix("www."):
        return name
    words = [part for part in feed.url.partition("://")[2].split("/")[1:] if _WORD.fullmatch(part)]
    return f"{name}/…/{words[-1]}" if words else name


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2]


def health(call: Call, feed: Feed, latest: Instant | None) -> str:
    """How a feed fares, in plain words; `latest` is when its newest article was published."""
    texts = call.texts
    if feed.state == "dead":
        return texts("sources.dead")
    if feed.failures:
        return _trouble(texts, feed, call.now)
    if feed.last_visit is None:
        return texts("sources.new")
    if latest is None:
        return texts("sources.fine")
    key = "sources.last" if call.now - latest < _QUIET else "sources.silent"
    said = texts(key, when=texts.ago(latest, call.now))
    return f"{said} · {texts('sources.pushed')}" if pushes(feed) else said


def _trouble(texts: Texts, feed: Feed, now: Instant) -> str:
    """What is wrong with a feed, for how long, and when it is tried again.

    Its own words are English, so in other languages less is said.
    """
    if feed.since is not None and now - feed.since >= _LASTING:
        key = "sources.fails" if feed.status is None else "sources.answers"
        if feed.status is not None and feed.status < _REFUSES:
            key = "sources.unreadable"
        long, again = texts.span(now - feed.since), texts.ago(max(feed.next_visit, now + 60), now)
        return texts(key, status=feed.status or 0, long=long, next=again)
    if texts.language == FALLBACK:
        return texts("sources.trouble", problem=feed.problem or "?")
    if feed.status is None or feed.status < _REFUSES:
        return texts("sources.ailing")
    key = "refused.missing" if feed.status == _NOT_FOUND else "refused.status"
    return texts("sources.trouble", problem=texts(key, status=feed.status))


async def remove_tap(tap: Tap) -> None:
    """Remove one of the chat's own feeds: `feed:page`."""
    if not await allowed(tap):
        return
    feed, page = tap.numbers(2)
    removed = await tap.services.subscriptions.remove_feed(tap.chat, FeedId(feed))
    await tap.toast(tap.texts("sources.removed_now" if removed else "sources.gone"))
    await tap.edit(await sources_card(tap, page))


# ── an address ──


async def address_tap(tap: Tap) -> None:
    """Add the address that the card shows."""
    if await allowed(tap):
        address = shown_address(tap)
        await tap.toast(tap.texts("sources.looking"))
        await add(tap, address)


async def sum_tap(tap: Tap) -> None:
    """Sum up the address that the card shows."""
    address = shown_address(tap)
    await tap.toast(tap.texts("summary.working"))
    await summarise_link(tap, address)


async def add(call: Call, words: str) -> None:
    """Add the feed at an address, or behind the page there."""
    address = address_in(words) or words.strip()
    if not call.house.costly.take(call.user or call.chat.telegram):
        await call.say("odd.flood")
        return
    result = await call.services.subscriptions.add_feed(call.chat, address)
    if isinstance(result, Choices):
        await call.reply(_choices_card(call, result))
    else:
        await call.reply(_added_card(call, result))


def _choices_card(call: Call, choices: Choices) -> Card:
    text, rows = Text().text(call.texts("sources.choose")), []
    for at, source in enumerate(choices.sources[:_MOST_CHOICES]):
        text.line(2).bold(source.title or _host(source.url)).line().text(source.url)
        rows.append([Button((source.title or _host(source.url))[:40], data("ad", at))])
    return Card(text, rows)


def _added_card(call: Call, added: AddedFeed) -> Card:
    key = "sources.added" if added.created else "sources.added_again"
    card = plain_card(call.texts, key, feed=name_of(added.feed))
    if added.created and added.entries:
        phrase(card.text.text(" "), call.texts, "sources.articles", added.entries)
    card.rows = [[Button(call.texts("sources.list"), "so:0")]]
    return card
