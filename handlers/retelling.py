"""A story's card once more, in the words of a language model.

Comes in: a card with quoted sentences that was just shown. Goes out: the same message with the
model's sentences, when there are any that hold; else it stays as it is. It refuses to know how the
model is asked.
"""

from __future__ import annotations

import logging

from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.delivery.telegram import keyboard, preview
from bot.errors import NewsbellError
from bot.model import StoryId
from handlers.cards import Rows
from handlers.context import Call, Tap
from handlers.later import Place, Turn
from handlers.story_card import story_card

log = logging.getLogger(__name__)


def retell(tap: Tap, story: StoryId, rows: Rows) -> None:
    """Do so behind a card that took the place of another; the chat does not wait for it."""
    message = tap.card_message
    retell_at(tap, story, (message.chat_id, message.message_id), rows)


def retell_at(call: Call, story: StoryId, place: Place, rows: Rows = ()) -> None:
    """Do so behind any message of ours."""
    if call.services.reading.retells is None:
        return
    if not call.house.later.costly.take(call.user or call.chat.telegram):
        return

    async def work(turn: Turn) -> None:
        try:
            await _retold(call, story, place, turn)
        except (TelegramError, NewsbellError) as error:  # the quoted sentences stand there
            log.debug("a story stays as it was quoted: %s", type(error).__name__)

    call.house.later.begin(place, rows, work)


async def _retold(call: Call, story: StoryId, place: Place, turn: Turn) -> None:
    summary = await call.services.reading.retold(story, call.chat)
    if summary is None:
        return
    card = await story_card(call, story, summary)
    chat, message = place
    await call.bot.edit_message_text(
        text=card.text.html(),
        parse_mode=ParseMode.HTML,
        chat_id=chat,
        message_id=message,
        reply_markup=keyboard(turn.rows),
        link_preview_options=preview(None),
    )
