"""Tellings of one event in other languages join; other events of the same country don't."""

from __future__ import annotations

import pytest

from bot.model import Article, StoryId
from bot.stories.cluster import Grouper, Placement
from tests.stories.articles import NOON, article

TELLINGS = {
    "en": article(
        1,
        "Two dead as passenger train and lorry collide near Kaduna in Nigeria",
        "A train carrying 340 passengers hit a lorry at a crossing near Kaduna on Monday; two "
        "people died and 28 were injured, Nigerian police said.",
    ),
    "fr": article(
        2,
        "Nigeria : un train de voyageurs percute un camion près de Kaduna, deux morts",
        "L'accident a fait deux morts et 28 blessés lundi, selon la police nigériane. Le train "
        "transportait 340 passagers.",
        language="fr",
    ),
    "es": article(
        3,
        "Un tren choca con un camión en Nigeria y deja dos muertos",
        "El accidente ocurrió el lunes cerca de Kaduna. El tren llevaba 340 pasajeros; hay 28 "
        "heridos, según la policía nigeriana.",
        language="es",
    ),
    "ar": article(
        4,
        "قتيلان في اصطدام قطار بشاحنة قرب كادونا في نيجيريا",
        "أدى الحادث إلى وفاة شخصين وإصابة 28 من ركاب القطار وعددهم 340، بحسب الشرطة في نيجيريا.",
        language="ar",
    ),
}
OTHERS = [
    article(
        10,
        "Nigeria : la police libère 412 otages à Zaria",
        "Les captifs, enlevés en mars, ont été conduits à l'hôpital, selon la police nigériane.",
        language="fr",
    ),
    article(
        11,
        "Nigeria inaugura una línea de tren entre Lagos e Ibadan",
        "El presidente viajó en el primer tren, con 300 invitados.",
        language="es",
    ),
    article(
        12,
        "البرلمان في نيجيريا يقر الموازنة بعد خلاف طويل",
        "صوت مجلس النواب على الموازنة في أبوجا مساء الاثنين.",
        language="ar",
    ),
    article(
        13,
        "Niger : trois soldats tués dans une attaque près de Tillabéri",
        "L'armée du Niger a annoncé la mort de trois militaires dans l'ouest du pays.",
        language="fr",
    ),
]


def story_of(asked: Article, known: Article) -> int | None:
    grouper = Grouper()
    grouper.add(known, StoryId(int(known.id)))
    placement = grouper.find(asked, NOON)
    return int(placement.story) if isinstance(placement, Placement) else None


@pytest.mark.parametrize("first", TELLINGS)
@pytest.mark.parametrize("second", TELLINGS)
def test_a_telling_in_another_language_joins(first: str, second: str) -> None:
    if first != second:
        assert story_of(TELLINGS[second], TELLINGS[first]) == int(TELLINGS[first].id)


@pytest.mark.parametrize("known", TELLINGS.values(), ids=TELLINGS)
@pytest.mark.parametrize("asked", OTHERS, ids=lambda a: a.title[:30])
def test_another_event_of_the_country_does_not(asked: Article, known: Article) -> None:
    assert story_of(asked, known) is None


def test_a_country_and_a_number_alone_are_no_event() -> None:
    known = article(1, "France wins 24 medals", "A record for France at the 2024 games.")
    asked = article(2, "France : 24 degrés", "Il fera 24 degrés en France.", language="fr")
    assert story_of(asked, known) is None


def test_why_names_what_carried() -> None:
    grouper = Grouper()
    grouper.add(TELLINGS["en"], StoryId(1))
    placement = grouper.find(TELLINGS["fr"], NOON)
    assert isinstance(placement, Placement)
    assert "NG" in placement.why
