"""Explainers and opinions are told by their headlines."""

from __future__ import annotations

import pytest

from bot.stories.kinds import comments


@pytest.mark.parametrize(
    "title",
    [
        "Why the ferry sank",
        "Here's what we know about the ferry",
        "Ferry disaster: what we know so far",
        "Opinion: The sea forgives nothing",
        "Could the ferry have been saved?",
        "What’s in the report on the ferry",
        "What the loss of the ferry says about Port Selby",
        "Overloaded and late: how the ferry was lost",
        "Ferry raised at last: here's what it means",
        "Pourquoi le bac a coulé",
        "Naufragio del ferry: lo que se sabe",
        "Warum die Fähre sank",
        "Почему затонул паром",
        "لماذا غرقت العبارة",
    ],
)
def test_words_about_an_event(title: str) -> None:
    assert comments(title)


@pytest.mark.parametrize(
    "title",
    [
        "Ferry sinks off Port Selby",
        "Watch: Ferry raised from the sea bed",
        "Minister explains why ferry was not inspected",
        "Le ministre dit comment le bac a coulé",
        "How-to fair opens in Port Selby",
        "Captain tells the court how the ferry was lost",
        "",
    ],
)
def test_events(title: str) -> None:
    assert not comments(title)
