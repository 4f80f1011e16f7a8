"""A better summary edits what was sent: last of all, twice at most, and not where it says nothing
new.
"""

from __future__ import annotations

import pytest

from bot.delivery.worth import NOTHING, PAGE, worth
from bot.model import Alert, Sentence, StoryId, Summary
from bot.store.living import BETTERED, COALESCE, GROWS
from tests.delivery.house import House, Telegram, until, working

pytestmark = pytest.mark.loopback

RIVER = Sentence("The river stood nine metres above its bed.", "Example Times")
BRIDGE = Sentence("A bridge was carried away at noon.", "Delhi Daily")


class Known:
    """What is known of every story."""

    def __init__(self, summary: Summary | None) -> None:
        self.summary = summary

    async def of(self, alert: Alert) -> Summary | None:
        return self.summary


def page(*sentences: Sentence) -> Known:
    return Known(Summary(sentences, "page"))


async def told(house: House, telegram: Telegram, chats: int = 1) -> StoryId:
    """A story that so many chats have heard of."""
    story = await house.publish("Troops leave Niger")
    for number in range(7, 7 + chats):
        await telegram.reader(number)
        await house.owe(await house.chat(number), story)
    async with working(telegram.courier(house)):
        await until(lambda: sent(house, chats))
    return story


async def sent(house: House, chats: int) -> bool:
    return (await house.states()) == ["sent"] * chats


async def improved(house: House, story: StoryId, made: int) -> int:
    async with house.store.transaction() as tx:
        return await tx.outbox.improved(story, made, house.time())


async def due(house: House) -> list[int]:
    return [alert.chat.telegram for alert in await house.store.outbox.edits(house.time(), 9)]


async def edited(house: House, telegram: Telegram, known: Known) -> int:
    """Let the courier make all edits that are due; how many it made."""
    before = len(telegram.api.log.of("editMessageText"))
    house.time.at += COALESCE + 1
    async with working(telegram.courier(house).improving(known.of)):
        await until(lambda: nothing_due(house))
    return len(telegram.api.log.of("editMessageText")) - before


async def nothing_due(house: House) -> bool:
    return not await due(house)


def test_what_is_worth_more() -> None:
    one, two = (RIVER,), (RIVER, BRIDGE)
    kinds = [
        Summary(one, "headline"), Summary(one, "teaser"), Summary(two, "teaser"),
        Summary(one, "page"), Summary(two, "page"), Summary(one, "model"), Summary(two, "model"),
    ]  # fmt: skip
    values = [worth(summary) for summary in kinds]
    assert values == sorted(set(values))
    assert worth(Summary((), "page")) == NOTHING
    assert worth(Summary((RIVER, RIVER, BRIDGE), "page")) == PAGE, "the third has no room"


async def test_what_the_page_says_takes_the_place_of_the_teaser(
    house: House, telegram: Telegram
) -> None:
    story = await told(house, telegram)
    (before,) = telegram.sent(7)
    assert await improved(house, story, PAGE) == 1
    assert await due(house) == [], "others may follow within a moment"
    assert await edited(house, telegram, page(RIVER)) == 1
    (after,) = telegram.sent(7)
    assert RIVER.text in after
    assert after.splitlines()[:2] == before.splitlines()[:2]
    assert await improved(house, story, PAGE) == 0, "it is shown"


async def test_at_most_twice(house: House, telegram: Telegram) -> None:
    story = await told(house, telegram)
    made = 0
    for known in (page(RIVER), page(RIVER, BRIDGE), Known(Summary((BRIDGE,), "model"))):
        await improved(house, story, worth(known.summary or Summary(())))
        made += await edited(house, telegram, known)
    assert made == BETTERED
    assert "AI summary" not in telegram.sent(7)[0]
    assert "carried away" in telegram.sent(7)[0]


async def test_a_models_words_say_whose_they_are(house: House, telegram: Telegram) -> None:
    story = await told(house, telegram)
    known = Known(Summary((BRIDGE,), "model"))
    await improved(house, story, 6)
    assert await edited(house, telegram, known) == 1
    assert "(Delhi Daily)\nAI summary, it may be wrong" in telegram.sent(7)[0]


@pytest.mark.parametrize("known", [Known(None), Known(Summary((BRIDGE,), "teaser"))])
async def test_what_is_no_better_asks_nothing_of_telegram(
    house: House, telegram: Telegram, known: Known
) -> None:
    story = await told(house, telegram, chats=3)
    assert await improved(house, story, PAGE) == 3
    assert await edited(house, telegram, known) == 0


async def test_who_muted_or_opened_it_or_heard_it_long_ago_is_left_alone(
    house: House, telegram: Telegram
) -> None:
    story = await told(house, telegram, chats=3)
    muted, opened, _ = await house.alerts()
    async with house.store.transaction() as tx:
        await tx.stories.mute(muted.chat.id, story, int(house.time()) + 9999)
        await tx.outbox.opened(opened.id, house.time() + 900)
    assert await improved(house, story, PAGE) == 1
    house.time.at += COALESCE
    assert await due(house) == [9]
    house.time.at += GROWS
    assert await due(house) == []
    assert await improved(house, story, PAGE + 1) == 0


async def test_a_message_that_grows_comes_first(house: House, telegram: Telegram) -> None:
    story = await told(house, telegram)
    await improved(house, story, PAGE)
    house.time.at += COALESCE + 1
    other = await house.publish("Floods in Chad")
    await telegram.reader(30)
    await house.owe(await house.chat(30), other)
    async with working(telegram.courier(house)):
        await until(lambda: sent(house, 2))
        await house.join(other, "Delhi Daily")
        assert await due(house) in ([30, 7], [30], [])
        telegram.wake.set()
        await until(lambda: nothing_due(house))
    assert "2 outlets" in telegram.sent(30)[0]


async def test_a_bare_headline_is_looked_for_once(house: House, telegram: Telegram) -> None:
    story = await house.publish("Troops leave Niger", summary="Troops leave Niger")
    await house.owe(await house.chat(7), story)
    async with working(telegram.courier(house)):
        await until(lambda: sent(house, 1))
    outbox = house.store.outbox
    assert await outbox.bare(house.time() - 60) == story
    async with house.store.transaction() as tx:
        await tx.outbox.hopeless(story)
    assert await outbox.bare(house.time() - 60) is None
    assert await improved(house, story, PAGE) == 1, "somebody may find one later"
