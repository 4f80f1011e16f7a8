"""Follow, unfollow, preview, and the rules of a topic: what people ask for, however they ask.

In: a chat and what it wrote. Out: what is now so, or a `QueryError` or `LimitReached` whose
sentence can be shown. A rule that one chat makes moves its follow to another query: the topics of
other chats stay what they are. It knows neither Telegram nor terminals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.kept import Kept
from bot.model import Chat, ChatId, Clock, Follow, Instant, TopicId
from bot.store import Store, Transaction
from bot.subscriptions.asked import read_query
from bot.subscriptions.meanings import Meaning, meanings
from bot.subscriptions.one_story import OneStory, make_room
from bot.subscriptions.preview import Found, LookBack, Preview, look_back
from bot.subscriptions.rules import stored
from bot.topics.match import Percolator
from bot.topics.query import Query

_FRESH = 60  # seconds a preview is good for


@dataclass(frozen=True, slots=True)
class Followed:
    follow: Follow
    created: bool
    preview: Preview


@dataclass(frozen=True, slots=True)
class Change:
    """A topic that a rule made another one of; both previews are of the same seven days."""

    former: TopicId
    follow: Follow
    before: Preview
    after: Preview


@dataclass(frozen=True, slots=True)
class Sample:
    """A meaning of a name, and what following it would bring."""

    meaning: Meaning
    preview: Preview


class Following(OneStory):
    """What chats follow; `percolator` is the one that the pipeline matches with."""

    def __init__(self, store: Store, percolator: Percolator, now: Clock) -> None:
        super().__init__(store, now)
        self._percolator = percolator
        self._seen: Kept[tuple[str, ChatId | None], tuple[Instant, Found]] = Kept(50)

    # ── preview ──────────────────────────────────────────────────────────────────────────────────

    async def look_back(self, chat: ChatId | None) -> LookBack:
        """The articles of the last seven days that the chat may see."""
        return await look_back(self._store, self._percolator, chat, int(self._now()))

    async def preview(self, text: str, chat: ChatId | None) -> Preview:
        """The stories of the last seven days that a query is about, as this chat would see them.

        Raises QueryError.
        """
        query = read_query(text)
        found = await (await self.look_back(chat)).find(query)
        self._recall(query, chat, found)
        return found.preview

    async def samples(self, chat: Chat, text: str) -> list[Sample]:
        """What a name may mean, with a preview of each; [] where it is clear. Raises QueryError.

        The likeliest first; those that nothing was told of lately come after the others, and the
        word itself comes last.
        """
        several = meanings(text)
        if not several:
            return []
        queries = [read_query(meaning.topic) for meaning in several]
        finds = await (await self.look_back(chat.id)).find_all(queries)
        for query, found in zip(queries, finds, strict=True):
            self._recall(query, chat.id, found)
        made = [Sample(m, found.preview) for m, found in zip(several, finds, strict=True)]
        return sorted(made, key=lambda s: (s.meaning.sense is None, not s.preview.stories))

    def _recall(self, query: Query, chat: ChatId | None, found: Found) -> None:
        """Without all the articles: most previews are never followed."""
        self._seen.put((query.canonical, chat), (int(self._now()), replace(found, articles=())))

    async def _found(self, query: Query, chat: ChatId) -> Found:
        """A tap on Follow mostly comes right after the preview, which is not made again then."""
        seen, found = self._seen.get((query.canonical, chat)) or (0, None)
        if found is not None and 0 <= int(self._now()) - seen < _FRESH:
            preview = replace(found.preview, query=query, label=query.label)
            return replace(found, preview=preview)
        return await (await self.look_back(chat)).find(query)

    # ── follow and unfollow ──────────────────────────────────────────────────────────────────────

    async def follow(
        self, chat: Chat, text: str, *, label: str = "", rings_at: int = 1
    ) -> Followed:
        """Follow what the text asks for; raises QueryError or LimitReached (30 topics a chat).

        `label`: what the chat calls it, if not as it wrote it; `rings_at`: see `Follow`.
        """
        query = read_query(text)
        return await self._follow(chat, replace(query, label=label or query.label), rings_at)

    async def _follow(self, chat: Chat, query: Query, rings_at: int = 1) -> Followed:
        found, now = await self._found(query, chat.id), int(self._now())
        async with self._store.transaction() as tx:
            topic = await tx.topics.ensure(query.canonical, now)
            await _make_room(tx, chat, topic)
            follow, created = await tx.topics.follow(chat.id, topic, query.label, now)
            if created and rings_at != 1:
                await tx.topics.ring_at(chat.id, topic, rings_at)
                follow = replace(follow, rings_at=rings_at)
            await _note(tx, topic, found)
        self._percolator.add(topic, query)
        return Followed(follow, created, found.preview)

    async def look_into(self, chat: Chat, text: str) -> tuple[TopicId, Preview]:
        """A topic to read about that nobody need follow; its stories are known by its number then.

        Raises QueryError.
        """
        return await self.look_into_query(chat, read_query(text))

    async def look_into_query(self, chat: Chat, query: Query) -> tuple[TopicId, Preview]:
        """The same for a query that is understood already."""
        found = await self._found(query, chat.id)
        async with self._store.transaction() as tx:
            topic = await tx.topics.ensure(query.canonical, int(self._now()))
            await _note(tx, topic, found)
        return topic, found.preview

    async def follow_of(self, chat: Chat, text: str) -> Follow | None:
        """The chat's follow of what the text asks for, in whichever words; raises QueryError."""
        wanted = read_query(text).canonical
        follows = await self._store.topics.of_chat(chat.id)
        return next((follow for follow in follows if follow.query == wanted), None)

    async def follow_topic(
        self, chat: Chat, topic: TopicId, *, label: str = "", rings_at: int = 1
    ) -> Followed | None:
        """Follow a topic by its number; None when there is no such topic."""
        known = await self._store.topics.get(topic)
        if known is None:
            return None
        return await self._follow(chat, stored(known.query, label), rings_at)

    async def unfollow(self, chat: Chat, topic: TopicId) -> Follow | None:
        """What was followed; None when it was not. `restore` undoes it. Nothing more is owed."""
        async with self._store.transaction() as tx:
            follow = await tx.topics.find(chat.id, topic)
            if follow is None:
                return None
            await tx.topics.remember(chat.id, topic, int(self._now()))
            await tx.topics.unfollow(chat.id, topic)
            await tx.outbox.close_for(chat.id, topic=topic)
            lonely = not await tx.topics.is_followed(topic)
        if lonely:
            self._percolator.remove(topic)
        return follow

    async def topics(self, chat: Chat) -> list[Follow]:
        return await self._store.topics.of_chat(chat.id)

    async def mute(self, chat: Chat, topic: TopicId, until: Instant | None) -> bool:
        """Nothing of a topic until then; None ends it. False when the chat does not follow it."""
        async with self._store.transaction() as tx:
            known = await tx.topics.mute(chat.id, topic, until)
            if known and until is not None:
                await tx.outbox.close_for(chat.id, topic=topic)
        return known

    # ── rules ────────────────────────────────────────────────────────────────────────────────────

    async def ring_at(self, chat: Chat, topic: TopicId, publishers: int) -> bool:
        """Ring when so many publishers tell a story; 0: only the digest tells. False as in `mute`.

        What is owed already rings, unless it shall be in the digest only.
        """
        async with self._store.transaction() as tx:
            known = await tx.topics.ring_at(chat.id, topic, publishers)
            if known and publishers == 0:
                await tx.outbox.close_for(chat.id, topic=topic)
        return known

    async def rename(self, chat: Chat, topic: TopicId, label: str) -> bool:
        """Call a topic so in this chat; False as in `mute`."""
        async with self._store.transaction() as tx:
            return await tx.topics.name(chat.id, topic, label)

    async def refine(self, chat: Chat, topic: TopicId, query: Query) -> Change | None:
        """Let the chat follow another query instead; None when it does not follow the topic.

        What is owed for the topic and not about the new query is called off; `restore` undoes it.
        """
        known = await self._store.topics.find(chat.id, topic)
        if known is None:
            return None
        past = await self.look_back(chat.id)
        before, after = await past.find_all([stored(known.query, known.label), query])
        follow = await self._instead(chat, topic, query, after)
        if follow is None:
            return None
        return Change(topic, follow, before.preview, after.preview)

    async def _instead(
        self, chat: Chat, topic: TopicId, query: Query, found: Found
    ) -> Follow | None:
        now = int(self._now())
        async with self._store.transaction() as tx:
            if await tx.topics.find(chat.id, topic) is None:
                return None
            new = await tx.topics.ensure(query.canonical, now)
            await tx.topics.remember(chat.id, topic, now)
            if new != topic:
                await tx.topics.move(chat.id, topic, new)
                await self._call_off(tx, chat.id, new, query, found)
            await _note(tx, new, found)
            follow = await tx.topics.find(chat.id, new)
            lonely = not await tx.topics.is_followed(topic)
        # Nothing else runs between the commit and this: no article meets neither of the two.
        self._percolator.add(new, query)
        if lonely:
            self._percolator.remove(topic)
        return follow

    async def _call_off(
        self, tx: Transaction, chat: ChatId, topic: TopicId, query: Query, found: Found
    ) -> None:
        explain = self._percolator.searcher(query)
        for article in await tx.topics.owed(chat, topic):
            if not found.about(article.story) and explain(article) is None:
                await tx.outbox.close_for(chat, topic=topic, story=article.story)

    async def restore(self, chat: Chat, present: TopicId, former: TopicId) -> Follow | None:
        """Undo: follow again what the chat followed before, instead of `present` (0: besides all).

        None where it never followed it, or too long ago. Raises LimitReached.
        """
        past = await self._store.topics.former(chat.id, former)
        if past is None:
            return None
        query = stored(past.query, past.label)
        found = await (await self.look_back(chat.id)).find(query)
        moved = await self._instead(chat, present, query, found) if present else None
        if moved is not None:
            return moved
        await self._follow(chat, query, past.rings_at)
        if past.muted_until is not None:
            await self.mute(chat, former, past.muted_until)
        return await self._store.topics.find(chat.id, former)


async def _make_room(tx: Transaction, chat: Chat, topic: TopicId) -> None:
    """As `make_room`, but for a topic that is followed already."""
    if await tx.topics.find(chat.id, topic) is not None:
        return
    await make_room(tx, chat)


async def _note(tx: Transaction, topic: TopicId, found: Found) -> None:
    await tx.stories.note([(story, a.id, topic, why) for story, (a, why) in found.matches])
