"""A topic of the list: what counts as it, its rules, when it rings; each with a button.

Comes in: a tap on a topic of /topics. Goes out: its card, edited in place, or a question whose
answer makes a rule. It refuses to know what a rule means.
"""

from __future__ import annotations

from bot.delivery.render import Button, Text
from bot.errors import QueryError
from bot.model import Follow
from bot.subscriptions.feeds import Preview
from bot.subscriptions.known import names_of
from bot.subscriptions.rules import only_headlines, rules_of, stored, without_rule
from bot.topics.query import Query
from handlers.asking import ALSO, NAME, WITHOUT, ask
from handlers.cards import Card, data, heading, phrase
from handlers.context import Call, Tap
from handlers.links import share_link
from handlers.previews import RINGS, add_rules, has_rules, preview_text
from handlers.rights import allowed
from handlers.topic_list import is_muted
from handlers.topics import other_words
from handlers.tuning import changed, changed_card, followed_here

_RULES = 8  # with a button to take them away
_WIDTH = 40  # characters of a button


async def card_tap(tap: Tap) -> None:
    """The card of a topic: `topic:page`, the page being that of the list it came from."""
    topic, page = tap.numbers(2)
    follow = await followed_here(tap, topic)
    if follow is not None:
        await tap.edit(await topic_card(tap, follow, page))


async def topic_card(call: Call, follow: Follow, page: int = 0) -> Card:
    """What a topic brings, by which rules, and the buttons to change them."""
    query = stored(follow.query, follow.label)
    past = await call.services.subscriptions.look_back(call.chat.id)
    preview = (await past.find(query)).preview
    text = heading(call.texts, follow.label).line()
    if has_rules(query, follow.rings_at):
        add_rules(text, call, query, follow.rings_at, None).line()
    else:
        text.text(call.texts("tune.ring_1")).line()
    _add_names(text, call, query)
    text.line().add(preview_text(call, preview, follow.rings_at))
    rows = _rows(call, follow, query, preview, page)
    services = call.services
    link = await share_link(services.store, call.bot.username, follow.topic, follow.label)
    rows[-1].insert(0, Button(call.texts("topic.share"), url=link))
    if not preview.stories:
        rows[:0] = other_words(text, call, preview)
    return Card(text, rows)


def _add_names(text: Text, call: Call, query: Query) -> None:
    """What counts by itself, what the reader added, and what is left out."""
    texts, rules = call.texts, rules_of(query)
    if names := names_of(query, texts.language):
        text.text(texts("topic.counts")).text(" ").text(texts.name(", ".join(names))).line()
    for key, parts in (("topic.also", rules.counts), ("topic.without", rules.without)):
        if len(parts) > (key == "topic.also"):
            text.text(texts(key))
            for part in parts:
                text.line().text(f"{texts.side}• ").text(texts.name(part))
            text.line()


def _rows(
    call: Call, follow: Follow, query: Query, preview: Preview, page: int
) -> list[list[Button]]:
    texts, topic = call.texts, follow.topic
    titled = only_headlines(query)
    muted = is_muted(follow, call.now)
    return [
        [
            Button(texts("button.headlines"), data("hl", 0, topic)),
            Button(texts("topic.when"), data("tg", topic, page)),
        ],
        [
            Button(texts("topic.add"), data("ta", topic, ALSO)),
            Button(texts("topic.leave"), data("ta", topic, WITHOUT)),
        ],
        *_rule_rows(topic, query),
        [
            Button(
                texts("tune.anywhere" if titled else "tune.headlines"),
                data("th", topic, int(not titled)),
            ),
            *([Button(texts("tune.not"), data("nx", topic))] if preview.stories else []),
        ],
        [
            Button(texts("topic.rename"), data("ta", topic, NAME)),
            Button(
                texts("topic.unmute" if muted else "topic.mute"),
                data("tw" if muted else "tm", topic, page),
            ),
            Button(texts("alert.unfollow"), data("tx", topic, page)),
        ],
        [Button(texts("button.back"), data("tp", page))],
    ]


def _rule_rows(topic: int, query: Query) -> list[list[Button]]:
    """A button to take away each part, unless it is all that counts."""
    rules = rules_of(query)
    parts = [(number, part) for number, part in enumerate(rules.counts)]
    parts = parts if len(parts) > 1 else []
    first = len(rules.counts)
    parts += [(first + number, f"-{part}") for number, part in enumerate(rules.without)]
    return [
        [Button(f"✕ {part}"[:_WIDTH], data("td", topic, number))] for number, part in parts[:_RULES]
    ]


async def drop_tap(tap: Tap) -> None:
    """One part less: `topic:number`. A second tap meets a topic that is followed no longer."""
    topic, number = tap.numbers(2)
    follow = await followed_here(tap, topic)
    if follow is None or not await allowed(tap):
        return
    try:
        change = await changed(tap, follow, lambda query: without_rule(query, number))
    except QueryError:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    if change is not None:
        await tap.edit(changed_card(tap, change))


async def when_tap(tap: Tap) -> None:
    """When a topic may ring: the choices, ✓ on what it is."""
    topic, page = tap.numbers(2)
    follow = await followed_here(tap, topic)
    if follow is None:
        return
    text = phrase(Text(), tap.texts, "topic.how", topic=follow.label)
    rows = []
    for rings in RINGS:
        mark = "✓ " if rings == follow.rings_at else ""
        shown = f"{mark}{tap.texts(f'tune.how_{rings}')}"
        rows.append([Button(shown, data("tr", topic, rings))])
    rows.append([Button(tap.texts("button.back"), data("tc", topic, page))])
    await tap.edit(Card(text, rows))


async def ask_tap(tap: Tap) -> None:
    """Ask for words: `topic:kind`. The answer is a reply, which also reaches us in groups."""
    topic, kind = tap.numbers(2)
    follow = await followed_here(tap, topic)
    if follow is not None and await allowed(tap):
        await ask(tap, follow, kind)
