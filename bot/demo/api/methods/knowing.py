"""Who the bot is, and the files it may fetch: getMe, getFile, logOut, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.api.errors import bad_request
from bot.demo.api.log import Call
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Json = dict[str, Any]


async def get_me(api: BotApi, params: Params, call: Call) -> Json:
    return api.me.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not api.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_file(api: BotApi, params: Params, call: Call) -> Json:
    """The path is the file id; the body is at /file/bot<token>/<path>."""
    number = params.text("file_id")
    if number not in api.files:
        raise bad_request("invalid file_id")
    size = len(api.files[number])
    if size > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return {
        "file_id": number,
        "file_unique_id": f"u{number}",
        "file_size": size,
        "file_path": number,
    }


async def stop_using(api: BotApi, params: Params, call: Call) -> bool:
    """logOut and close change nothing here: there is no other server to move to."""
    return True


METHODS = {"getMe": get_me, "getFile": get_file, "logOut": stop_using, "close": stop_using}
