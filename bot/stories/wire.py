"""Agency copies: the credit by which an outlet says that the text is not its own.

In: an article. Out: the agency that it carries, "" for own reporting. Pure. A mention ("Reuters
reported that …") is no credit, nor is what stands under a picture; only where a credit stands is
looked: a dateline before the first words, a tail behind the last.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from bot.model import Article

_HEAD = 90  # characters in which a dateline ends
_TAIL = 120  # characters in which a closing credit stands
_NAME = 50  # of these, where its name does


def agency(article: Article) -> str:
    """The short name of the agency whose text this is ("AFP"); "" when nothing says so.

    An agency's own feed carries nobody.
    """
    found = credit(article.summary) or credit(article.text) or _of_title(article.title)
    return "" if found and found == own_agency(article.publisher) else found


@lru_cache(maxsize=1000)
def own_agency(publisher: str) -> str:
    """The agency that the publisher itself is; "" for any other."""
    known = _agencies()
    begins = (
        short for name, short in known.items() if re.match(rf"{re.escape(name)}\b", publisher)
    )
    return known.get(publisher) or next(begins, "")


def credit(text: str) -> str:
    """The agency that a text is credited to at its beginning or its end; "" where none is."""
    head, tail = text[:_HEAD].lstrip(), f". {text}"[-_TAIL:].rstrip()
    for part, seen, patterns in ((head, head, _datelines()), (tail, tail[-_NAME:], _closings())):
        if _mention().search(seen):
            for pattern in patterns:
                match = pattern.search(part)
                if match and not _PICTURE.search(part[: match.start("name")][-40:]):
                    return _agencies()[match.group("name")]
    return ""


# Under a picture: "Photo: AFP", "AFP/Getty Images".
_PICTURE = re.compile(
    r"\b(?:photos?|pictures?|images?|fotos?|bild(?:er)?|file|video|crédit|credit|фото|getty)\W{0,3}"
    r"(?:by\s|de\s|:\s?)?[^.]{0,12}$|(?:صورة|圖|图)\W*$",
    re.IGNORECASE,
)
# "with inputs from", in the words of outlets; some name two agencies: the first counts.
_WITH = (
    r"(?:with(?:\s+(?:agency\s+)?(?:inputs?|reporting|files|material|additional\s+reporting|"
    r"information))?(?:\s+(?:from|by))?|inputs?\s+from|avec|con\s+(?:información|informaciones|"
    r"datos|material)\s+de|com\s+(?:informações|informação|material)\s+d[aeo]|mit\s+(?:material|"
    r"informationen)\s+(?:von|der)|mit|nach|con|com|source|sources|fuente|fonte|quelle|źródło|"
    r"источник|по\s+материалам|с\s+материалами|مع|المصدر|وكالات|来源|來源)"
)


def _of_title(title: str) -> str:
    match = title.endswith((")", "]")) and _bracketed_end().search(title)
    return _agencies()[match.group("name")] if match else ""


@cache
def _agencies() -> dict[str, str]:
    """Every name of an agency in credits, with the short one that is shown."""
    text = resources.files("bot.stories").joinpath("agencies.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: short for short, listed in rows for name in listed.split("|")}


@cache
def _name() -> str:
    longest = sorted(_agencies(), key=len, reverse=True)
    return r"(?<!\w)(?P<name>" + "|".join(map(re.escape, longest)) + r")(?!\w)"


@cache
def _mention() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_agencies()))))


@cache
def _datelines() -> tuple[re.Pattern[str], ...]:
    """ "NIAMEY, Aug 1 (Reuters) -"; "Reuters – "; "МОСКВА, 1 августа. /ТАСС/."; "新华社…电"."""
    glued = _name().replace(r"(?!\w)", "")
    return (
        re.compile(rf"^[^()!?]{{0,60}}[(/\[]{_name()}(?:[ /,][^()\[\]]{{0,20}})?[)/\]]"),
        re.compile(rf"^(?:(?:By|Von|Par|Por|De)\s)?{_name()}\s?(?:[-–—:/|]|\.-)\s"),
        re.compile(rf"^[^\W\d_]{{2,25}}[^.!?()]{{0,25}},\s{_name()}\s?[-–—]\s"),
        re.compile(rf"^[\[【（(]?{glued}[^。\s]{{0,20}}[电電】]"),
    )


@cache
def _closings() -> tuple[re.Pattern[str], ...]:
    """ "(AFP)"; "— Reuters"; "With inputs from PTI"; "(FRANCE 24 with AFP)"."""
    others = r"(?:\s*(?:,|/|and|et|y|e|und|&|и|و)\s*[\w .-]{2,30})?"
    return (
        _bracketed_end(),
        re.compile(rf"[-–—/|]\s?{_name()}[\s.]*$"),
        re.compile(
            rf"(?:[.!?…)\n|–—-]\s*|[(\[][^()\[\]]{{0,40}}?)(?<!\w)(?i:{_WITH})\s*:?\s*"
            rf"(?:the\s|la\s|l['’]|der\s)?{_name()}{others}[\s.…)\]]*$"
        ),
    )


@cache
def _bracketed_end() -> re.Pattern[str]:
    return re.compile(rf"[(\[/]\s?{_name()}(?:[ /,;][^()\[\]]{{0,30}})?[)\]/][\s.]*$")
