"""Looking up decides exactly as reading plainly does, whatever is asked and in which order."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.model import Article, TopicId
from bot.topics.facts import Reading, languages_of
from bot.topics.heads import spoken, written
from bot.topics.lexicon import Lexicon
from bot.topics.match import Percolator
from bot.topics.names import Entry, Names, shipped
from bot.topics.nodes import Query
from bot.topics.query import parse_query
from bot.topics.senses import _reach, _scan
from bot.topics.wording import Wording
from tests.topics.articles import article
from tests.topics.plain import Plain

WORDS = [
    "Niger", "Nigeria", "niger", "Niamey", "Mali", "Chad", "turkey", "Georgia", "Jordan", "Guinea",
    "Sudan", "air", "base", "bases", "coup", "coups", "army", "état", "élections", "election",
    "Нигер", "Нигере", "выборы", "النيجر", "انتخابات", "尼日尔", "马里", "stripes", "Stripes",
    "the", "of", "in", "und",
]  # fmt: skip
LONGER = ["South Sudan", "air base", "New York", "Papua New Guinea", "the coup of", "Niger State"]
_GAPS = st.sampled_from([" ", " ", " ", ", ", "-", ". ", " – ", "’s ", " (", ") ", "", "\u00a0"])


def _pieces() -> st.SearchStrategy[str]:
    word = st.sampled_from([*WORDS, *LONGER]).flatmap(
        lambda w: st.sampled_from([w, w, w, w.title(), w.upper(), f"{w}s", w.lower()])
    )
    return st.lists(st.tuples(word, _GAPS), min_size=1, max_size=12).map(
        lambda row: "".join(word + gap for word, gap in row)
    )


def _articles() -> st.SearchStrategy[Article]:
    return st.builds(
        article,
        _pieces(),
        st.one_of(st.just(""), _pieces()),
        publisher=st.sampled_from(["Punch", "Agence du Port", ""]),
        language=st.sampled_from(["", "en", "fr", "ru"]),
        country=st.sampled_from(["", "NG", "FR"]),
    )


def _asked() -> st.SearchStrategy[str]:
    plain = st.sampled_from([w for w in WORDS if w not in ("the", "of", "in")])
    quoted = st.sampled_from([*LONGER, *WORDS]).map('"{}"'.format)
    field = st.sampled_from(
        ["title:coup", 'title:"air base"', "title:niger", 'source:"du port"', "source:punch",
         "lang:fr", "lang:ru", "country:FR", "Stripes (company)", "Georgia (US state)", "Turkey",
         "Georgia (country)"]
    )  # fmt: skip
    return st.recursive(
        st.one_of(plain, plain, quoted, field),
        lambda part: st.one_of(
            st.tuples(part, part).map("({0[0]} OR {0[1]})".format),
            st.tuples(part, part).map("({0[0]}) ({0[1]})".format),
            st.tuples(part, part).map("({0[0]}) -({0[1]})".format),
        ),
        max_leaves=5,
    )


def _queries() -> st.SearchStrategy[Query]:
    def parsed(text: str) -> Query:
        try:
            return parse_query(text)
        except QueryError:
            assume(condition=False)
            raise

    return _asked().map(parsed)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(_queries(), _articles(), st.booleans()), min_size=1, max_size=6))
def test_looking_up_is_reading(turns: list[tuple[Query, Article, bool]]) -> None:
    """Queries come and go between articles, and each article is answered as if read alone."""
    standing: dict[TopicId, Query] = {}
    percolator = Percolator(shipped())
    for number, (query, told, leaves) in enumerate(turns):
        percolator.add(TopicId(number), query)
        standing[TopicId(number)] = query
        if leaves:
            gone = min(standing)
            percolator.remove(gone)
            del standing[gone]
        for one in (told, turns[0][1]):
            plain = Plain(one, percolator.names)
            reasons = {t: why for t, q in standing.items() if (why := plain.reason(q))}
            assert {match.topic: match.reason for match in percolator.match(one)} == reasons


@settings(max_examples=50, deadline=None)
@given(_articles())
def test_no_name_is_passed_over(told: Article) -> None:
    names = shipped()
    reading = Reading(told, Lexicon(names))
    languages = languages_of(told, reading.language)
    found = [(c.start, c.end, c.entries) for c in _scan(names, reading.wording, languages)]
    assert found == plain_scan(names, reading.wording, languages)


def plain_scan(
    names: Names, wording: Wording, languages: frozenset[str]
) -> list[tuple[int, int, tuple[Entry, ...]]]:
    """The longest names from left to right, each word asked for all that may begin there."""
    found, at = [], 0
    while at < len(wording.row):
        for end in range(_reach(wording, at, 8), at, -1):
            key = " ".join(wording.folded[at:end])
            entries = spoken(names.entries.get(key, ()), languages)
            usable = written(entries, wording.surface(at, end)) if entries else ()
            if usable:
                found.append((at, end, usable))
                at = end - 1
                break
        else:
            found += _inflected(wording, at, languages)
        at += 1
    return found


def _inflected(
    wording: Wording, at: int, languages: frozenset[str]
) -> list[tuple[int, int, tuple[Entry, ...]]]:
    head = wording.row[at].head
    alone = head.means(languages) if head is not None else None
    return [(at, at + 1, alone.entries)] if alone is not None else []
