"""/status for a chat, /admin for those who run the bot: numbers.

Comes in: a question. Goes out: counts, and the oldest thing owed. It refuses to know how any of it
is counted.
"""

from __future__ import annotations

from bot.delivery.render import Text
from bot.metrics import ERRORS
from bot.model import Feed, OutboxStats
from handlers.cards import Card
from handlers.context import Call
from handlers.feeds import name_of
from handlers.settings import digest_time, quiet_span

_DAY = 86_400
_WORST = 5  # feeds listed
_PLACES = ("pipeline", "courier", "handlers")


async def status(call: Call) -> None:
    """/status"""
    texts, chat = call.texts, call.chat
    follows = await call.services.subscriptions.topics(chat)
    stats = await call.services.store.outbox.chat_stats(chat.id, call.now - _DAY)
    text = Text().bold(texts("status.title"))
    text.line().text(texts.n("status.topics", len(follows)))
    text.line().text(texts.n("status.sent", stats.sent_24h))
    _add_waiting(text, call, stats)
    span = quiet_span(texts, chat.quiet_from, chat.quiet_to)
    text.line().text(texts("status.quiet", span=span))
    text.line().text(texts("status.digest", time=digest_time(texts, chat.digest_at)))
    await call.reply(Card(text))


def _add_waiting(text: Text, call: Call, stats: OutboxStats) -> None:
    texts, waiting = call.texts, stats.waiting + stats.in_flight
    if waiting:
        text.line().text(texts.n("status.waiting", waiting))
        if stats.oldest_unsent is not None:
            when = texts.when(stats.oldest_unsent, call.chat.timezone, call.now)
            text.text(". ").text(texts("status.oldest", when=when))
    if stats.held:
        text.line().text(texts.n("status.held", stats.held))
    if not waiting and not stats.held:
        text.line().text(texts("status.fine"))


async def admin(call: Call) -> None:
    """/admin, for those named in ADMINS and in private only"""
    if call.user is None or call.user not in call.services.admins:
        await call.say("admin.only")
    elif not call.private:
        await call.say("admin.private")
    else:
        await call.reply(await _numbers(call))


async def _numbers(call: Call) -> Card:
    texts = call.texts
    totals = await call.services.store.totals(call.now)
    box = totals.outbox
    text = Text().bold(texts("admin.title"))
    lines = (
        texts("admin.chats", open=totals.open_chats, all=totals.chats),
        texts("admin.topics", topics=totals.topics, follows=totals.follows),
        texts("admin.feeds", feeds=totals.feeds, failing=totals.failing_feeds),
        texts("admin.news", articles=totals.articles, stories=totals.stories),
        texts("admin.queue", waiting=box.waiting, flight=box.in_flight, held=box.held),
        _oldest(call, box),
        texts("admin.sent", sent=box.sent_24h, closed=box.closed_24h),
        texts("admin.errors", errors=_errors()),
    )
    for line in lines:
        text.line().text(line)
    _add_worst(text, call, await call.services.store.feeds.all())
    return Card(text)


def _oldest(call: Call, box: OutboxStats) -> str:
    if box.oldest_unsent is None:
        return call.texts("admin.nothing")
    return call.texts("admin.oldest", when=call.texts.ago(box.oldest_unsent, call.now))


def _errors() -> int:
    """Unexpected errors since the start, wherever they were caught."""
    return sum(int(ERRORS.labels(place)._value.get()) for place in _PLACES)  # noqa: SLF001


def _add_worst(text: Text, call: Call, feeds: list[Feed]) -> None:
    failing = sorted((f for f in feeds if f.failures), key=lambda f: -f.failures)[:_WORST]
    if not failing:
        return
    text.line(2).bold(call.texts("admin.worst"))
    for feed in failing:
        words = call.texts(
            "admin.failures",
            feed=name_of(feed),
            failures=feed.failures,
            problem=feed.problem or "?",
        )
        text.line().text(f"• {words}")
