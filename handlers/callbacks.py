"""Buttons: what each one's data does.

Comes in: a tap. Goes out: the handler of its name, or a kind word where the button is stale,
forged or hangs on a message that is gone. Every tap is answered, and each may be repeated without
harm.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.delivery.callback import NOT, unpack
from bot.metrics import COMMANDS as HANDLED
from handlers import (
    alerts,
    correct,
    feeds,
    offers,
    one_story,
    privacy,
    settings,
    start,
    stories,
    topic_card,
    topic_list,
    topics,
    tuning,
)
from handlers.context import Context, Gone, Tap, open_tap

TAPS: dict[str, Callable[[Tap], Awaitable[None]]] = {
    "ad": feeds.address_tap,
    "cn": correct.correct_tap,
    "cu": correct.undo_tap,
    "de": privacy.delete_tap,
    "fl": topic_list.refollow_tap,
    "fo": topics.follow_tap,
    "fr": topics.follow_rings_tap,
    "go": start.pick_tap,
    "hl": stories.headlines_tap,
    "mu": alerts.unmute_story_tap,
    "nx": tuning.examples_tap,
    "ny": tuning.example_tap,
    "nz": tuning.leave_tap,
    "ph": offers.headlines_tap,
    "pn": offers.examples_tap,
    "po": offers.example_tap,
    "pp": offers.rule_tap,
    "pv": topics.offer_tap,
    "rm": feeds.remove_tap,
    "ru": alerts.refollow_alert_tap,
    "sb": settings.settings_tap,
    "se": stories.search_tap,
    "sf": one_story.follow_tap,
    "sl": one_story.leave_tap,
    "sm": feeds.sum_tap,
    "sn": topics.sense_tap,
    "so": feeds.sources_tap,
    "sp": settings.choices_tap,
    "ss": stories.found_tap,
    "st": stories.story_tap,
    "su": topic_list.refollow_story_tap,
    "sv": one_story.view_tap,
    "sx": settings.choose_tap,
    "sy": topic_list.unfollow_story_tap,
    "ta": topic_card.ask_tap,
    "tc": topic_card.card_tap,
    "td": topic_card.drop_tap,
    "tg": topic_card.when_tap,
    "th": tuning.headlines_tap,
    "tm": topic_list.mute_choices_tap,
    "tp": topic_list.topics_tap,
    "tq": topic_list.mute_tap,
    "tr": tuning.ring_tap,
    "tw": topic_list.unmute_tap,
    "tx": topic_list.unfollow_tap,
    "ub": tuning.undo_tap,
    "un": topics.undo_tap,
}


async def tapped(update: Update, context: Context) -> None:
    """Handle a tap; whatever it does, the spinner on the button stops."""
    query = update.callback_query
    if query is None:
        return
    if query.message is None or update.effective_chat is None:
        await query.answer()  # under an inline message; we send none
        return
    tap = await open_tap(update, context)
    try:
        await _dispatch(tap, query.data or "")
    except Gone:
        await _missing(tap)
    except ValueError:  # numbers that are none, or too few: nothing that we have sent
        await tap.toast(tap.texts("odd.forged"), alert=True)
    await tap.toast()
    tap.house.answered.discard(query.id)


async def _missing(tap: Tap) -> None:
    """Say that the message is gone, also where the spinner had to stop before that was known."""
    if tap.answered:
        await tap.say("odd.missing")
    else:
        await tap.toast(tap.texts("odd.missing"), alert=True)


async def _dispatch(tap: Tap, carried: str) -> None:
    if tap.message is None:
        raise Gone
    alert = unpack(carried)
    if alert is not None:
        HANDLED.labels(f"tap_{alert[0]}").inc()
        action, number = alert
        if action == NOT:
            await correct.not_about_tap(tap, number)
        else:
            await alerts.alert_tap(tap, action, number)
        return
    name, _, tap.args = carried.partition(":")
    handler = TAPS.get(name)
    if handler is None:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    HANDLED.labels(f"tap_{name}").inc()
    await handler(tap)
