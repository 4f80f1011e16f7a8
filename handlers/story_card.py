"""A story as a card: what happened, what came before, who reports it.

In: the number of a story and who asks. Out: a `Card` without buttons; whoever shows it knows the
way back. It refuses to know where it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.render import Text
from bot.delivery.worth import PAGE, worth
from bot.model import Article, Difference, Sentence, StoryId, Summary
from bot.reading.stories import StoryView
from handlers.cards import Card, byline, phrase, plain_card
from handlers.context import Call

_OUTLETS = 8  # named below a summary
_SAGA = 6  # other stories of the saga, the latest ones


async def story_card(call: Call, story: StoryId, retold: Summary | None = None) -> Card:
    """A story in a few sentences, quoted or `retold`, and who reports it."""
    view = await call.services.reading.story(story, call.chat)
    if view is None:
        return plain_card(call.texts, "story.gone")
    summary = retold or await call.services.reading.summary(story, call.chat)
    await _offer(call, story, summary)
    text = Text().bold(view.story.headline).line().italic(byline(call.texts, view.story, call.now))
    add_sentences(text, call, summary)
    _add_former(text, call, view)
    _add_saga(text, call, view)
    _add_outlets(text, call, view)
    return Card(text)


async def _offer(call: Call, story: StoryId, summary: Summary) -> None:
    """What was made for one reader is there for the messages of all."""
    made = worth(summary)
    if made >= PAGE:
        async with call.services.store.transaction() as tx:
            await tx.outbox.improved(story, made, call.now)


def add_sentences(text: Text, call: Call, summary: Summary) -> Text:
    """The sentences of a summary, each followed by its outlet."""
    if summary.kind == "headline" or not summary.sentences:
        return text.line(2).text(call.texts("story.none"))
    if summary.kind == "model":
        text.line(2).text(call.texts.side).italic(call.texts("story.retold"))
    several = len({sentence.source for sentence in summary.sentences}) > 1
    for sentence in summary.sentences:
        _add_sentence(text.line(2), sentence, named=several)
    for number, difference in enumerate(summary.differences):
        _add_difference(text.line(1 if number else 2), call, difference)
    return text


def _add_difference(text: Text, call: Call, difference: Difference) -> None:
    """The counts of the outlets side by side; which of them is right is not ours to say."""
    say = call.texts
    told = " · ".join(
        f"{say.number(count)} ({say.name(outlet)})" for count, outlet in difference.told
    )
    text.text(say(f"differ.{difference.what}", told=told))


def _add_sentence(text: Text, sentence: Sentence, *, named: bool) -> None:
    text.text(sentence.text)
    if named and sentence.source:
        text.text(" ").italic(f"({sentence.source})")


def _add_former(text: Text, call: Call, view: StoryView) -> None:
    """What the lead's headline was, where its outlet has changed it since."""
    lead = next((a for a in view.articles if a.id == view.story.lead), None)
    if lead is not None and lead.former and lead.former != view.story.headline:
        phrase(text.line(2), call.texts, "story.former", title=lead.former)


def _add_saga(text: Text, call: Call, view: StoryView) -> None:
    """The story so far: what came before and after, one dated line each; this one left out."""
    if not view.saga:
        return
    text.line(2).text(call.texts("story.so_far"))
    for story in view.saga[-_SAGA:]:
        when = call.texts.when(story.first_seen, call.chat.timezone, call.now)
        text.line().text(f"{call.texts.side}• {when} · ")
        text.link(call.texts.name(story.headline), story.link)


def _add_outlets(text: Text, call: Call, view: StoryView) -> None:
    outlets = _first_of_each(view.articles)
    if not outlets:
        return
    text.line(2).text(call.texts("story.sources"))
    for article in outlets[:_OUTLETS]:
        name = call.texts.name(article.publisher or article.title)
        text.line().text(f"{call.texts.side}• ").link(name, article.link)
        text.text(f" · {call.texts.when(article.published, call.chat.timezone, call.now)}")
    if len(outlets) > _OUTLETS:
        text.line().text(call.texts.n("story.more", len(outlets) - _OUTLETS))


def _first_of_each(articles: Sequence[Article]) -> list[Article]:
    first: dict[str, Article] = {}
    for article in articles:
        first.setdefault(article.publisher or article.link, article)
    return list(first.values())
