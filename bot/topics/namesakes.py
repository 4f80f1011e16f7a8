# ruff: noqa: SIM905
"""Names of places that stand for something else: towns called after them, dishes, people's roots.

In: the names found in a text, in order. Out: those that speak of the place. It refuses to know
languages and topics; what is only named after one single place stands in the table, as a rival.
"""

from __future__ import annotations

from bot.topics.edges import Candidate, borne_out
from bot.topics.names import Names
from bot.topics.wording import Wording

__all__ = ["Candidate", "spoken_of"]

# States as newspapers shorten them (AP Stylebook), and as the post does.
_SHORT = frozenset(
    "ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb "
    "nev okla ore pa tenn tex va vt wash wis wyo ont que".split()
)
_PAIRS = frozenset(("n h", "n j", "n m", "n y", "n c", "n d", "r i", "s c", "s d", "w va"))
_POST = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
_ROOTS = frozenset(
    "american americans australian british canadian born descent heritage inspired origin speaking "
    "style themed".split()
)
_KITCHEN = frozenset(
    "bakery bistro brunch chef chefs cookbook cookery cookies cuisine curry dumplings eateries "
    "eatery kebab kitchen noodles recipe recipes restaurant restaurants restauranger soup stew "
    "tagine takeaway takeaways takeout koch küche kuchnia restauracja restauracje rezept rezepte "
    "restaurante restaurantes receta recetas cocina ricetta".split()
)
_SITES = frozenset(
    "avenue boulevard creek grove heights high hills lane meadows plains ridge road springs street "
    "terrace township".split()
)
# Breeds, plants and animals that are called after where they first came from.
_KINDS = frozenset(
    "ant ants beetle beetles bulldog bulldogs cobra cobras cockroach cockroaches cypress gecko "
    "geckos goose geese hamster hamsters hornet hornets hound hounds iguana iguanas ivy knotweed "
    "ladybird ladybirds maple mastiff mastiffs moss moth moths parakeet parakeets poodle poodles "
    "python pythons retriever retrievers sage setter setters sheepdog sheepdogs slug slugs spaniel "
    "spaniels spruce terrier terriers toad toads tortoise violet violets wolfhound "
    "wolfhounds".split()
)
_CALLED = _KITCHEN | _KINDS
_DESCENT = frozenset(("descent", "ancestry", "extraction"))
# States that are parted into counties, as English calls them.
_COUNTIES = frozenset("US GB IE KE LR SS NO SE DK HR HU RO EE LT TW IR CN".split())
_TELLING = _SITES | _CALLED | _DESCENT | {"little", "county"}
_LINKS = frozenset(("\u00a0", ", ", "-", "‐", "‑"))
_CLOSING = ",.);:!?–—\n"


def spoken_of(names: Names, candidates: list[Candidate], wording: Wording) -> list[Candidate]:
    """The candidates without those that only share their name with a place."""
    row, last = wording.row, len(wording.row) - 1
    kept = []
    for found, beside in zip(candidates, [*candidates[1:], None], strict=True):
        c = found if found.plain else borne_out(found, wording)
        if c is None:
            continue
        end = c.end
        gap = row[end - 1].gap + row[end].lead if end <= last else ""
        if gap == " ":
            told = row[end].folded in _TELLING or (end < last and row[end + 1].folded in _TELLING)
            told = told or (c.start > 0 and row[c.start - 1].text == "Little")
        else:
            told = gap in _LINKS or (c.start > 0 and row[c.start - 1].text == "Little")
        if told:
            adjoins = beside if beside is not None and beside.start == end else None
            if _is_namesake(names, c, adjoins, wording, gap):
                continue
        kept.append(c)
    return kept


def _is_namesake(
    names: Names, c: Candidate, beside: Candidate | None, wording: Wording, gap: str
) -> bool:
    if not _is_place(names, c):
        return False
    if c.start and wording.row[c.start - 1].text == "Little":
        return True  # a quarter of emigrants
    if gap in (" ", "\u00a0"):
        next_to = wording.folded[c.end]
        if next_to == "county":  # in America; elsewhere it is a part of the country
            return not any(_COUNTIES & set(names.family(entry.sense)) for entry in c.entries)
        return next_to in _DESCENT or _names_other(wording, c)
    if gap == ", ":
        return _in_state(names, c, beside, wording)
    return gap in ("-", "‐", "‑") and wording.folded[c.end] in _ROOTS


def _names_other(wording: Wording, c: Candidate) -> bool:
    """Whether a street, a village or a dish is called after the place."""
    word = wording.row[c.end]
    if word.folded in _SITES and word.text[0].isupper():
        return not wording.titled()[c.start > wording.title] and not _goes_on(wording, c.end)
    return _is_called(wording, c.end)


def _is_place(names: Names, c: Candidate) -> bool:
    return any(names.senses[e.sense].kind in ("country", "place") for e in c.entries)


def _is_called(wording: Wording, end: int) -> bool:
    """Whether a dish or a breed follows, at once or behind one word ("Moroccan lamb tagine")."""
    row = wording.row
    if row[end].folded in _CALLED:
        return row[end].folded not in _KINDS or _is_common(wording, end)
    behind = end + 1 < len(row) and wording.gap(end) == " " and row[end].text[0].islower()
    return behind and row[end + 1].folded in _CALLED


def _is_common(wording: Wording, at: int) -> bool:
    """Whether a word is no part of a name: small, or large among words that all are."""
    return wording.row[at].text[0].islower() or wording.titled()[at > wording.title]


def _goes_on(wording: Wording, at: int) -> bool:
    """Whether the word is part of a longer name ("High Court"), and not a school's in short."""
    row = wording.row
    if row[at].folded != "high":
        return False
    return at + 1 >= len(row) or (row[at + 1].folded != "school" and row[at + 1].text[0].isupper())


def _in_state(names: Names, c: Candidate, beside: Candidate | None, wording: Wording) -> bool:
    """Towns named after places: "Moscow, Idaho, …" is in Idaho, and Moscow isn't spoken of."""
    if all("US" in names.family(entry.sense) for entry in c.entries):
        return False
    if beside is None or not any("US" in names.family(e.sense) for e in beside.entries):
        return _is_short_state(wording, c.end)
    if f"{c.key} {beside.key}" in names.entries:
        return True
    if all(entry.sense.startswith("us-") for entry in beside.entries):
        return _is_closed(wording, beside.end)
    return _ends_aside(wording, beside.end)


def _ends_aside(wording: Wording, end: int) -> bool:
    """Whether a comma ends an aside, not one link of a list ("Algiers, New Orleans, gets …")."""
    row = wording.row
    if end >= len(row) or wording.gap(end - 1) != ", ":
        return False
    return row[end].text[0].islower() and row[end].folded not in ("and", "or")


def _is_closed(wording: Wording, end: int) -> bool:
    if end >= len(wording.row):
        return True
    gap = wording.gap(end - 1)
    return gap.strip(" ")[:1] in _CLOSING if gap.strip(" ") else False


def _is_short_state(wording: Wording, at: int) -> bool:
    """Whether a state follows in its short form: "Lebanon, N.H.", "Athens, Ga.", "Paris, TX"."""
    row = wording.row
    word = row[at]
    if not word.text[0].isupper() or at + 1 >= len(row):
        return False
    gap = wording.gap(at)
    if word.text in _POST and len(word.text) == 2:
        return gap[0] in _CLOSING or gap == " "
    if gap.startswith((". ", "., ")) or gap == ".,":
        return word.folded in _SHORT
    behind = at + 2 < len(row) and wording.gap(at + 1).startswith(".")
    return gap in (".", ". ", " ") and behind and f"{word.folded} {row[at + 1].folded}" in _PAIRS
