"""What a summary can be made from: pages, the texts in the feeds, their teasers, the headline.

In: the articles of a story, and the pages that could be read. Out: the sources, the best first, and
the summary that the best of them gives. It refuses to know how pages are had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from bot.model import Article, Sentence, Source, Summary
from bot.stories.summary import summarise

Kind: TypeAlias = Literal["page", "text", "teaser", "headline"]
READ = 20_000
"""Characters of a text; news says what matters early."""


def ladder(title: str, told: Sequence[Article], pages: dict[str, str]) -> Summary:
    """Pages, else texts, else teasers, else the headline: the first that gives a sentence."""
    for kind, sources in rungs(told, pages):
        made = summarise(sources, title=title)
        if made.sentences:
            return replace(made, kind=kind)
    return Summary((Sentence(title, told[0].publisher if told else ""),), "headline")


def rungs(told: Sequence[Article], pages: dict[str, str]) -> Iterator[tuple[Kind, list[Source]]]:
    """What a summary can be made from, the best first."""
    rungs: tuple[tuple[Kind, list[str]], ...] = (
        ("page", [pages.get(a.link, "") or a.text or a.summary for a in told] if pages else []),
        ("text", [a.text or a.summary for a in told] if any(a.text for a in told) else []),
        ("teaser", [a.summary for a in told]),
    )
    for kind, texts in rungs:
        sources = [
            Source(a.publisher, text[:READ], a.published, a.title, a.language)
            for a, text in zip(told, texts, strict=False)
            if text.strip()
        ]
        if sources:
            yield kind, sources
