"""Words that answer an alert: "mute", "stop", "summary", or mere talk.

Comes in: a message that replies to one of ours. Goes out: what a button under that alert would do.
In groups people talk about the news below it: whatever else they say is theirs, and no topic. It
refuses to know what muting does.
"""

from __future__ import annotations

from bot.delivery.render import Button
from bot.model import Alert
from handlers.cards import data, plain_card
from handlers.context import Call
from handlers.gate import replies_to
from handlers.rights import allowed
from handlers.stories import summary
from handlers.topics import unfollow

MUTED = 7 * 86_400
"""Seconds a story stays mute, as under the button."""


async def answered(call: Call, said: str, *, talk: bool) -> bool:
    """Do what the words ask of the alert they answer; False where they ask nothing of one.

    `talk`: said among people, to nobody in particular. Then every reply is dealt with here, most of
    them by silence.
    """
    message = call.message
    if message is None or not replies_to(message, call.bot.id):
        return False
    replied = message.reply_to_message
    alert = replied and await call.services.store.outbox.by_message(
        call.chat.telegram, replied.message_id
    )
    return bool(alert and await _act(call, alert, said)) or talk


async def _act(call: Call, alert: Alert, said: str) -> bool:
    word = said.casefold().strip(" !.?…¿¡؟")
    if word in call.texts.choices("odd.mutes"):
        await _mute(call, alert)
    elif word in call.texts.choices("odd.stops"):
        await (_leave(call, alert) if alert.followed else unfollow(call))
    elif word in call.texts.choices("odd.sums"):
        await summary(call)
    else:
        return False
    return True


async def _leave(call: Call, alert: Alert) -> None:
    if await allowed(call):
        await call.services.subscriptions.unfollow_story(alert.chat, alert.story.id)
        await call.say("story.left")


async def _mute(call: Call, alert: Alert) -> None:
    if not await allowed(call):
        return
    until = call.now + MUTED
    await call.services.subscriptions.mute_story(alert.chat, alert.story.id, until)
    card = plain_card(call.texts, "story.muted")
    card.rows = [[Button(call.texts("alert.unmute"), data("mu", alert.id))]]
    await call.reply(card)
