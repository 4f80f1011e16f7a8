"""/status: how this chat stands, for the people in it.

Comes in: a question. Goes out: the alerts of a day by what became of them, when the last one came,
and whatever keeps one back: quiet hours, mutes, a full disk. It refuses to know how it is counted.
"""

from __future__ import annotations

from bot.delivery.quiet import quiet_until
from bot.delivery.render import Text
from bot.model import Follow
from bot.model.tell import Standing
from handlers.cards import Card
from handlers.context import Call
from handlers.settings import digest_time, quiet_span


async def status(call: Call) -> None:
    """/status"""
    texts, chat = call.texts, call.chat
    follows = await call.services.subscriptions.topics(chat)
    standing = await call.services.store.standing(chat.id, call.now)
    text = Text().bold(texts("status.title"))
    text.line().text(texts.n("status.topics", len(follows)))
    for line in (*_day(call, standing), *_kept(call, standing, follows), *_wrong(call, standing)):
        text.line().text(line)
    text.line().text(texts("status.digest", time=digest_time(texts, chat.digest_at)))
    await call.reply(Card(text))


def _day(call: Call, standing: Standing) -> list[str]:
    """What became of the alerts of 24 hours."""
    texts, day = call.texts, standing.day
    lines = [
        texts(
            "status.day", matched=day.matched, delivered=day.delivered,
            waiting=day.waiting + day.held,
        ),
        *([texts.n("status.held", day.held)] if day.held else []),
        *([texts("status.failed", n=day.failed)] if day.failed else []),
        *([texts("status.off", n=day.called_off)] if day.called_off else []),
    ]  # fmt: skip
    if standing.last is None:
        return [*lines, texts("status.none")]
    return [*lines, texts("status.last", when=texts.ago(standing.last, call.now))]


def _kept(call: Call, standing: Standing, follows: list[Follow]) -> list[str]:
    """What the chat itself wants to be silent."""
    texts, chat = call.texts, call.chat
    span = quiet_span(texts, chat.quiet_from, chat.quiet_to)
    now = quiet_until(chat, call.now) is not None
    muted = [f.label for f in follows if f.muted_until is not None and f.muted_until > call.now]
    return [
        texts("status.quiet_now" if now else "status.quiet", span=span),
        *([texts("status.muted", names=", ".join(map(texts.name, muted)))] if muted else []),
        *([texts("status.stories", n=standing.muted_stories)] if standing.muted_stories else []),
        *(
            [texts("status.followed", n=standing.followed_stories)]
            if standing.followed_stories
            else []
        ),
    ]


def _wrong(call: Call, standing: Standing) -> list[str]:
    """What is wrong, if anything is."""
    texts = call.texts
    until = texts.when(standing.not_before, call.chat.timezone, call.now)
    found = (
        (standing.not_before > call.now, texts("status.pause", when=until)),
        (call.services.store.trouble is not None, texts("status.disk")),
        (standing.ailing_feeds > 0, texts("status.feeds", n=standing.ailing_feeds)),
    )
    return [line for wrong, line in found if wrong]
