"""The gate: invented errors, fair words, answers of every shape."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.gate import Tally, cases, faults
from bot.stories.answer import Claim, claims_in
from bot.stories.gate import Numbered, judged

OFFERED = (
    Numbered(1, "A ferry with 40 passengers ran aground near Port Ellis on Monday.", "Bay Post"),
    Numbered(2, "Nobody was hurt, the harbour master Jon Vale said.", "Bay Post"),
    Numbered(3, '"We heard a bang and then nothing," a passenger told the radio.', "Isle Radio"),
)
FAIR = "A ferry with 40 passengers ran aground near Port Ellis."


def kinds(answer: str) -> list[str]:
    return [fault.kind for fault in judged(answer, OFFERED, "en").faults]


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "pt", "ru"])
def test_most_invented_errors_are_caught_and_few_fair_words_refused(language: str) -> None:
    tally = Tally()
    for case in cases():
        if case.language == language:
            tally.add(case.kind, caught=bool(faults(case)))
    assert tally.seen.total() - tally.seen[""] >= 15
    assert tally.seen[""] >= 10
    assert tally.holds, str(tally)


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"sentences": [{"text": FAIR, "sources": [1]}]}),
        json.dumps({"sentences": [{"text": FAIR, "sources": ["S1"]}]}),
        json.dumps([{"text": f"{FAIR} [1]"}]),
        f"```json\n{json.dumps({'sentences': [{'text': FAIR, 'sources': [1]}]})}\n```",
        f"<think>\nThey want 3 sentences.\n</think>\n{FAIR} [S1]",
        f"- {FAIR} [S1 Bay Post]",
        "A ferry with 40 passengers ran aground near Port Ellis [1].",
    ],
)
def test_answers_of_every_shape_are_read(answer: str) -> None:
    assert judged(answer, OFFERED, "en") == ((Claim(FAIR, (1,)),), ())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("", "empty"),
        ('{"sentences": "none"}', "empty"),
        ('{"sentences": [{"text": 7, "sources": [1]}]}', "empty"),
        ('{"sentences": [{"text": "A fer', "empty"),
        ("[" * 100_000, "citation"),
        (FAIR, "citation"),
        (f"{FAIR} [9]", "citation"),
        (json.dumps({"sentences": [{"text": FAIR, "sources": [True, 1]}]}), "citation"),
        ("A ferry ran aground near Port Ellis, see https://evil.example [1]", "markup"),
        ("A ferry ran aground near Port Ellis, more at evil.example [1]", "markup"),
        ("A ferry ran aground near Port Ellis, said @evil_bot. [1]", "markup"),
        ("A ferry <b>ran aground</b> near Port Ellis. [1]", "markup"),
        ("A **ferry** ran aground near Port Ellis. [1]", "markup"),
        ("A ferry ran aground near Port Ellis, tap /start now. [1]", "markup"),
        ("A ferry ran aground near Port\u202e Ellis. [1]", "markup"),
        ("A ferry ran aground near Port Ellis, \"they said. [1]", "form"),
        ("A ferry ran aground near [1]", "form"),
        ("Паром сел на мель у порта Эллис. [1]", "language"),
        ("Click here to read more about our ferry offers. [1]", "form"),
        ("Scientists praised a new telescope on another continent entirely. [1]", "far"),
        ("A ferry with 40 crew members sank near Port Ellis on Monday and 12 died. [1]", "number"),
        ("The harbour master Jon Vale said that somebody was hurt. [2]", "negation"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(answer: str, kind: str) -> None:
    assert kind in kinds(answer)


def test_another_language_in_the_same_script() -> None:
    said = (
        "Un ferry avec 40 passagers est venu au port, dit le radio, et les gens sont tous là. [1]"
    )
    assert kinds(said + " " + said)


def test_too_many_sentences_are_no_summary() -> None:
    assert kinds(f"{FAIR} [1] " * 4) == ["form"]


def test_what_holds_is_kept_apart_from_what_does_not() -> None:
    verdict = judged(f"{FAIR} [1] A crane fell on 12 cars. [1]", OFFERED, "en")
    assert verdict.claims == (Claim(FAIR, (1,)),)
    assert {fault.sentence for fault in verdict.faults} == {2}


@given(st.text(max_size=300))
def test_no_answer_breaks_it(answer: str) -> None:
    verdict = judged(answer, OFFERED, "en")
    assert verdict.faults or verdict.claims
    claims_in(answer + " [1]")
