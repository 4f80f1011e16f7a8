"""Which sentences lean on one before them, in their language."""

from __future__ import annotations

import pytest

from bot.stories.leaning import is_dangling
from bot.stories.splitting import sentences


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“My nets have holes,” he said."),
        ("en", "In addition, the bridge is shut."),
        ("en", '"[They were] late," said she.'),
        ("en", "Minutes later, the doors opened."),
        ("en", "“We are committed to peace,” the official said."),
        ("fr", "« Nous partons », a-t-elle précisé."),
        ("fr", "Selon lui, rien ne change."),
        ("es", "Por su parte, la empresa calla."),
        ("pt", "Com isso, a ponte fecha."),
        ("de", "Das sagte die Ministerin am Abend."),
        ("ru", "По его словам, мост закрыт."),
        ("ar", "من جانبه قال الوزير إن الجسر مغلق."),
        ("zh", "对此，他没有回应。"),
    ],
)
def test_what_leans(language: str, text: str) -> None:
    assert is_dangling(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On Monday, ten people were killed."),
        ("en", "Men with torches searched the shore."),
        ("en", "Die-hard supporters marched through Linden."),
        ("fr", "Ce jeudi, la reine ouvre le musée."),
        ("es", "Este jueves, el Gobierno cerró la mina."),
        ("de", "Das Parlament hat das Gesetz gebilligt."),
        ("pt", "Esta semana, a escola reabre."),
        ("ru", "Мэр написал об этом в своём канале."),
        ("ru", "«Мост закрыт», — сказал инженер Ларин."),
    ],
)
def test_what_stands_alone(language: str, text: str) -> None:
    assert not is_dangling(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le parti a exclu M. Dupont et MM. Roux et Blanc. Rien ne va plus."),
        ("fr", "M. J.-P. Roux et Mme. Leroy ont voté non. La loi est passée."),
        (
            "de",
            "Er lebte im 19. Jahrhundert und spielte beim 1. FC Altenried. Heute ruht der Ball.",
        ),
        ("es", "D. Juan Ruiz y el gral. Paz hablaron. Nadie escuchó."),
        ("pt", "O cel. Melo fechou a Av. Paulista. Ela reabriu."),
        ("ru", "Завод им. Ленина на ул. Мира закрыт. Рабочие ушли."),
        ("en", "It began at 3 a.m. Tuesday in Linden. Nobody slept."),
        ("fr", "Un numéro vert est ouvertLa fromagerie rappelle ses produits."),
        ("en", "Messrs. Roe and Fitz paid approx. 5 million. Nobody asked."),
        ("ar", "قال د. سامي الحداد إن المبنى آمن. عاد السكان."),
    ],
)
def test_short_forms_end_no_sentence(language: str, text: str) -> None:
    assert len(sentences(text, language)) == 2
