"""Faults on order. In: which calls, how often, what goes wrong. Out: the fault for a call, or None.

    api.faults.add("502", match="sendMessage")                     the next sendMessage
    api.faults.add("429", match={"chat_id": 7}, seconds=3)         the next call with that chat
    api.faults.add("done-then-close", times=5)               five calls of any kind (not polls)
    api.faults.add("error", code=403, description="Forbidden: …", match=lambda call: …)

Knows what may go wrong; bot/demo/api/front.py makes it happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from bot.demo.api.log import Call

Kind: TypeAlias = Literal[
    "429",  # with parameters.retry_after = seconds
    "429-bare",  # without parameters
    "500",  # an HTML page
    "502",  # the HTML page of a proxy
    "503",  # no body at all
    "504",
    "blocked",  # 403, though nobody did block the bot
    "error",  # an answer of your own: code, description, parameters
    "not-ok",  # 200 and ok: false
    "no-result",  # 200 and ok: true, and that is all
    "not-json",
    "empty",  # 200 without a body
    "wrong-type",  # 200 with a number where an object belongs
    "hang",  # read, not carried out, never answered
    "close",  # read, not carried out, connection closed
    "done-then-hang",  # carried out, never answered
    "done-then-close",  # carried out, connection closed without an answer
    "done-then-partial",  # carried out, half an answer
    "done-then-502",  # carried out, answered with the page of a proxy
    "delay",  # `seconds` late, otherwise as ever
]
KINDS: tuple[str, ...] = get_args(Kind)
Matcher: TypeAlias = str | Mapping[str, Any] | Callable[[Call], bool] | None


@dataclass(slots=True)
class Fault:
    kind: Kind
    match: Matcher = None
    times: int | None = 1  # None: for good
    seconds: float = 1.0
    code: int = 400
    description: str = "Bad Request: a fault on order"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    hits: int = 0  # how often it struck

    @property
    def done_first(self) -> bool:
        return self.kind.startswith("done-then-") or self.kind == "delay"

    def strikes(self, call: Call) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        match self.match:
            case None:
                return call.method.lower() != "getupdates"
            case str() as method:
                return call.method.lower() == method.lower()
            case Mapping() as wanted:
                return all(_value(call, name) == str(value) for name, value in wanted.items())
        return self.match(call)


def _value(call: Call, name: str) -> str:
    return call.method if name == "method" else str(call.params.get(name, ""))


class Faults:
    """Oldest first; a fault that is used up stays readable for its `hits`."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def add(
        self, kind: Kind, match: Matcher = None, times: int | None = 1, **options: Any
    ) -> Fault:
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are: {', '.join(KINDS)}")
        fault = Fault(kind, match, times, **options)
        self.all.append(fault)
        return fault

    def clear(self) -> None:
        self.all.clear()

    def pick(self, call: Call) -> Fault | None:
        for fault in self.all:
            if fault.strikes(call):
                fault.hits += 1
                return fault
        return None
