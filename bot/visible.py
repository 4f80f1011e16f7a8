"""A story as one chat may see it: under an article of a feed that this chat may read.

In: a story and an article. Out: a story. It refuses to know who may see what; the store does.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model import Article, Story


def told_by(story: Story, article: Article) -> Story:
    """The story under this one of its articles."""
    if article.id == story.lead:
        return story
    return replace(
        story,
        headline=article.title,
        link=article.link,
        publisher=article.publisher,
        language=article.language,
        lead=article.id,
        published=article.published,
    )
