"""The sample world. In: three data files and the present. Out: outlets, a week of items before the
present, and a script of items that are still to be published.

Pure but for reading its own files; knows neither feeds' formats nor HTTP.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from itertools import count
from typing import Any

from bot.model import Instant

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Outlet:
    id: str
    name: str
    format: str  # rss | atom | json
    language: str
    country: str
    about: str
    bylines: tuple[str, ...]
    colour: str
    full: bool = False  # the feed holds the whole text beside the teaser


@dataclass(frozen=True, slots=True)
class Item:
    """One text of one outlet; `number` is its identity for good."""

    number: int
    outlet: Outlet
    title: str
    paragraphs: tuple[str, ...]
    section: str
    published: Instant
    updated: Instant | None = None
    caption: str = ""
    credit: str = ""  # the agency whose copy this is
    about: tuple[str, ...] = ()  # topics that it is about

    @property
    def path(self) -> str:
        return f"/{self.outlet.id}/{self.number}"

    @property
    def teaser(self) -> str:
        return self.paragraphs[0]

    @property
    def byline(self) -> str:
        return self.outlet.bylines[self.number % len(self.outlet.bylines)]


@dataclass(frozen=True, slots=True)
class Scene:
    """An item of the script; `item.published` is 0 until it is."""

    id: str
    item: Item
    after: float  # seconds after the scene before
    expect: str  # what a reader will see happen
    silent: tuple[str, ...] = ()  # topics that must not ring for it
    corrects: bool = False  # the same entry again, with another headline


@dataclass(frozen=True, slots=True)
class World:
    outlets: tuple[Outlet, ...]
    archive: tuple[Item, ...]  # oldest first
    script: tuple[Scene, ...]


def load(now: Instant) -> World:
    """The world as it stands at `now`; the same texts and numbers every time."""
    outlets = {row["id"]: _outlet(row) for row in _read("outlets")["outlet"]}
    numbers = count(1001)
    told = _archive(_read("archive")["story"], outlets, numbers, now)
    archive = sorted(told, key=lambda item: (item.published, item.number))
    script = _script(_read("script")["item"], outlets, numbers)
    return World(tuple(outlets.values()), tuple(archive), tuple(script))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text("utf-8"))


def _outlet(row: Mapping[str, Any]) -> Outlet:
    return Outlet(**{**row, "bylines": tuple(row["bylines"])})


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("¶"))


def _archive(
    stories: list[dict[str, Any]],
    outlets: Mapping[str, Outlet],
    numbers: Iterator[int],
    now: Instant,
) -> Iterator[Item]:
    for story in stories:
        for telling in story["told"]:
            item = Item(
                number=next(numbers),
                outlet=outlets[telling["by"]],
                title=telling["title"],
                paragraphs=_paragraphs(telling["text"]),
                section=story["section"],
                published=now - round(telling["h"] * HOUR),
                about=tuple(story["about"]),
            )
            yield item
            for place, (outlet, title) in enumerate(telling.get("copied", {}).items(), start=1):
                later = item.published + place * HOUR // 2
                yield _copy(item, outlets[outlet], title, next(numbers), min(later, now - 60))


def _copy(original: Item, outlet: Outlet, title: str, number: int, published: Instant) -> Item:
    """What a paper makes of an agency's text."""
    return replace(
        original,
        number=number,
        outlet=outlet,
        title=title or original.title,
        published=published,
        credit=original.outlet.name,
    )


def _script(
    rows: list[dict[str, Any]], outlets: Mapping[str, Outlet], numbers: Iterator[int]
) -> Iterator[Scene]:
    items: dict[str, Item] = {}
    for row in rows:
        outlet = outlets[row["by"]]
        if earlier := row.get("corrects"):
            item = replace(items[earlier], title=row["title"])
        elif source := row.get("copies"):
            item = _copy(items[source], outlet, row["title"], next(numbers), 0)
        else:
            item = Item(
                number=next(numbers),
                outlet=outlet,
                title=row["title"],
                paragraphs=_paragraphs(row["text"]),
                section=row["section"],
                published=0,
                caption=row["caption"],
                about=tuple(row.get("about", ())),
            )
        items[row["id"]] = item
        yield Scene(
            id=row["id"],
            item=item,
            after=float(row["after"]),
            expect=row["expect"],
            silent=tuple(row.get("not", ())),
            corrects="corrects" in row,
        )
