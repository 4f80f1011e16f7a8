"""One helpful word below the list of topics: on one that brings nothing, or far too much.

Comes in: what a chat follows. Goes out: at most one hint, and none for a week after it. It refuses
to know what the reader makes of it.
"""

from __future__ import annotations

from bot.delivery.render import Text
from bot.model import Follow
from handlers.cards import phrase
from handlers.context import Call
from handlers.previews import FLOOD

QUIET = 30 * 86_400  # seconds without anything
PAUSE = 7 * 86_400  # seconds between two hints


async def hint_of(call: Call, follows: list[Follow]) -> Text | None:
    """The hint, once; None where there is nothing to say or something was said of late."""
    key = f"chat:{call.chat.telegram}:hinted"
    last = await call.services.store.get_value(key)
    if last is not None and last.isdecimal() and call.now - int(last) < PAUSE:
        return None
    hint = await _hint(call, follows)
    if hint is not None:
        async with call.services.store.transaction() as tx:
            await tx.set_value(key, str(call.now))
    return hint


async def _hint(call: Call, follows: list[Follow]) -> Text | None:
    lively = await call.services.store.topics.lively(call.chat.id, call.now)
    awake = [f for f in follows if f.muted_until is None or f.muted_until <= call.now]
    busy = max(awake, key=lambda f: lively.get(f.topic, (0, None))[0], default=None)
    if busy is not None and lively[busy.topic][0] > FLOOD:
        return phrase(Text(), call.texts, "topic.busy", lively[busy.topic][0], topic=busy.label)
    for follow in awake:
        latest = lively.get(follow.topic, (0, None))[1] or follow.since
        if call.now - max(latest, follow.since) > QUIET:
            return phrase(Text(), call.texts, "topic.quiet", topic=follow.label)
    return None
