"""What can be seen in the chats, as it happens. In: an event. Out: the same to every subscriber.

Events are for the eyes of people (a page in the browser, a test); updates for the bot are apart
(bot/demo/api/updates.py). `wait_for` wakes on every event and after every call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

T = TypeVar("T")

EventKind: TypeAlias = Literal[
    "message",  # message: new in chat, by anyone
    "edited",  # message: its present state; message.history holds the earlier ones
    "deleted",  # message: as it last was
    "answer",  # a tap was answered: user, query, text, alert, url; text "" ends the spinner only
    "inline",  # an inline query was answered: user, query, results
    "typing",  # chat, action, thread
    "commands",  # scope, language, commands: the menu changed
    "profile",  # what, language, value: name, description, short description, menu button
    "member",  # user, status, chat: somebody (the bot too) came, left, blocked
    "pinned",  # message
    "unpinned",
]


@dataclass(frozen=True, slots=True)
class Event:
    kind: EventKind
    chat: int | None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Any:
        """The message of the event (bot.demo.api.messages.Message), where it has one."""
        return self.detail.get("message")

    def as_json(self) -> dict[str, Any]:
        """Ready for a browser: `{"event", "chat", "message"?, …}`."""
        detail = {
            name: value.as_seen() if hasattr(value, "as_seen") else value
            for name, value in self.detail.items()
        }
        return {"event": self.kind, "chat": self.chat} | detail


class Events:
    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Event]] = set()
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self, kind: EventKind, chat: int | None, **detail: Any) -> None:
        event = Event(kind, chat, detail)
        for queue in self._queues:
            queue.put_nowait(event)
        self.wake()

    def wake(self) -> None:
        """Let every `wait_for` look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def subscribe(self) -> Subscription:
        """From this very call on, nothing is missed."""
        return Subscription(self._queues)

    def wait_for(self, condition: Callable[[], T], timeout: float) -> Awaitable[T]:
        """The first true value of `condition`; TimeoutError after `timeout` real seconds."""
        return self._wait(condition, timeout)

    async def _wait(self, condition: Callable[[], T], seconds: float) -> T:
        async with asyncio.timeout(seconds):
            while not (value := condition()):
                future = asyncio.get_running_loop().create_future()
                self._waiting.add(future)
                await future
        return value


class Subscription:
    """`async for event in subscription`; leave it with `close()` or as a `with` block."""

    def __init__(self, queues: set[asyncio.Queue[Event]]) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self._queues = queues
        queues.add(self._queue)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Event:
        return await self._queue.get()

    def close(self) -> None:
        self._queues.discard(self._queue)

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
