"""What is wrong with a summary, found without a line of the code that made it.

It reads as a proof-reader does, word by word, where the repairs look for patterns; so that the two
do not share their blind spots. English, French, Spanish, Portuguese, German.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from bot.model import Sentence, Source

LEANING = {
    "en": "he she it they this that these those his her its their him them but and so also however "
    "meanwhile instead then there such yet still nevertheless moreover furthermore both",
    "fr": "il elle ils elles ce cela ces celui celle mais et donc ainsi cependant toutefois "
    "pourtant",
    "es": "él ella ellos ellas esto eso estos estas pero y además también así",
    "pt": "ele ela eles elas isso isto esse essa mas e também porém assim",
    "de": "er sie es dies dieser diese dieses doch aber und auch zudem außerdem deshalb dennoch",
}
DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday yesterday tomorrow",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche hier demain",
    "es": "lunes martes miércoles jueves viernes sábado domingo ayer",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo ontem",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag gestern",
}
SPANS = {
    "en": ("last week", "last month", "last year", "next week", "next month", "next year"),
    "fr": ("la semaine dernière", "le mois dernier", "l'an dernier", "la semaine prochaine"),
    "es": ("la semana pasada", "el mes pasado", "el año pasado", "la próxima semana"),
    "pt": ("semana passada", "mês passado", "ano passado", "próxima semana"),
    "de": ("vergangene woche", "vergangenen monat", "vergangenen jahr", "nächste woche"),
}
OPENERS, CLOSERS = "“«„([", "”»“)]"


def complaints(
    made: Sequence[Sentence], sources: Sequence[Source], language: str, *, dated: bool = True
) -> list[str]:
    """One line for each thing that is wrong; none for a summary that can be printed."""
    found = []
    for number, sentence in enumerate(made):
        before = made[number - 1] if number else None
        if _leans(sentence.text, language) and not _follows(before, sentence, sources):
            found.append(f"leans on what is not there: {sentence.text}")
        if _last(sentence.text) not in ".!?。！？؟۔" or sentence.text.rstrip("”»\"') ").endswith(
            "..."
        ):
            found.append(f"is cut: {sentence.text}")
        if not _closed(sentence.text):
            found.append(f"opens and does not close: {sentence.text}")
        if _wholly_quoted(sentence.text) and not _follows(before, sentence, sources):
            found.append(f"nobody says this: {sentence.text}")
        if sentence.source not in {source.publisher for source in sources}:
            found.append(f"has no outlet: {sentence.text}")
        if dated:
            found += [
                f"when is {word!r}: {sentence.text}" for word in _undated(sentence.text, language)
            ]
    return found


def _leans(text: str, language: str) -> bool:
    words = "".join(c if c.isalpha() or c in "-'" else " " for c in text.lower()).split()
    return bool(words) and words[0].split("'")[0] in LEANING.get(language, "").split()


def _follows(before: Sentence | None, sentence: Sentence, sources: Sequence[Source]) -> bool:
    """Whether the sentence stood right after the one before it, in the same source."""
    if before is None or before.source != sentence.source:
        return False
    text = _bare(next(s.text for s in sources if s.publisher == sentence.source))
    first, second = _bare(_dateless(before.text)), _bare(_dateless(sentence.text))
    return first + second in text


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _dateless(text: str) -> str:
    """Without the brackets that hold nothing but a date."""
    kept, rest = "", text
    while rest:
        opening = min((rest.find(o) for o in "([" if o in rest), default=-1)
        if opening < 0:
            return kept + rest
        closing = min(
            (rest.find(c, opening) for c in ")]" if rest.find(c, opening) > 0), default=-1
        )
        inside = rest[opening + 1 : closing]
        kept += rest[:opening] if len(inside) < 30 else rest[: closing + 1]
        rest = rest[closing + 1 :] if closing > 0 else ""
    return kept


def _last(text: str) -> str:
    for character in reversed(text):
        if character not in "\"'”’»)]  \u202f\u00a0":
            return character
    return ""


def _closed(text: str) -> bool:
    depth: list[str] = []
    for character in text:
        if depth and character == depth[-1]:
            depth.pop()
        elif character in OPENERS:
            depth.append(CLOSERS[OPENERS.index(character)])
        elif character in "”»)]":
            return False
    return not depth and text.count('"') % 2 == 0


def _wholly_quoted(text: str) -> bool:
    solid = text.strip()
    pairs = {"“": "”", "«": "»", '"': '"', "„": "“"}
    closing = pairs.get(solid[:1])
    return (
        closing is not None
        and closing not in solid[1:-1]
        and solid.rstrip(".!? ").endswith(closing)
    )


def _undated(text: str, language: str) -> Iterator[str]:
    low = unicodedata.normalize("NFC", text.lower())
    for span in SPANS.get(language, ()):
        if (
            span in low
            and "(" not in low.split(span, 1)[1][:4]
            and "[" not in low.split(span, 1)[1][:4]
        ):
            yield span
    words = low.replace(",", " ,").split()
    for at, word in enumerate(words):
        if word.removesuffix("'s").strip(".;:”»\"'’") in DAYS.get(language, "").split():
            around = " ".join(words[max(0, at - 1) : at + 6])
            if not any(c.isdigit() for c in around):
                yield word
