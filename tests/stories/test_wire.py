"""Agency copies are known by where a credit stands; a mention is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.stories.wire import agency, credit, own_agency
from tests.stories.articles import article


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NIAMEY, Aug 1 (Reuters) - The ferry sank at dawn.", "Reuters"),
        ("The ferry sank at dawn. (AFP)", "AFP"),
        ("Reuters – The ferry sank at dawn.", "Reuters"),
        ("The ferry sank at dawn. With inputs from PTI", "PTI"),
        ("Le bac a coulé à l'aube. (avec AFP et Reuters)", "AFP"),
        ("The ferry sank at dawn (HARBOUR RADIO with AFP)", "AFP"),
        ("Die Fähre sank am Morgen. Mit Material von dpa", "dpa"),
        ("El barco se hundió. (con información de EFE)", "EFE"),
        ("МОСКВА, 1 августа. /ТАСС/. Паром затонул.", "TASS"),
        ("新华社北京8月1日电 渡轮沉没。", "Xinhua"),
        ("غرقت العبارة فجرا. (رويترز)", "Reuters"),
    ],
)
def test_credits_of_many_outlets(text: str, name: str) -> None:
    assert credit(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Reuters reported that the ferry had sunk.",
        "The captain told AFP that all were safe.",
        "The ferry sank, according to AFP.",
        "He talked with AP.",
        "Photo: AFP",
        "The ferry at dawn. File photo (AFP)",
    ],
)
def test_mentions_and_pictures_are_no_credit(text: str) -> None:
    assert credit(text) == ""


def test_an_agency_carries_nobody() -> None:
    told = article(1, "Ferry sinks", "NIAMEY (Reuters) - It sank.", publisher="Harbour Radio")
    assert agency(told) == "Reuters"
    assert agency(replace(told, publisher="Reuters World")) == ""
    assert own_agency("Papaya Post") == ""
    assert agency(replace(told, summary="", title="Ferry sinks (AFP)")) == "AFP"
    assert agency(replace(told, summary="", text="It sank. (dpa)")) == "dpa"
