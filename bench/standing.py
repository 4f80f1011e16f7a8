"""100,000 standing queries against a loop of regular expressions, in one run.

In: articles, or none: then some are made up, of the length and make of real ones. Out: figures. The
queries are of the mix that readers write: 75 % one phrase of 1-3 words, 13 % OR lists, 8 % AND, 4 %
AND NOT, of capitalised phrases of half of the articles and of pairs of their words; a phrase is a
name where the table has it, else quoted. The other half of the articles is matched.
No command of its own: `python -m bench.topics --speed` runs it.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.language import STOP_WORDS
from bot.model import Article, ArticleId, FeedId, Reason, TopicId
from bot.text import fold, words
from bot.topics.match import Percolator
from bot.topics.names import Names, shipped
from bot.topics.query import parse_query

_SILENT = {fold(word) for listed in STOP_WORDS.values() for word in listed.split()}
_SHARES = ((0.75, "one"), (0.88, "OR"), (0.96, "AND"), (1.0, "AND NOT"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query as a reader writes it, and its phrases for those who match without understanding."""

    text: str
    kind: str
    phrases: tuple[str, ...]

    def regex(self) -> Callable[[str], bool]:
        """The obvious way: every phrase a regular expression on word boundaries."""
        searches = [re.compile(rf"\b{re.escape(p)}\b", re.IGNORECASE).search for p in self.phrases]
        first, last = searches[0], searches[-1]
        if self.kind == "AND":
            return lambda text: bool(first(text) and last(text))
        if self.kind == "AND NOT":
            return lambda text: bool(first(text) and not last(text))
        return lambda text: any(search(text) for search in searches)


def speed(articles: Sequence[Article], count: int = 100_000) -> None:
    """Adds, matches, removes, and prints what each takes, with the memory of the process."""
    rng, names = random.Random(1), shipped()
    articles = articles or invented(names, rng)
    wanted = queries(articles[::2], names, rng, count)
    held = articles[1::2]
    percolator = Percolator(names)
    took = _standing(percolator, wanted)
    print(f"{len(percolator)} queries stand, added in {took * 1e6:.0f} µs each; {_memory()} MiB")
    first = _timed(lambda: [percolator.match(article) for article in held]) / len(held)
    ours = min(_timed(lambda: [percolator.match(a) for a in held]) for _ in range(15)) / len(held)
    alone = _each(percolator, held)
    matches = sum(len(percolator.match(article)) for article in held) / len(held)
    loop = _loop(wanted, [f"{a.title}. {a.summary}" for a in held], rng)
    print(f"ours {ours * 1e3:.3f} ms an article of {_size(held)}, {matches:.1f} matches, with")
    print(f"reasons; {alone * 1e3:.3f} ms undisturbed, {first * 1e3:.3f} ms with all words new")
    print(f"a loop of regexes {loop * 1e3:.0f} ms, {loop / ours:.0f} times as long")
    _odd_ones(percolator, held)
    _change(percolator, wanted, held, rng)
    _look_back(percolator, held)


def _each(percolator: Percolator, articles: Sequence[Article], passes: int = 15) -> float:
    """Seconds for an article, each at its own best of all passes: what nothing else disturbed."""
    best = [1.0] * len(articles)
    for _ in range(passes):
        for number, article in enumerate(articles):
            began = time.perf_counter()
            percolator.match(article)
            best[number] = min(best[number], time.perf_counter() - began)
    return sum(best) / len(best)


def _odd_ones(percolator: Percolator, held: Sequence[Article]) -> None:
    """Articles that might cost more: one of 5,000 words, one without blanks between words."""
    text = " ".join(f"{article.title}. {article.summary}" for article in held)
    long = replace(held[0], summary=" ".join(text.split(" ")[:5_000]))
    glued = replace(
        held[0], title="尼日尔军政府宣布新内阁", summary="马里和尼日尔的军队在边境会合，" * 12
    )
    for name, article in (("of 5,000 words", long), ("of 200 characters of Chinese", glued)):
        print(f"an article {name}: {_each(percolator, [article]) * 1e3:.3f} ms")


def _standing(percolator: Percolator, wanted: Sequence[Wanted]) -> float:
    took = 0.0
    for number, query in enumerate(wanted):
        parsed = parse_query(query.text, percolator.names)
        began = time.process_time()
        percolator.add(TopicId(number), parsed)
        took += time.process_time() - began
    return took / len(wanted)


def _loop(wanted: Sequence[Wanted], texts: Sequence[str], rng: random.Random) -> float:
    """Seconds for all queries on one text, from 3,000 queries on 25 texts; the best of three."""
    tests = [query.regex() for query in rng.sample(wanted, 3_000)]
    few = rng.sample(texts, 25)
    spent = min(_timed(lambda: [test(text) for text in few for test in tests]) for _ in range(3))
    return spent / len(few) / len(tests) * len(wanted)


def _change(
    percolator: Percolator, wanted: Sequence[Wanted], held: Sequence[Article], rng: random.Random
) -> None:
    """Topics go and come back while articles are matched."""
    added, removed, matched = [], [], []
    memory, changes = _memory(), min(5_000, len(wanted))
    for turn, number in enumerate(rng.sample(range(len(wanted)), changes)):
        parsed = parse_query(wanted[number].text, percolator.names)
        removed.append(_timed(partial(percolator.remove, TopicId(number))))
        matched.append(_timed(partial(percolator.match, held[turn % len(held)])))
        added.append(_timed(partial(percolator.add, TopicId(number), parsed)))
    for how, took in (("added", added), ("removed", removed)):
        half, most = sorted(took)[changes // 2], sorted(took)[changes * 99 // 100]
        print(f"a query {how} in {half * 1e3:.3f} ms, 99 % within {most * 1e3:.3f} ms")
    print(
        f"an article between two changes {sum(matched) / changes * 1e3:.3f} ms; "
        f"{_memory() - memory} MiB more after {2 * changes} changes"
    )


def _look_back(percolator: Percolator, articles: Sequence[Article]) -> None:
    for text in ("Niger", "Georgia (country)", '"air base"', "election"):
        look = partial(_search, percolator.searcher(parse_query(text, percolator.names)), articles)
        held = look()
        took = min(_timed(look) for _ in range(3)) / len(articles)
        print(f"one query looked for: {text:18s} {took * 1e3:.3f} ms an article, {held} hold it")


def _search(explain: Callable[[Article], Reason | None], articles: Sequence[Article]) -> int:
    return sum(1 for article in articles if explain(article))


def _timed(act: Callable[[], object]) -> float:
    """Seconds of this process's own time: others on the machine don't count."""
    began = time.process_time()
    act()
    return time.process_time() - began


def _memory() -> int:
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found.group(1)) // 1024 if found else 0


def _size(articles: Sequence[Article]) -> str:
    count = sum(len(words(f"{a.title} {a.summary}")) for a in articles)
    return f"{count / len(articles):.0f} words"


def queries(
    articles: Sequence[Article], names: Names, rng: random.Random, count: int
) -> list[Wanted]:
    """Different queries in the mix above."""
    pool = _pool(articles, rng, count)
    found: dict[str, Wanted] = {}
    while len(found) < count:
        share = rng.random()
        kind = next(kind for limit, kind in _SHARES if share < limit)
        some = rng.sample(pool, {"one": 1, "OR": rng.randint(2, 4)}.get(kind, 2))
        written = [p if names.lookup(p) or " " not in p else f'"{p}"' for p in some]
        text = f" {kind} ".join(written)
        found.setdefault(text, Wanted(text, kind, tuple(some)))
    return list(found.values())


def _pool(articles: Sequence[Article], rng: random.Random, count: int) -> list[str]:
    phrases = sorted({p for a in articles for p in _phrases(f"{a.title}. {a.summary}")})
    single = [p for p in phrases if " " not in p]
    made = {" ".join(rng.sample(single, rng.choice((2, 2, 3)))) for _ in range(count)}
    return phrases + sorted(made)


def _phrases(text: str) -> Iterator[str]:
    row = [word.text for word in words(text)]
    for at, word in enumerate(row):
        if not word[0].isupper() or fold(word) in _SILENT or len(word) < 3:
            continue
        for size in (1, 2, 3):
            if at + size <= len(row):
                yield " ".join(row[at : at + size])


def invented(names: Names, rng: random.Random, count: int = 2_000) -> list[Article]:
    """Articles of 45 words: half of them stop words; names of places and of nobody; no tongue's."""
    sounds = "badokerlinmonarpequirosstatemvolwenxiyorzamfelgrihunjas"
    syllables = [sounds[at : at + 3] for at in range(0, len(sounds) - 2, 2)]
    lexicon = ["".join(rng.choices(syllables, k=rng.randint(2, 3))) for _ in range(6_000)]
    stop = STOP_WORDS["en"].split()[:120]
    known = sorted(sense.label for sense in names.senses.values() if "(" not in sense.label)
    weights = [1 / (rank + 5) for rank in range(len(lexicon))]

    def sentence(size: int) -> str:
        plain = rng.choices(lexicon, weights, k=size)
        row = [rng.choice(stop) if rng.random() < 0.5 else word for word in plain]
        for at in rng.sample(range(size), size // 6):
            row[at] = rng.choice(known) if rng.random() < 0.5 else row[at].capitalize()
        return " ".join(row).capitalize() + "."

    return [
        Article(
            ArticleId(number), FeedId(1), "The Harbour Post", sentence(9)[:-1], "",
            sentence(17) + " " + sentence(18), "", 0, 0, "",
        )
        for number in range(count)
    ]  # fmt: skip
