"""The rules of a topic as parts that a reader can add and take away one by one (pure).

In: a query. Out: what counts as it, what is left out; or the query with a rule more or less. Every
rule is written in the topic language, so that what buttons make can be read, typed and exported. It
refuses to know chats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.subscriptions.asked import has_operators
from bot.topics.names import spell
from bot.topics.nodes import And, Node, Not, Or, Query, Term
from bot.topics.query import STORED_LIMIT, parse_query, refusal


@dataclass(frozen=True, slots=True)
class Rules:
    """`counts`: any of these will do; `without`: none of these may be there. As they are typed."""

    counts: tuple[str, ...]
    without: tuple[str, ...]


def stored(canonical: str, label: str = "") -> Query:
    """The query of a stored topic, under the name it has in a chat. Raises QueryError."""
    query = parse_query(canonical, limit=STORED_LIMIT)
    return replace(query, label=label or canonical)


def rules_of(query: Query) -> Rules:
    """What a query asks for, part by part, in the order of its canonical text."""
    counts, without = _parts(query.root)
    return Rules(tuple(map(spelled, counts)), tuple(map(spelled, without)))


def spelled(node: Node) -> str:
    """A part as a reader types it."""
    if isinstance(node, Term):
        return node.label
    if isinstance(node, Not):
        return f"-{_inner(node.part)}"
    glue = " " if isinstance(node, And) else " OR "
    return glue.join(sorted((_inner(part) for part in node.parts), key=_last_if_negative))


def _last_if_negative(part: str) -> tuple[bool, str]:
    return part.startswith("-"), part


def _inner(node: Node) -> str:
    return f"({spelled(node)})" if isinstance(node, And | Or) else spelled(node)


def shown(query: Query) -> str:
    """The whole query as a reader would type it: `Niger -"niger delta"`."""
    return spelled(query.root)


# ── one rule more, one rule less ─────────────────────────────────────────────────────────────────


def also(query: Query, words: str) -> Query:
    """The query that other words answer, too, in headlines where the others must stand there.

    Raises QueryError for words that are no topic.
    """
    counts, without = _parts(query.root)
    return _built(query, [*counts, _titled(part(words), title=only_headlines(query))], without)


def leaving_out(query: Query, words: str) -> Query:
    """The query without what the words are about. Raises QueryError."""
    counts, without = _parts(query.root)
    return _built(query, counts, [*without, part(words)])


def without_rule(query: Query, number: int) -> Query:
    """The query without one of its parts, counted through `counts`, then `without`.

    Raises QueryError for a number that there is not, and for the last part that counts.
    """
    counts, without = (list(parts) for parts in _parts(query.root))
    if number < len(counts) and len(counts) > 1:
        del counts[number]
    elif 0 <= number - len(counts) < len(without):
        del without[number - len(counts)]
    else:
        raise refusal("all")
    return _built(query, counts, without)


def in_headlines(query: Query) -> Query:
    """The query that only headlines answer; what it leaves out may stand anywhere."""
    counts, without = _parts(query.root)
    return _built(query, [_titled(part) for part in counts], without)


def anywhere(query: Query) -> Query:
    """The query that the whole text answers."""
    counts, without = _parts(query.root)
    return _built(query, [_titled(part, title=False) for part in counts], without)


def only_headlines(query: Query) -> bool:
    """Whether every word that counts has to stand in the headline."""
    counts, _ = _parts(query.root)
    terms = [term for part in counts for term in _terms(part) if _is_of_text(term)]
    return bool(terms) and all(term.title for term in terms)


def part(words: str) -> Node:
    """Words as one part: a name, a word, or words in a row as the phrase that they are.

    Raises QueryError.
    """
    words = " ".join(words.split())
    query = parse_query(words)
    if isinstance(query.root, And) and not has_operators(words):
        return parse_query(f'"{spell(words)}"').root
    return query.root


# ── inside ───────────────────────────────────────────────────────────────────────────────────────


def _parts(root: Node) -> tuple[list[Node], list[Node]]:
    """What counts and what is left out."""
    pieces = list(root.parts) if isinstance(root, And) else [root]
    counts: list[Node]
    without = [piece.part for piece in pieces if isinstance(piece, Not)]
    needed = [piece for piece in pieces if not isinstance(piece, Not)]
    if len(needed) == 1 and isinstance(needed[0], Or):
        counts = list(needed[0].parts)
    else:
        counts = [And(tuple(needed)) if len(needed) > 1 else needed[0]]
    return sorted(counts, key=spelled), sorted(without, key=spelled)


def _built(query: Query, counts: list[Node], without: list[Node]) -> Query:
    """One query of the parts, under the old name. Raises QueryError where it grew too long."""
    root = Or(tuple(counts)) if len(counts) > 1 else counts[0]
    if without:
        root = And((root, *map(Not, without)))
    return stored(_canonical(root), query.label)


def _canonical(node: Node) -> str:
    """For the parser to read; it puts the text in order."""
    if isinstance(node, Term):
        return node.label
    if isinstance(node, Not):
        return f"NOT ({_canonical(node.part)})"
    glue = " AND " if isinstance(node, And) else " OR "
    return glue.join(f"({_canonical(part)})" for part in node.parts)


def _terms(node: Node) -> list[Term]:
    if isinstance(node, Term):
        return [node]
    parts = (node.part,) if isinstance(node, Not) else node.parts
    return [term for part in parts for term in _terms(part)]


def _is_of_text(term: Term) -> bool:
    return term.kind in ("sense", "word", "phrase")


def _titled(node: Node, *, title: bool = True) -> Node:
    if isinstance(node, Term):
        if not _is_of_text(node) or node.title is title:
            return node
        label = f"title:{node.label}" if title else node.label.removeprefix("title:")
        return replace(node, label=label, title=title)
    if isinstance(node, Not):
        return node
    return replace(node, parts=tuple(_titled(part, title=title) for part in node.parts))
