"""What a language model wrote is kept for a week, its requests are counted by day."""

from __future__ import annotations

from bot.store.retold import KEPT_DAYS
from tests.store.world import DAY, World


async def test_it_is_kept_for_a_week(world: World) -> None:
    now = world.time.now
    async with world.store.transaction() as tx:
        await tx.retold.put("a", "Words.", now)
        await tx.retold.put("a", "Other words.", now)
        await tx.retold.put("b", "", now - (KEPT_DAYS + 1) * DAY)
    assert await world.store.retold.get("a") == "Other words."
    assert await world.store.retold.get("b") == ""
    assert await world.store.retold.get("c") is None
    assert await world.store.prune(now) == 1
    assert await world.store.retold.get("b") is None
    assert await world.store.retold.get("a") == "Other words."


async def test_a_day_has_so_many_requests(world: World) -> None:
    now = world.time.now
    async with world.store.transaction() as tx:
        assert [await tx.retold.count(now, 2) for _ in range(4)] == [True, True, False, False]
        assert not await tx.retold.count(now + DAY, 0)
        assert await tx.retold.count(now + DAY, 2)
