"""Asking a model: servers that refuse, fail, never end, lie about what they send."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from bot.errors import ModelError
from bot.reading.llm import AT_ONCE, LARGEST, REST_SECONDS, WAITING, Model, connected
from tests.oracle import KEY, Oracle, Reply, an_oracle

pytestmark = pytest.mark.loopback


@dataclass
class Bench:
    oracle: Oracle
    session: aiohttp.ClientSession
    model: Model
    left: int = 100
    at: float = 0.0

    async def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0

    async def ask(self) -> str:
        return await self.model.ask("Be brief.", "What happened?", {"type": "object"})

    async def refused(self) -> str:
        with pytest.raises(ModelError) as caught:
            await self.ask()
        assert KEY not in str(caught.value)
        assert "127.0.0.1" not in str(caught.value)
        return caught.value.kind


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with an_oracle() as oracle, connected() as session:
        made = Bench(oracle, session, None)  # type: ignore[arg-type]
        made.model = Model(
            session, oracle.url, "small", KEY, spend=made.spend, clock=lambda: made.at, seconds=5.0
        )
        yield made


def status(code: int, **headers: str) -> Reply:
    return lambda _: web.Response(status=code, text="<h1>No</h1>", headers=headers)


def raw(body: str, kind: str = "application/json") -> Reply:
    return lambda _: web.Response(text=body, content_type=kind)


async def test_a_question_and_its_answer(bench: Bench) -> None:
    bench.oracle.answers("Little.")
    assert await bench.ask() == "Little."
    (asked,) = bench.oracle.asked
    assert asked["model"] == "small"
    assert asked["temperature"] == 0
    assert asked["response_format"]["type"] == "json_schema"
    assert bench.oracle.keys == [f"Bearer {KEY}"]


async def test_a_form_that_the_server_does_not_know_is_not_tried_twice(bench: Bench) -> None:
    bench.oracle.answers(status(400), status(422), "Plain.", "Again.")
    assert await bench.ask() == "Plain."
    assert await bench.ask() == "Again."
    forms = [asked.get("response_format", {}).get("type") for asked in bench.oracle.asked]
    assert forms == ["json_schema", "json_object", None, None]
    assert bench.left == 96


async def test_a_server_that_refuses_every_form(bench: Bench) -> None:
    bench.oracle.answers(status(400))
    assert await bench.refused() == "refused"
    assert [("temperature" in asked) for asked in bench.oracle.asked] == [True, True, True, False]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (status(500), "refused"), (status(401), "refused"), (status(429), "refused"),
        (status(302, Location="http://127.0.0.1:9/"), "refused"),
        (raw("<html><body>Welcome</body></html>", "text/html"), "answer"),
        (raw('{"choices": ['), "answer"), (raw("[" * 100_000), "answer"), (raw("[]"), "answer"),
        (raw('{"choices": []}'), "answer"), (raw("null"), "answer"), (raw("\ufeff{}"), "answer"),
        (raw('{"choices": [{"message": {"content": null}}]}'), "answer"),
        (raw('{"choices": [{"message": {"content": ["a"]}}]}'), "answer"),
        (raw('{"choices": [{"message": {"content": "  "}}]}'), "answer"),
        (raw(json.dumps({"x": "y" * LARGEST})), "size"),
    ],
)  # fmt: skip
async def test_what_is_no_answer(bench: Bench, reply: Reply, kind: str) -> None:
    bench.oracle.answers(reply)
    assert await bench.refused() == kind
    assert len(bench.oracle.asked) == 1


async def test_a_packed_answer_is_not_unpacked(bench: Bench) -> None:
    def packed(_: object) -> web.StreamResponse:
        response = web.json_response({"choices": [{"message": {"content": "a" * 10_000_000}}]})
        response.enable_compression()
        return response

    def forced(question: dict[str, object]) -> web.StreamResponse:
        response = web.Response(body=b"\x1f\x8b" + b"0" * 100)
        response.headers["Content-Encoding"] = "gzip"
        return response

    bench.oracle.answers(packed, forced)
    assert await bench.refused() == "size"  # identity was asked for
    assert await bench.refused() == "answer"


async def test_a_server_that_never_ends_is_left_in_time(bench: Bench) -> None:
    bench.model = Model(bench.session, bench.oracle.url, "m", spend=bench.spend, seconds=0.2)
    bench.oracle.gate.clear()
    assert await bench.refused() == "slow"


async def test_nobody_listens() -> None:
    async def spend() -> bool:
        return True

    async with connected() as session:
        model = Model(session, "http://127.0.0.1:9/v1", "m", KEY, spend=spend)
        with pytest.raises(ModelError, match="network") as caught:
            await model.ask("", "", {})
    assert caught.value.__cause__ is None


async def test_after_three_failures_it_rests(bench: Bench) -> None:
    bench.oracle.answers(status(500), status(500), "Well.", status(500))
    assert [await bench.refused() for _ in range(2)] == ["refused"] * 2
    assert await bench.ask() == "Well."  # in a row, they must be
    assert [await bench.refused() for _ in range(4)] == ["refused"] * 3 + ["resting"]
    assert len(bench.oracle.asked) == 6
    bench.at += REST_SECONDS
    assert await bench.refused() == "refused"  # one more try, then rest again
    assert await bench.refused() == "resting"
    bench.at += REST_SECONDS
    bench.oracle.answers("Back.")
    assert await bench.ask() == "Back."


async def test_a_day_that_is_spent_is_no_failure(bench: Bench) -> None:
    bench.left = 0
    assert [await bench.refused() for _ in range(5)] == ["budget"] * 5
    assert not bench.oracle.asked
    bench.left = 1
    bench.oracle.answers("The last one.")
    assert await bench.ask() == "The last one."


async def test_two_at_once_a_few_that_wait_and_no_more(bench: Bench) -> None:
    bench.oracle.gate.clear()
    bench.oracle.answers("Yes.")
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(bench.ask()) for _ in range(AT_ONCE + WAITING)]
        async with asyncio.timeout(5):
            await bench.oracle.arrived.wait()
        assert await bench.refused() == "busy"
        bench.oracle.gate.set()
    assert {task.result() for task in asking} == {"Yes."}
    assert bench.oracle.most_at_once == AT_ONCE


async def test_no_log_line_holds_the_key(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.oracle.answers(status(401), raw(KEY), "Fine.")
    for _ in range(2):
        await bench.refused()
    await bench.ask()
    assert KEY not in caplog.text
    assert KEY not in repr(bench.model)
