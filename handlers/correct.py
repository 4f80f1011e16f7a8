"""Not about this: the rule that would have kept an alert out, for this chat's topic only.

Comes in: a tap under Why. Goes out: rules to choose from, each with what it leaves of the last
days; then the alert, which says what was done, with Undo. It refuses to know how rules are found.
"""

from __future__ import annotations

from bot.delivery.callback import BACK, pack
from bot.delivery.render import Button, Text
from bot.model import Alert, AlertId, Follow, TopicId
from bot.store.living import GROWS
from bot.subscriptions.corrections import corrections
from bot.subscriptions.preview import Found
from bot.subscriptions.rules import in_headlines, leaving_out, shown, stored
from handlers.alerts import alert_rows, opened, own_alert, told
from handlers.asking import WITHOUT
from handlers.cards import Card, data, phrase, rule_text
from handlers.context import Tap
from handlers.previews import Count
from handlers.rights import allowed
from handlers.tuning import Rule, add_proposals, changed, followed_here

_HEADLINES, _WORDS = "h", "w"


async def not_about_tap(tap: Tap, number: int) -> None:
    """The rules that would have kept this alert out."""
    alert = await tap.services.store.outbox.get(AlertId(number))
    if alert is None or alert.chat.telegram != tap.chat.telegram:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    tap.chat = alert.chat
    follow = await followed_here(tap, alert.topic)
    if follow is not None:
        await opened(tap, alert)
        await tap.edit(await _choices(tap, alert, follow))


async def _choices(tap: Tap, alert: Alert, follow: Follow) -> Card:
    query = stored(follow.query, follow.label)
    past = await tap.services.subscriptions.look_back(alert.chat.id)
    found: Found = await past.find(query)
    offered = [
        (
            c,
            Count(
                found.preview.stories, (await past.find(c.query, found.articles)).preview.stories
            ),
        )
        for c in corrections(query, alert.article, alert.reason)
    ]
    text = phrase(Text(), tap.texts, "correct.which", topic=follow.label)
    rows = add_proposals(text, tap, offered, lambda c: _data(alert, c.words))
    rows.append([Button(tap.texts("correct.words"), data("ta", follow.topic, WITHOUT))])
    rows.append([Button(tap.texts("alert.back"), pack(BACK, alert.id))])
    return Card(text, rows)


def _data(alert: Alert, words: str | None) -> str:
    """What the button of a rule carries; "" where its words don't fit."""
    if words is None:
        return data("cn", alert.id, _HEADLINES)
    carried = data("cn", alert.id, _WORDS, words)
    return "" if carried.endswith(":") else carried


async def correct_tap(tap: Tap) -> None:
    """One of the rules: `alert:kind:words`."""
    number, kind, words = (*tap.args.split(":", 2), "", "")[:3]
    tap.args = number
    alert = await own_alert(tap)
    if alert is None:
        return
    tap.chat = alert.chat
    follow = await followed_here(tap, alert.topic)
    rule = _rule(kind, words)
    if follow is None or not await allowed(tap):
        return
    change = await changed(tap, follow, rule)
    if change is not None:
        await _say(tap, alert.id, change.follow, change.former)


def _rule(kind: str, words: str) -> Rule:
    """ValueError for what we never sent."""
    if kind == _HEADLINES:
        return in_headlines
    if kind != _WORDS or not words:
        raise ValueError("no data of ours")
    return lambda query: leaving_out(query, words)


async def _say(tap: Tap, number: AlertId, follow: Follow, former: TopicId) -> None:
    """The alert stays, and says what was done."""
    alert = await tap.services.store.outbox.get(number)
    if alert is None:
        return
    message = await told(tap, alert)
    text = message.text.line(2)
    phrase(text, tap.texts, "correct.done", topic=follow.label)
    rule_text(text.line(), tap.texts, shown(stored(follow.query)))
    undo = Button(tap.texts("button.undo"), data("cu", alert.id, former))
    await opened(tap, alert, GROWS)
    await tap.edit(Card(text, [[undo], *await alert_rows(tap, alert)]), message.preview)


async def undo_tap(tap: Tap) -> None:
    """The topic as it was, and the alert as it was: `alert:former`."""
    number, former = tap.numbers(2)
    tap.args = str(number)
    alert = await own_alert(tap)
    if alert is None or not await allowed(tap):
        return
    restored = await tap.services.subscriptions.restore(alert.chat, alert.topic, TopicId(former))
    if restored is None:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    await tap.toast(tap.texts("tune.undone"))
    again = await tap.services.store.outbox.get(alert.id) or alert
    async with tap.services.store.transaction() as tx:
        await tx.outbox.edited(again, again.story.publishers, ok=True)
    message = await told(tap, again)
    await tap.edit(Card(message.text, await alert_rows(tap, again)), message.preview)
