"""Furniture: lines of a page that are not the article.

In: one line, the words of the headline. Out: whether it is furniture. It knows how breadcrumbs,
captions, credits, calls to the reader, notes of a newsroom and agency tails look; its words stand
in furniture.toml. It refuses to know HTML and publishers.

A line that asks its reader for something is furniture; one that tells what somebody did with a
newsletter, an app or a channel is news. So nouns alone decide nothing in a whole sentence.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from bot.stories.splitting import sentences, size
from bot.text import tokens

ENDED = re.compile(r"[.!?…。！？؟।॥։][\"'”’»«)›\]」』】\s]*$")
_CRUMBS = re.compile(
    r"^(?:home|accueil|inicio|início|página inicial|startseite|главная|الرئيسية|首页)"
    r"\s*(?:[>»/|›→\\]|\s[A-Z])"
    r"|(?:\S+\s*[>»›]\s*){2,}",
    re.IGNORECASE,
)
# Looked for anywhere in a line, so in its lower-case form: without IGNORECASE the search skips ten
# times as fast to where one of them can begin.
_CREDIT = re.compile(
    r"""
    \b(?:reuters|afp|epa|ansa|dpa|tass|xinhua)\s?/\s?\w|\(?\bap\sphoto\b|getty\simages|shutterstock|istock|alamy
    |^\W*(?:image|images|photo|photos|foto|fotos|picture|caption|file\sphoto|photograph|credit|crédit|crédito|bild|фото|صورة|图)\s?(?:credit|by|:|/|©)
    |[\s.(](?:image|photos?|fotos?|photograph|credit|crédit|crédito|bild|фото|صورة)\s?[:/©]\s?[^\s.][^.!?]{2,60}$
    |\bfile\sphoto\b|/\s?(?:reuters|afp|ap)\s*\)?$|courtesy\sof|©|\(c\)\s?\d{4}|all\srights\sreserved|tous\sdroits\sréservés
    |\[[^\[\]/]{3,40}/[^\[\]/]{3,40}\]$|[\u3400-\u9fff\s]摄[）)]?$
    """,
    re.VERBOSE,
)  # fmt: skip
_CREDITED = (
    "/",
    ":",
    "©",
    "(c)",
    "photo",
    "getty",
    "stock",
    "alamy",
    "courtesy",
    "serv",
    "[",
    "摄",
)
"""One of them stands in every credit; most sentences have none, and are done with."""
_SHOWN = (
    "photo", "image", "picture", "foto", "bild", "handout", "(", ", left", ", right", ", cent",
    "file", "still", "movement", "фото", "снимке", "صورة", "الأرشيف", "أرشيفية", "图",
)  # fmt: skip
"""The same for captions; others end with a year."""
_TAIL = re.compile(
    r"""
    ^\W*(?:with\s(?:additional\s)?inputs?\sfrom|with\s[\w\s]{2,20}\sinputs?\)?$|\(?(?:additional\s)?reporting\s(?:by|from)|\(?(?:additional\s)?(?:writing|editing)\sby
    |our\sstandards|\(?this\s(?:story|article|report)\s(?:was|has\sbeen|is|first|originally)
    |\(?with\s(?:afp|reuters|ap|agenc)|\(?(?:[\w\s]{2,30}\s)?avec\s(?:afp|reuters)|con\sinformación\sde|com\sinformações|mit\smaterial|agencies$
    |copyright|the\sthomson\sreuters|contact\s(?:us|the\sauthor)|about\sthe\sauthor|topics?:|tags?:|filed\sunder|published\s(?:on|at|in)
    |(?:last\s)?updated\s|first\spublished|sources?\s?:|źródło|fuente:|quelle:|المصدر|[（(]?(?:来源|责任编辑|编辑)[：:]|\(?(?:pti|ani|ians|reuters|afp|ap|efe|dpa|lusa)\)?\W*$
    |source\s[A-Z][\w\s&.]{2,40}$)
    """,
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_BYLINE = re.compile(
    r"^\W*(?:by|par|por|von|di|autor|автор)\s+(?:[A-ZÀ-Þ]\S+[\s,&]*){1,6}$|^\W*\d{1,2}[:.]\d\d\b.{0,40}$"
    r"|^\W*(?:by|par|por|von|di|autor|автор)\s+\S[^.!?|·•]{2,40}[|·•–].{0,60}\d"
    r"|^\W*(?:da|de la|von der|par la) (?:redação|redacción|redaktion|rédaction)\b.{0,60}$",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\d|[:.,/·•|–—-]|\b(?:\d{4}|gmt|utc|ist|cet|et|est|edt|bst|am|pm|uhr|h|às|at|on|de|le|el|à|um)\b"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w|https?://\S|\bwww\.\w")
_SYMBOL = re.compile("^\\W{0,3}[\U0001f300-\U0001faff\u25b6\u27a1\u2b07\u260e\u2709]")
_QUOTES = re.compile(r"[“«„\"][^“”«»„\"]{12,}[”»“\"]")
_PLUG = 36  # words of a paragraph that one call makes a plug
_SHORT = 25  # words of a line that asks
_LONGEST = 1000  # characters of a line that may be furniture; one word of thousands takes hours
_GLUE = re.compile(r"^[\W_]+")


_NAME = r"(?:[A-ZÀ-ÞА-Я][\w.'’-]+,? ){1,4}"
_IS = "(?:is|was|has been|covers|est|es|é|ist|suit|schreibt)"
_COVERS = "(?:covers|reports on|writes about|suit|escribe sobre)"


class _Words(NamedTuple):
    calls: re.Pattern[str]
    asks: re.Pattern[str]
    plugs: re.Pattern[str]
    to_you: re.Pattern[str]
    label: re.Pattern[str]
    over: re.Pattern[str]
    notes: re.Pattern[str]
    captions: re.Pattern[str]
    writer: re.Pattern[str]


def is_furniture(line: str, headline: set[str] | None = None, *, headings: bool = False) -> bool:
    """Whether a line is not the article's own text; short ones without an end only for quoting."""
    count, ended = size(line), ENDED.search(line) is not None
    if len(line) > _LONGEST:
        return not ended and count < 25 and not headings
    if headline and _repeats(line, headline, ended=ended):
        return True
    if count <= 40 and (is_mark(line) or _all_calls(line, strict=not headings)):
        return True
    if not ended and count <= 30 and (_CRUMBS.search(line) or _is_stamp(line, count)):
        return True
    return not ended and count < 25 and not headings


@lru_cache(maxsize=2_048)
def is_mark(line: str) -> bool:
    """A credit, byline, agency's tail, label or note of the newsroom."""
    low = line.lower()
    credited = any(hint in low for hint in _CREDITED) and _CREDIT.search(low)
    if credited or _TAIL.search(line) or _BYLINE.search(line):
        return True
    words, bare = _words(), _GLUE.sub("", low)
    if words.notes.match(bare) or words.label.match(bare):
        return True
    shown = any(hint in low for hint in _SHOWN) or low[-6:-1].isdigit() or low[-5:-1].isdigit()
    return shown and words.captions.search(low) is not None


def _all_calls(line: str, *, strict: bool) -> bool:
    """Whether a line has a call in so many words, or each of its sentences is one."""
    if not is_call(line, strict=strict):
        return False
    if size(line) <= _PLUG and _words().calls.search(_QUOTES.sub(" ", line.lower())):
        return True
    told = sentences(line) if size(line) > 8 else []
    return len(told) < 2 or all(is_call(said, strict=strict) for said in told)


@lru_cache(maxsize=2_048)
def is_call(line: str, *, strict: bool = True) -> bool:
    """Whether a line asks its reader for something instead of telling; at most 40 words.

    `strict` for what is quoted: there any address, and any word to the reader about a newsletter.
    """
    count, low = size(line), line.lower()
    if count > 40:
        return False
    words = _words()
    told = _QUOTES.sub(" ", low) if count > 8 else low
    if words.calls.search(told):
        return True
    whole = count > 4 and ENDED.search(low) is not None
    asks = words.asks.match(_GLUE.sub("", told)) is not None
    symbol = _SYMBOL.match(line) is not None
    if (asks or symbol or not whole) and words.plugs.search(told):
        return True
    if asks and (symbol or not whole) and strict:
        return True
    addressed = ("@" in low or "www." in low or "://" in low) and bool(_ADDRESS.search(low))
    yours = (asks or strict) and words.to_you.search(line) is not None
    if asks and count <= _SHORT and (yours or addressed):
        return True
    return strict and (addressed or (yours and words.plugs.search(told) is not None))


def is_over(line: str) -> bool:
    """Whether a heading says that what follows is none of the article."""
    return len(line) < 60 and _words().over.fullmatch(_GLUE.sub("", line).rstrip(": ")) is not None


def is_about_the_writer(line: str, author: str = "") -> bool:
    """ "Ada Obi is the paper's correspondent", to be asked of the lines below an article."""
    first = re.split("[,;]", author, maxsplit=1)[0].strip()
    if first and " " in first and line.startswith(first) and size(line) < 60:
        return True
    return size(line) < 45 and _words().writer.search(line) is not None


def _is_stamp(line: str, count: float) -> bool:
    """Nothing but a time: "Wed 11 Mar 2026 16.00 GMT"."""
    if count > 9 or sum(c.isdigit() for c in line) < 4:
        return False
    return len(re.findall(r"[^\W\d_]{3,}", _STAMP.sub(" ", line.lower()))) <= 2


def _repeats(line: str, headline: set[str], *, ended: bool) -> bool:
    words = set(tokens(line))
    if not words or len(words) > 2.5 * len(headline):
        return False
    common = len(words & headline)
    return common >= 0.8 * min(len(words), len(headline)) and not (
        ended and len(words) > 1.3 * len(headline)
    )


@cache
def _words() -> _Words:
    text = resources.files(__package__).joinpath("furniture.toml").read_text("utf-8")
    table = tomllib.loads(text)

    def either(key: str) -> str:
        rows = [row[key] for row in table.values()]
        listed = [p for row in rows for p in (row if isinstance(row, list) else [row])]
        return "|".join(listed)

    return _Words(
        calls=re.compile(_bounded(either("calls"))),
        asks=re.compile(rf"(?:{either('asks')})(?!\w)"),
        plugs=re.compile(_bounded(either("plugs"))),
        to_you=re.compile(rf"\b(?:{either('to_you')})(?!\w)"),
        label=re.compile(rf"(?:{either('labels')})\s?(?:[:|：]|\s[—–-]\s|$)"),
        over=re.compile(either("over"), re.IGNORECASE),
        notes=re.compile(either("notes")),
        captions=re.compile(either("captions")),
        writer=re.compile(
            rf"^{_NAME}(?:{_IS}\b.{{0,60}})?\b(?:{either('writers')})\b|^{_NAME}{_COVERS} "
        ),
    )


def _bounded(words: str) -> str:
    """Not within a word, where the script has such; Chinese has not."""
    return rf"(?:(?<![^\W\u3400-\u9fff])|(?=[\u3400-\u9fff]))(?:{words})"
