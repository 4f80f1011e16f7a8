"""Many stories in one message, at the time of day a chat chose.

In: open chats with `digest_at`. Out: one digest a day for each. That it was begun is committed to
the chat before the message is sent, how it ended afterwards. One that a dead process began and did
not end is sent once more, with a word of doubt, and never a third time; an answer that the network
lost repeats none. Days of 23 and 25 hours have one digest like any other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.delivery.lanes import Lanes
from bot.delivery.outcome import classify, in_words, lost_thread, refuses_token
from bot.delivery.quiet import local_date, minutes_past
from bot.delivery.render import Message, Text, outlets_line
from bot.delivery.sender import Sender
from bot.delivery.standing import note
from bot.errors import StoreError, TokenRefused
from bot.i18n import Texts
from bot.markup import clean
from bot.model import Chat, ChatId, Clock, Later, Moved, Sent, Story
from bot.store import Store
from bot.store.chats import DigestHours
from bot.stories.rank import rank

log = logging.getLogger(__name__)

STORIES = 10
DAY = 86_400
LATEST = 180  # minutes after its time in which a digest is still worth sending
_LOOK = 20.0  # seconds between looks at the clock
_CHAT_PATIENCE = 2.0  # seconds
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Contents:
    """The most important stories of a chat's topics, and how many there are in all."""

    stories: tuple[Story, ...]
    total: int


class Digests:
    def __init__(
        self,
        store: Store,
        sender: Sender,
        texts_for: Callable[[str], Texts],
        *,
        lanes: Lanes,
        now: Clock,
    ) -> None:
        self._store = store
        self._sender = sender
        self._texts_for = texts_for
        self._lanes = lanes
        self._now = now
        self._not_before: dict[ChatId | None, float] = {}  # None: for all of them
        self._begun: dict[ChatId, str] = {}  # by this process, and on which local date

    async def run(self, stop: asyncio.Event) -> None:
        """Sends what is due until `stop`. Raises TokenRefused."""
        while not stop.is_set():
            try:
                await self.send_due(stop)
            except StoreError as error:
                log.warning("Digests must wait for the store: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await stop.wait()

    async def send_due(self, stop: asyncio.Event | None = None) -> int:
        """One look at all chats that chose a time; how many digests were sent."""
        sent = 0
        async for chat in self._due():
            if (stop is not None and stop.is_set()) or self._resting(None):
                break
            if not self._resting(chat.id) and self._lanes.wait(chat.telegram) <= _CHAT_PATIENCE:
                sent += await self._send(chat)
        return sent

    def _resting(self, chat: ChatId | None) -> bool:
        if self._now() < self._not_before.get(chat, 0.0):
            return True
        self._not_before.pop(chat, None)
        return False

    async def _due(self) -> AsyncIterator[Chat]:
        after, now = 0, self._now()
        hours = [_hours(zone, now) for zone in await self._store.chats.digest_zones()]
        days = {each.zone: each.day for each in hours}
        while page := await self._store.chats.digest_around(hours, after, _PAGE):
            for chat in page:
                if is_due(chat, self._now()) and self._begun.get(chat.id) != days[chat.timezone]:
                    yield chat
            after = page[-1].id

    async def _send(self, chat: Chat) -> bool:
        today = local_date(chat.timezone, self._now()).isoformat()
        contents = await self._contents(chat)
        if contents is None:
            await self._remember(chat, today, 0)
            return False
        again = chat.digest_on == today
        texts = self._texts_for(chat.language)
        message = digest_message(contents, chat, texts, now=self._now(), doubt=again)
        await self._lanes.turn(chat.telegram)
        await self._remember(chat, today, 2 if again else 1)
        self._begun[chat.id] = today
        try:
            sent = await self._sender.send(chat, message)
        except (TelegramError, TimeoutError, KeyError, AttributeError, TypeError) as error:
            await self._failed(chat, error)
            return False
        async with self._store.transaction() as tx:
            await tx.chats.change(chat.id, digest_begun=0)
            if sent.astray or chat.refusal is not None:
                await note(tx, chat, Sent(sent.message, astray=sent.astray), self._now())
        return True

    async def _contents(self, chat: Chat) -> Contents | None:
        """None where the chat follows nothing, or nothing that is not muted."""
        now = self._now()
        follows = [
            follow
            for follow in await self._store.topics.of_chat(chat.id)
            if follow.muted_until is None or follow.muted_until <= now
        ]
        found: dict[int, Story] = {}
        for follow in follows:
            for story in await self._store.stories.recent(
                since=now - DAY, viewer=chat.id, topic=follow.topic, language=chat.language
            ):
                if story.publishers >= follow.rings_at:
                    found[story.id] = story
        if not follows:
            return None
        return Contents(tuple(rank(list(found.values()), int(now))[:STORIES]), len(found))

    async def _failed(self, chat: Chat, error: Exception) -> None:
        if refuses_token(error):
            await self._remember(chat, chat.digest_on, chat.digest_begun)
            raise TokenRefused("Telegram refused the token. Check TELEGRAM_TOKEN with @BotFather.")
        now = self._now()
        outcome = classify(error, chat=chat, now=now)
        log.info("The digest for chat %s %s", chat.id, in_words(outcome))
        day, begun = self._begun.get(chat.id), 0
        if isinstance(outcome, Later | Moved):
            self._begun.pop(chat.id, None)
            day, begun = chat.digest_on, chat.digest_begun
        async with self._store.transaction() as tx:
            await tx.chats.change(chat.id, digest_on=day, digest_begun=begun)
            thread = chat.thread if lost_thread(error) else None
            await note(tx, chat, outcome, now, thread=thread)
        if isinstance(outcome, Later):
            everybody = outcome.scope == "bot"
            self._not_before[None if everybody else chat.id] = now + outcome.seconds

    async def _remember(self, chat: Chat, day: str | None, begun: int) -> None:
        async with self._store.transaction() as tx:
            await tx.chats.change(chat.id, digest_on=day, digest_begun=begun)


def _hours(zone: str, now: float) -> DigestHours:
    minute = minutes_past(zone, 0, now)
    return DigestHours(zone, minute - LATEST, minute, local_date(zone, now).isoformat())


def is_due(chat: Chat, now: float) -> bool:
    """Whether today's digest is due: its time has come by the reader's clock, not long ago.

    One that was begun once and did not end is due again.
    """
    over = chat.digest_begun != 1 and chat.digest_on == local_date(chat.timezone, now).isoformat()
    if chat.digest_at is None or over:
        return False
    return 0 <= minutes_past(chat.timezone, chat.digest_at, now) <= LATEST


def digest_message(
    contents: Contents, chat: Chat, texts: Texts, *, now: float, doubt: bool = False
) -> Message:
    """Title, how many stories, the headlines with their links; silent when there is nothing."""
    text = Text().bold(texts("digest.title", day=texts.day(now, chat.timezone))).line()
    if doubt:
        text.italic(texts("alert.doubt")).line()
    if not contents.stories:
        return Message(text.text(texts("digest.empty")), silent=True)
    text.text(texts.n("digest.stories", contents.total))
    for number, story in enumerate(contents.stories, 1):
        text.line(2).text(f"{number}. ")
        text.link(Text().text(clean(story.headline) or "—").cut(200).plain(), story.link, bold=True)
        text.line().text(_byline(story, texts))
    if contents.total > len(contents.stories):
        text.line(2).italic(texts.n("alert.more", contents.total - len(contents.stories)))
    return Message(text)


def _byline(story: Story, texts: Texts) -> str:
    publisher = Text().text(clean(story.publisher)).cut(80).plain()
    return " · ".join(part for part in (publisher, outlets_line(story, texts)) if part)
