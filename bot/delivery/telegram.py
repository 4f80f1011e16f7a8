"""The door to Telegram: bots, connections, and our messages in the library's types.

In: token and address of a Bot API server, a keyboard of ours. Out: bots that are ready to be
started, and the library's types. It never decides what to send, when, or whether again. How
requests travel is in `wire`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, BaseRateLimiter, ExtBot

from bot.delivery.lanes import Lane, Lanes, crew
from bot.delivery.render import Button
from bot.delivery.wire import Wire, Words

log = logging.getLogger(__name__)

PUBLIC_API = "https://api.telegram.org"
FREE_RATE = 30  # alerts a second that cost nothing (https://core.telegram.org/bots/faq)
REPLY_CONNECTIONS = 32
BULK_SPARE = 8  # connections beside those of the alerts in flight: digests, notices, the pulse
_POLL_SECONDS = 30.0  # read timeout of getUpdates, added to its own

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Revoked(TelegramError):  # noqa: N818  a state, told as the library tells everything
    """The token is refused while we ask for updates.

    Over an InvalidToken the library would end its polling without a word to anybody.
    """


class NewsBot(ExtBot[Lane]):
    """PTB's bot, which would name the token in the error that refuses it.

    `paid`: alerts may cost Stars (https://core.telegram.org/bots/api#paid-broadcasts).
    """

    __slots__ = ("_paid",)

    def __init__(self, token: str, *, paid: bool = False, **given: Any) -> None:
        super().__init__(token, **given)
        self._paid = paid

    def __repr__(self) -> str:
        """The library's shows the token."""
        return f"{type(self).__name__}[{self.token.partition(':')[0]}]"

    @property
    def _lanes(self) -> BaseRateLimiter[Lane]:
        if self.rate_limiter is None:
            raise RuntimeError("A bot of ours has lanes.")
        return self.rate_limiter

    async def initialize(self) -> None:
        try:
            await super().initialize()
        except InvalidToken:
            raise InvalidToken("Telegram refused the token.") from None

    async def tell(self, words: dict[str, Any], *, edit: bool = False) -> int:
        """`sendMessage` (or `editMessageText`) in the paced lane; the number of the message.

        `words` are the method's parameters as the Bot API names them; None is left out. Of the
        answer only the number is read: the library's own way takes five times the work for each
        alert, most of it on objects that nobody looks at. Raises what `send_message` raises, and a
        plain TelegramError for an answer that tells nothing.
        """
        method = "editMessageText" if edit else "sendMessage"
        address = f"{self.base_url}/{method}"
        if self._paid and not edit:
            words = words | {"allow_paid_broadcast": True}
        try:
            answer = await self._lanes.process_request(
                self.request.post, (address, Words(words)), {}, method, words, "paced"
            )
        except (KeyError, TypeError, AttributeError) as error:  # no object, or one without a result
            raise TelegramError(f"no answer of the Bot API ({type(error).__name__})") from None
        number = answer.get("message_id") if isinstance(answer, dict) else None
        if type(number) is not int:
            raise TelegramError("an answer without the number of the message")
        return number

    async def get_updates(  # type: ignore[override]
        self,
        offset: int | None = None,
        *,
        timeout: int | timedelta = 0,  # noqa: ASYNC109  (Telegram's, of the long poll)
        **given: Any,
    ) -> tuple[Update, ...]:
        """Each update is read alone: PTB's own way ends the polling for good over a single one that
        it cannot read, and writes what people said into the log. Raises Revoked.
        """
        data = {key: given.pop(key, None) for key in ("limit", "allowed_updates")}
        try:
            raw = await self._post(
                "getUpdates",
                {"offset": offset, "timeout": timeout, **data},
                read_timeout=_POLL_SECONDS + _seconds(timeout),
                **{key: value for key, value in given.items() if key != "read_timeout"},
            )
        except InvalidToken:
            raise Revoked("Telegram refused the token.") from None
        items = raw if isinstance(raw, list) else []
        found = [read(item, self) for item in items if isinstance(item, dict) and _number(item)]
        # The library confirms up to the last one; out of order, the rest would come for ever.
        return tuple(sorted(found, key=lambda update: update.update_id))


def read(update: dict[str, Any], bot: Bot) -> Update:
    """An update as the library's type; one that it can't read is only its number, hence nothing.

    Refused, it would come again for ever; its content is none of the log's business.
    """
    try:
        return Update.de_json(update, bot)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError) as error:
        log.warning("an update that cannot be read is passed over: %s", type(error).__name__)
        return Update(_number(update))


def _number(update: dict[str, Any]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0


def _seconds(period: int | timedelta) -> float:
    return period.total_seconds() if isinstance(period, timedelta) else period


def bulk_bot(
    token: str, api_url: str, lanes: Lanes, *, timeout: float = 15.0, paid: bool = False
) -> NewsBot:
    """The bot that alerts and digests go through, with as many connections of its own as the pace
    of `lanes` needs.

    `timeout` is the longest silence in seconds while waiting for an answer. `paid`: what goes
    beyond the free pace may cost Stars; nothing does at a pace that is free.
    """
    if lanes.full > FREE_RATE and not paid and api_url in ("", PUBLIC_API):
        log.warning(
            "BULK_RATE is above what Telegram allows without BULK_PAID; it may slow us down"
        )
    wire = Wire(crew(lanes.full) + BULK_SPARE, timeout)
    return _bot(token, api_url, lanes, wire, paid=paid and lanes.full > FREE_RATE)


def reply_application(
    token: str, api_url: str, lanes: Lanes, *, timeout: float = 15.0
) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """A builder with the bot that answers people; alerts never take its connections."""
    bot = _bot(token, api_url, lanes, Wire(REPLY_CONNECTIONS, timeout))
    return ApplicationBuilder().bot(bot)


def _bot(token: str, api_url: str, lanes: Lanes, request: Wire, *, paid: bool = False) -> NewsBot:
    silence_addresses()
    base = (api_url or PUBLIC_API).rstrip("/")
    return NewsBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=Wire(2, _POLL_SECONDS),
        rate_limiter=lanes,
        paid=paid,
    )


def silence_addresses() -> None:
    """httpx writes every URL at level INFO, PTB its base URL at DEBUG, and ours hold the token."""
    quiet = {"httpx": logging.WARNING, "httpcore": logging.WARNING}
    quiet |= dict.fromkeys(("telegram.Bot", "telegram.ext.ExtBot"), logging.INFO)
    for name, level in quiet.items():
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, level))


# ── messages ─────────────────────────────────────────────────────────────────────────────────────


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Our buttons as Telegram's; None for none. Buttons that do nothing are left out."""
    made = [[_button(button) for button in row if button.data or button.url] for row in rows]
    made = [row for row in made if row]
    return InlineKeyboardMarkup(made) if made else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)


def keyboard_data(rows: Sequence[Sequence[Button]]) -> dict[str, Any] | None:
    """The same as `keyboard`, as the Bot API writes it."""
    made = [
        [
            {"text": b.text, "url": b.url} if b.url else {"text": b.text, "callback_data": b.data}
            for b in row
            if b.data or b.url
        ]
        for row in rows
    ]
    made = [row for row in made if row]
    return {"inline_keyboard": made} if made else None


def preview_data(url: str | None) -> dict[str, Any]:
    """The same as `preview`, as the Bot API writes it."""
    return {"url": url, "prefer_small_media": True} if url else {"is_disabled": True}


def preview(url: str | None) -> LinkPreviewOptions:
    """A small preview of the page below the message, or none."""
    if not url:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=url, prefer_small_media=True)
