"""/privacy, /export, /delete_me.

Comes in: a wish. Goes out: what is stored in words, in a file, or nothing any more. Erasing takes
two steps. It refuses to know the tables; the store exports and forgets.
"""

from __future__ import annotations

import json

from telegram import InputFile, ReplyParameters

from bot.delivery.render import Button
from handlers.cards import plain_card
from handlers.context import Call, Tap
from handlers.rights import allowed


async def privacy(call: Call) -> None:
    """/privacy"""
    await call.say("privacy.text")


async def export(call: Call) -> None:
    """/export: all that is stored about the chat, as a JSON document"""
    if not await allowed(call):
        return
    stored = await call.services.store.chats.export(call.chat.telegram)
    body = json.dumps(stored, ensure_ascii=False, indent=2, default=str).encode()
    quote = None
    if call.message is not None and not call.private:
        quote = ReplyParameters(call.message.message_id, allow_sending_without_reply=True)
    await call.bot.send_document(
        chat_id=call.chat.telegram,
        document=InputFile(body, filename="newsbell.json"),
        caption=call.texts("privacy.export"),
        message_thread_id=call.chat.thread or None,
        reply_parameters=quote,
    )


async def delete_me(call: Call) -> None:
    """/delete_me, the first step"""
    if not await allowed(call):
        return
    card = plain_card(call.texts, "privacy.sure")
    card.rows = [
        [Button(call.texts("privacy.erase"), "de:yes")],
        [Button(call.texts("privacy.keep"), "de:no")],
    ]
    await call.reply(card)


async def delete_tap(tap: Tap) -> None:
    """The second step: nothing of the chat stays, and nothing is written for it afterwards."""
    if not await allowed(tap):
        return
    if tap.args != "yes":
        await tap.edit(plain_card(tap.texts, "privacy.kept"))
        return
    for follow in await tap.services.subscriptions.topics(tap.chat):
        await tap.services.subscriptions.unfollow(tap.chat, follow.topic)
    async with tap.services.store.transaction() as tx:
        await tx.chats.forget(tap.chat.telegram)
    await tap.edit(plain_card(tap.texts, "privacy.erased"))
