"""Thirty invented pages: nothing of their furniture is read, no sentence of the article lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.model import Source
from bot.stories.extract import extract
from bot.stories.summary import summarise
from tests.stories.pages import SHAPES, STORIES, Story, sentences


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_a_page_is_read_without_residue_or_loss(
    story: Story, shape: Callable[[Story], str]
) -> None:
    html = shape(story).encode()
    page = extract(html, url="https://paper.example/story", content_type="text/html")
    assert [s for s in sentences(story) if s not in page.text] == []
    assert [word for word in story.residues if word in page.text] == []
    made = summarise([Source("Paper", page.text)], title=story.headline, sentences=4, limit=740)
    assert len(made.sentences) >= 2
    for sentence in made.sentences:
        assert sentence.text in sentences(story)
