"""Whose digest may be due: nobody is read whose time is not near."""

from __future__ import annotations

from bot.store import Store
from bot.store.chats import DigestHours
from tests.store.world import World


async def test_digests_are_looked_for_by_the_clock_of_each_zone(world: World, store: Store) -> None:
    chats = [await world.chat() for _ in range(6)]
    at, zones = [500, 600, 601, 319, 500, 500], ["UTC"] * 5 + ["Asia/Tokyo"]
    async with store.transaction() as tx:
        for chat, minute, zone in zip(chats, at, zones, strict=True):
            await tx.chats.change(chat.id, digest_at=minute, timezone=zone)
        await tx.chats.change(chats[4].id, digest_on="2026-11-18")
    assert sorted(await store.chats.digest_zones()) == ["Asia/Tokyo", "UTC"]
    utc = DigestHours("UTC", 320, 600, "2026-11-18")
    assert [c.id for c in await store.chats.digest_around([utc])] == [chats[0].id, chats[1].id]
    assert [c.id for c in await store.chats.digest_around([utc], after_id=chats[0].id)] == [
        chats[1].id
    ]
    tokyo, tomorrow = (
        DigestHours("Asia/Tokyo", 0, 500, "2026-11-19"),
        utc._replace(day="2026-11-19"),
    )
    found = await store.chats.digest_around([tokyo, tomorrow])
    assert [c.id for c in found] == [chats[n].id for n in (0, 1, 4, 5)]
    async with store.transaction() as tx:
        await tx.chats.change(chats[4].id, digest_begun=1)
    assert chats[4].id in {c.id for c in await store.chats.digest_around([utc])}
