"""What is wrong with a summary, found without a line of the code that made it.

It reads as a proof-reader does, word by word, where the repairs look for patterns; so that the two
do not share their blind spots. Its words stand in tests/data/proofreading.toml, in seven languages.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from bot.model import Sentence, Source

OPENERS, CLOSERS = "“«„([「", "”»“)]」"
ENDS = ".!?。！？؟۔।"
LEAST, MOST = 3, 110  # words of a sentence; of scripts without blanks nothing is counted
CAPTION = 1_024  # what Telegram takes under a picture, in UTF-16 units


def complaints(
    made: Sequence[Sentence], sources: Sequence[Source], language: str, *, dated: bool = True
) -> list[str]:
    """One line for each thing that is wrong; none for a summary that can be printed."""
    words = _words(language)
    found = list(_of_all(made))
    for number, sentence in enumerate(made):
        follows = _follows(made[number - 1] if number else None, sentence, sources)
        text = sentence.text
        if not follows:
            found += [f"leans on what is not there: {text}"] if _leans(text, words) else []
            found += [f"nobody says this: {text}"] if _unsaid(text, words) else []
            found += [f"who is it that says so: {text}"] if _nameless(text, words) else []
        found += [f"{fault}: {text}" for fault in _of_form(text, words)]
        found += [f"{fault}: {text}" for fault in _of_source(sentence, sources)]
        if dated:
            found += [f"when is {word!r}: {text}" for word in _undated(text, words)]
    return found


@cache
def _words(language: str) -> dict[str, Any]:
    path = Path(__file__).parents[1] / "data" / "proofreading.toml"
    table = tomllib.loads(path.read_text("utf-8"))
    return dict(table.get(language[:2], {}))


def _list(words: dict[str, Any], name: str) -> list[str]:
    return str(words.get(name, "")).split()


def _plain(text: str) -> list[str]:
    """The words in lower case, apostrophes and hyphens in them kept."""
    low = unicodedata.normalize("NFC", text.lower()).replace("’", "'")
    solid = "".join(c if c.isalnum() or c in "-'" else " " for c in low)
    return [word.strip("-'") for word in solid.split() if word.strip("-'")]


# ── the whole ──


def _of_all(made: Sequence[Sentence]) -> Iterator[str]:
    length = sum(len(s.text.encode("utf-16-le")) // 2 + 1 for s in made)
    if length > CAPTION:
        yield f"is too long: {length}"
    for one, other in combinations(made, 2):
        a, b = set(_plain(one.text)), set(_plain(other.text))
        if len(a & b) > 0.8 * min(len(a), len(b)) and min(len(a), len(b)) > 5:
            yield f"says it twice: {one.text} | {other.text}"


# ── what a sentence needs beside it ──


def _leans(text: str, words: dict[str, Any]) -> bool:
    plain = _plain(text)
    said = f"{' '.join(plain)} "
    if not plain or any(said.startswith(f"{alone} ") for alone in words.get("alone", ())):
        return False
    if plain[0] in _list(words, "leaning") or plain[0].split("'")[0] in _list(words, "leaning"):
        return True
    return any(said.startswith(f"{opening.rstrip(',')} ") for opening in words.get("openings", ()))


def _follows(before: Sentence | None, sentence: Sentence, sources: Sequence[Source]) -> bool:
    """Whether the sentence stood right after the one before it, in the same source."""
    if before is None or before.source != sentence.source:
        return False
    text = next(s.text for s in sources if s.publisher == sentence.source)
    first, second = (_bare(_as_told(s.text, text)) for s in (before, sentence))
    return first + second in _bare(text)


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _as_told(text: str, source: str) -> str:
    """Without the brackets that the source does not have: dates that somebody added."""
    kept, solid = text, "".join(source.split())
    for bracket in _brackets(text):
        if "".join(bracket.split()) not in solid:
            kept = kept.replace(bracket, "", 1)
    return kept


def _brackets(text: str) -> Iterator[str]:
    """The innermost ones, with what they hold."""
    opened = -1
    for at, character in enumerate(text):
        if character in "([":
            opened = at
        elif character in ")]" and opened >= 0:
            yield text[opened : at + 1]
            opened = -1


def _outside(text: str) -> str:
    """What stands outside of quotation marks."""
    kept, closing = "", ""
    pairs = {"“": "”", "«": "»", '"': '"', "„": "“", "「": "」"}
    for character in text:
        if closing:
            closing = "" if character == closing else closing
        elif character in pairs:
            closing = pairs[character]
            kept += " "
        else:
            kept += character
    return kept


def _opens_quoted(text: str) -> bool:
    return text.lstrip()[:1] in ("“", "«", '"', "„", "「")


def _unsaid(text: str, words: dict[str, Any]) -> bool:
    """A quotation from its first word on, and nothing outside that could name who says it."""
    return bool(words) and _opens_quoted(text) and len(_plain(_outside(text))) < 2


def _nameless(text: str, words: dict[str, Any]) -> bool:
    """A quotation that a pronoun says: nothing outside of it but that, and how it was said."""
    if not _opens_quoted(text):
        return False
    speakers, verbs = _list(words, "speakers"), _list(words, "said")
    parts = [part for word in _plain(_outside(text)) for part in word.split("-")]
    nobody = all(part in speakers or part in verbs or len(part) < 3 for part in parts)
    return nobody and any(part in speakers for part in parts)


# ── its form ──


def _of_form(text: str, words: dict[str, Any]) -> Iterator[str]:
    if _last(text) not in ENDS or text.rstrip("”»\"') ").endswith(("...", "…", "..", "[...]")):
        yield "is cut"
    plain = _plain(text)
    if plain and plain[-1] in _list(words, "short") and text.rstrip("”»\"') ").endswith("."):
        yield "is cut"
    if not _closed(text):
        yield "opens and does not close"
    if len(text.split()) > MOST or (" " in text and len(plain) < LEAST):
        yield "is no length for a sentence"
    said = f" {' '.join(text.lower().split())} "
    for call in words.get("calls", ()):
        if f" {call}" in said:
            yield f"is not news ({call})"


def _last(text: str) -> str:
    for character in reversed(text):
        if character not in "\"'”’»“)]」  \u202f\u00a0":
            return character
    return ""


def _closed(text: str) -> bool:
    depth: list[str] = []
    for character in text:
        if depth and character == depth[-1]:
            depth.pop()
        elif character in OPENERS:
            depth.append(CLOSERS[OPENERS.index(character)])
        elif character in "”»)]」" and not ("„" in text and character == "”"):
            return False
    return not depth and text.count('"') % 2 == 0


# ── its outlet ──


def _of_source(sentence: Sentence, sources: Sequence[Source]) -> Iterator[str]:
    own = [source.text for source in sources if source.publisher == sentence.source]
    text = sentence.text
    if not own:
        yield "has no outlet"
    elif not any(_bare(_as_told(text, source)) in _bare(source) for source in own):
        yield "stands in no source"
    start = text.lstrip("“«\"„'( ")
    if start[:1].islower() and not any(_begins_a_line(start, source) for source in own):
        yield "has lost its beginning"


def _begins_a_line(start: str, source: str) -> bool:
    """sportscotland, iPhone: a line of the source begins so, and not with a capital."""
    return any(line.lstrip("“«\"„'( -–—•").startswith(start[:12]) for line in source.splitlines())


# ── its dates ──


def _undated(text: str, words: dict[str, Any]) -> Iterator[str]:
    low = f" {unicodedata.normalize('NFC', text.lower()).replace('’', chr(39))} "
    for name in words.get("names", ()):
        low = low.replace(name, "…")
    for span in words.get("spans", ()):
        _, found, behind = low.partition(span)
        if found and not behind[:1].isalpha() and not {"(", "["} & set(behind[:4]):
            yield span
    listed = low.replace(",", " ,").split()
    for at, word in enumerate(listed):
        if word.removesuffix("'s").strip(".;:”»\"'’") in _list(words, "days"):
            around = " ".join(listed[max(0, at - 1) : at + 6])
            if not any(c.isdigit() for c in around):
                yield word
