"""What grouping keeps of an article: its terms, what carries across languages, its headline.

In: an article. Out: a `Sketch`, the same for the same article whatever came before it. It refuses
to know other articles.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from operator import or_
from urllib.parse import urlsplit
from zlib import crc32

from bot.model import Article, Instant
from bot.stories.carried import carried
from bot.stories.kinds import comments
from bot.stories.terms import headline_key, spoken, terms_in
from bot.stories.wire import agency

_BODY = 600  # characters of the summary (or the text) that are read
_COPY = 100  # letters by which a copy of a text is known


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article as grouping sees it."""

    time: Instant
    publisher: str
    language: str
    terms: dict[str, float]  # term → weight by frequency, before rarity
    title: frozenset[str]
    letters: int  # a bit for every run of four letters in the headline
    marks: dict[str, float]  # what carries across languages, likewise
    heading: frozenset[str]  # of these, what the headline has
    link: str
    headline: str
    opening: str  # how the text begins, where it is long enough to know a copy by
    carries: str  # the agency that it is credited to
    labels: tuple[tuple[str, str], ...]
    bulletin: bool
    comment: bool  # an explainer or an opinion


def sketch(article: Article, title: str, title_weight: float) -> Sketch:
    """`title`: the headline without what its publisher puts on others too."""
    body = article.summary[:_BODY] or article.text[:_BODY]
    language = spoken(f"{title}. {body}", article.language[:2].lower())
    of_title, marks = terms_in(title, language), carried(title, language)
    return Sketch(
        time=article.published,
        publisher=article.publisher,
        language=language,
        terms=_weights(of_title, terms_in(body, language), title_weight),
        title=frozenset(of_title),
        letters=runs(title),
        marks=_weights(marks, carried(body, language), title_weight),
        heading=frozenset(marks),
        link=plain_link(article.link),
        headline=headline_key(article.title),
        opening=opening(body),
        carries=agency(article),
        labels=labels(article),
        bulletin=_is_bulletin(article.title),
        comment=comments(article.title),
    )


class _Runs(dict[str, int]):
    """A word → a bit for each of its runs of four letters; the same in every process."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KEPT:
            self.clear()
        text, found = f" {word} ", 0
        for at in range(len(text) - 3):
            found |= 1 << (crc32(text[at : at + 4].encode()) % _WIDTH)
        self[word] = found
        return found


_KEPT = 20_000
_WIDTH = 1024
_RUNS = _Runs()
_WORDS = re.compile(r"\w+")


def runs(title: str) -> int:
    """The runs of four letters in the words of a headline, each a bit of 1,024."""
    return reduce(or_, map(_RUNS.__getitem__, _WORDS.findall(title.lower())), 0)


def opening(text: str) -> str:
    """How a text begins, without spaces and typography; "" for less than a long sentence."""
    letters = "".join(text[: 2 * _COPY].replace("’", "'").lower().split())[:_COPY]
    return letters if len(letters) == _COPY else ""


def _weights(title: list[str], body: list[str], title_weight: float) -> dict[str, float]:
    counts: dict[str, float] = dict(Counter(body))
    for term in title:
        counts[term] = counts.get(term, 0.0) + title_weight
    return {
        term: 1.0 if count == 1 else _DAMPED.get(count) or _damped(count)
        for term, count in counts.items()
    }


def _damped(count: float) -> float:
    return 1.0 + math.log(count)


_DAMPED = {n / 2: _damped(n / 2) for n in range(1, 41)}


def _is_bulletin(title: str) -> bool:
    lower = title.lower()
    return any(map(lower.__contains__, _HINTS)) and _BULLETIN.search(title) is not None


# What appears every day under the same words, whatever has happened: tells no event.
_BULLETIN = re.compile(
    r"""\b(?:news(?:\s+\w+)?\s+bulletin|(?:market|news|weekly|morning|daily)\s+(?:talk|wrap|briefing|
    brief|round-?up|digest|report|quiz)|roundup|round-up|newsletter|podcast|horoscopes?|crossword|
    \d{1,2}[:.]\d\d\s+report|in\s+pictures|photos\s+of\s+the\s+(?:day|week)|week\s+in\s+review|
    today\s+in\s+history|letters\s+to\s+the\s+editor|(?:le\s+)?journal\s+de\s+\d+\s?h|revue\s+de\s+
    presse|l'essentiel\s+de\s+l'actu\w*|bolet[ií]n|resumen\s+de\s+(?:noticias|prensa)|titulares\s+del?
    |resumo\s+do\s+dia|pressespiegel|nachrichten\s*[üu]berblick|newsblog|przegl[aą]d\s+prasy)\b
    |نشرة|موجز|дайджест|обзор\s+прессы|新闻联播|ニュース一覧""",
    re.IGNORECASE | re.VERBOSE,
)
_HINTS = (
    "bulletin", "talk", "wrap", "brief", "round", "digest", "report", "quiz", "letter", "podcast",
    "horoscope", "crossword", "picture", "photos", "review", "history", "journal", "revue",
    "essentiel", "bolet", "resum", "titular", "spiegel", "blick", "blog", "przegl", "نشرة", "موجز",
    "дайджест", "обзор", "联播", "一覧",
)  # fmt: skip
_PARTS = re.compile(r"\s*[:|–—]\s+|\s+[-|]\s+")


def labels(article: Article) -> tuple[tuple[str, str], ...]:
    """The parts of a headline of several parts, with their publisher."""
    parts = _PARTS.split(article.title)
    return tuple((article.publisher, part) for part in parts if part) if len(parts) > 1 else ()


_TRACKING = re.compile(r"(?:^|&)(?:utm_[^&=]*|fbclid|gclid|at_[^&=]*|ref|cmpid|ns_[^&=]*)=[^&]*")


def plain_link(link: str) -> str:
    """A link without what differs between copies of it: scheme, www, tracking, fragment."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    host = (parts.netloc or "").lower().removeprefix("www.")
    path = parts.path.rstrip("/")
    query = _TRACKING.sub("", parts.query).strip("&")
    if not host or not (path or query):
        return ""
    return f"{host}{path}?{query}" if query else f"{host}{path}"
