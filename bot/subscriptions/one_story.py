"""One story that a chat follows, or wants to hear no more of.

In: a chat and a story. Out: what is now so, or a `LimitReached` whose sentence can be shown. The
one ends the other. Part of `following`; it refuses to know how a story is told and who tells it.
"""

from __future__ import annotations

from bot.errors import LimitReached
from bot.model import Chat, Clock, Instant, StoryFollow, StoryId
from bot.store import Store, Transaction
from bot.stories.weights import GroupSettings

MAX_TOPICS = 30
"""Topics and stories that a chat can follow."""

SILENT = GroupSettings().window
"""Seconds after which nothing can follow a story: no article is compared with older ones."""


class OneStory:
    """What chats want of single stories."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    async def mute_story(self, chat: Chat, story: StoryId, until: Instant) -> None:
        """Nothing more of one story until then, nor of what follows it; it is followed no more."""
        async with self._store.transaction() as tx:
            await self._end(tx, chat, story)
            await tx.stories.mute(chat.id, story, until)
            await tx.outbox.close_for(chat.id, story=story)

    async def follow_story(self, chat: Chat, story: StoryId) -> bool:
        """Tell the chat what follows the story, topic or none, until it has been quiet for three
        days; a mute of it ends. False where that is so already, or the chat may not see it.

        Raises LimitReached (30 topics and stories a chat).
        """
        now = int(self._now())
        async with self._store.transaction() as tx:
            if not await tx.stories.may_follow(chat.id, story, now - SILENT):
                return False
            if await tx.stories.followed(chat.id, story) is None:
                await make_room(tx, chat)
            await tx.stories.follow(chat.id, story, now)
        return True

    async def follows_story(self, chat: Chat, story: StoryId) -> bool | None:
        """Whether the chat follows it; None where it does not and could not."""
        stories = self._store.stories
        if await stories.followed(chat.id, story) is not None:
            return True
        may = await stories.may_follow(chat.id, story, int(self._now()) - SILENT)
        return False if may else None

    async def unfollow_story(self, chat: Chat, story: StoryId) -> None:
        """What is owed for a topic as well stays owed; twice changes nothing."""
        async with self._store.transaction() as tx:
            await self._end(tx, chat, story)

    async def _end(self, tx: Transaction, chat: Chat, story: StoryId) -> None:
        now = int(self._now())
        await tx.stories.unfollow(chat.id, story)
        topic = await tx.stories.nobodys(now)
        for left in await tx.stories.hand_over(chat.id, story, now):
            await tx.outbox.close_for(chat.id, topic=topic, story=left, now=now)

    async def stories(self, chat: Chat) -> list[StoryFollow]:
        """The stories that the chat follows, in the order in which it began to."""
        return await self._store.stories.followed_by(chat.id)


async def make_room(tx: Transaction, chat: Chat) -> None:
    """Raises LimitReached where another topic or story would be one too many."""
    topics = await tx.topics.of_chat(chat.id)
    if len(topics) + len(await tx.stories.followed_by(chat.id)) >= MAX_TOPICS:
        raise LimitReached(
            f"You follow {MAX_TOPICS} topics and stories, which is the most. Unfollow one first.",
            MAX_TOPICS,
            "topics",
        )
