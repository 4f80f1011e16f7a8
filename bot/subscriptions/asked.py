"""What a reader wrote, as a query; and what may have been meant where that finds nothing.

In: a reader's words. Out: a `Query`, or a `QueryError` that also names the place; other words to
try. Knows neither articles nor chats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from bot.errors import QueryError
from bot.topics.names import Names, shipped, spell
from bot.topics.nodes import Node, Not, Query, Term
from bot.topics.query import parse_query, refusal

SUGGESTED = 3
_ALIKE = 0.8  # of 1; "Nigr" is 0.89 Niger
_SHORTEST = 4  # letters of a word that may be a slip
_LONGER = 2  # letters that a slip adds or leaves out
_NEAR = 24  # characters shown of where understanding ended
_OPERATORS = re.compile(
    r'["“”„«»()|]|(?:^|\s)[-−–]?[^\W\d]+:|(?:^|\s)[-−–](?=\S)|\b(?:OR|AND|NOT)\b'
)
_DANGLING = re.compile(r"(?<!\S)(title|source|lang|country):(?!\S)", re.IGNORECASE)
_EXAMPLES = {"title": "Niger", "source": "Reuters", "lang": "fr", "country": "NE"}


def read_query(text: str) -> Query:
    """The query in a reader's text; flags, faces and lone signs between its words say nothing.

    Raises QueryError.
    """
    said = " ".join(part for part in text.split() if _says(part)) or text
    if dangling := _DANGLING.search(said):
        name = dangling[1].lower()
        example = f"{name}:{_EXAMPLES[name]}"
        error = refusal("value", dangling.end(), name=name, example=example)
        error.near = dangling[0]
        raise error
    try:
        return parse_query(said)
    except QueryError as error:
        error.near = said[error.at :].strip()[:_NEAR]
        raise


def _says(part: str) -> bool:
    return any(c.isalnum() or c in '"“”„«»()|' for c in part)


def has_words(text: str) -> bool:
    """Whether there is any letter or figure in it."""
    return any(c.isalnum() for c in text)


def has_operators(text: str) -> bool:
    """Whether it is more than words in a row: quotes, OR, -without, source:…"""
    return bool(_OPERATORS.search(text))


def instead(query: Query, more: Iterable[str] = ()) -> tuple[str, ...]:
    """What may have been meant: the names in a sentence, else names and words spelled alike."""
    if isinstance(query.root, Term):
        return _alike(query.label, shipped(), more)[:SUGGESTED]
    named = dict.fromkeys(term.label for term in _terms(query.root) if term.kind == "sense")
    return tuple(named)[:SUGGESTED] or _alike(query.label, shipped(), more)[:SUGGESTED]


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, Not):
        for part in node.parts:
            yield from _terms(part)


def _alike(label: str, names: Names, more: Iterable[str]) -> tuple[str, ...]:
    """Names and words spelled nearly so, the likest first; each thing once."""
    wanted = spell(label)
    if len(wanted) < _SHORTEST or wanted in names.entries:
        return ()
    scored = [(_likeness(wanted, spell(word)), _thing(word, names), word) for word in more]
    for key in names.entries:
        if key[:1] == wanted[:1] and abs(len(key) - len(wanted)) <= _LONGER:
            sense = names.senses[names.entries[key][0].sense]
            shown = sense.label if wanted.isascii() else key[:1].upper() + key[1:]
            scored.append((_likeness(wanted, key), sense.id, shown))
    scored.sort(key=lambda found: -found[0])
    known: dict[str, str] = {}
    for likeness, thing, word in scored:
        if likeness >= _ALIKE:
            known.setdefault(thing, word)
    return tuple(known.values())


def _thing(word: str, names: Names) -> str:
    """What tells two words for the same apart from two things."""
    senses = names.lookup(word)
    return senses[0].id if senses else spell(word)


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
