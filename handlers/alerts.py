"""The buttons under an alert and a list of alerts: Summary, Mute story, Unfollow, Why, and back.

Comes in: a tap whose data names an alert. Goes out: the alert edited in place. Nothing is believed
of the data: an alert of another chat does not exist here. It refuses to know how alerts are sent.
"""

from __future__ import annotations

import re

from bot.delivery.callback import (
    BACK,
    FOLLOW,
    LEAVE,
    LIST,
    MUTE,
    NOT,
    OPEN,
    SUMMARY,
    UNFOLLOW,
    WHY,
    pack,
)
from bot.delivery.catchup import FOLDED, LINES, list_message
from bot.delivery.render import Button, Message, Text, alert_buttons, alert_message
from bot.model import Alert, AlertId, Article, Rise, TopicId
from handlers.cards import Card, data, follow_button, local, phrase
from handlers.context import Tap
from handlers.retelling import retell
from handlers.rights import allowed
from handlers.story_card import story_card

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
    await tap.toast(tap.texts("summary.working"))
    card = await story_card(tap, alert.story.id)
    card.rows = await alert_rows(tap, alert, SUMMARY)
    await opened(tap, alert)
    await tap.edit(card)
    retell(tap, alert.story.id, card.rows)


async def opened(tap: Tap, alert: Alert, seconds: int = READING) -> None:
    """The message shows something else now: it does not grow for so long."""
    async with tap.services.store.transaction() as tx:
        await tx.outbox.opened(alert.id, tap.now + seconds)


async def _back(tap: Tap, alert: Alert) -> None:
    await tap.toast()
    message = await told(tap, alert)
    async with tap.services.store.transaction() as tx:
        await tx.outbox.edited(alert, alert.story.publishers, ok=True, shown_summary=message.worth)
    await tap.edit(Card(message.text, await alert_rows(tap, alert)), message.preview)


async def told(tap: Tap, alert: Alert) -> Message:
    """The alert as it would be sent now."""
    summary = await tap.services.reading.summary(alert.story.id, alert.chat)
    return alert_message(alert, summary, alert.chat, tap.texts, now=tap.now)


async def _list(tap: Tap, alert: Alert) -> None:
    """The list that the message was, less what its reader does not want any more."""
    found, total = await tap.services.store.outbox.carried(alert.id, tap.now, LINES + FOLDED)
    if not found or not alert.gathers:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    await tap.toast()
    message = list_message(alert, found, total, tap.texts, now=tap.now)
    await tap.edit(Card(message.text, [list(row) for row in message.keyboard]))


async def _why(tap: Tap, alert: Alert) -> None:
    texts = tap.texts
    text = Text().bold(texts("why.title")).line(2)
    _add_reason(text, tap, alert)
    seen = local(texts, tap.chat, alert.article.first_seen, tap.now)
    phrase(text.line(2), texts, "why.first", when=seen, publisher=alert.article.publisher)
    if alert.rise is not None:
        _add_rise(text.line(2), tap, alert.rise)
    elif alert.earlier is not None and alert.story.fresh:
        phrase(text.line(2), texts, "why.fresh", words=", ".join(alert.story.fresh))
    await opened(tap, alert)
    await tap.edit(Card(text, await alert_rows(tap, alert, WHY)))


def _add_reason(text: Text, tap: Tap, alert: Alert) -> None:
    """The story that is followed, or the words of a topic."""
    if alert.followed:
        text.text(tap.texts("why.story"))
        return
    key = f"why.{alert.reason.where}_at" if alert.reason.name else "why.matched"
    phrase(text, tap.texts, key, topic=alert.label, name=alert.reason.name)
    _add_place(text, alert)


def _add_rise(text: Text, tap: Tap, rise: Rise) -> None:
    """The toll as it was, and as it is."""
    say = tap.texts
    before, number = say.number(rise.before), say.number(rise.count.number)
    phrase(text, say, f"why.rise_{rise.count.kind}", before=before, number=number)


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
    await tap.edit_rows(await alert_rows(tap, alert, _page(tap)))


async def unmute_story_tap(tap: Tap) -> None:
    """Undo under a muted story."""
    alert = await own_alert(tap)
    if alert is None or not await allowed(tap):
        return
    await tap.services.subscriptions.mute_story(alert.chat, alert.story.id, tap.now)
    await tap.toast(tap.texts("story.unmuted"))
    await tap.edit_rows(await alert_rows(tap, alert, _page(tap)))


async def _unfollow(tap: Tap, alert: Alert) -> None:
    if alert.followed:
        await _leave_story(tap, alert)
        return
    if not await allowed(tap):
        return
    gone = await tap.services.subscriptions.unfollow(alert.chat, alert.topic)
    if gone is None:
        await tap.toast(tap.texts("follow.gone"))
    else:
        await tap.toast(tap.texts("follow.stopped", topic=gone.label))
    await tap.edit_rows(await alert_rows(tap, alert, _page(tap)))


async def _follow_story(tap: Tap, alert: Alert) -> None:
    if not await allowed(tap):
        return
    done = await tap.services.subscriptions.follow_story(alert.chat, alert.story.id)
    await tap.toast(tap.texts("story.following" if done else "story.over"), alert=True)
    await tap.edit_rows(await alert_rows(tap, alert, _page(tap)))


async def _leave_story(tap: Tap, alert: Alert) -> None:
    if not await allowed(tap):
        return
    await tap.services.subscriptions.unfollow_story(alert.chat, alert.story.id)
    await tap.toast(tap.texts("story.left"))
    await tap.edit_rows(await alert_rows(tap, alert, _page(tap)))


async def refollow_alert_tap(tap: Tap) -> None:
    """Undo under an alert whose topic was unfollowed."""
    alert = await own_alert(tap)
    if alert is None or not await allowed(tap):
        return
    if alert.followed:
        await _follow_story(tap, alert)
        return
    subscriptions = tap.services.subscriptions
    if await subscriptions.restore(alert.chat, TopicId(0), alert.topic) is None:
        await subscriptions.follow_topic(alert.chat, alert.topic)
    await tap.toast(tap.texts("follow.resumed", topic=alert.label))
    await tap.edit_rows(await alert_rows(tap, alert, _page(tap)))


async def own_alert(tap: Tap) -> Alert | None:
    """The alert that the data names, if it is this chat's."""
    (number,) = tap.numbers(1)
    alert = await tap.services.store.outbox.get(AlertId(number))
    if alert is not None and alert.chat.telegram == tap.chat.telegram:
        return alert
    await tap.toast(tap.texts("odd.stale"), alert=True)
    return None


def _page(tap: Tap) -> str:
    """Which page of the alert is open: the one whose button is not there; "" for the alert."""
    shown = {button.data.partition(":")[0] for row in tap.rows() for button in row}
    if BACK not in shown:
        return ""
    return WHY if SUMMARY in shown else SUMMARY


async def alert_rows(tap: Tap, alert: Alert, page: str = "") -> list[list[Button]]:
    """The buttons as things stand: what was done can be undone where it was done. To follow the
    story is offered where it stands open, and where it is followed already.
    """
    (first, mute), (unfollow, why) = alert_buttons(alert.id, tap.texts, back=bool(page))
    if page == WHY:
        ((why, _), _) = alert_buttons(alert.id, tap.texts)
    store = tap.services.store
    if await store.stories.is_muted(alert.chat.id, alert.story.id, tap.now):
        mute = Button(tap.texts("alert.unmute"), data("mu", alert.id))
    follows = await tap.services.subscriptions.follows_story(alert.chat, alert.story.id)
    story = follow_button(tap.texts, bool(follows), pack(LEAVE if follows else FOLLOW, alert.id))
    if alert.followed:
        unfollow = story
    elif await store.topics.find(alert.chat.id, alert.topic) is None:
        unfollow = Button(tap.texts("alert.refollow"), data("ru", alert.id))
    rows = [[first, mute], [unfollow, why]]
    if page == SUMMARY and not alert.followed and follows is not None:
        rows.append([story])
    if page == WHY and unfollow.data == pack(UNFOLLOW, alert.id):
        rows.append([Button(tap.texts("tune.not"), pack(NOT, alert.id))])
    if alert.gathers or alert.folded_into:
        back = pack(LIST, alert.folded_into or alert.id)
        rows.append([Button(tap.texts("catchup.back"), back)])
    return rows


_ACTIONS = {
    SUMMARY: _summary,
    BACK: _back,
    OPEN: _back,
    LIST: _list,
    WHY: _why,
    MUTE: _mute,
    UNFOLLOW: _unfollow,
    FOLLOW: _follow_story,
    LEAVE: _leave_story,
}
