"""A query as a tree: what must be there, what may, what must not.

Data only, made by `query.parse_query` and read by `match`. It refuses to know how a query is
written and what an article is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.topics.names import Sense


@dataclass(frozen=True, slots=True)
class Term:
    """A leaf: `value` is a sense id, or folded words; `label` its canonical spelling."""

    kind: Literal["sense", "word", "phrase", "source", "lang", "country"]
    value: str
    label: str
    title: bool = False  # counts only in the headline
    capital: bool = False  # counts only with a capital letter


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


Node: TypeAlias = Term | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """What a topic asks for. Equal meanings written differently share a `canonical` text."""

    root: Node
    canonical: str
    label: str
    others: tuple[Sense, ...] = field(default=(), compare=False)  # what a lone name can also mean
