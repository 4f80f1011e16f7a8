"""The words of a message. In: text or caption with parse mode or entities. Out: both as they will
stand in the chat, or Telegram's complaint.

The limits: core.telegram.org/bots/api#sendmessage; 32,768 bytes before parsing is a limit of
telegram-bot-api itself. Lengths are counted in UTF-16 units, the stricter of the two readings.
"""

from __future__ import annotations

from typing import Any

from bot.demo.api import entities, html
from bot.demo.api.errors import bad_request
from bot.demo.api.marks import Entity, HtmlError
from bot.demo.api.params import Params

Json = dict[str, Any]

LONGEST_RAW = 1 << 15  # bytes
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_INVISIBLE = " \n\u00a0\u200b\u200c\u200d\u200e\u200f\u2060\u180e\ufeff"


def text(params: Params) -> tuple[str, tuple[Json, ...]]:
    """Of sendMessage and editMessageText. Raises 400."""
    shown, marks = _read(params, "text", "entities", "message text is empty")
    if not shown.strip(_INVISIBLE):
        raise bad_request("text must be non-empty")
    if entities.units(shown) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return shown, marks


def caption(params: Params) -> tuple[str, tuple[Json, ...]]:
    """Of files; may be empty. Raises 400."""
    shown, marks = _read(params, "caption", "caption_entities", "")
    if entities.units(shown) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return shown, marks


def _read(params: Params, name: str, marks: str, empty: str) -> tuple[str, tuple[Json, ...]]:
    raw = params.text(name)
    try:
        size = len(raw.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > LONGEST_RAW:
        raise bad_request(f"{name} is too long")
    if not raw:
        if empty:
            raise bad_request(empty)
        return "", ()
    return entities.settle(*_parsed(params, raw, marks))


def _parsed(params: Params, raw: str, marks: str) -> tuple[str, list[Entity]]:
    mode = params.text("parse_mode").lower()
    if mode == "html":
        try:
            return html.parse(raw)
        except HtmlError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    if mode in ("markdown", "markdownv2"):
        raise bad_request("this server knows no Markdown: use parse_mode=HTML")
    if mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    return raw, entities.from_json(params.array(marks, "MessageEntity"))


def preview(params: Params) -> Json | None:
    """link_preview_options as given; the older disable_web_page_preview counts, too."""
    options = params.object("link_preview_options", "link preview options")
    if options:
        return options
    return {"is_disabled": True} if params.flag("disable_web_page_preview") else None
