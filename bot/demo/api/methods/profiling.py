"""What the bot says of itself: commands, names, descriptions, the menu button.

In: parameters. Out: what was set. People see it through BotApi.commands_for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.demo.api.errors import bad_request
from bot.demo.api.log import Call
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Json = dict[str, Any]


async def set_my_commands(api: BotApi, params: Params, call: Call) -> bool:
    scope, language = params.object("scope", "BotCommandScope"), params.text("language_code")
    commands = params.array("commands", "BotCommand") or []
    api.profile.set_commands(commands, scope, language)
    shown = api.profile.commands(scope, language)
    api.events.tell("commands", None, scope=scope, language=language, commands=shown)
    return True


async def get_my_commands(api: BotApi, params: Params, call: Call) -> list[Json]:
    return api.profile.commands(params.object("scope"), params.text("language_code"))


async def delete_my_commands(api: BotApi, params: Params, call: Call) -> bool:
    scope, language = params.object("scope", "BotCommandScope"), params.text("language_code")
    api.profile.delete_commands(scope, language)
    api.events.tell("commands", None, scope=scope, language=language, commands=[])
    return True


async def set_chat_menu_button(api: BotApi, params: Params, call: Call) -> bool:
    button = params.object("menu_button", "MenuButton") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("MenuButton has unsupported type")
    api.profile.menu_buttons[params.number("chat_id")] = button
    api.events.tell("profile", params.number("chat_id") or None, what="menu_button", value=button)
    return True


async def get_chat_menu_button(api: BotApi, params: Params, call: Call) -> Json:
    buttons = api.profile.menu_buttons
    default: Json = {"type": "default"}
    return buttons.get(params.number("chat_id"), buttons.get(0, default))


def _setter(what: str) -> Callable[[BotApi, Params, Call], Awaitable[bool]]:
    async def change(api: BotApi, params: Params, call: Call) -> bool:
        text, language = params.text(what), params.text("language_code")
        api.profile.set_text(what, text, language)
        api.events.tell("profile", None, what=what, language=language, value=text)
        return True

    return change


def _getter(what: str) -> Callable[[BotApi, Params, Call], Awaitable[Json]]:
    async def tell(api: BotApi, params: Params, call: Call) -> Json:
        default = api.me.first_name if what == "name" else ""
        return {what: api.profile.text(what, params.text("language_code"), default)}

    return tell


METHODS = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
}
