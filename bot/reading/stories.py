"""Headlines, search, a story and its summary: what people read.

In: a chat and what it asks for. Out: stories, articles and summaries that this chat may see; a feed
that one chat added is never shown, quoted or counted to another. Knows nothing of Telegram.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from bot.errors import PageError, WorkerError
from bot.feeds.fetch import Fetcher
from bot.kept import Kept
from bot.model import (
    Article,
    Chat,
    ChatId,
    Clock,
    FeedId,
    Fetched,
    Source,
    Story,
    StoryId,
    Summary,
    TopicId,
)
from bot.model import Page as PageText
from bot.reading.ladder import READ, ladder, rungs
from bot.store import Store
from bot.stories.extract import extract
from bot.stories.rank import rank
from bot.stories.summary import summarise
from bot.visible import told_by
from bot.worker import Worker

T = TypeVar("T")

DAY = 86400
_TOP_SECONDS = 2 * DAY  # how old a headline may be
_TOPIC_SECONDS = 7 * DAY
_QUIET = 50  # stories to show where none is so new
_KEPT = 200  # pages and summaries remembered
_OUTLETS = 3  # pages fetched for one summary
_EXTRACT_SECONDS = 5.0  # then its process is killed; real pages take 0.2
_FULL_TEXT = 800  # characters; a feed that gives so much needs no visit to the page
_PAGE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 0. `total` is None where nobody counted."""

    items: tuple[T, ...]
    number: int = 0
    more: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story and those of its articles that the chat may see, oldest first."""

    story: Story
    articles: tuple[Article, ...]
    saga: tuple[Story, ...] = ()  # the others that it follows or that follow it, oldest first

    @property
    def publishers(self) -> tuple[str, ...]:
        """Each once, in the order they told it."""
        return tuple(dict.fromkeys(article.publisher for article in self.articles))


@dataclass(frozen=True, slots=True)
class LinkSummary:
    title: str
    link: str
    summary: Summary


class Retells(Protocol):
    """A language model behind its gate, as far as reading knows it."""

    async def tell(self, title: str, sources: Sequence[Source]) -> Summary | None:
        """The sources in its words; None where it has none that hold."""


class Reading:
    """Answers from the store; pages come through the guarded fetcher and are read in the worker."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        worker: Worker,
        now: Clock,
        retells: Retells | None = None,
    ) -> None:
        self.retells = retells
        self._store = store
        self._fetcher = fetcher
        self._worker = worker
        self._now = now
        self._pages: Kept[str, PageText | PageError] = Kept(_KEPT)
        self._summaries: Kept[tuple[object, ...], Summary] = Kept(_KEPT)
        self._retold: Kept[tuple[object, ...], Summary] = Kept(_KEPT)
        self._best: Kept[tuple[StoryId, str], tuple[tuple[object, ...], Summary]] = Kept(_KEPT)

    async def headlines(
        self, chat: Chat | None, topic: TopicId | None = None, page: int = 0, size: int = 5
    ) -> Page[Story]:
        """The top stories now: of the last two days, or of the last seven on one topic.

        Where nothing was told so lately, the latest there are.
        """
        now = int(self._now())
        since = now - (_TOP_SECONDS if topic is None else _TOPIC_SECONDS)
        recent = partial(
            self._store.stories.recent,
            viewer=_id(chat),
            topic=topic,
            language=chat.language if chat else None,
        )
        stories = await recent(since=since) or await recent(since=0, limit=_QUIET)
        ranked = rank(stories, now)
        start = max(0, page) * size
        shown = tuple(ranked[start : start + size])
        return Page(shown, max(0, page), start + size < len(ranked), len(ranked))

    async def search(
        self, chat: Chat | None, words: str, page: int = 0, size: int = 5
    ) -> Page[Article]:
        """Articles that hold every word, best first; nothing for words that say nothing."""
        start = max(0, page) * size
        found = await self._store.articles.search(
            words, viewer=_id(chat), limit=size + 1, offset=start
        )
        return Page(tuple(found[:size]), max(0, page), len(found) > size)

    async def story(self, story_id: StoryId, chat: Chat | None = None) -> StoryView | None:
        """A story as the chat may see it (None: as everyone may), told in its language where one of
        the publishers does so; None when it may see nothing.
        """
        story = await self._store.stories.get(story_id)
        if story is None:
            return None
        seen = await self._seen(chat)
        articles = tuple(a for a in await self._store.articles.of_story(story_id) if a.feed in seen)
        if not articles:
            return None
        saga = await self._store.stories.saga(story_id, _id(chat)) if story.saga else []
        return StoryView(_told(story, articles, chat), articles, tuple(saga))

    async def _seen(self, chat: Chat | None) -> set[FeedId]:
        return {feed.id for feed in await self._store.feeds.visible(_id(chat))}

    async def summary(self, story_id: StoryId, chat: Chat | None = None) -> Summary:
        """A few sentences from the outlets of a story; without any when there is nothing to see.

        The best that can be had of: the pages, the texts in the feeds, their teasers, the headline.
        """
        view = await self.story(story_id, chat)
        if view is None:
            return Summary((), "headline")
        key, told = _key(view), outlets(view)
        known = self._summaries.get(key)
        if known is None:
            known = await self._summarise(view.story.headline, told)
            self._summaries.put(key, known)
            if known.kind == "page":
                self._best.put((view.story.id, view.story.language), (key[1:], known))
        return known

    def known(self, view: StoryView) -> Summary | None:
        """The best made lately of articles that this view shows; a model's words before others."""
        key, seen = _key(view), {article.id for article in view.articles}
        told, best = self._best.get((view.story.id, view.story.language)) or ((), None)
        before = best if seen.issuperset(told) else None
        return self._retold.get(key) or before or self._summaries.get(key)

    async def _summarise(self, title: str, told: Sequence[Article]) -> Summary:
        return ladder(title, told, await self._texts(told))

    async def retold(self, story_id: StoryId, chat: Chat | None = None) -> Summary | None:
        """The summary in a language model's words; None where it is to stay as it is."""
        view = await self.story(story_id, chat) if self.retells else None
        if view is None or self.retells is None:
            return None
        told = outlets(view)
        quoted = await self.summary(story_id, chat)
        for kind, sources in rungs(told, await self._texts(told)):
            if kind == quoted.kind and kind != "teaser":  # a teaser says all it knows
                made = await self.retells.tell(view.story.headline, sources)
                if made is None:
                    return None
                made = replace(made, differences=quoted.differences)
                self._retold.put(_key(view), made)
                self._best.put((view.story.id, view.story.language), (_key(view)[1:], made))
                return made
        return None

    async def _texts(self, told: Sequence[Article]) -> dict[str, str]:
        return await self._read_pages([a.link for a in told if len(a.text) < _FULL_TEXT])

    async def _read_pages(self, links: Iterable[str]) -> dict[str, str]:
        """The texts of the pages that can be had in time; the others are left out."""
        texts: dict[str, str] = {}

        async def read(link: str) -> None:
            page = await self._page(link)
            if isinstance(page, PageText):
                texts[link] = page.text

        try:
            async with asyncio.timeout(_PAGE_SECONDS), asyncio.TaskGroup() as group:
                for link in dict.fromkeys(link for link in links if link):
                    group.create_task(read(link))
        except TimeoutError:
            pass
        return texts

    async def _page(self, link: str) -> PageText | PageError:
        """A page's text, fetched once and remembered, also why there is none to be had."""
        known = self._pages.get(link)
        if known is not None:
            return known
        answer = await self._fetcher.page(link)
        if isinstance(answer, Fetched):
            page = await self._extract(answer)
        else:
            page = PageError(answer.problem, answer.kind, answer.status)
        self._pages.put(link, page)
        return page

    async def _extract(self, answer: Fetched) -> PageText | PageError:
        try:
            return await self._worker.run(
                partial(extract, url=answer.url, content_type=answer.content_type),
                answer.body,
                timeout=_EXTRACT_SECONDS,
            )
        except PageError as error:
            return PageError(str(error))
        except WorkerError:
            return PageError("This page takes too long to read.")

    async def summary_of_link(self, url: str, _chat: Chat | None = None) -> LinkSummary:
        """A summary of any page; raises PageError when there is nothing to read."""
        page = await self._page(url)
        if isinstance(page, PageText):
            title = page.title or url
            made = summarise([Source(_host(url), page.text[:READ], title=title)], title=title)
            if made.sentences:
                return LinkSummary(title, url, replace(made, kind="page"))
        article = await self._store.articles.by_link(url)  # of public feeds only
        if article is None:
            if isinstance(page, PageError) and page.kind:
                raise PageError(str(page), page.kind, page.status)
            raise PageError("This page has no text that can be read here.")
        return LinkSummary(article.title, url, ladder(article.title, [article], {}))


def _told(story: Story, articles: Sequence[Article], chat: Chat | None) -> Story:
    """The story under its lead, unless that is hidden or another speaks the chat's language."""
    leads = [article for article in articles if article.id == story.lead]
    own = [article for article in articles if chat and article.language == chat.language]
    if leads and (not own or leads[0] in own):
        return story
    return told_by(story, (own or articles)[0])


def outlets(view: StoryView) -> list[Article]:
    """The articles to quote: one a publisher, the lead's first, in the language of the story."""
    spoken = [a for a in view.articles if a.language == view.story.language] or view.articles
    lead_first = sorted(spoken, key=lambda a: (a.id != view.story.lead, a.published))
    first_of: dict[str, Article] = {}
    for article in lead_first:
        first_of.setdefault(article.publisher, article)
    return list(first_of.values())[:_OUTLETS]


def _key(view: StoryView) -> tuple[object, ...]:
    return (view.story.headline, *(article.id for article in outlets(view)))


def _id(chat: Chat | None) -> ChatId | None:
    return chat.id if chat else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
