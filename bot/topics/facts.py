"""What one article says, as far as anybody asks.

In: an article, and the slots that were found in its words. Out: where each was found, the language,
the publisher, worked out only when somebody asks. It refuses to know queries.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from bot.model import Article, Reason
from bot.text import language_by, words
from bot.topics.lexicon import Lexicon
from bot.topics.slots import PUBLISHER, Slot, Spots
from bot.topics.wording import Wording

_BODY = 1_200  # characters of a summary that are read
_SHORT = 60  # a summary below this is no summary; the text is read instead


class Reading:
    """An article as it is read: its words, and where a slot is filled first."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self.article = article
        self._text, self.where = _body(article)
        self.wording = Wording(article.title, self._text, lexicon)
        self.spots: Spots = {}
        self.filled: set[Slot | None] = {None}
        self._reasons: dict[Slot, Reason] = {}

    def in_title(self, slot: Slot) -> bool:
        spot = self.spots.get(slot)
        return spot is not None and spot[0] < self.wording.title

    @cached_property
    def language(self) -> str:
        """What the text is in, "" when it doesn't tell."""
        return language_by(f"{self.article.title}. {self._text}", self.wording.ballots)

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
        start, end = self.spots[slot]
        where = "title" if start < self.wording.title else self.where
        return Reason(self.wording.surface(start, end), where)


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
