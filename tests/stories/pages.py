"""Invented pages of news sites: five articles in as many languages, in six shapes of HTML.

Each has what surrounds an article on such sites: a breadcrumb, the headline twice, a caption with
its credit, a byline, plugs in mid-text, an agency's tail, tags, calls. What must be read are the
sentences; everything else is residue. The words stand in tests/data/pages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path


@dataclass(frozen=True)
class Story:
    language: str
    headline: str
    crumbs: list[str]
    caption: str
    byline: str
    paragraphs: list[list[str]]  # of sentences
    plugs: list[str]
    tail: list[str]
    residues: list[str]


def sentences(story: Story) -> list[str]:
    return [sentence for paragraph in story.paragraphs for sentence in paragraph]


STORIES = tuple(
    Story(language=path.stem, **tomllib.loads(path.read_text("utf-8")))
    for path in sorted((Path(__file__).parents[1] / "data" / "pages").glob("*.toml"))
)


def _mixed(story: Story) -> list[str]:
    """The paragraphs with a plug after the second and after the fourth."""
    told = [" ".join(paragraph) for paragraph in story.paragraphs]
    first, second = (*story.plugs, "")[:2]
    return [*told[:2], first, *told[2:4], second, *told[4:]]


def _document(story: Story, body: str) -> str:
    title = escape(story.headline)
    return (
        f'<!doctype html><html lang="{story.language}"><head><meta charset="utf-8">'
        f"<title>{title} | The Paper</title></head><body>{body}"
        "<footer>© 2026 The Paper. All rights reserved. We use cookies.</footer></body></html>"
    )


def semantic(story: Story) -> str:
    """An article as the standard means it."""
    crumbs = "".join(f"<li><a href='/{n}'>{escape(c)}</a></li>" for n, c in enumerate(story.crumbs))
    text = "".join(f"<p>{escape(p)}</p>" for p in _mixed(story))
    tail = "".join(f"<p>{escape(line)}</p>" for line in story.tail)
    return _document(
        story,
        f"<nav><ol>{crumbs}</ol></nav><main><article><header><h1>{escape(story.headline)}</h1>"
        f"<p class='byline'>{escape(story.byline)}</p></header><figure><img src='a.jpg'>"
        f"<figcaption>{escape(story.caption)}</figcaption></figure>{text}{tail}</article></main>",
    )


def theme(story: Story) -> str:
    """A bought theme: classes that say what is what, the headline as a paragraph once more."""
    text = "".join(f"<p>{escape(p)}</p>" for p in _mixed(story))
    tail = "".join(f"<p><em>{escape(line)}</em></p>" for line in story.tail)
    crumbs = " ".join(f"<span><a href='#'>{escape(c)}</a></span>" for c in story.crumbs)
    return _document(
        story,
        f"<div class='td-crumb-container'>{crumbs}</div><div class='td-post-header'>"
        f"<h1 class='entry-title'>{escape(story.headline)}</h1></div>"
        f"<div class='td-post-content tagdiv-type'><p><strong>{escape(story.headline)}</strong></p>"
        f"<div class='wp-caption'><img src='a.jpg'><p class='wp-caption-text'>"
        f"{escape(story.caption)}</p></div><p>{escape(story.byline)}</p>{text}{tail}</div>",
    )


def soup(story: Story) -> str:
    """Nothing but <div>."""
    rows = [
        " > ".join(story.crumbs), story.headline, story.headline, story.caption, story.byline,
        *_mixed(story), *story.tail,
    ]  # fmt: skip
    inner = "".join(f"<div>{escape(row)}</div>" for row in rows)
    return _document(story, f"<div id='page'><div class='c1'>{inner}</div></div>")


def breaks(story: Story) -> str:
    """One block, its lines broken by <br>."""
    rows = [story.headline, story.caption, story.byline, *_mixed(story), *story.tail]
    inner = "<br><br>".join(escape(row) for row in rows)
    return _document(
        story,
        f"<h1>{escape(story.headline)}</h1><div class='story-body'><p>{inner}</p></div>",
    )


def tables(story: Story) -> str:
    """A layout of the nineties."""
    text = "".join(f"<tr><td><p>{escape(p)}</p></td></tr>" for p in _mixed(story))
    tail = "".join(f"<tr><td><font size=1>{escape(t)}</font></td></tr>" for t in story.tail)
    return _document(
        story,
        f"<table><tr><td><a href='/'>{escape(story.crumbs[0])}</a> &raquo; "
        f"{escape(story.crumbs[1])}</td></tr><tr><td><h2>{escape(story.headline)}</h2></td></tr>"
        f"<tr><td><i>{escape(story.caption)}</i></td></tr><tr><td>{escape(story.byline)}</td></tr>"
        f"{text}{tail}</table>",
    )


def sections(story: Story) -> str:
    """A modern app: sections, asides for plugs, data attributes, scripts between."""
    parts = []
    for row in _mixed(story):
        if row in story.plugs:
            parts.append(f"<aside data-widget='promo'><a href='/x'>{escape(row)}</a></aside>")
        else:
            parts.append(f"<p data-component='text-block'>{escape(row)}</p><script>x=1</script>")
    tail = "".join(f"<p data-component='credit'>{escape(t)}</p>" for t in story.tail)
    return _document(
        story,
        f"<section><h1>{escape(story.headline)}</h1><h2>{escape(story.headline)}</h2>"
        f"<div class='meta'>{escape(story.byline)}</div><picture><img src='a.jpg'></picture>"
        f"<span class='caption'>{escape(story.caption)}</span>{''.join(parts)}{tail}</section>",
    )


SHAPES: tuple[Callable[[Story], str], ...] = (semantic, theme, soup, breaks, tables, sections)
