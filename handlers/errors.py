"""The one place where an exception becomes a sentence.

Comes in: whatever a handler raised. Goes out: one sentence to the person, and a trace to the log
that names places in the code but nothing that anyone wrote. It refuses to try anything again.
"""

from __future__ import annotations

import logging
import traceback

from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.outcome import classify, lost_thread
from bot.delivery.render import Text
from bot.delivery.standing import note
from bot.errors import (
    FeedError,
    LimitReached,
    PageError,
    QueryError,
    StoreBusy,
    StoreError,
    StoreFull,
    WorkerError,
)
from bot.i18n import FALLBACK, Texts
from bot.metrics import ERRORS
from bot.model import Later, Never
from handlers.cards import Card
from handlers.context import (
    Call,
    Context,
    Gone,
    Tap,
    house_of,
    message_of,
    open_call,
    open_tap,
    thread_of,
)

log = logging.getLogger(__name__)

_KEYS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (QueryError, "odd.query"),
    (LimitReached, "odd.limit"),
    (FeedError, "sources.no_feed"),
    (PageError, "summary.unreadable"),
    (StoreBusy, "odd.busy"),
    (StoreFull, "odd.full"),
    ((WorkerError, TimeoutError), "odd.slow"),
    (Gone, "odd.missing"),
)
_FULL = {"topics": "follow.full", "feeds": "sources.full"}
_NOT_FOUND = 404
_REFUSED = {
    "address", "url", "gone", "wait", "blocked", "timeout", "network", "size", "truncated",
    "redirects", "words",
}  # fmt: skip
_SPOKEN = (QueryError, FeedError)  # their own words say more, but only in English


async def failed(update: object, context: Context) -> None:
    """PTB's error handler."""
    error = context.error
    if error is None:
        return
    if isinstance(error, TelegramError) and await _about_the_chat(update, error, context):
        return
    key = _key(error)
    if key is None:
        ERRORS.labels("handlers").inc()
        log.error("A handler failed: %s", trace(error))
    if isinstance(update, Update) and not isinstance(error, TelegramError):
        await _tell(update, context, error, key or "odd.error")


def _key(error: Exception) -> str | None:
    """The phrase for an error that is expected; None for one that is a fault of ours."""
    return next((key for kinds, key in _KEYS if isinstance(error, kinds)), None)


def trace(error: BaseException) -> str:
    """Kind and places of an error, without its words: they may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(
        f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in reversed(frames)
    )
    return f"{type(error).__name__} at {places}"


def sentence(error: Exception, key: str, texts: Texts) -> str:
    """What a person is told."""
    if isinstance(error, LimitReached):
        return texts.n(_FULL[error.kind], error.limit)
    if isinstance(error, _SPOKEN) and texts.language == FALLBACK and str(error):
        return str(error)
    if isinstance(error, QueryError) and error.code:
        return texts(f"query.{error.code}", **error.values)
    if isinstance(error, QueryError) and error.near:
        return texts("odd.query_at", near=error.near)
    if isinstance(error, FeedError | PageError):
        return _refused(error, key, texts)
    return texts(key)


def _refused(error: FeedError | PageError, key: str, texts: Texts) -> str:
    """Why an address gave nothing, where that is known."""
    if error.kind == "status" and error.status:
        found = "missing" if error.status == _NOT_FOUND else "status"
        return texts(f"refused.{found}", status=error.status)
    return texts(f"refused.{error.kind}") if error.kind in _REFUSED else texts(key)


async def _about_the_chat(update: object, error: TelegramError, context: Context) -> bool:
    """Answers that could not be delivered: the chat is closed, moved or takes nothing for now, or
    Telegram is out of reach.
    """
    if isinstance(error, Forbidden | ChatMigrated | BadRequest):
        return isinstance(update, Update) and await _learn(update, error, context)
    if isinstance(error, RetryAfter | NetworkError):
        log.warning("Telegram did not take an answer: %s", type(error).__name__)
        return True
    return False


async def _learn(update: Update, error: TelegramError, context: Context) -> bool:
    """What an answer that was refused says of its chat, as an alert would have found out."""
    services, place = house_of(context).services, update.effective_chat
    if place is None:
        return False
    chat = await services.store.chats.find(place.id, thread_of(message_of(update)))
    outcome = classify(error, chat=chat, now=services.now())
    if isinstance(outcome, Later | Never) and outcome.scope == "alert":
        return False
    if chat is not None:
        thread = chat.thread if lost_thread(error) else None
        async with services.store.transaction() as tx:
            await note(tx, chat, outcome, services.now(), thread=thread)
            if isinstance(outcome, Later):
                await tx.outbox.pause(chat.id, services.now() + outcome.seconds)
    return True


async def _tell(update: Update, context: Context, error: Exception, key: str) -> None:
    """Say it where the person waits; when that fails too, the log knows."""
    if update.effective_chat is None:
        return
    try:
        call = await _open(update, context)
        said = sentence(error, key, call.texts)
        if isinstance(call, Tap) and not call.answered and len(said) <= 200:
            await call.toast(said, alert=True)
        else:
            await call.reply(Card(Text().text(said)))
    except (TelegramError, StoreError) as second:
        log.warning("An answer could not be given: %s", type(second).__name__)
    finally:
        if update.callback_query is not None:
            house_of(context).answered.discard(update.callback_query.id)


async def _open(update: Update, context: Context) -> Call:
    if update.callback_query is not None:
        return await open_tap(update, context)
    return await open_call(update, context)
