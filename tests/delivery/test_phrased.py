"""Words that are put together once are the words that each chat would have got."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.delivery.phrased import Phrased
from bot.delivery.render import alert_message
from bot.i18n import texts_for
from bot.model import Alert, AlertId, ChatId, Sentence, Summary
from tests.delivery.house import FakeTime
from tests.delivery.test_render import ALERT

SUMMARY = Summary((Sentence("A river rose.", "Wire"),), kind="teaser")


class Teasers:
    def __init__(self) -> None:
        self.summary = SUMMARY

    async def of(self, alert: Alert) -> Summary:
        return self.summary


def chat(number: int, **other: Any) -> Alert:
    """The same alert for another chat."""
    ours = replace(ALERT.chat, id=ChatId(number), telegram=number, **other)
    return replace(ALERT, id=AlertId(number), chat=ours)


CHANGES: list[dict[str, Any]] = [
    {},
    {"chat": replace(ALERT.chat, language="fr")},
    {"chat": replace(ALERT.chat, timezone="Asia/Tokyo")},
    {"doubt": True},
    {"development": 1},
    {"earlier": 12},
    {"followed": True},
    {"queued": ALERT.queued - 7200},
    {"story": replace(ALERT.story, publishers=9)},
    {"article": replace(ALERT.article, title="Other words")},
    {"article": replace(ALERT.article, link="")},
]


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: next(iter(changed), "nothing"))
async def test_what_differs_is_not_taken_for_the_same(changed: dict[str, Any]) -> None:
    time = FakeTime(ALERT.queued + 60)
    phrased = Phrased(Teasers(), texts_for, time)  # type: ignore[arg-type]
    await phrased.of(chat(5))
    other = replace(chat(6), **changed)
    texts = texts_for(other.chat.language)
    wanted = alert_message(other, SUMMARY, other.chat, texts, now=time())
    made = await phrased.of(other)
    assert made.text.html() == wanted.text.html()
    assert (made.keyboard, made.preview) == (wanted.keyboard, wanted.preview)
    assert made.reply_to == wanted.reply_to


async def test_each_chat_is_answered_at_its_own_message() -> None:
    phrased = Phrased(Teasers(), texts_for, FakeTime(ALERT.queued + 60))  # type: ignore[arg-type]
    first = await phrased.of(replace(chat(5), earlier=12))
    second = await phrased.of(replace(chat(6), earlier=77))
    assert first.text is second.text
    assert (first.reply_to, second.reply_to) == (12, 77)


async def test_thousands_share_one_text_until_the_minute_is_over() -> None:
    time = FakeTime(ALERT.queued + 60)
    phrased = Phrased(teasers := Teasers(), texts_for, time)  # type: ignore[arg-type]
    first, second = await phrased.of(chat(5)), await phrased.of(chat(6))
    assert second.text is first.text
    assert second.keyboard != first.keyboard
    time.at += 60
    later = await phrased.of(chat(7))
    assert later.text is not first.text
    teasers.summary = Summary((Sentence("It fell again.", "Wire"),), kind="teaser")
    assert "It fell again." in (await phrased.of(chat(8))).text.plain()
