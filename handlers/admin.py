"""/admin, for those who run the bot: numbers.

Comes in: a question. Goes out: counts, and the oldest thing owed. It refuses to know how any of it
is counted.
"""

from __future__ import annotations

from bot.delivery.render import Text
from bot.metrics import ERRORS
from bot.model import Feed, OutboxStats
from bot.model.tell import Figures
from handlers.cards import Card
from handlers.context import Call
from handlers.feeds import name_of

_WORST = 10  # feeds listed
_PLACES = ("pipeline", "courier", "handlers")


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
    store = call.services.store
    totals, day = await store.totals(call.now), await store.figures(call.now)
    box = totals.outbox
    text = Text().bold(texts("admin.title"))
    lines = (
        texts("admin.chats", open=totals.open_chats, all=totals.chats),
        texts("admin.topics", topics=totals.topics, follows=totals.follows),
        texts("admin.feeds", feeds=totals.feeds, failing=totals.failing_feeds),
        texts("admin.news", articles=totals.articles, stories=totals.stories),
        texts("admin.queue", waiting=box.waiting, flight=box.in_flight, held=box.held),
        _oldest(call, box),
        texts(
            "admin.day", matched=day.matched, delivered=day.delivered, waiting=day.waiting,
            held=day.held, failed=day.failed, off=day.called_off,
        ),
        *_speed(call, day),
        texts("admin.errors", errors=_errors()),
        *([texts("admin.disk", problem=str(store.trouble))] if store.trouble else []),
    )  # fmt: skip
    for line in lines:
        text.line().text(line)
    _add_worst(text, call, await call.services.store.feeds.all())
    return Card(text)


def _speed(call: Call, day: Figures) -> list[str]:
    if day.half is None or day.most is None:
        return []
    return [call.texts("admin.speed", half=day.half, most=day.most)]


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
