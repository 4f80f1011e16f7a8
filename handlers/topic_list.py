"""/topics: what a chat follows, edited in place.

Comes in: a page, or a tap on a topic of it. Goes out: the list, each topic with its headlines,
mute and unfollow, then the single stories. It refuses to know what a topic means.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.render import Button, Text
from bot.model import Follow, StoryFollow, StoryId, TopicId
from handlers.cards import Card, data, local, pager, phrase, plain_card
from handlers.context import Call, Tap
from handlers.hints import hint_of
from handlers.one_story import list_row as story_row
from handlers.rights import allowed
from handlers.suggest import topic_rows

SIZE = 8  # topics a page
_DAY = 86_400
_FOREVER = 100 * 365 * _DAY


async def topics(call: Call) -> None:
    """/topics"""
    follows, stories = await _followed(call)
    card = list_card(call, follows, 0, stories=stories)
    if not follows and not stories:
        card.rows = await topic_rows(call)
    elif follows and (hint := await hint_of(call, follows)) is not None:
        card.text.line(2).add(hint)
    await call.reply(card)


async def _followed(call: Call) -> tuple[list[Follow], list[StoryFollow]]:
    """The topics of the chat, and the single stories."""
    subscriptions = call.services.subscriptions
    return await subscriptions.topics(call.chat), await subscriptions.stories(call.chat)


async def topics_tap(tap: Tap) -> None:
    """A page of the list, in place."""
    (page,) = tap.numbers(1)
    await _show(tap, page)


async def _show(tap: Tap, page: int) -> None:
    follows, stories = await _followed(tap)
    await tap.edit(list_card(tap, follows, page, stories=stories))


def list_card(
    call: Call,
    follows: list[Follow],
    page: int,
    title: str = "topics.title",
    *,
    stories: Sequence[StoryFollow] = (),
) -> Card:
    """One page of what a chat follows, a row of buttons for each topic and each story."""
    texts = call.texts
    if not follows and not stories:
        return plain_card(texts, "topics.none")
    last = (len(follows) + len(stories) - 1) // SIZE
    page = min(max(page, 0), last)
    first, end = page * SIZE, (page + 1) * SIZE
    text, rows = Text().bold(texts(title)), list[list[Button]]()
    if last:
        text.text(" · ").text(texts("topics.page", page=page + 1, pages=last + 1))
    for follow in follows[first:end]:
        _list_line(text.line(), call, follow)
        rows.append(_list_row(call, follow, page))
    told = stories[max(0, first - len(follows)) : max(0, end - len(follows))]
    if told:
        text.line(2).bold(texts("topics.stories"))
    for story in told:
        text.line().text(f"{texts.side}• ")
        text.link(texts.name(story.story.headline), story.story.link)
        rows.append(story_row(call, story, page))
    rows.append(pager(texts, page, "tp", more=page < last))
    return Card(text, [row for row in rows if row])


def _list_line(text: Text, call: Call, follow: Follow) -> None:
    text.text(f"{call.texts.side}• ").text(call.texts.name(follow.label))
    if follow.rings_at != 1:
        text.text(" · ").text(call.texts(f"tune.how_{follow.rings_at}"))
    if is_muted(follow, call.now):
        text.text(" · ").italic(_muted_words(call, follow))


def _muted_words(call: Call, follow: Follow) -> str:
    until = follow.muted_until or 0
    if until > call.now + 50 * 365 * _DAY:
        return call.texts("topics.muted_long")
    return call.texts("topics.muted", when=local(call.texts, call.chat, until, call.now))


def is_muted(follow: Follow, now: int) -> bool:
    return follow.muted_until is not None and follow.muted_until > now


def _list_row(call: Call, follow: Follow, page: int) -> list[Button]:
    bell = "🔔" if is_muted(follow, call.now) else "🔕"
    step = "tw" if is_muted(follow, call.now) else "tm"
    return [
        Button(follow.label[:40], data=data("tc", follow.topic, page)),
        Button(bell, data=data(step, follow.topic, page)),
        Button("✕", data=data("tx", follow.topic, page)),
    ]


async def mute_choices_tap(tap: Tap) -> None:
    """How long to mute a topic."""
    topic, page = tap.numbers(2)
    found = await tap.services.store.topics.find(tap.chat.id, TopicId(topic))
    if found is None:
        await _show(tap, page)
        return
    text = phrase(Text(), tap.texts, "topics.how_long", topic=found.label)
    spans = (("topics.mute_day", _DAY), ("topics.mute_week", 7 * _DAY), ("topics.mute_long", 0))
    rows = [[Button(tap.texts(key), data=data("tq", topic, page, s))] for key, s in spans]
    rows.append([Button(tap.texts("button.back"), data=data("tp", page))])
    await tap.edit(Card(text, rows))


async def mute_tap(tap: Tap) -> None:
    """Mute a topic for some seconds; 0: until it is unmuted."""
    topic, page, seconds = tap.numbers(3)
    until = tap.now + (min(seconds, 366 * _DAY) or _FOREVER)
    await _change_mute(tap, topic, until, page)


async def unmute_tap(tap: Tap) -> None:
    topic, page = tap.numbers(2)
    await _change_mute(tap, topic, None, page)


async def _change_mute(tap: Tap, topic: int, until: int | None, page: int) -> None:
    if not await allowed(tap):
        return
    await tap.services.subscriptions.mute(tap.chat, TopicId(topic), until)
    await tap.toast(tap.texts("topics.muted_now" if until else "topics.unmuted_now"))
    await _show(tap, page)


async def unfollow_tap(tap: Tap) -> None:
    """Unfollow, in the list: the list without it, with Undo on top."""
    if not await allowed(tap):
        return
    topic, page = tap.numbers(2)
    gone = await tap.services.subscriptions.unfollow(tap.chat, TopicId(topic))
    follows, stories = await _followed(tap)
    card = list_card(tap, follows, page, stories=stories)
    if gone is not None:
        await tap.toast(tap.texts("follow.stopped", topic=gone.label))
        card.rows[:0] = _undo_row(tap, gone)
    await tap.edit(card)


def _undo_row(tap: Tap, gone: Follow) -> list[list[Button]]:
    words = f"{tap.texts('button.undo')}: {gone.label[:30]}"
    return [[Button(words, data("fl", gone.topic))]]


async def refollow_tap(tap: Tap) -> None:
    """Undo, on top of the list: the topic is back in it, as it was."""
    if not await allowed(tap):
        return
    (topic,) = tap.numbers(1)
    await tap.services.subscriptions.restore(tap.chat, TopicId(0), TopicId(topic))
    await _show(tap, 0)


async def unfollow_story_tap(tap: Tap) -> None:
    """End following a story, in the list: the list without it, with Undo on top."""
    if not await allowed(tap):
        return
    story, page = tap.numbers(2)
    await tap.services.subscriptions.unfollow_story(tap.chat, StoryId(story))
    await tap.toast(tap.texts("story.left"))
    follows, stories = await _followed(tap)
    card = list_card(tap, follows, page, stories=stories)
    known = await tap.services.reading.story(StoryId(story), tap.chat)
    if known is not None:
        words = f"{tap.texts('button.undo')}: {known.story.headline[:30]}"
        card.rows[:0] = [[Button(words, data("su", story))]]
    await tap.edit(card)


async def refollow_story_tap(tap: Tap) -> None:
    """Undo, on top of the list: the story is back in it."""
    if not await allowed(tap):
        return
    (story,) = tap.numbers(1)
    if not await tap.services.subscriptions.follow_story(tap.chat, StoryId(story)):
        await tap.toast(tap.texts("story.over"), alert=True)
    await _show(tap, 0)
