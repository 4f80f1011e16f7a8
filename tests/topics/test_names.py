"""The table of names: senses, rivals, and the rules under which a spelling counts."""

from __future__ import annotations

import pytest

from bot.topics.inflect import demonyms, forms
from bot.topics.names import Names, read, shipped


def test_every_country_has_a_sense_in_the_big_languages() -> None:
    names = shipped()
    countries = [s for s in names.senses.values() if s.kind == "country"]
    assert len(countries) >= 249
    for name in ("Niger", "Tchad", "Türkei", "Elfenbeinküste", "日本", "اليمن", "Кения"):
        found = names.lookup(name)
        assert found, name
        assert found[0].kind == "country"


@pytest.mark.parametrize(
    "name", ["Niger Delta", "South Sudan", "Papua New Guinea", "Equatorial Guinea"]
)
def test_rivals_are_senses_of_their_own(name: str) -> None:
    (first, *_) = shipped().lookup(name)
    assert first.label.startswith(name)


def test_capitals_belong_to_their_country() -> None:
    names = shipped()
    (niamey,) = names.lookup("Niamey")
    assert "NE" in names.family(niamey.id)


def test_short_acronyms_need_capitals() -> None:
    names = shipped()
    assert names.lookup("US")[0].id == "US"
    assert names.lookup("us") == ()


def test_labels_are_unique() -> None:
    labels = [s.label for s in shipped().senses.values() if s.kind != "rival"]
    assert len(labels) == len(set(labels))


def test_the_file_format() -> None:
    names: Names = read(
        [
            "S\tx\tXanadu\tplace\ty",
            "A\tnC\ten,fr\txanadu|kubla khan",
            "C\tDome River",
            "S\ty\tYon\tplace\t",
        ]
    )
    (entry,) = names.entries["kubla khan"]
    assert entry.languages == frozenset({"en", "fr"})
    assert entry.case == "first"
    assert names.longer["kubla"] == ["kubla khan"]
    assert names.cues["x"] == frozenset({"dome", "river"})
    assert names.family("x") == ("x", "y")
    assert names.aliases("x") == ["kubla khan", "xanadu"]


def test_case_forms() -> None:
    assert "Нигерии" in forms("Нигерия", "ru")
    assert "Sudanie" in forms("Sudan", "pl")
    assert "الأردنية" in forms("الأردن", "ar")
    assert forms("Niger", "en") == []


def test_demonym_forms() -> None:
    table = (
        "NE|Nigerien|nigérien|nigrisch,Nigrer|nigerski|нигерский|nigerisk|nigerino|nigerino"
        "|nigerino|нігерський\n# a comment\nDE|-|-|-|-|-|-|-|tedesco|alemão|німецький\n"
        "TR|-|-|-|-|-|-|-|turco|turco|-"
    )
    found = {(language, form) for _, language, form in demonyms(table)}
    assert {
        ("en", "Nigeriens"),
        ("fr", "nigériennes"),
        ("de", "nigrischen"),
        ("pl", "nigerskiego"),
    } <= found
    assert {
        ("ru", "нигерских"),
        ("sv", "nigeriska"),
        ("es", "nigerinas"),
        ("de", "Nigrern"),
    } <= found
    assert {("it", "tedesca"), ("pt", "alemães"), ("uk", "німецької"), ("it", "turchi")} <= found
