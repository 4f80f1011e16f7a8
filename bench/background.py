"""How common words are in news: `python -m bench.background FILE… > bot/stories/background.tsv`.

Reads feeds, and lines of JSON with `title` and `summary` or with `docs` (each `title` and `text`);
`lang` or `language` names the language. A document is what a feed shows of an article: about 45
words. A term's figure is its share in the language that has most of it; languages of which fewer
than a thousand documents are given are left out. The names of countries count as `_PLACE` at least,
for no corpus has them in all languages. Prints figures alone, no text.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from bench.given import files
from bot.errors import FeedError
from bot.feeds.parse import parse
from bot.stories.terms import spoken, stem, terms

_WORDS = 45  # of a document
_READ = 2500  # characters of a long text
_LEAST = 1000  # documents of a language
_SEEN = 3  # documents that must hold a term
_PLACE = 4.0  # per thousand


def documents(path: Path) -> Iterator[tuple[str, str]]:
    """Language and text of every document of a file."""
    if path.suffix == ".jsonl":
        for line in path.read_text("utf-8").splitlines():
            yield from of_row(json.loads(line))
        return
    try:
        feed = parse(path.read_bytes(), content_type="", url="https://feed.example/")
    except FeedError:
        return
    for entry in feed.entries:
        yield feed.language or "", f"{entry.title or ''}. {(entry.summary or '')[:300]}"


def of_row(row: dict[str, object]) -> Iterator[tuple[str, str]]:
    language = str(row.get("lang") or row.get("language") or "")
    docs = row.get("docs")
    if not isinstance(docs, list):
        yield language, f"{row.get('title')}. {str(row.get('summary') or '')[:300]}"
        return
    for doc in docs:
        words = f"{doc.get('title') or ''} {doc['text'][:_READ]}".split()
        for at in range(0, len(words) - _WORDS // 2, _WORDS):
            yield language, " ".join(words[at : at + _WORDS])


def table(texts: Iterator[tuple[str, str]]) -> dict[str, float]:
    """Term → documents per thousand that hold it."""
    counts: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for declared, text in texts:
        language = spoken(text, declared[:2].lower())
        counts.setdefault(language, Counter()).update(set(terms(text, language)))
        total[language] += 1
    shares: dict[str, float] = {}
    for language, seen in counts.items():
        for term, count in seen.items():
            if total[language] >= _LEAST and count >= _SEEN and not term.isdigit():
                shares[term] = max(shares.get(term, 0.0), 1000 * count / total[language])
    for name, languages in country_names():
        for term in {stem(name, language) for language in languages} - {""}:
            shares[term] = max(shares.get(term, 0.0), _PLACE)
    return shares


def country_names() -> Iterator[tuple[str, list[str]]]:
    """Names of one word, folded, with their languages."""
    text = resources.files("bot.stories").joinpath("places.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, languages = line.split("\t")
            if " " not in name:
                yield name, languages.split()


def main(args: list[str]) -> int:
    shares = table(document for path in files(__doc__, args) for document in documents(path))
    print("# term, documents per thousand that hold it; made by bench/background.py")
    for term, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
        print(f"{term}\t{share:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
