"""One story that a chat follows: the button under it wherever it stands open, and its line in
/topics.

Comes in: a tap that names a story. Goes out: the same message with the other button, or the list.
Nothing is believed of the data: what the chat may not see it can't follow. It refuses to know what
makes a story ring.
"""

from __future__ import annotations

from bot.delivery.render import Button
from bot.model import StoryFollow, StoryId
from handlers.cards import data, follow_button
from handlers.context import Call, Tap
from handlers.retelling import retell
from handlers.rights import allowed
from handlers.story_card import story_card

_FOLLOW, _LEAVE = "sf", "sl"


async def follow_rows(call: Call, story: StoryId) -> list[list[Button]]:
    """The button under a story that stands open; none where nothing can follow it any more."""
    follows = await call.services.subscriptions.follows_story(call.chat, story)
    if follows is None:
        return []
    return [[follow_button(call.texts, follows, data(_LEAVE if follows else _FOLLOW, story))]]


async def follow_tap(tap: Tap) -> None:
    """Follow this story."""
    (story,) = tap.numbers(1)
    if not await allowed(tap):
        return
    done = await tap.services.subscriptions.follow_story(tap.chat, StoryId(story))
    await tap.toast(tap.texts("story.following" if done else "story.over"), alert=True)
    await _swap(tap, StoryId(story))


async def leave_tap(tap: Tap) -> None:
    """No longer."""
    (story,) = tap.numbers(1)
    if not await allowed(tap):
        return
    await tap.services.subscriptions.unfollow_story(tap.chat, StoryId(story))
    await tap.toast(tap.texts("story.left"))
    await _swap(tap, StoryId(story))


async def _swap(tap: Tap, story: StoryId) -> None:
    """The other button where this one was; the rest of the message stays."""
    ours = {data(_FOLLOW, story), data(_LEAVE, story)}
    rest = [row for row in tap.rows() if not any(button.data in ours for button in row)]
    await tap.edit_rows([*await follow_rows(tap, story), *rest])


# ── in /topics ──


def list_row(call: Call, follow: StoryFollow, page: int) -> list[Button]:
    """The buttons of a followed story in the list: to read it, to end it."""
    return [
        Button(call.texts.name(follow.story.headline[:40]), data("sv", follow.story.id, page)),
        Button("✕", data("sy", follow.story.id, page)),
    ]


async def view_tap(tap: Tap) -> None:
    """A story of the list, in place, with the way back: `story:page`."""
    story, page = tap.numbers(2)
    await tap.toast(tap.texts("summary.working"))
    card = await story_card(tap, StoryId(story))
    back = Button(tap.texts("button.back"), data("tp", page))
    card.rows = [*await follow_rows(tap, StoryId(story)), [back]]
    await tap.edit(card)
    retell(tap, StoryId(story), card.rows)
