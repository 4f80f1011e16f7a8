"""What an outcome means for the whole chat: closed, moved, left alone for a while, or fine again.

In: an outcome of anything that was sent, and a transaction. Out: the chat's row. One place, so that
alerts, digests and answers learn the same from the same refusal. It sends nothing.
"""

from __future__ import annotations

from bot.delivery.outcome import HOUR
from bot.model import Chat, Later, Moved, Never, Outcome, Sent
from bot.store import Transaction


async def note(
    tx: Transaction, chat: Chat, outcome: Outcome, now: float, *, thread: int | None = None
) -> None:
    """`thread`: a `Never` that closes only this forum thread of the chat."""
    match outcome:
        case Never(problem, scope="chat"):
            await tx.chats.close(chat.telegram, problem, now, thread=thread)
        case Moved(telegram):
            await tx.chats.migrate(chat.telegram, telegram)
        case Later(seconds, refusal=kind) if kind is not None and kind != "odd":
            await tx.chats.refuse(chat.id, kind, now, seconds)
        case Sent(astray=True):
            await tx.chats.refuse(chat.id, "thread", now, HOUR)
        case Sent() if chat.refusal is not None:
            await tx.chats.accept(chat.telegram, chat.thread)
