"""The buttons under an alert: Summary, Mute story, Unfollow, Why, and the ways back.

Comes in: a tap whose data names an alert. Goes out: the alert edited in place. Nothing is believed
of the data: an alert of another chat does not exist here. It refuses to know how alerts are sent.
"""

from __future__ import annotations

import re

from bot.delivery.callback import BACK, MUTE, SUMMARY, UNFOLLOW, WHY
from bot.delivery.render import Button, Text, alert_buttons, alert_message
from bot.model import Alert, AlertId, Article
from handlers.cards import Card, data, local, phrase
from handlers.context import Call, Tap
from handlers.rights import allowed
from handlers.stories import story_card

MUTED = 7 * 86_400
"""Seconds a story stays mute; by then it has left the window that groups articles."""

READING = 15 * 60
"""Seconds in which a message that was opened is not edited under the reader's eyes."""


async def alert_tap(tap: Tap, action: str, number: int) -> None:
    """Do what a button under an alert says."""
    alert = await tap.services.store.outbox.get(AlertId(number))
    if alert is None or alert.chat.telegram != tap.chat.telegram:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    await _ACTIONS[action](tap, alert)


async def _summary(tap: Tap, alert: Alert) -> None:
    await tap.toast()
    card = await story_card(tap, alert.story.id)
    card.rows = _rows(tap, alert, back=True)
    await _opened(tap, alert)
    await tap.edit(card)


async def _opened(tap: Tap, alert: Alert) -> None:
    async with tap.services.store.transaction() as tx:
        await tx.outbox.opened(alert.id, tap.now + READING)


async def _back(tap: Tap, alert: Alert) -> None:
    await tap.toast()
    async with tap.services.store.transaction() as tx:
        await tx.outbox.edited(alert, alert.story.publishers, ok=True)
    summary = await tap.services.reading.summary(alert.story.id, alert.chat)
    message = alert_message(alert, summary, alert.chat, tap.texts, now=tap.now)
    await tap.edit(Card(message.text, _rows(tap, alert)))


async def _why(tap: Tap, alert: Alert) -> None:
    texts = tap.texts
    text = Text().bold(texts("why.title")).line(2)
    key = f"why.{alert.reason.where}_at" if alert.reason.name else "why.matched"
    phrase(text, texts, key, topic=alert.label, name=alert.reason.name)
    _add_place(text, alert)
    seen = local(texts, tap.chat, alert.article.first_seen, tap.now)
    phrase(text.line(2), texts, "why.first", when=seen, publisher=alert.article.publisher)
    await _opened(tap, alert)
    await tap.edit(Card(text, _rows(tap, alert, back=True)))


def _add_place(text: Text, alert: Alert) -> None:
    """The line the words stand in, quoted, with the words bold."""
    place, name = _place(alert.article, alert.reason.where), alert.reason.name
    found = re.search(re.escape(name), place, re.IGNORECASE) if name else None
    if found is None:
        return
    start, end = max(0, found.start() - 120), found.end() + 120
    before = ("…" if start else "") + place[start : found.start()].replace("\n", " ")
    after = place[found.end() : end].replace("\n", " ") + ("…" if end < len(place) else "")
    text.line().quote(Text().text(before).bold(found[0]).text(after))


def _place(article: Article, where: str) -> str:
    places = {"title": article.title, "summary": article.summary, "text": article.text}
    return places.get(where, article.publisher)


async def _mute(tap: Tap, alert: Alert) -> None:
    if not await allowed(tap):
        return
    until = tap.now + MUTED
    await tap.services.subscriptions.mute_story(alert.chat, alert.story.id, until)
    await tap.toast(tap.texts("story.muted"))
    await tap.edit_rows([_undo(tap, "mu", alert), *_rows(tap, alert)])


async def unmute_story_tap(tap: Tap) -> None:
    """Undo under a muted story."""
    alert = await _own(tap)
    if alert is None or not await allowed(tap):
        return
    await tap.services.subscriptions.mute_story(alert.chat, alert.story.id, tap.now)
    await tap.toast(tap.texts("story.unmuted"))
    await tap.edit_rows(_rows(tap, alert))


async def _unfollow(tap: Tap, alert: Alert) -> None:
    if not await allowed(tap):
        return
    gone = await tap.services.subscriptions.unfollow(alert.chat, alert.topic)
    if gone is None:
        await tap.toast(tap.texts("follow.gone"))
    else:
        await tap.toast(tap.texts("follow.stopped", topic=gone.label))
    await tap.edit_rows([_undo(tap, "ru", alert), *_rows(tap, alert)])


async def refollow_alert_tap(tap: Tap) -> None:
    """Undo under an alert whose topic was unfollowed."""
    alert = await _own(tap)
    if alert is None or not await allowed(tap):
        return
    await tap.services.subscriptions.follow(alert.chat, alert.label)
    await tap.toast(tap.texts("follow.resumed", topic=alert.label))
    await tap.edit_rows(_rows(tap, alert))


async def _own(tap: Tap) -> Alert | None:
    """The alert that the data names, if it is this chat's."""
    (number,) = tap.numbers(1)
    alert = await tap.services.store.outbox.get(AlertId(number))
    if alert is not None and alert.chat.telegram == tap.chat.telegram:
        return alert
    await tap.toast(tap.texts("odd.stale"), alert=True)
    return None


def _undo(call: Call, name: str, alert: Alert) -> list[Button]:
    key = "story.undo" if name == "mu" else "follow.undo"
    return [Button(call.texts(key, topic=alert.label[:30]), data=data(name, alert.id))]


def _rows(call: Call, alert: Alert, *, back: bool = False) -> list[list[Button]]:
    return [list(row) for row in alert_buttons(alert.id, call.texts, back=back)]


_ACTIONS = {SUMMARY: _summary, BACK: _back, WHY: _why, MUTE: _mute, UNFOLLOW: _unfollow}
