"""Following: preview, /follow, /unfollow.

Comes in: what a chat wants to hear of. Goes out: the same preview before and after, with Follow or
Undo. It refuses to know how a topic is matched.
"""

from __future__ import annotations

import unicodedata

from bot.asked import has_words, instead
from bot.delivery.render import Button, Text
from bot.model import Follow, TopicId
from bot.subscriptions import PREVIEW_DAYS, Preview
from handlers.addresses import address_in, offer_address
from handlers.cards import Card, data, phrase, plain_card, story_line, titled
from handlers.context import Call, Tap
from handlers.rights import allowed
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
        await call.reply(await offer_card(call, words, intro))


async def offer_card(call: Call, words: str, intro: str | None = None) -> Card:
    """What following words would bring; where it is nothing, what else may have been meant."""
    follow = await call.services.subscriptions.follow_of(call.chat, words)
    preview = await call.services.subscriptions.preview(words, call.chat.id)
    text, rows = Text(), list[list[Button]]()
    if follow is not None:
        text = phrase(text, call.texts, "preview.already", topic=follow.label).line(2)
        rows.append([_my_topics(call)])
    else:
        text = text.text(call.texts(intro)).line(2) if intro else text
        rows.append([Button(call.texts("button.follow"), data=data("fo", words))])
    text.add(preview_text(call, preview))
    if not preview.stories:
        rows[:0] = _other_words(text, call, preview)
    return Card(text, rows)


def _other_words(text: Text, call: Call, preview: Preview) -> list[list[Button]]:
    others = instead(preview.query, call.texts.choices("start.suggestions"))
    if others:
        text.line(2).text(call.texts("preview.instead"))
    return [[Button(words, data("pv", words)) for words in others]] if others else []


def _my_topics(call: Call) -> Button:
    return Button(call.texts("button.topics"), data=data("tp", 0))


async def offer_tap(tap: Tap) -> None:
    """Other words than those of the card: what they would bring, in place."""
    if tap.args:
        await tap.edit(await offer_card(tap, tap.args))


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
        await call.reply(await followed(call, call.args))


async def follow_tap(tap: Tap) -> None:
    """Follow, under a preview: the preview stays, with Undo."""
    words = tap.args or bold_words(tap)
    if not words:
        await tap.toast(tap.texts("odd.stale"), alert=True)
        return
    if not await allowed(tap):
        return
    await tap.edit(await followed(tap, words))


async def followed(call: Call, words: str) -> Card:
    """Follow words; the card says so, shows the preview and offers Undo."""
    result = await call.services.subscriptions.follow(call.chat, words)
    key = "preview.following" if result.created else "preview.already"
    text = phrase(Text(), call.texts, key, topic=result.follow.label).line(2)
    text.add(preview_text(call, result.preview))
    undo = Button(call.texts("button.undo"), data=data("un", result.follow.topic))
    topics = _my_topics(call)
    rows = [[undo, topics] if result.created else [topics]]
    if not result.preview.stories:
        rows[:0] = _other_words(text, call, result.preview)
    return Card(text, rows)


def preview_text(call: Call, preview: Preview) -> Text:
    """How much a topic would have brought, and the latest of it."""
    texts, text = call.texts, Text()
    if not preview.stories:
        phrase(text, texts, "preview.none", topic=preview.label)
        return text
    pace = round(preview.per_day)
    key = "preview.young" if preview.days < PREVIEW_DAYS else "preview.week"
    if pace >= 1:
        key = f"{key}_busy"
    phrase(text, texts, key, preview.stories, topic=preview.label, pace=pace)
    if preview.examples:
        text.line(2).text(texts("preview.latest"))
    for story in preview.examples:
        story_line(text.line(), texts, story, call.now)
    return text


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
    card.rows = [[Button(call.texts("button.undo"), data=data("fo", gone.label))]]
    return card


async def label_of(call: Call, topic: TopicId) -> str | None:
    """What a topic is called here: the chat's own word, else its query's."""
    found = await call.services.store.topics.find(call.chat.id, topic)
    if found is not None:
        return found.label
    stored = await call.services.store.topics.get(topic)
    if stored is None:
        return None
    return titled(stored.query)
