"""What one article says, as far as anybody asks.

In: an article, and the slots that were found in its words. Out: where each was found, the language,
the publisher, worked out only when somebody asks. It refuses to know queries.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Literal, cast

from bot.model import Article, Reason
from bot.text import language_by
from bot.topics.lexicon import Word
from bot.topics.names import spell
from bot.topics.slots import PUBLISHER, Slot, Spots
from bot.topics.wording import Wording

_BODY = 1_200  # characters of a summary that are read
_SHORT = 60  # a summary below this is no summary; the text is read instead


class Reading:
    """An article as it is read: its words, and where a slot is filled first."""

    __slots__ = ("_language", "_text", "article", "filled", "spots", "where",
                 "wording")  # fmt: skip

    def __init__(self, article: Article, words: dict[str, tuple[Word, ...]]) -> None:
        self.article = article
        self._text, self.where = _body(article)
        self.wording = Wording(article.title, self._text, words)
        self.spots: Spots = {}
        self.filled: set[Slot] = set()
        self._language: str | None = None

    def in_title(self, slot: Slot) -> bool:
        spot = self.spots.get(slot)
        return spot is not None and spot[0] < self.wording.title

    def in_capitals(self, slot: Slot) -> bool:
        """Whether the words of a phrase stand anywhere with a letter that is not small."""
        if slot not in self.filled:
            return False
        row, first = self.wording.row, slot.key.partition(" ")[0]
        return any(word.folded == first and not word.text[0].islower() for word in row)

    @property
    def language(self) -> str:
        """What the text is in, "" when it doesn't tell."""
        if self._language is None:
            text = f"{self.article.title}. {self._text}"
            self._language = language_by(text, self.wording.ballots)
        return self._language

    @property
    def source(self) -> str:
        """The folded words of the publisher."""
        return _spelt(self.article.publisher)

    def reason(self, slot: Slot) -> Reason:
        """Why a slot is filled."""
        if slot is PUBLISHER:
            return Reason(self.article.publisher, "source")
        return self.reason_at(*self.spots[slot])

    def reason_at(self, start: int, end: int) -> Reason:
        """The words `start` up to `end`, as a reason."""
        wording = self.wording
        words = wording.row[start].text if end == start + 1 else wording.surface(start, end)
        return _reason((words, "title" if start < wording.title else self.where))


# What `Reason(…)` makes, without the detour over Python that a NamedTuple takes.
_reason = cast("Callable[[tuple[str, str]], Reason]", partial(tuple.__new__, Reason))
_spelt = lru_cache(maxsize=1_000)(spell)


@lru_cache(maxsize=200)
def _spoken(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def languages_of(article: Article, shown: str) -> frozenset[str]:
    """The languages a name may be in: what the text shows, else what the feed says, else English.

    Pidgin headlines name places in English; a text that shows nothing may be in either.
    """
    if shown == "pcm":
        return _spoken("pcm", "en")
    return _spoken(shown) if shown else _spoken(article.language[:2] or "en", "en")


def _body(article: Article) -> tuple[str, Literal["summary", "text"]]:
    if len(article.summary) < _SHORT and len(article.text) > len(article.summary):
        return article.text[:_BODY], "text"
    return article.summary[:_BODY], "summary"
