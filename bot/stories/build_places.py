"""Countries as CLDR names them: `python -m bot.stories.build_places` writes places.tsv.

In: the locale data of Babel. Out: one line a name: folded name, ISO 3166 code, languages.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale

from bot.text import words

LANGUAGES = (
    "en", "fr", "es", "pt", "de", "it", "nl", "pl", "ru", "uk",
    "ar", "fa", "tr", "sv", "id", "sw", "ha", "zh", "ja",
)  # fmt: skip


def rows() -> list[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) != 2 or code in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"):
                continue
            plain = " ".join(word.folded for word in words(name.split(" (")[0]))
            if language in ("zh", "ja"):
                plain = plain.replace(" ", "")
            found.setdefault((plain, code), []).append(language)
    return [f"{name}\t{code}\t{' '.join(codes)}" for (name, code), codes in sorted(found.items())]


if __name__ == "__main__":
    lines = ["# Countries as CLDR names them: folded name, ISO 3166 code, languages", *rows()]
    Path(__file__).with_name("places.tsv").write_text("\n".join(lines) + "\n", "utf-8")
