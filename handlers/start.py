"""/start: what this is, a real headline, and topics to follow with one tap.

Comes in: a person, a group, or somebody with a link to a topic. Goes out: one card. A link never
changes anything; it only shows what Follow would. It refuses to know how headlines are ranked.
"""

from __future__ import annotations

import re

from bot.delivery.render import Button, Text
from bot.errors import QueryError
from bot.model import TopicId
from bot.topics.query import parse_query
from handlers.cards import Card, data, phrase, story_line
from handlers.context import Call, Tap
from handlers.rights import allowed
from handlers.topics import followed, offer, titled

BUTTONS = 8
_A_ROW = 2
_SHARED = 3  # followers that make a topic the house's rather than somebody's own
_PAYLOAD = re.compile(r"t_([1-9][0-9]{0,17})", re.ASCII)
_DONE = "✓ "


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
    named = _PAYLOAD.fullmatch(payload)
    topic = await call.services.store.topics.get(TopicId(int(named[1]))) if named else None
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


async def topic_rows(call: Call) -> list[list[Button]]:
    """Buttons of topics: what several here follow, then what suits most; ✓ on those of this
    chat.
    """
    mine = {follow.query for follow in await call.services.subscriptions.topics(call.chat)}
    buttons = [
        Button(f"{_DONE if query in mine else ''}{words}", data("go", words))
        for query, words in (await _suggested(call)).items()
    ]
    return [buttons[at : at + _A_ROW] for at in range(0, len(buttons), _A_ROW)]


async def _suggested(call: Call) -> dict[str, str]:
    """Canonical query → words on the button. What few follow is theirs and shown to nobody."""
    popular = await call.services.store.topics.popular(BUTTONS)
    shared = [titled(t.query) for t, chats in popular if chats >= _SHARED][: BUTTONS // 2]
    found: dict[str, str] = {}
    for words in (*shared, *call.texts.choices("start.suggestions")):
        try:
            query = parse_query(words)
        except QueryError:
            continue
        if len(query.label) <= 24:
            found.setdefault(query.canonical, query.label)
    return dict(list(found.items())[:BUTTONS])


async def pick_tap(tap: Tap) -> None:
    """A topic of the first card: followed at once, ticked, and shown with Undo."""
    if not tap.args or not await allowed(tap):
        return
    card = await followed(tap, tap.args)
    await tap.toast(tap.texts("start.following", topic=tap.args))
    await tap.edit_rows(await topic_rows(tap))
    await tap.reply(card)
