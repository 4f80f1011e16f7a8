"""Rules by button: only headlines, several publishers, not about this; with count and Undo.

Comes in: a tap under a preview or a topic. Goes out: the same card with the rule, what it made of
the last days, and the way back. A rule is this chat's own. It refuses to know how rules match.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.delivery.render import Button, Text
from bot.model import Article, Follow, StoryId, TopicId
from bot.subscriptions.corrections import Correction, corrections
from bot.subscriptions.feeds import Change, Preview
from bot.subscriptions.preview import Found
from bot.subscriptions.rules import anywhere, in_headlines, leaving_out, stored
from bot.topics.query import Query
from handlers.cards import Card, data, heading, phrase, rule_text
from handlers.context import Call, Tap
from handlers.previews import (
    RINGS,
    Count,
    add_rules,
    card_button,
    preview_text,
    topics_button,
    tune_rows,
    undo_button,
)
from handlers.rights import allowed

Rule = Callable[[Query], Query]


# ── a topic that is followed ──


async def headlines_tap(tap: Tap) -> None:
    """Only headlines count, or the whole text again: `topic:on`."""
    topic, on = tap.numbers(2)
    await _change(tap, topic, in_headlines if on else anywhere)


async def leave_tap(tap: Tap) -> None:
    """Leave out what an example was about: `topic:words`."""
    number, _, words = tap.args.partition(":")
    tap.args = number
    (topic,) = tap.numbers(1)
    if not words:
        raise ValueError("no data of ours")
    await _change(tap, topic, lambda query: leaving_out(query, words))


async def _change(tap: Tap, topic: int, rule: Rule) -> None:
    """Make the rule in this chat, and show it."""
    follow = await followed_here(tap, topic)
    if follow is None or not await allowed(tap):
        return
    change = await changed(tap, follow, rule)
    if change is not None:
        await tap.edit(changed_card(tap, change))


async def followed_here(tap: Tap, topic: int) -> Follow | None:
    """The topic as this chat follows it; where it does not, or under another rule by now, the
    person is told.
    """
    topics = tap.services.store.topics
    follow = await topics.find(tap.chat.id, TopicId(topic))
    if follow is None:
        former = await topics.former(tap.chat.id, TopicId(topic))
        await tap.toast(tap.texts("odd.stale" if former else "follow.gone"), alert=True)
    return follow


async def changed(call: Call, follow: Follow, rule: Rule) -> Change | None:
    """Let the chat follow its topic with one rule more; None, and a word, where nothing changes."""
    query = stored(follow.query, follow.label)
    ruled = rule(query)
    if ruled.canonical == query.canonical:
        await _say(call, "tune.same")
        return None
    change = await call.services.subscriptions.refine(call.chat, follow.topic, ruled)
    if change is None:
        await _say(call, "follow.gone")
    return change


async def _say(call: Call, key: str) -> None:
    if isinstance(call, Tap):
        await call.toast(call.texts(key))
    else:
        await call.say(key)


def changed_card(call: Call, change: Change) -> Card:
    """The topic under its new rule: the count before and now, the latest, and Undo."""
    rings = change.follow.rings_at
    count = Count(change.before.ringing(rings), change.after.ringing(rings))
    undo = undo_button(call, change.follow.topic, change.former)
    return _topic_card(call, change.follow, change.after, count, undo)


def _topic_card(call: Call, follow: Follow, preview: Preview, count: Count, undo: Button) -> Card:
    text = heading(call.texts, follow.label).line()
    add_rules(text, call, preview.query, follow.rings_at, count).line(2)
    text.add(preview_text(call, preview, follow.rings_at))
    rows = [*tune_rows(call, follow, preview), [undo, card_button(call, follow.topic)]]
    return Card(text, [*rows, [topics_button(call)]])


async def ring_tap(tap: Tap) -> None:
    """When the topic shall ring: `topic:publishers`."""
    topic, rings = tap.numbers(2)
    follow = await followed_here(tap, topic)
    if rings not in RINGS:
        raise ValueError("no data of ours")
    if follow is None or not await allowed(tap):
        return
    if not await tap.services.subscriptions.ring_at(tap.chat, follow.topic, rings):
        await tap.toast(tap.texts("follow.gone"), alert=True)
        return
    now = await tap.services.store.topics.find(tap.chat.id, follow.topic) or follow
    found = await _found(tap, follow)
    count = Count(found.preview.ringing(follow.rings_at), found.preview.ringing(rings))
    undo = Button(tap.texts("button.undo"), data("tr", topic, follow.rings_at))
    await tap.edit(_topic_card(tap, now, found.preview, count, undo))


async def _found(call: Call, follow: Follow) -> Found:
    past = await call.services.subscriptions.look_back(call.chat.id)
    return await past.find(stored(follow.query, follow.label))


async def undo_tap(tap: Tap) -> None:
    """Undo of a rule or of an unfollow: what was followed before is followed again."""
    present, former = tap.numbers(2)
    if not await allowed(tap):
        return
    follow = await tap.services.subscriptions.restore(tap.chat, TopicId(present), TopicId(former))
    if follow is None:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    await tap.toast(tap.texts("tune.undone"))
    found = await _found(tap, follow)
    text = phrase(Text(), tap.texts, "preview.following", topic=follow.label).line()
    add_rules(text, tap, found.preview.query, follow.rings_at, None).line(2)
    text.add(preview_text(tap, found.preview, follow.rings_at))
    rows = [*tune_rows(tap, follow, found.preview), [card_button(tap, follow.topic)]]
    await tap.edit(Card(text, [*rows, [topics_button(tap)]]))


# ── not about this ──


async def examples_tap(tap: Tap) -> None:
    """Which of the latest is not about the topic?"""
    (topic,) = tap.numbers(1)
    follow = await followed_here(tap, topic)
    if follow is not None:
        found = await _found(tap, follow)
        back = Button(tap.texts("button.back"), data("tc", topic, 0))
        await tap.edit(examples_card(tap, found.preview, back, lambda s: data("ny", topic, s)))


def examples_card(
    call: Call, preview: Preview, back: Button, carried: Callable[[StoryId], str]
) -> Card:
    text = phrase(Text(), call.texts, "tune.which", topic=preview.label)
    buttons = []
    for number, story in enumerate(preview.examples, 1):
        text.line(2).text(f"{call.texts.side}{number}. ")
        text.link(call.texts.name(story.headline), story.link)
        buttons.append(Button(str(number), carried(story.id)))
    return Card(text, [buttons, [back]])


async def example_tap(tap: Tap) -> None:
    """The rules that would have kept one out: `topic:story`."""
    topic, story = tap.numbers(2)
    follow = await followed_here(tap, topic)
    if follow is None:
        return
    found = await _found(tap, follow)
    offered = await proposals(tap, found, StoryId(story))
    back = Button(tap.texts("button.back"), data("nx", topic))
    await tap.edit(proposed_card(tap, found, offered, back, lambda c: correction_data(topic, c)))


def correction_data(topic: int, correction: Correction) -> str:
    """What the button of a correction carries; "" where its words don't fit."""
    if correction.words is None:
        return data("th", topic, 1)
    carried = data("nz", topic, correction.words)
    return "" if carried.endswith(":") else carried


async def proposals(
    call: Call, found: Found, story: StoryId | None, article: Article | None = None
) -> list[tuple[Correction, Count]]:
    """The rules that keep an article of a story out, with what each leaves of the last days."""
    matches = {known: match for known, match in found.matches if known == story}
    if story not in matches:
        return []
    newest, reason = matches[story]
    query, past = found.preview.query, await call.services.subscriptions.look_back(call.chat.id)
    made = []
    for correction in corrections(query, article or newest, reason):
        ruled = await past.find(correction.query, found.articles)
        if not ruled.about(story):
            made.append((correction, Count(found.preview.stories, ruled.preview.stories)))
    return made


def proposed_card(
    call: Call,
    found: Found,
    offered: list[tuple[Correction, Count]],
    back: Button,
    carried: Callable[[Correction], str],
) -> Card:
    key = "tune.offer" if offered else "tune.none"
    text = phrase(Text(), call.texts, key, topic=found.preview.label)
    rows = add_proposals(text, call, offered, carried)
    return Card(text, [*rows, [back]])


def add_proposals(
    text: Text,
    call: Call,
    offered: list[tuple[Correction, Count]],
    carried: Callable[[Correction], str],
) -> list[list[Button]]:
    """Each rule as it is typed with its count, and a button for it."""
    rows = []
    for correction, count in offered:
        if not (packed := carried(correction)):
            continue
        rule_text(text.line(2), call.texts, correction.rule).line()
        text.text(call.texts("tune.change", before=count.before, after=count.after))
        shown = correction.rule if correction.words else call.texts("tune.headlines")
        rows.append([Button(shown[:60], packed)])
    return rows
