"""The table of names while it is built: rows come in, the data file goes out.

Not imported by the bot; `names.py` has the format of the file.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from pathlib import Path

from bot.topics.inflect import led
from bot.topics.names import spell

_ARTICLE = re.compile("(?:El|Al|As|Ash|Ar|Az|Ad|An|At|Es)-[A-Z]")
_SINGULAR = re.compile(" [a-z]{3,}[a-rt-xz]$")  # turkey vulture: what rivals a name does so as many

Row = tuple[str, str, str, str]
"""Sense, flags, language, alias."""


class Table:
    """Senses in order, each with its lines of aliases by (flags, languages)."""

    def __init__(self) -> None:
        self.senses: dict[str, list[str]] = {}
        self.rows: list[tuple[str, str, str, str]] = []  # sense, flags, language, alias
        self.cues: dict[str, list[str]] = defaultdict(list)

    def sense(self, key: str, label: str, kind: str, parents: str = "") -> None:
        self.senses.setdefault(key, [label, kind, parents])

    def add(self, key: str, flags: str, language: str, alias: str) -> None:
        alias = " ".join(alias.split())
        if alias and spell(alias):
            self.rows.append((key, flags, language, alias))
            if " & " in alias:
                self.add(key, flags, language, alias.replace(" & ", " and "))
            if _ARTICLE.match(alias):  # el-Fasher within a sentence
                self.add(key, flags.replace("n", ""), language, alias[0].lower() + alias[1:])
            if language in ("en", "*") and self._is_rival(key) and _SINGULAR.search(alias):
                self.add(key, flags, "en", f"{alias}s")

    def _is_rival(self, key: str) -> bool:
        return key in self.senses and self.senses[key][1] == "rival"

    def brands(self, text: str) -> None:
        """Companies of a list in which each name means one thing, unless it is here already."""
        known = {spell(alias) for _, _, _, alias in self.rows}
        for line in text.splitlines():
            for entry in line.split(",") if not line.startswith("#") else ():
                listed, _, parent = (part.strip() for part in entry.partition(">"))
                names = [name.strip() for name in listed.split("=")]
                if known.isdisjoint(map(spell, names)):
                    self._brand(names, parent)

    def _brand(self, names: list[str], parent: str) -> None:
        if parent and parent not in self.senses:
            raise SystemExit(f"brands.txt: unknown sense {parent}")
        key = f"co-{spell(names[0]).replace(' ', '-')}"
        self.sense(key, names[0], "company", parent)
        for name in names:
            self.add(key, "n", "*", name)

    def people(self) -> None:
        """What is a given name in one language is one in all; German writes all nouns large."""
        given = {(sense, spell(alias)) for sense, flags, _, alias in self.rows if "p" in flags}
        self.rows = [
            (sense, flags + "p", language, alias)
            if "p" not in flags and language != "de" and (sense, spell(alias)) in given
            else (sense, flags, language, alias)
            for sense, flags, language, alias in self.rows
        ]

    def adopt(self) -> None:
        """What a country counts among its names (Qantas, Pemex) belongs to it altogether."""
        owners: dict[str, set[str]] = defaultdict(set)
        for sense, flags, _, alias in self.rows:
            if self.senses[sense][1] == "country" and "w" not in flags:
                owners[spell(alias)].add(sense)
        for sense, flags, _, alias in self.rows:
            fields = self.senses[sense]
            if "n" in flags and "w" not in flags and fields[1] in ("company", "group"):
                new = owners[spell(alias)] - set(fields[2].split())
                fields[2] = " ".join([*fields[2].split(), *sorted(new)])

    def lead(self) -> None:
        """Arabic names of several words, with the prepositions that are written onto them."""
        for sense, flags, language, alias in list(self.rows):
            for form in led(alias) if language == "ar" else ():
                self.add(sense, flags.replace("n", ""), language, form)

    def tidy(self) -> None:
        """Where a narrower sense has a name, its country needs it no more, nor does a rival."""
        owners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for sense, flags, language, alias in self.rows:
            if "w" not in flags:
                owners[spell(alias), language].add(sense)
        self.rows = [
            row
            for row in self.rows
            if "w" in row[1]
            or not any(
                self._outdoes(other, row[0])
                for language in {row[2], "*"}
                for other in owners[spell(row[3]), language] - {row[0]}
            )
        ]

    def _outdoes(self, other: str, sense: str) -> bool:
        rival = self.senses[sense][1] == "rival" and self.senses[other][1] != "rival"
        return rival or sense in self.senses[other][2].split()

    def write(self, path: Path) -> None:
        lines = []
        for key, (label, kind, parents) in self.senses.items():
            lines.append("\t".join(("S", key, label, kind, parents)))
            merged: dict[tuple[str, str], set[str]] = defaultdict(set)
            for sense, flags, language, alias in self.rows:
                if sense == key:
                    merged[flags + case(alias), spell(alias)].add(language)
            grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
            for (flags, alias), languages in merged.items():
                spoken = "*" if "*" in languages else ",".join(sorted(languages))
                grouped[flags, spoken].append(alias)
            lines.extend(f"A\t{f}\t{s}\t{'|'.join(sorted(a))}" for (f, s), a in grouped.items())
            if self.cues[key]:
                lines.append("C\t" + " ".join(self.cues[key]))
        path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def case(alias: str) -> str:
    """Which capitals the text must show: the first letter, or all of a short acronym."""
    letters = [c for c in alias if c.isalpha()]
    if not letters or not letters[0].isupper():
        return ""
    return "U" if len(letters) in (2, 3) and alias.isupper() else "C"
