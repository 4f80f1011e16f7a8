"""Articles of a believable world, written for these tests."""

from __future__ import annotations

from bot.model import Article, ArticleId, FeedId

NOON = 1_764_000_000


def article(
    number: int,
    title: str,
    summary: str = "",
    *,
    publisher: str = "",
    at: int = NOON,
    link: str | None = None,
    language: str = "en",
) -> Article:
    return Article(
        id=ArticleId(number),
        feed=FeedId(1),
        publisher=publisher or f"Outlet {number}",
        title=title,
        link=f"https://outlet{number}.example/{number}" if link is None else link,
        summary=summary,
        text="",
        published=at,
        first_seen=at,
        language=language,
    )
