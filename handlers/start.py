"""/start: what this is, a real headline, and topics to follow with one tap.

Comes in: a person, a group, or somebody with a link to a topic. Goes out: one card. A link never
changes anything; it only shows what Follow would. It refuses to know how headlines are ranked.
"""

from __future__ import annotations

from bot.delivery.render import Text
from handlers.cards import Card, phrase, story_line, titled
from handlers.context import Call, Tap
from handlers.links import linked_topic
from handlers.rights import allowed
from handlers.suggest import topic_rows
from handlers.topics import followed, offer


async def start(call: Call) -> None:
    """/start [payload]"""
    if not call.private:
        await call.say("start.group")
        return
    if call.args and await _offer_shared(call, call.args):
        return
    await call.reply(await hello(call, lost=bool(call.args)))


async def _offer_shared(call: Call, payload: str) -> bool:
    """Show the topic that a link names; False when it names none."""
    topic = await linked_topic(call.services.store, payload)
    if topic is None:
        return False
    await offer(call, titled(topic.query), intro="start.offer")
    return True


async def hello(call: Call, *, lost: bool = False) -> Card:
    """The first card: one line, one headline, the topics."""
    texts = call.texts
    text = Text().text(texts("start.bad_link" if lost else "start.hello")).line(2)
    top = await call.services.reading.headlines(call.chat, None, 0, 1)
    if top.items:
        story_line(text.text(texts("start.headline")).line(), texts, top.items[0], call.now)
    else:
        text.text(texts("start.quiet"))
    phrase(text.line(2), texts, "start.pick")
    return Card(text, await topic_rows(call))


async def pick_tap(tap: Tap) -> None:
    """A topic of the first card: followed at once, ticked, and shown with Undo."""
    if not tap.args or not await allowed(tap):
        return
    card = await followed(tap, tap.args)
    await tap.toast(tap.texts("start.following", topic=tap.args))
    await tap.edit_rows(await topic_rows(tap))
    await tap.reply(card)
