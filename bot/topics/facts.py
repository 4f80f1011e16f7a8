"""What one article says, as far as anybody asks.

In: an article, and the slots that were found in its words. Out: where each was found, the language,
the publisher, worked out only when somebody asks. It refuses to know queries.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal, TypeAlias

from bot.model import Article, Reason, TopicId
from bot.text import language, words
from bot.topics.nodes import Term
from bot.topics.segment import Lexicon, Segment

_BODY = 1_200  # characters of a summary that are read
_SHORT = 60  # a summary below this is no summary; the text is read instead


class Slot:
    """One name, word, phrase or publisher that queries ask for."""

    __slots__ = ("more", "terms", "topics")

    def __init__(self) -> None:
        self.terms = 0  # of standing queries that ask for it
        self.topics: tuple[TopicId, ...] = ()  # that ask for nothing else
        # Topics that need more, by a second slot that they can't do without (None: any other).
        self.more: dict[Slot | None, list[TopicId]] = {}


Spots: TypeAlias = dict[Slot, tuple[int, int]]
"""Where each slot is filled first: from word, up to word."""


class Facts:
    """An article that is read; `spots` has one entry for the title, one for the body."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self.article = article
        self.body, self.where = _body(article)
        self.segments = (Segment(article.title, lexicon), Segment(self.body, lexicon))
        self.spots: tuple[Spots, Spots] = ({}, {})
        self.filled: set[Slot] = set()

    @cached_property
    def language(self) -> str:
        """What the text is in, "" when it doesn't tell."""
        return language(f"{self.article.title}. {self.body}")

    @cached_property
    def source(self) -> str:
        """The folded words of the publisher."""
        return " ".join(word.folded for word in words(self.article.publisher))

    def reason(self, slot: Slot) -> Reason:
        """Why a slot that is filled is; the title is named before the body."""
        spot = self.spots[0].get(slot)
        if spot is not None:
            return Reason(self.segments[0].surface(*spot), "title")
        return Reason(self.segments[1].surface(*self.spots[1][slot]), self.where)

    def reason_for(self, slot: Slot, *, title: bool) -> Reason | None:
        """Why a slot is filled, if it is; with `title` only the headline counts."""
        if slot in self.spots[0] or (not title and slot in self.spots[1]):
            return self.reason(slot)
        return None

    def states(self, term: Term) -> Reason | None:
        """Whether a term holds that asks about the article, not about its words."""
        article = self.article
        if term.kind == "lang":
            holds = term.value == (self.language or article.language[:2].lower())
            return Reason("", "source") if holds else None
        if term.kind == "country":
            return Reason("", "source") if term.value == article.country else None
        inside = f" {term.value} " in f" {self.source} "
        return Reason(article.publisher, "source") if inside else None


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
