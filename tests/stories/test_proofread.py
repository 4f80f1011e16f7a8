"""Summaries as a proof-reader sees them, who knows nothing of how they were made."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from bot.model import Sentence, Source
from bot.stories.extract import extract
from bot.stories.summary import summarise
from tests.stories.linter import complaints
from tests.stories.pages import SHAPES, STORIES, Story, sentences

WRITTEN = 1_773_144_000  # Tuesday, 10 March 2026

OUTLETS = {
    "Post": """
Gunmen attacked a convoy near Ouallam on Sunday, the army said. He gave no figures. At least 12
soldiers were killed, two officers told reporters. “It was over in minutes.” The road has been
closed since last week. “We will answer this,” General Issa Kane said on Monday.""",
    "Times": """
The defence ministry confirmed late on Sunday that a convoy had been ambushed in the west. Fifteen
soldiers died, it said. This is the third such attack this month. Reinforcements from Niamey are to
reach the town on Wednesday. But the bridge at Simiri is still down.""",
    "Star": """
Residents of Ouallam heard shots for an hour before noon. They saw helicopters in the afternoon
(two of them, a shopkeeper said). The market stayed shut yesterday. Nobody has claimed the attack,
which came days after a truce was refus...""",
}
OUTLETS = {name: " ".join(text.split()) for name, text in OUTLETS.items()}


def test_a_proof_reader_finds_what_is_wrong() -> None:
    """Or the tests below could not fail."""
    text = "He left. Rain fell. “It is over.” The talks (held on Friday ended. She stays until..."
    sources = [Source("A", text)]
    bad = ["He left.", "“It is over.”", "The talks (held on Friday ended.", "The army stays..."]
    found = complaints([Sentence(words, "A") for words in bad[:3]], sources, "en")
    found += complaints([Sentence(bad[3], "B")], sources, "en")
    kinds = (
        "leans",
        "nobody says",
        "opens and does not close",
        "when is 'friday'",
        "is cut",
        "has no",
    )
    for kind in kinds:
        assert any(kind in line for line in found), kind


@pytest.mark.parametrize(
    ("language", "said", "kind"),
    [
        ("en", "“We lost it all,” he said.", "who is it"),
        ("fr", "« Nous avons tout perdu », a-t-il dit.", "who is it"),
        ("en", "The mayor spoke to the new Gen.", "is cut"),
        ("en", "and the bridge fell into the river.", "has lost its beginning"),
        ("en", "Nobody ever wrote these words in it.", "stands in no source"),
        ("en", "Subscribe to the paper of the town.", "is not news"),
        ("fr", "Selon lui, la ville est perdue.", "leans"),
        ("es", "Sin embargo, la ciudad resiste.", "leans"),
        ("ar", "من جانبه قال الوزير إن الجسر مغلق.", "leans"),
        ("ru", "По его словам, город держится.", "leans"),
        ("de", "Das sagte die Ministerin am Abend.", "leans"),
        ("pt", "Com isso, a cidade resiste bem.", "leans"),
        ("ru", "Мост закрыли в пятницу из-за трещины.", "when is"),
        ("ar", "أغلقت المدينة الجسر يوم الجمعة بعد الحادث.", "when is"),
        ("es", "El puente se cerró el lunes por una grieta.", "when is"),
    ],
)
def test_a_proof_reader_reads_seven_languages(language: str, said: str, kind: str) -> None:
    text = "" if "no source" in kind else f"Once more {said}"
    found = complaints([Sentence(said, "A")], [Source("A", text)], language)
    assert any(kind in line for line in found), found


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_articles_are_told_without_a_fault(story: Story) -> None:
    html = SHAPES[0](story).encode()
    page = extract(html, url="https://paper.example/story", content_type="text/html")
    for count in (1, 2, 3, 4):
        sources = [Source("Paper", page.text, WRITTEN, story.headline, story.language)]
        made = summarise(sources, title=story.headline, sentences=count)
        assert made.sentences
        assert complaints(made.sentences, sources, story.language) == []


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_stories_are_told_without_a_fault(count: int) -> None:
    for number in (1, 2, 3):
        for chosen in combinations(OUTLETS, number):
            sources = [Source(name, OUTLETS[name], WRITTEN, language="en") for name in chosen]
            made = summarise(
                sources, title="Convoy attacked near Ouallam", sentences=count, limit=740
            )
            assert complaints(made.sentences, sources, "en") == []


def test_sentences_in_any_order_are_told_without_a_fault() -> None:
    """Two hundred texts shuffled together: what leans on its neighbour loses it."""
    rng = random.Random(7)
    told = [line for story in STORIES if story.language == "en" for line in sentences(story)]
    told += [
        line + "." for text in OUTLETS.values() for line in text.removesuffix("...").split(". ")
    ]
    told = [line.replace("..", ".") for line in told]
    for _ in range(200):
        rng.shuffle(told)
        source = Source("Paper", " ".join(told), WRITTEN, language="en")
        made = summarise([source], title="Ferry and convoy", sentences=4, limit=600)
        assert complaints(made.sentences, [source], "en") == []
