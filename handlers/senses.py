"""Which one? A name that means several things, each with what it would bring.

Comes in: words. Goes out: a card with a button for each meaning; one tap follows. It refuses to
know how meanings are told apart.
"""

from __future__ import annotations

from bot.delivery.render import Button, Text
from bot.i18n import Texts
from bot.subscriptions.feeds import PREVIEW_DAYS, Sample
from bot.subscriptions.meanings import Meaning
from handlers.cards import Card, data, phrase, story_line
from handlers.context import Call

_KINDS = {"country": "country", "company": "company", "US state": "state", "app": "app"}


async def senses_card(call: Call, words: str) -> Card | None:
    """The meanings to choose from, the likeliest first; None where the words are clear."""
    samples = await call.services.subscriptions.samples(call.chat, words)
    if not samples:
        return None
    name = " ".join(words.split())
    text = phrase(Text(), call.texts, "sense.which", name=name)
    rows = []
    mine = {follow.query for follow in await call.services.subscriptions.topics(call.chat)}
    for sample in samples:
        title = meaning_title(sample.meaning, call.texts)
        _add_sample(text.line(2), call, title, sample)
        mark = "✓ " if sample.preview.query.canonical in mine else ""
        rows.append([Button(f"{mark}{title}", data("sn", sample.meaning.key, name))])
    return Card(text, rows)


def _add_sample(text: Text, call: Call, title: str, sample: Sample) -> None:
    text.text(call.texts.side).bold(call.texts.name(title))
    preview = sample.preview
    if not preview.stories:
        text.text(" · ").text(call.texts("sense.silent"))
        return
    key = "sense.read" if preview.days < PREVIEW_DAYS else "sense.stories"
    text.text(" · ").text(call.texts.n(key, preview.stories))
    for story in preview.examples[:1]:
        story_line(text.line(), call.texts, story, call.now)


def meaning_title(meaning: Meaning, texts: Texts) -> str:
    """A meaning as its reader calls it: `Géorgie (pays)`, `the word “apple”`."""
    sense = meaning.sense
    if sense is None:
        return texts("sense.word", word=meaning.topic.strip('"'))
    name, _, qualifier = sense.label.partition(" (")
    if sense.kind == "country":
        name = str(texts.locale.territories.get(sense.id, name))
    kind = _KINDS.get(qualifier.rstrip(")"))
    if kind is not None:
        return f"{name} ({texts(f'sense.{kind}')})"
    return name if not qualifier else f"{name} ({qualifier}"
