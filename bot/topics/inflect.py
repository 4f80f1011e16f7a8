"""Forms of names: cases of countries, feminine and plural of demonyms. Used to build the table.

In: a name and its language. Out: other forms of it, by rules that hold for most foreign names; what
they miss stands in `curated.txt`. A form that nobody writes does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator


def forms(name: str, language: str) -> list[str]:
    """Case forms of a name of a place, without the name itself."""
    if language in ("ru", "uk"):
        return _cyrillic(name)
    if language == "pl":
        return _polish(name)
    if language == "ar":
        return _arabic(name)
    return []


_CASES = {  # the last letter gives way to these
    "ия": "и ю ей",
    "ія": "ї ю єю",
    "я": "и е ю ей",
    "а": "ы и е у ой",
    "ь": "я ю ем е и",
    "й": "я ю ем е",
}


def _cyrillic(name: str) -> list[str]:
    if " " in name or "-" in name or len(name) < 3:
        return []
    for ending, others in _CASES.items():
        if name.endswith(ending):
            return [name[:-1] + other for other in others.split()]
    if name[-1] in "оеиуыэюё":
        return []
    return [name + other for other in ("а", "у", "ом", "е")]


_SOFT = {
    "d": "dzie", "t": "cie", "r": "rze", "k": "ce", "g": "dze", "ł": "le", "n": "nie", "m": "mie",
    "b": "bie", "w": "wie", "p": "pie", "s": "sie", "z": "zie", "l": "lu",
}  # fmt: skip


def _polish(name: str) -> list[str]:
    if " " in name or "-" in name or len(name) < 3:
        return []
    if name.endswith(("ia", "ja", "ea")):
        return [name[:-1] + e for e in ("i", "ę", "ą", "o")]
    if name.endswith("a"):
        stem = name[:-1]
        soft = stem[:-1] + _SOFT.get(stem[-1], stem[-1] + "ie")
        return [stem + "y", stem + "i", stem + "ę", stem + "ą", soft]
    if name.endswith("y"):
        return [name[:-1], name[:-1] + "om", name[:-1] + "ach", name[:-1] + "ami"]
    if name[-1] in "eiouó":
        return []
    soft = name[:-1] + _SOFT.get(name[-1], name[-1] + "ie")
    return [name + "u", name + "a", name + "em", name + "owi", name + "iem", soft]


def _arabic(name: str) -> list[str]:
    """The adjective (nisba), masculine and feminine, with and without article."""
    if " " in name:
        return []
    stem = name.removeprefix("ال")
    for ending in ("يا", "ية", "ا", "ة", "ه"):
        if stem.endswith(ending):
            stem = stem[: -len(ending)]
            break
    if len(stem) < 3 or stem.endswith("ي"):
        return []
    bare = [stem + "ية", stem + "يين", stem + "يون"]
    if len(stem) > 3:
        bare.append(stem + "ي")
    return bare + ["ال" + form for form in (*bare, stem + "ي")]


def led(name: str) -> list[str]:
    """An Arabic name of several words with what may be written onto its first: "in", "to", "and".

    Of a single word it is taken off where the text is read.
    """
    if " " not in name:
        return []
    if name.startswith("ال"):
        return ["لل" + name[2:], *(letter + name for letter in "وبفك")]
    return [letter + name for letter in "وبلفك"]


def demonyms(table: str) -> Iterator[tuple[str, str, str]]:
    """(country, language, form) of every form in the table of demonyms."""
    for line in table.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        code, *columns = line.split("|")
        for language, column in zip(
            ("en", "fr", "de", "pl", "ru", "sv", "es", "it", "pt", "uk"), columns, strict=True
        ):
            for word in column.split(","):
                if word != "-":
                    yield from ((code, language, form) for form in _demonym(word, language))


def _demonym(word: str, language: str) -> list[str]:
    rules = {
        "en": _english, "fr": _french, "de": _german, "sv": _swedish, "es": _spanish,
        "it": _italian, "pt": _portuguese,
    }  # fmt: skip
    if language in rules:
        return [word, *rules[language](word)]
    if language == "uk":
        return [word[:-2] + e for e in ("ий", "ого", "ому", "им", "а", "ої", "ій", "у", "е", "і",
                                        "их", "ими")]  # fmt: skip
    if language == "pl":
        stem = word[:-1]
        return [stem + e for e in ("i", "a", "ie", "iego", "iej", "iemu", "im", "ich", "imi", "ą")]
    stem = word.removesuffix("ий")
    return [
        stem + e
        for e in ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими")
    ]


def _english(word: str) -> list[str]:
    return [] if word.endswith(("ese", "ish", "gasy", "otho")) else [word + "s"]


def _french(word: str) -> list[str]:
    if word.endswith("s"):
        return [word + "e", word + "es"]
    if word.endswith(("ien", "éen")):
        return [word + "s", word + "ne", word + "nes"]
    if word.endswith("e"):
        return [word + "s"]
    if word == "turc":
        return ["turcs", "turque", "turques"]
    if word == "grec":
        return ["grecs", "grecque", "grecques"]
    return [word + "s", word + "e", word + "es"]


def _german(word: str) -> list[str]:
    if word[0].islower() or word.startswith("US-"):
        return [word + e for e in ("e", "en", "er", "es", "em")]
    if word.endswith("e"):
        return [word + "n", word[:-1] + "in", word[:-1] + "innen"]
    return [word + e for e in ("s", "n", "in", "innen")]


def _swedish(word: str) -> list[str]:
    if word.endswith(("sk", "nsk")):
        return [word + "a", word + "t", word + "e"]
    return [word + e for e in ("en", "er", "erna", "ens", "na", "s")]


def _spanish(word: str) -> list[str]:
    if word.endswith("o"):
        return [word + "s", word[:-1] + "a", word[:-1] + "as"]
    if word.endswith("és"):
        stem = word[:-2] + "es"
        return [stem + e for e in ("a", "es", "as")]
    return [word + "s", word + "es"]


def _italian(word: str) -> list[str]:
    stem = word[:-1]
    if word.endswith("o"):
        hard = stem + "h" if word.endswith("co") and not word.endswith("ico") else stem
        return [stem + "i", hard + "i", stem + "a", hard + "e"]
    if word.endswith("a"):
        return [stem + "i", stem + "e"]
    return [stem + "i"] if word.endswith("e") else []


def _portuguese(word: str) -> list[str]:
    if word.endswith("ão"):
        return [word[:-2] + e for e in ("ã", "ãos", "ães", "ões", "ãs")]
    if word.endswith("ês"):
        return [word[:-2] + e for e in ("esa", "eses", "esas")]
    if word.endswith("eu"):
        return [word[:-2] + e for e in ("eia", "eus", "eias")]
    if word.endswith("o"):
        return [word + "s", word[:-1] + "a", word[:-1] + "as"]
    if word.endswith("ol"):
        return [word + "a", word[:-1] + "is", word + "as"]
    return [word + ("es" if word[-1] in "rz" else "s")]
