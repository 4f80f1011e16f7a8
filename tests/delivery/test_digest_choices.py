"""A digest keeps to what a chat chose for each topic."""

from __future__ import annotations

import pytest

from bot.model import Reason
from tests.delivery.house import House, Telegram
from tests.delivery.test_digest import digests, subscriber


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("rings_at", "told"), [(0, ["alone", "shared"]), (1, ["alone", "shared"]), (2, ["shared"])]
)
async def test_publishers_that_a_reader_waits_for_count_here_too(
    house: House, telegram: Telegram, rings_at: int, told: list[str]
) -> None:
    chat = await subscriber(house)
    (follow,) = await house.store.topics.of_chat(chat.id)
    for headline in ("Niger, told alone", "Niger, told and shared"):
        story = await house.publish(headline)
        found = await house.store.stories.get(story)
        assert found is not None
        async with house.store.transaction() as tx:
            await tx.stories.note([(story, found.lead, follow.topic, Reason("Niger", "title"))])
    await house.join(story, "Second Times")
    async with house.store.transaction() as tx:
        await tx.topics.ring_at(chat.id, follow.topic, rings_at)
    assert await digests(house, telegram).send_due() == 1
    (text,) = telegram.sent(7)
    assert [word for word in ("alone", "shared") if word in text] == told
