"""Every call a bot made, and what became of it. In: calls as they end. Out: a list to search.

`done` and `answered` are two things: a message can be in the chat although its sender never heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Call:
    number: int
    at: float  # by the server's clock
    method: str
    params: dict[str, Any]
    status: int = 0  # of the HTTP answer; 0 while under way, or when there was none
    answer: Any = None  # decoded, as the bot got it or would have got it
    done: bool = False  # carried out: whatever it changes is changed
    answered: bool = False  # the whole answer left for the bot
    fault: str | None = None

    @property
    def ok(self) -> bool:
        return self.done and self.answered

    @property
    def chat_id(self) -> int | None:
        try:
            return int(self.params["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class Log:
    """Iterates oldest first, without the long polls; `all` holds them too."""

    def __init__(self) -> None:
        self.all: list[Call] = []

    def begin(self, at: float, method: str, params: dict[str, Any]) -> Call:
        call = Call(len(self.all) + 1, at, method, params)
        self.all.append(call)
        return call

    def __iter__(self) -> Iterator[Call]:
        return (call for call in self.all if call.method.lower() != "getupdates")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of(self, method: str, chat: int | None = None) -> list[Call]:
        """All calls of a method, oldest first; with `chat`, only those to that chat."""
        wanted = method.lower()
        return [
            call
            for call in self.all
            if call.method.lower() == wanted and (chat is None or call.chat_id == chat)
        ]

    def clear(self) -> None:
        self.all.clear()
