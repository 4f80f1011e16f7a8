"""Which rule would have kept an article out (pure).

In: a query, an article that it matched, and why. Out: rules to choose from, the narrowest first;
each keeps this article out. It refuses to know chats and counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from bot.errors import QueryError
from bot.model import Article, Reason
from bot.subscriptions.rules import in_headlines, leaving_out, part, rules_of, shown, spelled
from bot.subscriptions.unspaced import around, other_names
from bot.text import is_unspaced
from bot.text import words as words_of
from bot.topics.match import Percolator
from bot.topics.names import shipped, spell
from bot.topics.query import Query

MOST = 4
_PHRASES = 2  # of them
_AROUND = 3  # words on either side that may belong to a name
_PLACES = 5  # in one text
_READ = 5_000  # characters of a text
_JOINING = {"of", "de", "du", "des", "la", "le", "von", "van", "der", "del", "di", "al", "el"}
_OPENING = {  # capitals at the beginning of a sentence
    "the", "a", "an", "in", "on", "at", "as", "for", "from", "to", "by", "with", "after", "and",
    "why", "how", "what", "when", "where", "who", "will", "can", "is", "are", "was", "if", "but",
    "this", "that", "these", "all", "many", "most", "some", "more", "new", "les", "en", "dans",
    "au", "aux", "et", "los", "las", "y", "die", "das", "im", "und", "o", "os", "no", "na", "em",
    "e", "в", "на", "и", "о", "из", "по", "после", "pour", "pourquoi", "por", "nach", "warum",
    "un", "une",
}  # fmt: skip
_BEFORE = re.compile(r"(\w[\w’']*)([ \u00a0-])$")
_NAME = re.compile(r"[^\W\d_a-z][\w’'-]*(?: [^\W\d_a-z][\w’'-]*)+")
_BEHIND = re.compile(r"^([ \u00a0-])(\w[\w’']*)")


@dataclass(frozen=True, slots=True)
class Correction:
    """A rule as it is typed, the words of it, and the query with it; words None: only headlines."""

    rule: str
    words: str | None
    query: Query


def corrections(query: Query, article: Article, reason: Reason) -> list[Correction]:
    """At most four rules that keep the article out, the narrowest first."""
    explain = Percolator(shipped()).explain
    made: dict[str, Correction] = {}
    for correction in _tried(query, article, reason):
        known = correction.query.canonical in made or correction.query.canonical == query.canonical
        if not known and explain(correction.query, article) is None:
            made[correction.query.canonical] = correction
    return list(made.values())[:MOST]


def _tried(query: Query, article: Article, reason: Reason) -> Iterator[Correction]:
    own = {spell(reason.name), *map(spell, rules_of(query).counts)}
    longer = [phrase for phrase in phrases_around(article, reason) if spell(phrase) not in own]
    for phrase in longer[:_PHRASES]:
        yield from _without(query, phrase)
    if " " in reason.name:  # one of the names of the topic, such as a product
        yield from _without(query, reason.name)
    if reason.where in ("summary", "text"):
        titled = in_headlines(query)
        yield Correction(shown(titled), None, titled)
    for name in names_elsewhere(article, reason, own)[:1]:
        yield from _without(query, name)
    if article.publisher and reason.where != "source":
        yield from _without(query, f'source:"{article.publisher}"')


def _without(query: Query, words: str) -> Iterator[Correction]:
    try:
        rule = spelled(part(words))
        if rule not in rules_of(query).counts:
            yield Correction(f"-{rule}", words, leaving_out(query, words))
    except QueryError:
        return


def phrases_around(article: Article, reason: Reason) -> list[str]:
    """Longer names that the matched words are part of: first those that are known as names, then
    the longest: `Niger Delta Avengers`. Where a script has no capitals, the words beside them.
    """
    if is_unspaced(reason.name):
        return _unspaced_around(article, reason)
    found: dict[str, int] = {}
    pattern = re.compile(rf"(?<!\w){re.escape(reason.name)}(?!\w)")
    for text in (article.summary, article.text[:_READ], article.title) if reason.name else ():
        width = 1 if _all_capitals(text) or not _cased(reason.name) else _AROUND
        for match in list(pattern.finditer(text))[:_PLACES]:
            for phrase in _longer(text, match, width):
                known = spell(phrase) in shipped().entries
                if known or _JOINING.isdisjoint(phrase.split()):
                    found.setdefault(phrase, int(not known))
    return sorted(found, key=lambda phrase: (found[phrase], -len(phrase)))


def _unspaced_around(article: Article, reason: Reason) -> list[str]:
    texts = (article.title, article.summary, article.text[:_READ])
    longer = [phrase for text in texts for phrase in around(text, reason.name, shipped())]
    found = {phrase: spell(phrase) not in shipped().entries for phrase in longer}
    return sorted(found, key=lambda phrase: found[phrase])


def _longer(text: str, match: re.Match[str], width: int) -> Iterator[str]:
    left = _run(text[: match.start()], back=True)[-width:]
    right = _run(text[match.end() :], back=False)[:width]
    for start in range(len(left) + 1):
        for end in range(len(right), -1, -1):
            yield _trimmed("".join([*left[start:], match[0], *right[:end]]))


def _all_capitals(text: str) -> bool:
    """Whether every word of a headline has a capital, which then says nothing."""
    long = [word.text for word in words_of(text) if len(word.text) > 3]
    return len(long) > 2 and all(word[0].isupper() for word in long)


def _run(text: str, *, back: bool) -> list[str]:
    """The words beside a name that may be part of it, each with what joins it to the name."""
    pieces: list[str] = []
    for _ in range(_AROUND):
        match = (_BEFORE if back else _BEHIND).search(text)
        if match is None:
            break
        word = match[1] if back else match[2]
        if not _belongs(word) or (not _cased(word) and pieces):
            break
        pieces.append(match[0])
        text = text[: match.start()] if back else text[match.end() :]
    return pieces[::-1] if back else pieces


def _cased(word: str) -> bool:
    return word.upper() != word.lower()


def _belongs(word: str) -> bool:
    """Whether a word may be part of a name: it has a capital, is small between two, or there are
    no capitals in its script.
    """
    return word[0].isupper() or word in _JOINING or not _cased(word)


def _trimmed(words: str) -> str:
    """Without small words at the ends."""
    parts = words.split()
    while parts and parts[0].casefold() in _OPENING | _JOINING:
        del parts[0]
    while parts and parts[-1].casefold() in _OPENING | _JOINING:
        del parts[-1]
    return " ".join(parts)


def names_elsewhere(article: Article, reason: Reason, own: Set[str] = frozenset()) -> list[str]:
    """Names of several words in the headline, but for the one that matched; the longest first.

    In scripts without capitals names that are known, but for those with `own` spellings.
    """
    if is_unspaced(article.title):
        known = dict.fromkeys(other_names(article.title, reason.name, shipped()))
        return [name for name in known if spell(spelled(part(name))) not in own]
    if _all_capitals(article.title):
        return []
    runs = (re.sub(r"['’]s?$", "", match[0]) for match in _NAME.finditer(article.title))
    found = map(_trimmed, runs)
    return sorted(
        (name for name in found if " " in name and reason.name not in name),
        key=lambda name: -len(name),
    )
