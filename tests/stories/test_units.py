"""In what something is counted, and who did it to whom."""

from __future__ import annotations

import pytest

from bot.stories.figures import figures
from bot.stories.roles import exchanged
from bot.stories.units import unit_of


@pytest.mark.parametrize(
    ("language", "text", "unit"),
    [
        ("en", "30 tonnes of cod", "tonne"),
        ("en", "$40bn in loans", "dollar"),
        ("en", "40 billion dollars", "dollar"),
        ("en", "a 12-month ban", "month"),
        ("en", "20 square kilometres", "km2"),
        ("en", "12 men", ""),
        ("fr", "120 millions d'euros", "euro"),
        ("es", "800 kilos de cobre", "kg"),
        ("pt", "35 milhões de reais", "real"),
        ("de", "8 Kilometer Leitung", "km"),
        ("ru", "два миллиона рублей", "rouble"),
        ("ar", "900 متر من الأنابيب", "m"),
    ],
)
def test_the_unit_of_a_figure(language: str, text: str, unit: str) -> None:
    found = [f for f in figures(text, language) if f.what[0] == "#"]
    assert unit_of(text, found[-1], language) == unit


@pytest.mark.parametrize(
    ("language", "said", "source"),
    [
        ("en", "Veltro sued Norrail.", "Norrail sued Veltro over a bridge."),
        ("fr", "Roux a battu Blanc.", "Blanc a battu Roux au second tour."),
        ("de", "Die Stadt verklagt den Bauern Lohse.", "Der Bauer Lohse verklagt die Stadt."),
        ("ru", "Клуб «Север» обыграл «Уссу».", "Клуб «Усса» обыграл «Север»."),
    ],
)
def test_an_exchange_is_found(language: str, said: str, source: str) -> None:
    assert exchanged(said, source, language)


@pytest.mark.parametrize(
    ("language", "said", "source"),
    [
        ("en", "Veltro was sued by Norrail.", "Norrail sued Veltro over a bridge."),
        ("en", "Over a bridge, Norrail sued Veltro.", "Norrail sued Veltro over a bridge."),
        ("en", "The mayor said Norrail lied.", "Norrail lied, the mayor said."),
        ("en", "Ana Roe met Tom Hale.", "Tom Hale met Ana Roe in Linden."),
        ("fr", "Roux a été battu par Blanc.", "Blanc a battu Roux au second tour."),
        (
            "en",
            "Omar Leth, prime minister of Sutria, spoke.",
            "Sutria's prime minister, Omar Leth.",
        ),
        ("de", "Sechs Tage dauerte die Bergung.", "Die Bergung dauerte sechs Tage."),
        ("ru", "Территорию накрыл выброс.", "Выброс накрыл территорию."),
        ("xx", "A b c.", "C b a."),
    ],
)
def test_another_order_is_no_exchange(language: str, said: str, source: str) -> None:
    assert exchanged(said, source, language) == []
