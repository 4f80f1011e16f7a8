"""Web addresses in what people write, and what can be done with one.

Comes in: words. Goes out: addresses, or a card that shows one with its choices. It refuses to ask
the network anything.
"""

from __future__ import annotations

import re

from bot.delivery.render import Button, Text
from handlers.cards import Card
from handlers.context import Call, Gone, Tap

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def addresses_in(words: str) -> list[str]:
    """Every web address, without the punctuation of the sentence around it."""
    return [found.rstrip(".,;:!?)]}»”'") for found in _ADDRESS.findall(words)]


def address_in(words: str) -> str | None:
    """The first web address."""
    return next(iter(addresses_in(words)), None)


async def offer_address(call: Call, address: str) -> None:
    """Answer an address with what can be done with it; the card itself holds it for the buttons."""
    text = Text().text(call.texts("sources.address")).line().text(address)
    row = [
        Button(call.texts("sources.add_button"), "ad:0"),
        Button(call.texts("sources.sum_button"), "sm:0"),
    ]
    await call.reply(Card(text, [row]))


def shown_address(tap: Tap) -> str:
    """The address in the card that a button's number names; the card is ours, hence as sent."""
    addresses = _ADDRESS.findall(tap.card_message.text or "")
    (number,) = tap.numbers(1)
    if number >= len(addresses):
        raise Gone
    return str(addresses[number])
