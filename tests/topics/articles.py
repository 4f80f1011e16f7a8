"""Articles of a believable world, written for these tests."""

from __future__ import annotations

from bot.model import Article, ArticleId, FeedId


def article(
    title: str,
    summary: str = "",
    *,
    publisher: str = "The Harbour Post",
    language: str = "",
    country: str = "",
    text: str = "",
) -> Article:
    return Article(
        id=ArticleId(1),
        feed=FeedId(1),
        publisher=publisher,
        title=title,
        link="https://news.example/1",
        summary=summary,
        text=text,
        published=1_700_000_000,
        first_seen=1_700_000_000,
        language=language,
        country=country,
    )
