"""Every query of the store: it compiles, it prepares, its parameters have names that match."""

from __future__ import annotations

import re

import pytest

from bot.errors import StoreError
from bot.store import Store
from bot.store.engine import Query, compile_query, packed
from bot.store.sqlite import MACROS, Sqlite
from bot.store.store import queries

PARAMETER = re.compile(r"(?<!:):(\w+)")


async def plan(store: Store, query: Query) -> list[str]:
    engine = store._engine
    assert isinstance(engine, Sqlite)
    text = compile_query(query.text, MACROS)
    names = dict.fromkeys(PARAMETER.findall(text))
    rows = await engine._writer.run(f"EXPLAIN QUERY PLAN {text}", names)
    return [row["detail"] for row in rows]


async def test_all_of_them_prepare(store: Store) -> None:
    everything = set(queries())
    assert len(everything) > 100
    for query in everything:
        await plan(store, query)


async def test_hot_queries_never_scan_a_large_table(store: Store) -> None:
    outbox, articles, feeds, topics = (
        type(a).__mro__ for a in (store.outbox, store.articles, store.feeds, store.topics)
    )
    hot = {
        name: next(vars(c)[name] for c in owners if name in vars(c))
        for owners, names in (
            (outbox, ("_NEXT", "_BREAKING", "_MARK", "_SETTLE", "_RECOVER", "_MANY", "_QUEUE",
                      "_REFRESH", "_EDITS", "_BY_MESSAGE", "_LOOK", "_FOLD", "_ADOPT",
                      "_CARRIED", "_STATS")),
            (articles, ("_KNOWN", "_TWINS", "_EDIT", "_SEARCH", "_RECENT")),
            (feeds, ("_DUE", "_NEXT_DUE")),
            (topics, ("_FOLLOWERS",)),
        )
        for name in names
    }  # fmt: skip
    for name, query in hot.items():
        for step in await plan(store, query):
            # Scanning a JSON list, a full text match or an index in order is what we want.
            fine = "USING" in step or "VIRTUAL TABLE" in step or "CONSTANT" in step
            assert fine or not re.match(r"SCAN (a|alert|article|chat|c|f|w)\b", step), (name, step)


async def test_breaking_news_is_found_by_what_is_owed_of_it(store: Store) -> None:
    steps = await plan(store, type(store.outbox)._BREAKING)
    assert [re.search(r"INDEX (\w+)", step)[1] for step in steps[:2]] == [  # type: ignore[index]
        "story_wide", "alert_story_owed"
    ]  # fmt: skip


async def test_who_is_next_walks_the_chats_in_order(store: Store) -> None:
    steps = await plan(store, type(store.outbox)._NEXT)
    assert any("chat_served" in step for step in steps), steps
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps


def test_an_unknown_macro_stops_the_start() -> None:
    with pytest.raises(StoreError, match="@nothing"):
        compile_query("SELECT @nothing(x)", MACROS)


def test_lists_become_one_parameter() -> None:
    assert packed(n for n in (1, 2)) == "[1,2]"
    assert packed([{"a": "é\ud800"}]) == '[{"a":"é?"}]'
