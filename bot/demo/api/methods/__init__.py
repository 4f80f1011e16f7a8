"""The methods of the Bot API, one table. In: a method's name. Out: what carries it out, or None.

A method takes the server, its parameters and its entry in the log; it returns the result as JSON or
raises ApiError. What is not here answers 404, as an unknown method does at Telegram.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.demo.api.log import Call
from bot.demo.api.methods import answering, chatting, editing, feeding, knowing, profiling, sending
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Method: TypeAlias = "Callable[[BotApi, Params, Call], Awaitable[Any]]"

_GROUPS = (answering, chatting, editing, feeding, knowing, profiling, sending)
METHODS: dict[str, Method] = {
    name.lower(): method for group in _GROUPS for name, method in group.METHODS.items()
}


def find(name: str) -> Method | None:
    """Upper and lower case are one to Telegram."""
    return METHODS.get(name.lower())
