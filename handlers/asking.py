"""Questions that a reply answers: which words count, too, which to leave out, what to call a topic.

Comes in: a topic and what to ask for; later a reply. Goes out: a message that opens the reader's
keyboard, and the topic under its new rule. What was asked is kept through a restart. In groups the
bot sees replies to it even in privacy mode. https://core.telegram.org/bots/api#forcereply
"""

from __future__ import annotations

import json
from contextlib import suppress
from html import escape

from telegram import ForceReply, Message
from telegram.constants import ParseMode

from bot.delivery.render import Text
from bot.model import Follow, TopicId
from bot.store import Store
from bot.subscriptions.asked import has_words
from bot.subscriptions.rules import also, leaving_out
from handlers.cards import Card, phrase, plain_card
from handlers.context import Call, Tap
from handlers.previews import card_button
from handlers.rights import allowed
from handlers.tuning import Rule, changed, changed_card

ALSO, WITHOUT, NAME = 1, 2, 3
_ASKS = {ALSO: "topic.ask_also", WITHOUT: "topic.ask_without", NAME: "topic.ask_name"}
_LONGEST = 60  # characters of an answer
_KEPT = 8  # questions of a chat that wait for an answer


async def ask(tap: Tap, follow: Follow, kind: int) -> None:
    """Ask; ValueError for a kind that there is not."""
    if kind not in _ASKS:
        raise ValueError("no data of ours")
    await tap.toast()
    text = phrase(Text(), tap.texts, _ASKS[kind], topic=follow.label).html()
    user = tap.update.effective_user
    if not tap.private and user is not None:  # only theirs shall open for the answer
        text = f'<a href="tg://user?id={user.id}">{escape(user.first_name[:40])}</a>: {text}'
    sent = await tap.bot.send_message(
        chat_id=tap.chat.telegram,
        text=text,
        parse_mode=ParseMode.HTML,
        message_thread_id=tap.chat.thread or None,
        reply_markup=ForceReply(selective=not tap.private),
    )
    await _remember(tap, sent.message_id, [kind, follow.topic, follow.label])


async def _remember(call: Call, message: int, asked: list[int | str]) -> None:
    async with call.services.store.transaction() as tx:
        waiting = _read(await tx.get_value(_key(call.chat.telegram)))
        waiting[str(message)] = asked
        kept = dict(list(waiting.items())[-_KEPT:])
        await tx.set_value(_key(call.chat.telegram), json.dumps(kept, ensure_ascii=False))


def _key(telegram: int) -> str:
    return f"chat:{telegram}:asked"


def _read(value: str | None) -> dict[str, list[int | str]]:
    with suppress(ValueError):
        found = json.loads(value or "{}")
        if isinstance(found, dict):
            return found
    return {}


async def asked_by(store: Store, message: Message) -> list[int | str] | None:
    """What a message answers; None where it answers no question of ours."""
    replied = message.reply_to_message
    if replied is None or not (replied.from_user is None or replied.from_user.is_bot):
        return None  # people talk to each other; only in channels has a post no author
    waiting = _read(await store.get_value(_key(message.chat.id)))
    return waiting.get(str(replied.message_id))


async def replied(call: Call) -> bool:
    """Do what the answer to a question says; False where the message answers none."""
    message = call.message
    asked = await asked_by(call.services.store, message) if message is not None else None
    if message is None or asked is None:
        return False
    words = " ".join((message.text or "").split())
    if not has_words(words):
        await call.say("odd.wordless")
    elif len(words) > _LONGEST:
        await call.say("odd.long")
    elif await allowed(call):
        await _answer(call, asked, words)
    return True


async def _answer(call: Call, asked: list[int | str], words: str) -> None:
    kind, topic, label = asked
    follow = await _meant(call, TopicId(int(topic)), str(label))
    if follow is None:
        await call.say("follow.gone")
    elif kind == NAME:
        await _name(call, follow, words)
    else:
        rule: Rule = lambda query: (also if kind == ALSO else leaving_out)(query, words)  # noqa: E731
        change = await changed(call, follow, rule)
        if change is not None:
            await call.reply(changed_card(call, change))


async def _meant(call: Call, topic: TopicId, label: str) -> Follow | None:
    """The topic that was asked about; where it got another rule meanwhile, the one of its name."""
    follows = await call.services.subscriptions.topics(call.chat)
    exact = (follow for follow in follows if follow.topic == topic)
    return next(exact, None) or next((f for f in follows if f.label == label), None)


async def _name(call: Call, follow: Follow, words: str) -> None:
    await call.services.subscriptions.rename(call.chat, follow.topic, words)
    card: Card = plain_card(call.texts, "topic.named", topic=words)
    card.rows = [[card_button(call, follow.topic)]]
    await call.reply(card)
