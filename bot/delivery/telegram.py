"""The door to Telegram: bots, connections, and our messages in the library's types.

In: token and address of a Bot API server, a keyboard of ours. Out: bots that are ready to be
started, and the library's types. It never decides what to send, when, or whether again.

The library's HTTP transport is replaced by aiohttp's: five times less work per message, and steady
above sixteen requests in flight (https://github.com/encode/httpx/issues/3215).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import httpx
import httpx_aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.lanes import Lane, Lanes
from bot.delivery.render import Button

log = logging.getLogger(__name__)

PUBLIC_API = "https://api.telegram.org"
REPLY_CONNECTIONS = 32
BULK_CONNECTIONS = 16
_CONNECT_SECONDS = 5.0
_POOL_SECONDS = 5.0
_POLL_SECONDS = 30.0  # read timeout of getUpdates, added to its own

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class NewsBot(ExtBot[Lane]):
    """PTB's bot, which would name the token in the error that refuses it."""

    __slots__ = ()

    async def initialize(self) -> None:
        try:
            await super().initialize()
        except InvalidToken:
            raise InvalidToken("Telegram refused the token.") from None

    async def tell(self, words: dict[str, Any], *, edit: bool = False) -> int:
        """`sendMessage` (or `editMessageText`) in the paced lane; the number of the message.

        `words` are the method's parameters as the Bot API names them. Of the answer only the number
        is read: the library's own way takes twice the work for each alert, half of it on objects
        that nobody looks at. Raises what `send_message` raises, and a plain TelegramError for an
        answer that tells nothing.
        """
        try:
            answer = await self._post(
                "editMessageText" if edit else "sendMessage",
                dict(words),
                api_kwargs=self._merge_api_rl_kwargs(None, "paced"),
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
        it cannot read, and writes what people said into the log.
        """
        data = {key: given.pop(key, None) for key in ("limit", "allowed_updates")}
        raw = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": timeout, **data},
            read_timeout=_POLL_SECONDS + _seconds(timeout),
            **{key: value for key, value in given.items() if key != "read_timeout"},
        )
        items = raw if isinstance(raw, list) else []
        return tuple(read(item, self) for item in items if isinstance(item, dict) and _number(item))


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


def bulk_bot(token: str, api_url: str, lanes: Lanes, *, timeout: float = 15.0) -> NewsBot:
    """The bot that alerts and digests go through, with connections of its own.

    `timeout` is the longest silence in seconds while waiting for an answer.
    """
    return _bot(token, api_url, lanes, _request(BULK_CONNECTIONS, timeout))


def reply_application(
    token: str, api_url: str, lanes: Lanes, *, timeout: float = 15.0
) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """A builder with the bot that answers people; alerts never take its connections."""
    bot = _bot(token, api_url, lanes, _request(REPLY_CONNECTIONS, timeout))
    return ApplicationBuilder().bot(bot)


def _bot(token: str, api_url: str, lanes: Lanes, request: HTTPXRequest) -> NewsBot:
    silence_addresses()
    base = (api_url or PUBLIC_API).rstrip("/")
    return NewsBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=_request(2, _POLL_SECONDS),
        rate_limiter=lanes,
    )


def _request(connections: int, timeout: float) -> HTTPXRequest:
    limits = httpx.Limits(max_connections=connections, keepalive_expiry=20)
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=timeout,
        write_timeout=timeout,
        connect_timeout=_CONNECT_SECONDS,
        pool_timeout=_POOL_SECONDS,
        httpx_kwargs={"transport": Transport(limits=limits)},
    )


def silence_addresses() -> None:
    """httpx writes every URL at level INFO, PTB its base URL at DEBUG, and ours hold the token."""
    quiet = {"httpx": logging.WARNING, "httpcore": logging.WARNING}
    quiet |= dict.fromkeys(("telegram.Bot", "telegram.ext.ExtBot"), logging.INFO)
    for name, level in quiet.items():
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, level))


class Transport(httpx_aiohttp.AiohttpTransport):
    """aiohttp below httpx, telling truly whether a request was written, and never to which URL.

    httpx-aiohttp 0.2 maps every broken connection to `ConnectTimeout`, which would make us repeat
    a message that is out; and aiohttp's own texts hold the URL, hence the token.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await super().handle_async_request(request)
            await _read(response)
        except (httpx.TransportError, aiohttp.ClientError) as error:
            raise _told_truly(error) from None
        return response

    async def aclose(self) -> None:
        """Closes the session; the next request opens a new one."""
        await super().aclose()
        self.client = None


async def _read(response: httpx.Response) -> None:
    """The whole body; half of one gives its connection up, too."""
    try:
        await response.aread()
    except BaseException:
        await response.aclose()
        raise


def _told_truly(error: Exception) -> httpx.TransportError:
    below = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    match below:
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError("no connection")
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout("no connection in time")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError() | httpx.UnsupportedProtocol():
            return httpx.UnsupportedProtocol("no address of a Bot API server")
        case aiohttp.ServerTimeoutError() | httpx.ReadTimeout():
            return httpx.ReadTimeout("no answer in time")
    return httpx.ReadError(f"the connection broke ({type(below).__name__})")


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
