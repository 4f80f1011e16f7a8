"""What a button under an alert carries: an action and the number of the alert.

In: an action and an id, or whatever a client sends back. Out: at most 64 bytes, or the two again.
Nothing in it grants a right: the handler asks the store whose alert it is.
https://core.telegram.org/bots/api#inlinekeyboardbutton
"""

from __future__ import annotations

import re

SUMMARY, MUTE, UNFOLLOW, WHY, BACK = "s", "m", "u", "w", "b"
OPEN, LIST = "o", "l"  # an alert out of a list, and the way back to the list
NOT = "n"  # not about the topic, under Why
FOLLOW, LEAVE = "f", "e"  # this story, whatever the chat's topics are
ACTIONS = frozenset({SUMMARY, MUTE, UNFOLLOW, WHY, BACK, OPEN, LIST, NOT, FOLLOW, LEAVE})
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DATA = re.compile(r"([a-z]):(0|[1-9a-z][0-9a-z]{0,12})", re.ASCII)
_LARGEST = 2**63 - 1  # of an id in the store


def pack(action: str, number: int) -> str:
    """The data of a button; ValueError for an action or id that `unpack` would refuse."""
    if action not in ACTIONS or not 0 <= number <= _LARGEST:
        raise ValueError(f"no such button: {action!r} {number}")
    return f"{action}:{_base36(number)}"


def unpack(data: object) -> tuple[str, int] | None:
    """Action and id; None for anything that `pack` would not have made."""
    match = _DATA.fullmatch(data) if isinstance(data, str) else None
    if not match or match[1] not in ACTIONS:
        return None
    number = int(match[2], 36)
    return (match[1], number) if number <= _LARGEST else None


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
