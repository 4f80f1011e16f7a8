"""Prose and furniture: which lines of a page, and which sentences, are the article.

In: plain text with its line breaks, and the headline. Out: lines and sentences that a summary may
quote. It refuses to know HTML and publishers; it knows how breadcrumbs, captions, credits, calls to
action and agency tails look in a dozen languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.stories.splitting import balanced
from bot.text import MARKS, tokens

_END = ".!?…。！？؟।॥։။"
_CLOSERS = "\"'”’»«›)]」』】"
_ENDED = re.compile(rf"[{re.escape(_END)}][{re.escape(_CLOSERS)}\s]*$")
_CUT = re.compile(r"(?:\.{3}|…|\[(?:…|\.{3})\])[\"'”’»)\s]*$")
_CRUMBS = re.compile(
    r"^(?:home|accueil|inicio|início|startseite|главная|الرئيسية|首页)\s*(?:[>»/|›→]|\s[A-Z])|(?:\S+\s*[>»›]\s*){2,}",
    re.IGNORECASE,
)
# Looked for anywhere in a line, so in its lower-case form: without IGNORECASE the search skips ten
# times as fast to where one of them can begin.
_CALLS = re.compile(
    r"""
    sign\s?up\s(?:for|to|here|now)|follow\sus|join\sus|join\sour|whats\s?app\s(?:channel|group)|telegram\schannel
    |click\shere|tap\shere|read\smore|also\sread|read\salso|read\sthe\sfull|watch:|listen:|related:|see\salso|more\sfrom
    |download\s(?:the|our)\sapp|share\sthis|support\sour\sjournalism|non-personal\suse|multiple\scopies|powered\sby
    |log\sin\sto|create\s(?:a|an|your)\s(?:free\s)?account|turn\son\snotifications
    |abonnez|inscrivez-vous|lire\saussi|à\slire|cliquez\sici|suivez-nous|partage[rz]\s(?:cet|sur)
    |suscríb|lea\stambién|lee\stambién|haga\sclic|síguenos|compart(?:e|ir)\s(?:en|est[ea])
    |leia\s(?:também|mais)|clique\saqui|siga-nos|canal\s(?:no|do|de|en)\s(?:whatsapp|telegram)|compartilhe
    |lesen\ssie\sauch|mehr\szum\sthema|hier\sklicken|folgen\ssie\suns|artikel\steilen
    |iscriviti|leggi\sanche|clicca\squi|seguici|condividi
    |подпис(?:ывайтесь|аться|ывайся)|читайте\sтакже|телеграм-канал|поделиться
    |اقرأ\sأيضا|تابعنا|关注我们|扫码|czytaj\s(?:też|także|więcej)|zapisz\ssię|läs\s(?:också|mer|även)|prenumerera
    """,
    re.VERBOSE,
)  # fmt: skip
# Words that calls are made of, but news, too: "was promoted", "a court banned the advertisement".
_PLUGS = re.compile(
    r"""
    \b(?:subscri(?:be|ption)|newsletter|advertisement|sponsored|promoted|moderated|cookies?|donate
    |infolettre|publicité|boletín|publicidad|publicidade|assine|moderador|abonnieren|anzeige|pubblicità|reklama)\b
    |реклама|إعلان|اشترك|订阅|点击
    """,
    re.VERBOSE,
)  # fmt: skip
_TO_YOU = re.compile(
    r"\b(?:our|your|you|us|notre|votre|vos|vous|nuestr[oa]s?|tu|nosso|nossa|seu|sua|unser\w*|ihre?n?|nostr[oa])\b"
)
_CREDIT = re.compile(
    r"""
    \b(?:reuters|afp|epa|ansa|dpa|tass|xinhua)\s?/\s?\w|\(?\bap\sphoto\b|getty\simages|shutterstock|istock|alamy
    |^\W*(?:image|images|photo|photos|foto|fotos|picture|caption|file\sphoto|photograph|credit|crédit|crédito|bild|фото|صورة|图)\s?(?:credit|by|:|/|©)
    |[\s.(](?:image|photos?|fotos?|credit|crédit|crédito|bild|фото)\s?[:/©]\s?[^\s.][^.!?]{2,60}$
    |\bfile\sphoto\b|/\s?(?:reuters|afp|ap)\s*\)?$|courtesy\sof|©|\(c\)\s?\d{4}|all\srights\sreserved|tous\sdroits\sréservés
    """,
    re.VERBOSE,
)  # fmt: skip
_TAIL = re.compile(
    r"""
    ^\W*(?:with\s(?:additional\s)?inputs?\sfrom|\(?(?:additional\s)?reporting\s(?:by|from)|\(?(?:additional\s)?(?:writing|editing)\sby
    |our\sstandards|\(?this\s(?:story|article|report)\s(?:was|has\sbeen|is|first|originally)
    |\(?with\s(?:afp|reuters|ap|agenc)|avec\s(?:afp|reuters)|con\sinformación\sde|com\sinformações|mit\smaterial|agencies$
    |copyright|the\sthomson\sreuters|contact\s(?:us|the\sauthor)|about\sthe\sauthor|topics?:|tags?:|filed\sunder|published\s(?:on|at|in)
    |(?:last\s)?updated\s|first\spublished|source\s?:|źródło|fuente:|quelle:|\(?(?:pti|ani|ians|reuters|afp|ap)\)?\W*$)
    """,
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_BYLINE = re.compile(
    r"^\W*(?:by|par|por|von|di|autor|автор)\s+(?:[A-ZÀ-Þ]\S+[\s,&]*){1,6}$|^\W*\d{1,2}[:.]\d\d\b.{0,40}$"
    r"|^\W*(?:by|par|por|von|di|autor|автор)\s+\S[^.!?|·•]{2,40}[|·•–].{0,60}\d",
    re.IGNORECASE,
)
_CELL = re.compile(r"\|((?:[^|\\]|\\.)*)\|")  # the only one of its row: a table that is a layout
_MODEL = re.compile(r"ignore (?:all |the )?previous|as an ai|system prompt|language model")
_WIDE = re.compile("[\u0e00-\u0eff\u3040-\u9fff]")
_NO_LETTER = re.compile(rf"(?![{MARKS}])[\W\d_]")
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]{2}")  # two headlines run into one another


def lines(text: str, title: str = "", *, headings: bool = False) -> list[str]:
    """The lines that are article text, in order; furniture and repeats are dropped.

    `headings` keeps short lines without a full stop: subheads and items of lists, to be read in
    their place, but nothing to quote.
    """
    return [line for line in lines_in_place(text, title, headings=headings) if line]


def lines_in_place(text: str, title: str = "", *, headings: bool = False) -> Iterator[str]:
    """The same, and "" for each line that was dropped and held words."""
    seen: set[str] = set()
    headline = set(tokens(title))
    for raw in text.splitlines():
        line = " ".join(_uncelled(raw).split())
        key = " ".join(tokens(line))
        if not key:
            continue
        if (key in seen and not headings) or is_furniture(line, headline, headings=headings):
            yield ""
        else:
            seen.add(key)
            yield line


def _uncelled(raw: str) -> str:
    cell = _CELL.fullmatch(raw.strip())
    return cell.group(1).replace("\\|", "|") if cell else raw


def is_furniture(line: str, headline: set[str] | None = None, *, headings: bool = False) -> bool:
    """Whether a line is not the article's own text."""
    count, low = size(line), line.lower()
    ended = _ENDED.search(line) is not None
    if headline and _repeats(line, headline, ended=ended):
        return True
    if count <= 40 and (_TAIL.search(line) or _BYLINE.search(line) or _CREDIT.search(low)):
        return True
    if count <= 30 and (_calls(low, count) or (not ended and _CRUMBS.search(line))):
        return True
    return not ended and count < 25 and not headings


def _calls(low: str, count: float) -> bool:
    """Whether a line asks the reader for something instead of telling."""
    if _CALLS.search(low):
        return True
    plug = _PLUGS.search(low)
    if plug is None:
        return False
    whole = count > 8 and _ENDED.search(low) is not None
    return not whole or plug.start() < 3 or _TO_YOU.search(low) is not None


def _repeats(line: str, headline: set[str], *, ended: bool) -> bool:
    words = set(tokens(line))
    if not words or len(words) > 2.5 * len(headline):
        return False
    common = len(words & headline)
    return common >= 0.8 * min(len(words), len(headline)) and not (
        ended and len(words) > 1.3 * len(headline)
    )


def size(text: str) -> float:
    """The length in words; of scripts without blanks, two characters are a word."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return len(text.split()) + wide / 2


def eligible(sentence: str) -> bool:
    """Whether a sentence can stand in a summary: whole, prose, of the article."""
    count = size(sentence)
    if not 5 <= count <= 90 or not _ENDED.search(sentence) or is_cut(sentence):
        return False
    return is_prose(sentence) and balanced(sentence)


def is_prose(sentence: str) -> bool:
    """At least 60 % letters, and neither credit nor call nor words for a machine."""
    solid, low = "".join(sentence.split()), sentence.lower()
    if len(_NO_LETTER.findall(solid)) > 0.4 * len(solid) or _MODEL.search(low):
        return False
    if len(_GLUED.findall(sentence)) > 1:
        return False
    short = size(sentence) <= 30
    return not (_TAIL.search(sentence) or _CREDIT.search(low) or (short and _CALLS.search(low)))


def is_cut(sentence: str) -> bool:
    """Whether a teaser ended here before its sentence did."""
    return _CUT.search(sentence) is not None
