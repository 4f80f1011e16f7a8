"""Rules for words that are not followed yet: the preview changes in place, nothing is stored.

Comes in: a tap whose data carries words, and when they shall ring. Goes out: their preview under
another rule, with Follow and the way back. It refuses to know topics by number.
"""

from __future__ import annotations

from bot.delivery.render import Button
from bot.model import StoryId
from bot.subscriptions.asked import read_query
from bot.subscriptions.rules import anywhere, in_headlines, shown
from handlers.cards import DATA_BYTES, data
from handlers.context import Tap
from handlers.topics import bold_words, offer_card, rings_of
from handlers.tuning import examples_card, proposals, proposed_card


async def rule_tap(tap: Tap) -> None:
    """Words with a choice of when to ring: `rings:words`; also the way back."""
    rings, _, words = tap.args.partition(":")
    await _offer(tap, words or bold_words(tap), rings_of(rings))


async def _offer(tap: Tap, words: str, rings: int) -> None:
    if words:
        await tap.edit(await offer_card(tap, words, rings=rings))
    else:
        await tap.toast(tap.texts("odd.stale"), alert=True)


async def headlines_tap(tap: Tap) -> None:
    """Only the headlines of words, or the whole text again: `on:rings:words`."""
    on, rings, words = _three(tap)
    if not words:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    query = read_query(words)
    ruled = in_headlines(query) if on == "1" else anywhere(query)
    card = await offer_card(tap, shown(ruled), rings=rings_of(rings))
    before = await tap.services.subscriptions.preview(words, tap.chat.id)
    after = await tap.services.subscriptions.preview(shown(ruled), tap.chat.id)
    card.text.line().text(tap.texts("tune.change", before=before.stories, after=after.stories))
    if fits := _fitting(data("pp", rings, words)):
        card.rows.append([Button(tap.texts("button.undo"), fits)])
    await tap.edit(card)


async def examples_tap(tap: Tap) -> None:
    """Which of the latest is not about the words? `rings:words`"""
    rings, _, words = tap.args.partition(":")
    rings_of(rings)
    words = words or bold_words(tap)
    if not words:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    preview = await tap.services.subscriptions.preview(words, tap.chat.id)
    back = Button(tap.texts("button.back"), data("pp", rings, words))
    await tap.edit(examples_card(tap, preview, back, lambda s: data("po", s, rings, words)))


async def example_tap(tap: Tap) -> None:
    """The rules that would keep one out: `story:rings:words`."""
    story, rings, words = _three(tap)
    rings_of(rings)
    if not words or not story.isdecimal():
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    query = read_query(words)
    found = await (await tap.services.subscriptions.look_back(tap.chat.id)).find(query)
    offered = await proposals(tap, found, StoryId(int(story)))
    back = Button(tap.texts("button.back"), data("pp", rings, words))
    await tap.edit(
        proposed_card(
            tap, found, offered, back, lambda c: _fitting(data("pp", rings, shown(c.query)))
        )
    )


def _three(tap: Tap) -> tuple[str, str, str]:
    parts = tap.args.split(":", 2)
    if len(parts) != 3:
        raise ValueError("no data of ours")
    return parts[0], parts[1], parts[2] or bold_words(tap)


def _fitting(carried: str) -> str:
    """Data that holds all its words; "" for data that had to leave them out."""
    return "" if carried.endswith(":") or len(carried.encode()) > DATA_BYTES else carried
