"""What a bot says of itself. In: names, descriptions, commands per scope and language. Out: what a
person in some language sees.

Rules: core.telegram.org/bots/api#setmycommands, #botcommandscope (which list wins).
"""

from __future__ import annotations

import re
from typing import Any

from bot.demo.api.chats import Chat
from bot.demo.api.errors import bad_request

Json = dict[str, Any]

MOST_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
    "chat_administrators", "chat_member",
}  # fmt: skip
LONGEST = {"name": 64, "description": 512, "short_description": 120}
_TOO_LONG = {
    "name": "BOT_TITLE_INVALID",
    "description": "DESCRIPTION_TOO_LONG",
    "short_description": "ABOUT_TOO_LONG",
}


class Profile:
    def __init__(self) -> None:
        self._commands: dict[tuple[str, str], list[Json]] = {}
        self.texts: dict[tuple[str, str], str] = {}  # by what and language
        self.menu_buttons: dict[int, Json] = {}  # by chat; 0: the default

    # ── commands ──

    def set_commands(self, raw: Any, scope: Json | None, language: str) -> None:
        """Raises 400 for what Telegram refuses."""
        if len(raw) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._commands[_key(scope, language)] = [_command(item) for item in raw]

    def commands(self, scope: Json | None, language: str) -> list[Json]:
        """Exactly what was set for this scope and language."""
        return self._commands.get(_key(scope, language), [])

    def delete_commands(self, scope: Json | None, language: str) -> None:
        self._commands.pop(_key(scope, language), None)

    def menu(self, chat: Chat, language: str, *, admin: bool) -> list[Json]:
        """The first list that is set, from the narrowest scope to the widest."""
        scopes = [f"chat:{chat.id}"]
        if chat.kind == "private":
            scopes.append("all_private_chats")
        else:
            if admin:
                scopes = [f"chat_administrators:{chat.id}", *scopes, "all_chat_administrators"]
            scopes.append("all_group_chats")
        for scope in [*scopes, "default"]:
            for code in (language[:2], ""):
                if (scope, code) in self._commands:
                    return self._commands[scope, code]
        return []

    # ── texts ──

    def set_text(self, what: str, text: str, language: str) -> None:
        if len(text) > LONGEST[what]:
            raise bad_request(_TOO_LONG[what])
        _check_language(language)
        self.texts[what, language] = text

    def text(self, what: str, language: str, default: str = "") -> str:
        return self.texts.get((what, language)) or self.texts.get((what, ""), default)


def _command(raw: Any) -> Json:
    name = str(raw.get("command", "")).removeprefix("/").lower() if isinstance(raw, dict) else ""
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(raw.get("description", "")).strip()
    if not 0 < len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _key(scope: Json | None, language: str) -> tuple[str, str]:
    kind = (scope or {}).get("type", "default")
    if kind not in _SCOPES:
        raise bad_request("unsupported type specified")
    _check_language(language)
    if kind.startswith("chat"):
        kind = f"{kind}:{scope['chat_id']}" if scope else kind
    return kind, language


def _check_language(language: str) -> None:
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("language code is invalid")
