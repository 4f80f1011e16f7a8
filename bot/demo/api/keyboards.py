"""Keyboards as Telegram takes them. In: reply_markup. Out: the same, or Telegram's complaint.

Rules: core.telegram.org/bots/api#inlinekeyboardmarkup; texts of telegram-bot-api's Client.cpp and
TDLib's ReplyMarkup.cpp. Knows nothing of messages.
"""

from __future__ import annotations

from typing import Any

from bot.demo.api import links
from bot.demo.api.errors import bad_request
from bot.demo.api.params import Params

Json = dict[str, Any]

MOST_BUTTONS = 100
LONGEST_DATA = 64  # bytes
LONGEST_COPY = 256  # characters
_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
_STYLES = ("danger", "success", "primary")
_OTHERS = ("keyboard", "remove_keyboard", "force_reply")


def read(params: Params) -> Json | None:
    """Raises 400. An empty inline keyboard is none."""
    markup = params.object("reply_markup", "reply keyboard markup")
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if not any(name in markup for name in _OTHERS):
            raise bad_request("object expected as reply markup")
        return markup
    rows = [row for row in _rows(markup["inline_keyboard"]) if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _rows(raw: Any) -> list[list[Json]]:
    if not isinstance(raw, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    rows = []
    for row in raw:
        if not isinstance(row, list):
            raise bad_request(
                'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
            )
        rows.append([_button(button) for button in row])
    return rows


def _button(raw: Any) -> Json:
    if not isinstance(raw, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    if not isinstance(raw.get("text"), str):
        raise _unreadable('Can\'t find field "text"')
    if not raw["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    present = [name for name in _ACTIONS if name in raw]
    if not present:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if raw.get("style") and raw["style"] not in _STYLES:
        raise bad_request("invalid button style specified")
    _check_action(raw, present[0])
    return dict(raw) | ({"url": links.check(raw["url"])} if present[0] == "url" else {})


def _check_action(button: Json, action: str) -> None:
    value = button[action]
    match action:
        case "callback_data":
            if not isinstance(value, str) or not 0 < len(value.encode()) <= LONGEST_DATA:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            _check_url(str(value))
        case "web_app":
            url = str(value.get("url", "")) if isinstance(value, dict) else ""
            if not url.lower().startswith("https://"):
                raise bad_request(
                    f"inline keyboard button Web App URL '{url}' is invalid: "
                    "Only HTTPS links are allowed"
                )
        case "copy_text":
            text = value.get("text", "") if isinstance(value, dict) else ""
            if not 0 < len(text) <= LONGEST_COPY:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_url(url: str) -> None:
    if links.user_of(url):
        return
    try:
        links.check(url)
    except links.LinkError as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from None


def _unreadable(text: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {text}")
