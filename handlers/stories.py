"""Reading: /headlines, /summary, /search.

Comes in: a topic, words, a link or a story's number. Goes out: lists with pages and stories with
their sentences, edited in place. It refuses to know how stories are found, ranked and summed up.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.render import Button, Text
from bot.model import Article, Sentence, StoryId, Summary, TopicId
from bot.reading import StoryView
from handlers.addresses import address_in
from handlers.cards import Card, byline, data, pager, phrase, plain_card, story_line
from handlers.context import Call, Tap
from handlers.topics import bold_words, label_of, preview_text

LONGEST = 200  # characters of a search
_OUTLETS = 8  # named below a summary


# ── headlines ──


async def headlines(call: Call) -> None:
    """/headlines [topic]"""
    if not call.args:
        await call.reply(await headlines_card(call, None, 0))
        return
    preview = await call.services.subscriptions.preview(call.args[:LONGEST], call.chat.id)
    async with call.services.store.transaction() as tx:
        topic = await tx.topics.ensure(preview.query.canonical, call.now)
    await call.reply(await headlines_card(call, topic, 0))


async def headlines_tap(tap: Tap) -> None:
    """A page of headlines, in place: `page:topic`."""
    page, topic = tap.numbers(2)
    await tap.edit(await headlines_card(tap, TopicId(topic) if topic else None, page))


async def headlines_card(call: Call, topic: TopicId | None, page: int) -> Card:
    """One page of the top stories, a button for each."""
    texts = call.texts
    label = await label_of(call, topic) if topic else None
    if topic and label is None:
        return plain_card(texts, "follow.gone")
    found = await call.services.reading.headlines(call.chat, topic, max(page, 0))
    if not found.items:
        return await _no_headlines(call, label)
    text = _headline_title(call, label)
    buttons = []
    for at, story in enumerate(found.items, 1):
        story_line(text.line(2), texts, story, call.now, f"{at}.")
        buttons.append(Button(str(at), data=data("st", story.id, found.number, topic or 0)))
    text.line(2).italic(texts("headlines.tap"))
    rows = [buttons, pager(texts, found.number, "hl", topic or 0, more=found.more)]
    if topic:
        rows.append([Button(texts("button.topics"), data("tp", 0))])
    return Card(text, [row for row in rows if row])


def _headline_title(call: Call, label: str | None) -> Text:
    if label is None:
        return Text().bold(call.texts("headlines.title"))
    return phrase(Text(), call.texts, "headlines.topic", topic=label)


async def _no_headlines(call: Call, label: str | None) -> Card:
    """Without ranked stories: what the last days brought on the topic, or a word of patience."""
    if label is None:
        return plain_card(call.texts, "headlines.none")
    preview = await call.services.subscriptions.preview(label, call.chat.id)
    everything = Button(call.texts("button.headlines"), data("hl", 0, 0))
    follow = Button(call.texts("button.follow"), data("fo", label))
    return Card(preview_text(call, preview), [[follow, everything]])


async def story_tap(tap: Tap) -> None:
    """A story of a list, in place, with the way back: `story:page:topic`."""
    story, page, topic = tap.numbers(3)
    await tap.toast()
    card = await story_card(tap, StoryId(story))
    card.rows = [[Button(tap.texts("button.back"), data=data("hl", page, topic))]]
    await tap.edit(card)


# ── a story ──


async def story_card(call: Call, story: StoryId) -> Card:
    """A story in a few sentences, and who reports it."""
    view = await call.services.reading.story(story, call.chat)
    if view is None:
        return plain_card(call.texts, "story.gone")
    summary = await call.services.reading.summary(story, call.chat)
    text = Text().bold(view.story.headline).line().italic(byline(call.texts, view.story, call.now))
    add_sentences(text.line(), call, summary)
    _add_outlets(text, call, view)
    return Card(text)


def add_sentences(text: Text, call: Call, summary: Summary) -> Text:
    """The sentences of a summary, each followed by its outlet."""
    if summary.kind == "headline" or not summary.sentences:
        return text.line().text(call.texts("story.none"))
    several = len({sentence.source for sentence in summary.sentences}) > 1
    for sentence in summary.sentences:
        _add_sentence(text.line(), sentence, named=several)
    return text


def _add_sentence(text: Text, sentence: Sentence, *, named: bool) -> None:
    text.text(sentence.text)
    if named and sentence.source:
        text.text(" ").italic(f"({sentence.source})")


def _add_outlets(text: Text, call: Call, view: StoryView) -> None:
    outlets = _first_of_each(view.articles)
    if not outlets:
        return
    text.line(2).text(call.texts("story.sources"))
    for article in outlets[:_OUTLETS]:
        name = article.publisher or article.title
        text.line().text("• ").link(name, article.link)
        text.text(f" · {call.texts.when(article.published, call.chat.timezone, call.now)}")
    if len(outlets) > _OUTLETS:
        text.line().text(call.texts.n("story.more", len(outlets) - _OUTLETS))


def _first_of_each(articles: Sequence[Article]) -> list[Article]:
    first: dict[str, Article] = {}
    for article in articles:
        first.setdefault(article.publisher or article.link, article)
    return list(first.values())


# ── summary ──


async def summary(call: Call) -> None:
    """/summary, as a reply to an alert or with a link"""
    link = address_in(call.args)
    if link is not None:
        await summarise_link(call, link)
        return
    replied = call.message.reply_to_message if call.message else None
    if replied is None:
        await call.say("summary.how")
        return
    alert = await call.services.store.outbox.by_message(call.chat.telegram, replied.message_id)
    link = address_in(replied.text or replied.caption or "")
    if alert is not None:
        await call.reply(await story_card(call, alert.story.id))
    elif link is not None:
        await summarise_link(call, link)
    else:
        await call.say("summary.how")


async def summarise_link(call: Call, link: str) -> None:
    """Answer with the sentences of a page."""
    if not call.house.costly.take(call.user or call.chat.telegram):
        await call.say("odd.flood")
        return
    found = await call.services.reading.summary_of_link(link, call.chat)
    text = Text().link(found.title or link, link, bold=True).line()
    if not found.summary.sentences:
        text.line().text(call.texts("summary.unreadable"))
    for sentence in found.summary.sentences:
        text.line().text(sentence.text)
    await call.reply(Card(text))


# ── search ──


async def search(call: Call) -> None:
    """/search words"""
    words = " ".join(call.args.split())[:LONGEST]
    if not words:
        await call.say("search.what")
        return
    await call.reply(await search_card(call, words, 0))


async def search_tap(tap: Tap) -> None:
    """A page of what was found, in place: `page:words`."""
    tap.args, _, words = tap.args.partition(":")
    (page,) = tap.numbers(1)
    await tap.edit(await search_card(tap, words or bold_words(tap), page))


async def search_card(call: Call, words: str, page: int) -> Card:
    """One page of the articles that hold the words."""
    texts = call.texts
    found = await call.services.reading.search(call.chat, words, max(page, 0))
    if not found.items:
        return plain_card(texts, "search.none", words=words)
    text = phrase(Text(), texts, "search.title", words=words)
    for article in found.items:
        text.line(2).text("• ").link(article.title, article.link)
        by = [article.publisher, texts.ago(article.published, call.now)]
        text.line().italic(" · ".join(part for part in by if part))
    row = pager(texts, found.number, "se", words, more=found.more)
    return Card(text, [row] if row else [])
