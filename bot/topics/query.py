"""The topic language: what a reader writes, understood or refused with advice.

In: at most 200 characters. Out: a `Query`, a tree of terms with one canonical spelling; or a
`QueryError` that says where understanding ended and how to mend it. It refuses to know articles.

    query := and ("OR" and)*        and  := not ("AND"? not)*
    not   := ("NOT" | "-") not | atom
    atom  := "(" query ")" | '"' words '"' | field ":" value | name | word

A run of plain words that the table of names has is one name ("Burkina Faso", "Georgia (country)").
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NoReturn

from bot.text import joined, words
from bot.topics.kinds import kinds_of
from bot.topics.names import Names, Sense, shipped, spell
from bot.topics.nodes import And, Node, Not, Or, Query, Term
from bot.topics.refusals import refusal

__all__ = ["Query", "parse_query", "refusal"]

LIMIT = 200
STORED_LIMIT = 4_000  # a canonical text spells out what its reader could leave out
MAX_TERMS = 40
MAX_DEPTH = 12
FIELDS = ("title", "source", "lang", "country")


def parse_query(text: str, names: Names | None = None, *, limit: int = LIMIT) -> Query:
    """The query in a text of at most 200 characters; a canonical one may be longer (STORED_LIMIT).

    Raises QueryError with the index of the character where it went wrong.
    """
    label = " ".join(text.split())
    if len(text) > limit:
        raise refusal("long", limit, limit=limit)
    parser = _Parser(text, names or shipped())
    root = parser.query(0)
    parser.finish()
    if not _can_ring(root):
        raise refusal("all")
    return Query(root, _spelling(root), label, tuple(parser.others) if parser.count == 1 else ())


_TOKEN = re.compile(
    r"""\s*(?:(?P<quote>["“”„«»])|(?P<open>\()|(?P<close>\))|(?P<minus>[-−–](?=[^\s\-]))
    |(?P<field>[A-Za-z]{2,10}):(?=\S)|(?P<word>[^\s()"“”„«»]+))""",
    re.VERBOSE,
)
_QUALIFIER = re.compile(r"\s*\(([^()\"]{2,40})\)")
_CLOSING = re.compile('["“”„«»]')


class _Parser:
    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.at = 0
        self.count = 0
        self.others: list[Sense] = []

    def fail(self, code: str, at: int | None = None, **values: str | int) -> NoReturn:
        place = min(self.at if at is None else at, len(self.text))
        raise refusal(code, place, **values)

    def peek(self) -> tuple[str, str, int]:
        """The next token as (kind, text, end); kind "" at the end."""
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        found = _TOKEN.match(self.text, self.at)
        if found is None or found.lastgroup is None:
            return "", "", len(self.text)
        kind, text = found.lastgroup, found.group(found.lastgroup)
        if kind == "word" and text in ("OR", "AND", "NOT", "|"):
            kind = "OR" if text == "|" else text
        return kind, text, found.end()

    def query(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self.fail("deep")
        parts = [self.conjunction(depth)]
        while self.peek()[0] == "OR":
            self.at = self.peek()[2]
            parts.append(self.conjunction(depth))
        return _join(Or, parts)

    def conjunction(self, depth: int) -> Node:
        parts = [self.negation(depth)]
        while True:
            kind, _, end = self.peek()
            if kind in ("", "OR", "close"):
                return _join(And, parts)
            if kind == "AND":
                self.at = end
            parts.append(self.negation(depth))

    def negation(self, depth: int) -> Node:
        negative = False
        kind, _, end = self.peek()
        while kind in ("NOT", "minus"):
            negative = not negative
            self.at = end
            kind, _, end = self.peek()
        node = self.atom(depth)
        if negative:
            return node.part if isinstance(node, Not) else Not(node)
        return node

    def atom(self, depth: int) -> Node:
        kind, text, end = self.peek()
        if kind == "":
            self.fail("end")
        if kind in ("OR", "AND", "close"):
            self.fail("before", sign=text)
        self.count += 1
        if self.count > MAX_TERMS:
            self.fail("terms", limit=MAX_TERMS)
        if kind == "open":
            return self.group(depth, end)
        if kind == "quote":
            return self.phrase(end)
        if kind == "field":
            return self.field(text.lower(), end)
        return self.name()

    def group(self, depth: int, end: int) -> Node:
        start, self.at = self.at, end
        self.count -= 1
        if self.peek()[0] == "close":
            self.fail("hollow")
        node = self.query(depth + 1)
        if self.peek()[0] != "close":
            self.fail("open", start)
        self.at = self.peek()[2]
        return node

    def phrase(self, start: int) -> Term:
        closing = _CLOSING.search(self.text, start)
        if closing is None:
            self.fail("quote", start - 1)
        value = spell(self.text[start : closing.start()])
        if not value:
            self.fail("wordless", start)
        self.at = closing.end()
        return Term("phrase", value, f'"{joined(value)}"')

    def field(self, name: str, end: int) -> Term:
        if name not in FIELDS:
            self.fail("field", name=name)
        self.at = end
        kind, text, after = self.peek()
        if kind not in ("word", "quote"):
            self.fail("value", name=name, example=_EXAMPLES[name])
        if name == "title":
            inner = self.phrase(after) if kind == "quote" else self.name()
            return replace(inner, label=f"title:{inner.label}", title=True)
        start = self.at
        value = self.phrase(after).value if kind == "quote" else text
        if kind == "word":
            self.at = after
        return self.fact(name, value, start)

    def fact(self, name: str, value: str, start: int) -> Term:
        """A field that says something of the article, not of its words."""
        if name == "source":
            key = spell(value)
            if not key:
                self.fail("publisher", start)
            return Term("source", key, f'source:"{joined(key)}"')
        if name == "lang":
            if not re.fullmatch(r"[A-Za-z]{2,3}", value):
                self.fail("language", start)
            return Term("lang", value.lower(), f"lang:{value.lower()}")
        code = self.country(value)
        if code is None:
            self.fail("country", start)
        return Term("country", code, f"country:{code}")

    def country(self, value: str) -> str | None:
        found = [s.id for s in self.names.lookup(value) if s.kind == "country"]
        if re.fullmatch(r"[A-Za-z]{2}", value):
            return value.upper()
        return found[0] if found else None

    def name(self) -> Term:
        """The longest name that starts here, else one word."""
        ends = self.word_ends()
        for end in reversed(ends):
            text = self.text[self.at : end].strip()
            senses = self.senses(text, end)
            if senses is not None:
                found, self.at = senses
                self.others.extend(found[1:])
                return Term("sense", found[0].id, found[0].label)
        unknown = self.unknown(ends[-1]) if ends else None
        if unknown is not None:
            return unknown
        start, (_, text, self.at) = self.at, self.peek()
        parts = [word.folded for word in words(text)]
        if not parts:
            self.fail("signs", start, sign=text)
        if len(parts) > 1:
            value = " ".join(parts)
            return Term("phrase", value, f'"{joined(value)}"')
        return Term("word", parts[0], parts[0])

    def word_ends(self) -> list[int]:
        """Where a name of one to eight words from here may end."""
        ends: list[int] = []
        start = self.at
        while len(ends) < 8:
            kind, _, end = self.peek()
            if kind != "word":
                break
            ends.append(end)
            self.at = end
        self.at = start
        return ends

    def senses(self, text: str, end: int) -> tuple[tuple[Sense, ...], int] | None:
        """What a text means as a name, with a qualifier in parentheses where one follows."""
        found = self.names.lookup(text)
        qualifier = _QUALIFIER.match(self.text, end)
        if qualifier:
            qualified = self.names.lookup(f"{text} {qualifier.group(1)}")
            kinds = kinds_of(qualifier.group(1))
            fit = qualified[:1] or tuple(sense for sense in found if sense.kind in kinds)
            if fit or kinds:
                return (fit, qualifier.end()) if fit else None
        return (found, end) if found else None

    def unknown(self, end: int) -> Term | None:
        """A name that the table doesn't have, with a word that says what it is."""
        qualifier = _QUALIFIER.match(self.text, end)
        if qualifier is None or not kinds_of(qualifier.group(1)):
            return None
        parts = self.text[self.at : end].split()
        value = spell(" ".join(parts))
        for row in (parts, value.split(" ")):  # as written, and as it will be read again
            if not value or any(self.names.lookup(" ".join(row[n:])) for n in range(1, len(row))):
                return None
        self.at = qualifier.end()
        return Term("phrase", value, f"{value} ({spell(qualifier.group(1))})", capital=True)

    def finish(self) -> None:
        if self.peek()[0] == "close":
            self.fail("close")


_EXAMPLES = {
    "title": "title:Niger",
    "source": "source:Reuters",
    "lang": "lang:fr",
    "country": "country:NE",
}


def _join(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    """One node; nested ones of the same kind become flat, and repeated parts are dropped."""
    flat: dict[Node, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _can_ring(node: Node) -> bool:
    """Whether something must be present for the node to hold; else nothing would trigger it."""
    if isinstance(node, Term):
        return node.kind not in ("lang", "country")
    if isinstance(node, Not):
        return False
    if isinstance(node, And):
        return any(_can_ring(part) for part in node.parts)
    return all(_can_ring(part) for part in node.parts)


def _spelling(node: Node) -> str:
    if isinstance(node, Term):
        return node.label
    if isinstance(node, Not):
        return f"NOT {_inner(node.part)}"
    glue = " AND " if isinstance(node, And) else " OR "
    return glue.join(sorted(_inner(part) for part in node.parts))


def _inner(node: Node) -> str:
    text = _spelling(node)
    return f"({text})" if isinstance(node, And | Or) else text
