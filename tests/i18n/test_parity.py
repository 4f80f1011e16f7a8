"""Every language says everything, with the same values, in every form its numbers need."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel import Locale

from bot.i18n import Entry, languages, texts_for
from bot.topics.query import parse_query

ENGLISH = texts_for("en").keys()
OTHERS = [code for code in languages() if code != "en"]
# CLDR has a "many" for compact millions in these; sentences of ours never count so far.
OPTIONAL = {"fr": {"many"}, "es": {"many"}, "pt": {"many"}}


def fields(template: str) -> set[tuple[str, str | None]]:
    return {(name, kind) for _, name, _, kind in string.Formatter().parse(template) if name}


def forms(entry: Entry) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"": entry}


def test_the_languages_we_promise() -> None:
    assert languages()[0] == "en"
    assert set(languages()) >= {"en", "fr", "es", "ar", "ru", "de", "pt"}


@pytest.mark.parametrize("code", OTHERS)
def test_same_keys(code: str) -> None:
    assert texts_for(code).keys().keys() == ENGLISH.keys()


@pytest.mark.parametrize("code", OTHERS)
def test_same_placeholders(code: str) -> None:
    for key, ours in ENGLISH.items():
        theirs = texts_for(code).keys()[key]
        assert isinstance(theirs, dict) == isinstance(ours, dict), key
        wanted = set().union(*(fields(form) for form in forms(ours).values()))
        # "one" and "two" may say the number in words; every other value stands in every form.
        for form in forms(theirs).values():
            assert wanted - {("n", None)} <= fields(form) <= wanted, key
        last = forms(theirs).get("other") or forms(theirs)[""]
        assert fields(last) == wanted, key


@pytest.mark.parametrize("code", languages())
def test_every_form_that_its_numbers_need(code: str) -> None:
    needed = {*Locale.parse(code).plural_form.tags, "other"} - OPTIONAL.get(code, set())
    for key, entry in texts_for(code).keys().items():
        if isinstance(entry, dict):
            assert needed <= entry.keys(), key


@pytest.mark.parametrize("code", languages())
def test_what_telegram_limits(code: str) -> None:
    texts = texts_for(code)
    assert len(texts("about.short")) <= 120
    assert len(texts("about.long")) <= 512
    for key, entry in texts.keys().items():
        if key.startswith("command."):
            assert isinstance(entry, str)
            assert 3 <= len(entry) <= 100, key
        if key.startswith(("alert.", "button.")) and isinstance(entry, str):
            assert len(entry) < 60


@pytest.mark.parametrize("code", languages())
def test_suggestions_are_topics(code: str) -> None:
    words = texts_for(code).choices("start.suggestions")
    assert 6 <= len(words) <= 8
    assert len({parse_query(word).canonical for word in words}) == len(words)


@pytest.mark.parametrize("code", languages())
def test_toasts_fit(code: str) -> None:
    """https://core.telegram.org/bots/api#answercallbackquery: 200 characters."""
    texts = texts_for(code)
    toasts = ("stale", "forged", "missing", "flood", "busy", "full", "error", "limit", "slow")
    for key in ("group.admins", "settings.saved", *(f"odd.{name}" for name in toasts)):
        assert len(texts(key)) <= 200


def test_nothing_is_said_that_nobody_asks_for() -> None:
    """A key that no code names is a phrase to translate for nothing."""
    root = Path(__file__).parents[2]
    files = [
        *root.glob("handlers/*.py"),
        *root.glob("bot/delivery/*.py"),
        *root.glob("bot/i18n/*.py"),
    ]
    source = "\n".join(path.read_text("utf-8") for path in files)
    made = re.compile(
        r"(command|settings|why|refused|query|differ)\..*|preview\.\w+_busy|tune\.(ring|how)_\d|sense\.\w+"
    )
    unnamed = [
        key
        for key in ENGLISH
        if f'"{key}"' not in source and f"'{key}'" not in source and not made.fullmatch(key)
    ]
    assert not unnamed
