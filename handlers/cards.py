"""Cards: the text and the buttons of an answer.

Comes in: phrases, stories, previews. Goes out: a `Card` ready to be sent or to replace another. It
refuses to know Telegram and the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.delivery.render import Button, Text, outlets_line
from bot.errors import QueryError
from bot.i18n import Texts
from bot.model import Chat, Story
from bot.subscriptions.rules import shown, stored

Rows = Sequence[Sequence[Button]]
_LEFT_TO_RIGHT, _POP = "\u2066", "\u2069"  # isolates, UAX 9
DATA_BYTES = 64  # of a button, https://core.telegram.org/bots/api#inlinekeyboardbutton


@dataclass
class Card:
    text: Text
    rows: list[list[Button]] = field(default_factory=list)


def phrase(
    text: Text, texts: Texts, key: str, n: int | None = None, /, **values: str | int
) -> Text:
    """Add a phrase to a text, with its bold values bold."""
    return text.pieces(texts.pieces(key, n, **values))


def plain_card(texts: Texts, key: str, /, **values: str | int) -> Card:
    """A card of one phrase."""
    return Card(phrase(Text(), texts, key, **values))


def data(name: str, *parts: str | int) -> str:
    """Button data `name:part:part`.

    Names have two letters and more: one letter is an alert's (`bot.delivery.callback`). Where a
    last part of words does not fit it is left empty; the first bold run of the card holds it then.
    """
    packed = ":".join([name, *map(str, parts)])
    if len(packed.encode()) <= DATA_BYTES:
        return packed
    return ":".join([name, *map(str, parts[:-1]), ""])


def pager(texts: Texts, page: int, name: str, *parts: str | int, more: bool) -> list[Button]:
    """Previous and next, as far as there are any; pages count from 0."""
    row = []
    if page > 0:
        row.append(Button(texts("button.previous"), data(name, page - 1, *parts)))
    if more:
        row.append(Button(texts("button.next"), data(name, page + 1, *parts)))
    return row


def byline(texts: Texts, story: Story, now: float) -> str:
    """Who tells a story and when: `Reuters · 3 outlets · 20 minutes ago`."""
    parts = [texts.name(story.publisher)] if story.publisher else []
    parts += [outlets_line(story, texts), texts.ago(story.published, now)]
    return " · ".join(part for part in parts if part)


def story_line(text: Text, texts: Texts, story: Story, now: float, mark: str = "•") -> Text:
    """A headline with its link and byline, two lines."""
    text.text(f"{texts.side}{mark} ").link(texts.name(story.headline), story.link)
    return text.line().italic(byline(texts, story, now))


def follow_button(texts: Texts, follows: bool, carried: str) -> Button:
    """To follow one story, or to end that."""
    return Button(texts("story.leave" if follows else "story.follow"), carried)


def heading(texts: Texts, words: str) -> Text:
    """A bold first line that runs the way of its language, whatever the words are written in."""
    return Text().text(texts.side).bold(texts.name(words))


def rule_text(text: Text, texts: Texts, rule: str) -> Text:
    """A rule of the topic language, which runs from left to right in every language."""
    if not texts.rtl:
        return text.code(rule)
    return text.text(f"{texts.side}{_LEFT_TO_RIGHT}").code(rule).text(_POP)


def titled(query: str) -> str:
    """A stored query as people type it; it is folded, and begins as a name does."""
    with suppress(QueryError):  # where it is of an older version of the language
        query = shown(stored(query))
    return query[:1].upper() + query[1:]


def local(texts: Texts, chat: Chat, instant: int, now: float) -> str:
    """A time as the chat's readers say it."""
    return texts.when(instant, chat.timezone, now)
