"""What one article says, as far as anybody asks.

In: an article, and the slots that were found in its words. Out: where each was found, the language,
the publisher, worked out only when somebody asks. It refuses to know queries.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from bot.model import Article, Reason
from bot.text import language, words
from bot.topics.segment import Lexicon, Segment
from bot.topics.slots import PUBLISHER, Slot, Spots

_BODY = 1_200  # characters of a summary that are read
_SHORT = 60  # a summary below this is no summary; the text is read instead


class Reading:
    """An article as it is read: its two texts, and where in each a slot is filled first."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self.article = article
        self._text, self.where = _body(article)
        self.head = Segment(article.title, lexicon)
        self.rest = Segment(self._text, lexicon)
        self.title: Spots = {}
        self.body: Spots = {}
        self.filled: set[Slot | None] = {None}
        self._reasons: dict[Slot, Reason] = {}

    @cached_property
    def language(self) -> str:
        """What the text is in, "" when it doesn't tell."""
        return language(f"{self.article.title}. {self._text}")

    @cached_property
    def source(self) -> str:
        """The folded words of the publisher."""
        return " ".join(word.folded for word in words(self.article.publisher))

    def reason(self, slot: Slot) -> Reason:
        """Why a slot is filled; the title is named before the body."""
        known = self._reasons.get(slot)
        if known is None:
            known = self._reasons[slot] = self._reason(slot)
        return known

    def _reason(self, slot: Slot) -> Reason:
        if slot is PUBLISHER:
            return Reason(self.article.publisher, "source")
        spot = self.title.get(slot)
        if spot is not None:
            return Reason(self.head.surface(*spot), "title")
        return Reason(self.rest.surface(*self.body[slot]), self.where)


def languages_of(article: Article, shown: str) -> frozenset[str]:
    """The languages a name may be in: what the text shows, else what the feed says, else English.

    Pidgin headlines name places in English; a text that shows nothing may be in either.
    """
    if shown == "pcm":
        return frozenset(("pcm", "en"))
    return frozenset((shown,)) if shown else frozenset((article.language[:2] or "en", "en"))


def _body(article: Article) -> tuple[str, Literal["summary", "text"]]:
    if len(article.summary) < _SHORT and len(article.text) > len(article.summary):
        return article.text[:_BODY], "text"
    return article.summary[:_BODY], "summary"
