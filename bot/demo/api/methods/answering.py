"""Answers to taps and to inline queries.

In: parameters. Out: True. A tap is answered once and in time (Limits.callback_seconds).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.api import content
from bot.demo.api.errors import bad_request
from bot.demo.api.log import Call
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

LONGEST_ANSWER = 200  # characters
MOST_RESULTS = 50
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def answer_callback_query(api: BotApi, params: Params, call: Call) -> bool:
    tap = api.taps.get(params.text("callback_query_id"))
    late = tap is not None and api.now() - tap.at > api.limits.callback_seconds
    if tap is None or tap.answer is not None or late:
        raise bad_request(_TOO_OLD)
    text = params.text("text")
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answer = {"text": text, "alert": params.flag("show_alert"), "url": params.text("url")}
    chat = tap.message.chat.id if tap.message is not None else None
    api.events.tell("answer", chat, user=tap.user.id, query=tap.id, **tap.answer)
    return True


async def answer_inline_query(api: BotApi, params: Params, call: Call) -> bool:
    number = params.text("inline_query_id")
    if number not in api.inline or api.inline[number] is not None:
        raise bad_request(_TOO_OLD)
    results = params.array("results", "InlineQueryResult")
    if results is None:
        raise bad_request("results isn't specified")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    ids = [_check_result(result) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    answer = {
        "results": results,
        "next_offset": params.text("next_offset"),
        "is_personal": params.flag("is_personal"),
        "cache_time": params.number("cache_time", 300),
    }
    api.inline[number] = answer
    api.events.tell("inline", None, query=number, **answer)
    return True


def _check_result(result: Any) -> str:
    number = str(result.get("id", "")) if isinstance(result, dict) else ""
    if not 0 < len(number.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result.get("type") == "article":
        if not result.get("title"):
            raise bad_request("ARTICLE_TITLE_EMPTY")
        given = result.get("input_message_content")
        if not isinstance(given, dict) or "message_text" not in given:
            raise bad_request("message content is not specified")
        values = given | {"text": given["message_text"]}
        content.text(Params(values))
    return number


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
