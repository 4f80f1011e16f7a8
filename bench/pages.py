"""Reading pages, measured: `python -m bench.pages FOLDER` scores pages whose article body is known.

FOLDER has `ground-truth.json` ({"key": {"articleBody", "url"}}) and `html/KEY.html.gz`, as the Zyte
article extraction benchmark has them. Prints the F1 of four-word shingles, of how many pages the
summary holds a sentence that is not the article's (fewer than half of its shingles), and the time;
beside it the obvious way: trafilatura as it comes, and its first sentences.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from trafilatura import extract as plainly

from bench.given import files
from bot.errors import PageError
from bot.model import Source
from bot.stories.extract import extract
from bot.stories.splitting import sentences
from bot.stories.summary import summarise

_WORD = re.compile(r"\w+")
Read = tuple[str, list[str]]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return (
        Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3)))
        if words
        else Counter()
    )


def hits(made: str, wanted: str) -> tuple[float, float]:
    """Precision and recall of shingles; the benchmark takes F1 of their means over all pages."""
    a, b = shingles(made), shingles(wanted)
    common = (a & b).total()
    return common / max(1, a.total()), common / max(1, b.total())


def foreign(sentence: str, article: str) -> bool:
    """Of scripts without blanks, whose words are whole clauses, pieces of ten characters count."""
    own = shingles(sentence)
    if own.total() >= 3:
        return (own & shingles(article)).total() < 0.5 * own.total()
    solid, body = "".join(_WORD.findall(sentence)), "".join(_WORD.findall(article))
    pieces = [solid[n : n + 10] for n in range(0, max(1, len(solid) - 9), 5)]
    return sum(piece in body for piece in pieces) < 0.5 * len(pieces)


def ours(html: bytes, url: str) -> Read:
    try:
        page = extract(html, url=url, content_type="text/html")
    except PageError:
        return "", []
    made = summarise([Source("page", page.text, title=page.title or "")], title=page.title or "")
    return page.text, [s.text for s in made.sentences]


def obvious(html: bytes, url: str) -> Read:
    text = plainly(html, url=url, include_comments=False) or ""
    return text, sentences(text)[:3]


def measure(folder: Path, way: Callable[[bytes, str], Read]) -> None:
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    scores, bad, empty, times = [], [], 0, []
    for key, row in sorted(truth.items()):
        html = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        began = time.process_time()
        text, summary = way(html, row.get("url") or "")
        times.append(time.process_time() - began)
        scores.append(hits(text, row["articleBody"]))
        bad += [f"{key[:8]}: {s[:90]}" for s in summary if foreign(s, row["articleBody"])]
        empty += not summary
    p, r = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    pages = len({line[:8] for line in bad})
    slow = sorted(times)[int(len(times) * 0.95)] * 1000
    f1 = 2 * p * r / (p + r)
    print(f"{way.__name__:8} F1 {f1:.3f} P {p:.3f} R {r:.3f}; CPU p95 {slow:.0f} ms a page;")
    print(f"         {pages} of {len(scores)} with a foreign sentence, {empty} without a summary")
    if way is ours:
        print("\n".join(f"           {line}" for line in bad))


if __name__ == "__main__":
    (chosen,) = files(__doc__, sys.argv[1:])[:1]
    for each in (obvious, ours):
        measure(chosen, each)
