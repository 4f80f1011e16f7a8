"""Fifty invented pages: nothing of their furniture is read, no sentence of the article lost."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

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


@pytest.mark.parametrize(
    "file",
    sorted((Path(__file__).parents[1] / "data" / "shapes").glob("*.toml")),
    ids=lambda file: str(file.stem),
)
def test_a_page_of_another_shape_is_read_without_residue_or_loss(file: Path) -> None:
    """Live blog, AMP, JSON-LD, wall, list, release …: `html` holds its `sentences` by number."""
    case = tomllib.loads(file.read_text("utf-8"))
    told, html = case["sentences"], case["html"]
    for number, sentence in enumerate(told):
        html = html.replace(f"{{{number}}}", sentence)
    page = extract(html.encode(), url="https://paper.example/x", content_type="text/html")
    assert [sentence for sentence in told if sentence not in page.text] == []
    left = page.text
    for sentence in told:
        left = left.replace(sentence, "")
    assert [word for word in case["residues"] if word in left] == []
    source = Source("Paper", page.text, language=case["language"])
    made = summarise([source], title=case["headline"], sentences=4, limit=740)
    assert len(made.sentences) >= 2
    assert [sentence.text for sentence in made.sentences if sentence.text not in told] == []
