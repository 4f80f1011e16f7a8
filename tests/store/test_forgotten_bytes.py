"""A forgotten chat leaves no bytes: not in the file, not in its log, not in the full text index."""

from __future__ import annotations

from pathlib import Path

from bot.store import open_store
from tests.store.test_contract_chats import PERSON, live
from tests.store.world import Time, World

TRACES = (
    PERSON.to_bytes(8, "big"),
    b"quetzalcoatlus",
    b"Quetzalcoatlus!",
    b"zyzzyvaprivate",
    b"Xylophonistic",
    b"xylophonistic",
    b"wobbegong",
)


def traces(folder: Path) -> set[bytes]:
    data = b"".join(path.read_bytes() for path in folder.iterdir())
    return {trace for trace in TRACES if trace in data}


async def test_no_bytes_are_left(file: Path, time: Time) -> None:
    async with await open_store(f"sqlite:///{file}", now=time) as store:
        world = World(store, time)
        await world.owe(await world.chat())
        await live(world, store)
        assert traces(file.parent) == set(TRACES)
        async with store.transaction() as tx:
            await tx.chats.forget(PERSON)
        assert traces(file.parent) == set()
        assert await store.check() == []
    assert traces(file.parent) == set()
