"""The obvious way to write to many: `send_message` for each, through the library's rate limiter.

    python -m bench.obvious URL --alerts N --chats N --rate R --workers N

The bot that `bench.broadcast --obvious` compares ours with. It keeps no outbox and survives
nothing; it only sends, and answers /help meanwhile. Needs `pip install aiolimiter`; Newsbell does
not.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, CommandHandler, ContextTypes

from bench.delivery import FIRST

TEXT = (
    "<b>Niger river stands {0} centimetres higher than last year</b>\nWire · 12:00\n\n"
    "Gauge {0} near the old town rose again on Monday. Ferries still run.\n\n"
    '<a href="https://wire.example/{0}">Read · wire.example</a>'
)
TRIES = 5  # of a message that the network failed


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_chat:
        await context.bot.send_message(update.effective_chat.id, "Follow a word: /follow Niger")


async def send(bot: Bot, alert: int, chat: int) -> None:
    buttons = [[InlineKeyboardButton(what, callback_data=f"{what[0]}:{alert}") for what in "smuw"]]
    for _ in range(TRIES):
        try:
            await bot.send_message(
                chat,
                TEXT.format(alert),
                parse_mode="HTML",
                reply_markup=InlineKeyboardMarkup(buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            logging.warning("alert %s: %s", alert, error)
        else:
            return


async def broadcast(bot: Bot, alerts: int, chats: int, workers: int) -> None:
    owed = ((number, FIRST + number % chats) for number in range(1, alerts + 1))

    async def work(mine: Iterator[tuple[int, int]]) -> None:
        for alert, chat in mine:
            await send(bot, alert, chat)

    await asyncio.gather(*(work(owed) for _ in range(workers)))


async def run(chosen: argparse.Namespace) -> None:
    limiter = AIORateLimiter(overall_max_rate=chosen.rate, overall_time_period=1, max_retries=5)
    application: Any = (
        Application.builder()
        .token("4242:QUICK")
        .base_url(f"{chosen.url}/bot")
        .rate_limiter(limiter)
        .concurrent_updates(True)
        .build()
    )
    application.add_handler(CommandHandler("help", answer))
    async with application:
        await application.start()
        await application.updater.start_polling()
        await broadcast(application.bot, chosen.alerts, chosen.chats, chosen.workers)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    for name, default in (("alerts", 10_000), ("chats", 5000), ("rate", 30), ("workers", 16)):
        parser.add_argument(f"--{name}", type=int, default=default)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(run(parser.parse_args()))
