"""Reading: /headlines, /summary, /search.

Comes in: a topic, words, a link or a story's number. Goes out: lists with pages and stories with
their sentences, edited in place. It refuses to know how stories are found, ranked and summed up.
"""

from __future__ import annotations

from typing import Any

from bot.delivery.render import Button, Text
from bot.errors import QueryError
from bot.model import StoryId, TopicId
from bot.reading.stories import Page
from bot.subscriptions.asked import has_operators, has_words
from handlers.addresses import address_in, offer_address
from handlers.cards import Card, data, pager, phrase, plain_card, story_line
from handlers.context import Call, Tap
from handlers.links import sealed, unsealed
from handlers.one_story import follow_rows
from handlers.retelling import retell, retell_at
from handlers.story_card import story_card
from handlers.topics import bold_words, label_of, offer_card

SIZE = 5  # stories and articles a page
LONGEST = 200  # characters of a search


# ── headlines ──


async def headlines(call: Call) -> None:
    """/headlines [topic], which nobody need follow"""
    words = " ".join(call.args.split())
    if not words:
        await call.reply(await headlines_card(call, None, 0))
    elif address := address_in(words):
        await offer_address(call, address)
    elif len(words) > LONGEST:
        await call.say("odd.long")
    elif not has_words(words):
        await call.say("odd.wordless")
    else:
        await call.reply(await _about(call, words))


async def _about(call: Call, words: str) -> Card:
    """What the last week brought on any topic, ranked; without anything: what else may be meant."""
    topic, preview = await call.services.subscriptions.look_into(call.chat, words)
    if preview.stories:
        return await headlines_card(call, topic, 0)
    card = await offer_card(call, words)
    card.rows.append([_everything(call)])
    return card


async def headlines_tap(tap: Tap) -> None:
    """A page of headlines, in place: `page:sealed topic`."""
    tap.args, _, carried = tap.args.partition(":")
    (page,) = tap.numbers(1)
    topic = await unsealed(tap.services.store, tap.chat.id, carried)
    await tap.edit(await headlines_card(tap, topic, page))


async def headlines_card(call: Call, topic: TopicId | None, page: int) -> Card:
    """One page of the top stories, a button for each."""
    texts = call.texts
    label = await label_of(call, topic) if topic else None
    if topic and label is None:
        return plain_card(texts, "follow.gone")
    found = await call.services.reading.headlines(call.chat, topic, max(page, 0), SIZE)
    if not found.items:
        return await _no_headlines(call, label)
    text = _headline_title(call, label)
    _add_page(text, call, found)
    carried = await sealed(call.services.store, topic) if topic else "0"
    buttons = []
    for at, story in enumerate(found.items, _first(found)):
        story_line(text.line(2), texts, story, call.now, f"{at}.")
        buttons.append(Button(str(at), data=data("st", story.id, found.number, carried)))
    text.line(2).italic(texts("headlines.tap"))
    rows = [buttons, pager(texts, found.number, "hl", carried, more=found.more)]
    if topic and label:
        rows.append(await _topic_row(call, topic, label))
    return Card(text, [row for row in rows if row])


def _first(found: Page[Any]) -> int:
    """The number of the first on a page: the count runs on."""
    return found.number * SIZE + 1


def _add_page(text: Text, call: Call, found: Page[Any]) -> None:
    pages = -(-(found.total or 0) // SIZE)
    if pages > 1:
        text.text(" · ").text(call.texts("topics.page", page=found.number + 1, pages=pages))


async def _topic_row(call: Call, topic: TopicId, label: str) -> list[Button]:
    """The way back to the topics, or Follow where it is none of them."""
    if await call.services.store.topics.find(call.chat.id, topic) is not None:
        return [Button(call.texts("button.topics"), data("tp", 0))]
    return [Button(call.texts("button.follow"), data("fo", label)), _everything(call)]


def _everything(call: Call) -> Button:
    return Button(call.texts("button.headlines"), data("hl", 0, 0))


def _headline_title(call: Call, label: str | None) -> Text:
    if label is None:
        return Text().bold(call.texts("headlines.title"))
    return phrase(Text(), call.texts, "headlines.topic", topic=label)


async def _no_headlines(call: Call, label: str | None) -> Card:
    """Without ranked stories: what the last days brought on the topic, or a word of patience."""
    if label is None:
        return plain_card(call.texts, "headlines.none")
    card = await offer_card(call, label)
    card.rows.append([_everything(call)])
    return card


async def story_tap(tap: Tap) -> None:
    """A story of a list, in place, with the way back: `story:page:sealed topic`."""
    tap.args, _, topic = tap.args.rpartition(":")
    story, page = tap.numbers(2)
    await unsealed(tap.services.store, tap.chat.id, topic)
    await tap.toast(tap.texts("summary.working"))
    card = await story_card(tap, StoryId(story))
    back = [Button(tap.texts("button.back"), data=data("hl", page, topic))]
    card.rows = [*await follow_rows(tap, StoryId(story)), back]
    await tap.edit(card)
    retell(tap, StoryId(story), card.rows)


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
        card = await story_card(call, alert.story.id)
        card.rows = await follow_rows(call, alert.story.id)
        sent = await call.reply(card)
        retell_at(call, alert.story.id, (sent.chat_id, sent.message_id), card.rows)
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
    text = Text().link(found.title or link, link, bold=True)
    if not found.summary.sentences:
        text.line(2).text(call.texts("summary.unreadable"))
    for sentence in found.summary.sentences:
        text.line(2).text(sentence.text)
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


async def found_tap(tap: Tap) -> None:
    """A story of what was found, in place, with the way back: `story:page:words`."""
    story, page, words = (*tap.args.split(":", 2), "", "")[:3]
    tap.args = f"{story}:{page}"
    number, _ = tap.numbers(2)
    await tap.toast(tap.texts("summary.working"))
    card = await story_card(tap, StoryId(number))
    back = [Button(tap.texts("button.back"), data=data("se", page, words))]
    card.rows = [*await follow_rows(tap, StoryId(number)), back]
    await tap.edit(card)
    retell(tap, StoryId(number), card.rows)


async def search_card(call: Call, words: str, page: int) -> Card:
    """One page of the articles that hold the words; where none does, or the words are more than
    words in a row, of the stories about them.
    """
    if page == 0 and has_operators(words) and (about := await _stories_about(call, words)):
        return about
    found = await call.services.reading.search(call.chat, words, max(page, 0), SIZE)
    if not found.items:
        return await _none_found(call, words)
    text = phrase(Text(), call.texts, "search.title", words=words)
    buttons = []
    for at, article in enumerate(found.items, _first(found)):
        text.line(2).text(f"{at}. ").link(article.title, article.link)
        by = [call.texts.name(article.publisher), call.texts.ago(article.published, call.now)]
        text.line().italic(" · ".join(part for part in by if part))
        carried = data("ss", article.story or 0, found.number, words)
        if article.story and not carried.endswith(":"):
            buttons.append(Button(str(at), carried))
    if buttons:
        text.line(2).italic(call.texts("headlines.tap"))
    follow = [Button(call.texts("button.follow"), data("fo", words))]
    rows = [buttons, pager(call.texts, found.number, "se", words, more=found.more), follow]
    return Card(text, [row for row in rows if row])


async def _none_found(call: Call, words: str) -> Card:
    """No article holds the words: perhaps one tells of the same in other words."""
    if has_words(words) and (about := await _stories_about(call, words)):
        return about
    card = plain_card(call.texts, "search.none", words=words)
    if has_words(words) and not has_operators(words):
        card.rows = [[Button(call.texts("button.follow"), data("fo", words))]]
    return card


async def _stories_about(call: Call, words: str) -> Card | None:
    """As /headlines would show them; None without any, or where the words are no query."""
    try:
        topic, preview = await call.services.subscriptions.look_into(call.chat, words)
    except QueryError:
        return None
    return await headlines_card(call, topic, 0) if preview.stories else None
