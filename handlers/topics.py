"""Following: preview, /follow, /unfollow.

Comes in: what a chat wants to hear of. Goes out: the same preview before and after, with Follow or
Undo. It refuses to know how a topic is matched.
"""

from __future__ import annotations

import unicodedata

from bot.delivery.render import Button, Text
from bot.model import Follow, TopicId
from bot.subscriptions.asked import has_words, instead
from bot.subscriptions.feeds import Followed, Preview
from bot.subscriptions.meanings import meanings
from handlers.addresses import address_in, offer_address
from handlers.cards import Card, data, phrase, plain_card, titled
from handlers.context import Call, Tap
from handlers.previews import (
    RINGS,
    add_rules,
    card_button,
    follow_button,
    has_rules,
    offer_rows,
    preview_text,
    ring_count,
    topics_button,
    tune_rows,
)
from handlers.rights import allowed
from handlers.senses import meaning_title, senses_card
from handlers.suggest import topic_rows
from handlers.topic_list import list_card

LONGEST = 200  # characters of a topic


# ── preview and follow ──


async def offer(call: Call, words: str, intro: str | None = None) -> None:
    """Answer words with what following them would bring, and Follow."""
    if len(words) > LONGEST:
        await call.say("odd.long")
    elif not has_words(words):
        await call.say("odd.wordless")
    else:
        senses = await senses_card(call, words)
        await call.reply(senses or await offer_card(call, words, intro))


async def offer_card(call: Call, words: str, intro: str | None = None, rings: int = 1) -> Card:
    """What following words would bring; where it is nothing, what else may have been meant."""
    follow = await call.services.subscriptions.follow_of(call.chat, words)
    preview = await call.services.subscriptions.preview(words, call.chat.id)
    text, rows = Text(), list[list[Button]]()
    if follow is not None:
        text = phrase(text, call.texts, "preview.already", topic=follow.label).line(2)
        rows.append([card_button(call, follow.topic), topics_button(call)])
    else:
        text = text.text(call.texts(intro)).line(2) if intro else text
        rows += [[follow_button(call, words, rings)], *offer_rows(call, preview, rings)]
    text.add(preview_text(call, preview, rings))
    if follow is None and has_rules(preview.query, rings):
        add_rules(text.line(2), call, preview.query, rings, ring_count(preview, rings))
    if not preview.stories:
        rows[:0] = other_words(text, call, preview)
    return Card(text, rows)


def other_words(text: Text, call: Call, preview: Preview) -> list[list[Button]]:
    """What may have been meant where nothing was found: said, and a row of buttons."""
    others = instead(preview.query, call.texts.choices("start.suggestions"))
    if others:
        text.line(2).text(call.texts("preview.instead"))
    return [[Button(words, data("pv", words)) for words in others]] if others else []


async def offer_tap(tap: Tap) -> None:
    """Other words than those of the card: what they would bring, in place."""
    if tap.args:
        await tap.edit(await senses_card(tap, tap.args) or await offer_card(tap, tap.args))


async def follow(call: Call) -> None:
    """/follow words"""
    if not call.args:
        await call.reply(Card(Text().text(call.texts("follow.what")), await topic_rows(call)))
    elif address := address_in(call.args):
        await offer_address(call, address)
    elif len(call.args) > LONGEST:
        await call.say("odd.long")
    elif not has_words(call.args):
        await call.say("odd.wordless")
    elif await allowed(call):
        card = await _unclear(call, call.args)
        await call.reply(card or await followed(call, call.args))


async def _unclear(call: Call, words: str) -> Card | None:
    """The meanings of a name to choose from, unless the chat follows one of them as it is."""
    if await call.services.subscriptions.follow_of(call.chat, words) is not None:
        return None
    return await senses_card(call, words)


async def follow_tap(tap: Tap) -> None:
    """Follow, under a preview: the preview stays, with Undo."""
    await _follow_words(tap, tap.args)


async def follow_rings_tap(tap: Tap) -> None:
    """The same with a choice of when to ring: `rings:words`."""
    rings, _, words = tap.args.partition(":")
    await _follow_words(tap, words, rings_of(rings))


def rings_of(said: str) -> int:
    """When to ring, out of a button; ValueError for what we never sent."""
    if said not in {str(rings) for rings in RINGS}:
        raise ValueError("no data of ours")
    return int(said)


async def _follow_words(tap: Tap, words: str, rings: int = 1) -> None:
    words = words or bold_words(tap)
    if not words:
        await tap.toast(tap.texts("odd.stale"), alert=True)
    elif await allowed(tap):
        await tap.edit(await _unclear(tap, words) or await followed(tap, words, rings=rings))


async def sense_tap(tap: Tap) -> None:
    """One of the meanings of a name: it is followed, under the name it has here."""
    key, _, words = tap.args.partition(":")
    words = words or bold_words(tap)
    found = next((m for m in meanings(words) if m.key == key), None) if words else None
    if found is None:
        await tap.toast(tap.texts("odd.stale"), alert=True)
    elif await allowed(tap):
        label = meaning_title(found, tap.texts) if found.sense else found.topic
        await tap.edit(await followed(tap, found.topic, label=label))


async def followed(call: Call, words: str, *, label: str = "", rings: int = 1) -> Card:
    """Follow words; the card says so, shows the preview and offers rules and Undo."""
    result = await call.services.subscriptions.follow(call.chat, words, label=label, rings_at=rings)
    return followed_card(call, result)


def followed_card(call: Call, result: Followed) -> Card:
    """What is followed now, what it would have brought, and how to have less of it."""
    follow, preview = result.follow, result.preview
    key = "preview.following" if result.created else "preview.already"
    text = phrase(Text(), call.texts, key, topic=follow.label).line(2)
    text.add(preview_text(call, preview, follow.rings_at))
    if has_rules(preview.query, follow.rings_at):
        count = ring_count(preview, follow.rings_at)
        add_rules(text.line(2), call, preview.query, follow.rings_at, count)
    undo = Button(call.texts("button.undo"), data=data("un", follow.topic))
    rows = tune_rows(call, follow, preview) if preview.stories else []
    rows.append([*([undo] if result.created else []), card_button(call, follow.topic)])
    rows.append([topics_button(call)])
    if not preview.stories:
        rows[:0] = other_words(text, call, preview)
    return Card(text, rows)


def bold_words(tap: Tap) -> str:
    """The first bold run of a card, words too long for its button; "" without such a button."""
    message, pressed = tap.card_message, tap.update.callback_query
    shown = {button.data for row in tap.rows() for button in row}
    if pressed is None or pressed.data not in shown:
        return ""
    runs = (message.parse_entity(e) for e in message.entities if e.type == "bold")
    return next(runs, "")


# ── unfollow ──


async def undo_tap(tap: Tap) -> None:
    """Undo, after a follow: the topic goes, the card says so."""
    if not await allowed(tap):
        return
    (topic,) = tap.numbers(1)
    gone = await tap.services.subscriptions.unfollow(tap.chat, TopicId(topic))
    await tap.edit(_stopped(tap, gone, "follow.undone"))


async def unfollow(call: Call) -> None:
    """/unfollow [words], or as a reply to an alert"""
    follows = await call.services.subscriptions.topics(call.chat)
    if call.args:
        wanted = _named(follows, call.args)
        if wanted is None:
            await _unknown(call, follows)
            return
    else:
        wanted = await _of_reply(call, follows)
    if wanted is None:
        await _which(call, follows)
    elif await allowed(call):
        gone = await call.services.subscriptions.unfollow(call.chat, wanted.topic)
        await call.reply(_stopped(call, gone, "follow.stopped"))


async def _unknown(call: Call, follows: list[Follow]) -> None:
    """Words that name none of the topics: say so, and show those that there are."""
    card = plain_card(call.texts, "follow.unknown", topic=call.args[:LONGEST])
    if follows:
        shown = list_card(call, follows, 0)
        card = Card(card.text.line(2).add(shown.text), shown.rows)
    await call.reply(card)


def _named(follows: list[Follow], words: str) -> Follow | None:
    wanted = _plain(words)
    return next((f for f in follows if wanted in {_plain(f.label), _plain(f.query)}), None)


def _plain(words: str) -> str:
    """Words without case, accents and spare blanks, as people retype them."""
    bare = unicodedata.normalize("NFKD", words)
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


async def _of_reply(call: Call, follows: list[Follow]) -> Follow | None:
    replied = call.message.reply_to_message if call.message else None
    if replied is None:
        return None
    alert = await call.services.store.outbox.by_message(call.chat.telegram, replied.message_id)
    return next((f for f in follows if alert and f.topic == alert.topic), None)


async def _which(call: Call, follows: list[Follow]) -> None:
    if follows:
        await call.reply(list_card(call, follows, 0, title="follow.which"))
    else:
        await call.say("topics.none")


def _stopped(call: Call, gone: Follow | None, key: str) -> Card:
    if gone is None:
        return plain_card(call.texts, "follow.gone")
    card = plain_card(call.texts, key, topic=gone.label)
    card.rows = [[Button(call.texts("button.undo"), data=data("ub", 0, gone.topic))]]
    return card


async def label_of(call: Call, topic: TopicId) -> str | None:
    """What a topic is called here: the chat's own word, else its query's."""
    found = await call.services.store.topics.find(call.chat.id, topic)
    if found is not None:
        return found.label
    known = await call.services.store.topics.get(topic)
    if known is None:
        return None
    return titled(known.query)
